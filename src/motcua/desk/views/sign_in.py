"""Sign-in of officers: password, then the authenticator's code, then the position in which to work."""

from __future__ import annotations

from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from motcua.base import clock
from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError
from motcua.desk import officer as session
from motcua.desk.data import sign_in_hints
from motcua.desk.words import agency_name, sentence
from motcua.staff import api as staff

ANYBODY = Actor(kind=ActorKind.ANONYMOUS, ref="")
_ENROLLING = "officer_enrolling"


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if safe else reverse("desk:home")


def _place(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _form(
    request: HttpRequest, step: str, *, error: DomainError | None = None, status: int = 200
) -> HttpResponse:
    hints = [account for _name, hint in sign_in_hints.all() for account in hint.accounts()]
    context = {
        "step": step,
        "error": sentence(error) if error else "",
        "username": request.POST.get("username", ""),
        "next": _back(request),
        "hints": hints,
    }
    return render(request, "desk/sign_in.html", context, status=status)


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """First step: user name and password."""
    if request.method == "GET":
        return _form(request, "password")
    try:
        account = staff.check_credentials(
            username=request.POST.get("username", ""),
            password=request.POST.get("password", ""),
            place=_place(request),
            at=clock.now(),
        )
    except DomainError as error:
        return _form(request, "password", error=error, status=422)
    session.begin(request, account.id)
    return _form(request, "code")


@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """Second step: the code, or one of the recovery codes."""
    account_id = session.half_signed_in(request)
    if account_id is None:
        return HttpResponseRedirect(reverse("desk:sign_in"))
    given = request.POST.get("code", "")
    confirm = staff.confirm_code if given.replace(" ", "").isdigit() else staff.use_recovery_code
    try:
        account = confirm(account_id=account_id, code=given, place=_place(request), at=clock.now())
    except DomainError as error:
        return _form(request, "code", error=error, status=422)
    held = staff.usable_positions(account.id, on=clock.today())
    if not held:
        session.leave(request)
        return _form(request, "password", error=staff.PositionNotFound(account.username), status=422)
    session.enter(request, account.id, held[0].id)
    if len(held) > 1:
        return HttpResponseRedirect(reverse("desk:positions"))
    return HttpResponseRedirect(_back(request))


@require_http_methods(["GET", "POST"])
@session.needs_officer
def positions(request: HttpRequest, officer: session.Officer) -> HttpResponse:
    """Choose in which position to work: one's own, or that of an absent colleague."""
    held = staff.usable_positions(officer.account.id, on=clock.today())
    if request.method == "POST":
        wanted = request.POST.get("position", "")
        for one in held:
            if str(one.id) == wanted:
                session.enter(request, officer.account.id, UUID(wanted))
                return HttpResponseRedirect(reverse("desk:home"))
    shown = [
        {
            "id": one.id,
            "title": one.title,
            "agency": agency_name(one.agency_key),
            "absent": "" if one.account_id == officer.account.id else one.full_name,
        }
        for one in held
    ]
    return render(request, "desk/positions.html", {"positions": shown, "officer": officer})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session at once."""
    session.leave(request)
    return HttpResponseRedirect(reverse("desk:sign_in"))


@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """A new officer: the code from the administrator and an own password; then the authenticator."""
    context = {"username": request.POST.get("username", "")[:120], "error": ""}
    if request.method == "GET":
        return render(request, "desk/activate.html", context)
    try:
        account = staff.activate(
            by=ANYBODY,
            at=clock.now(),
            username=context["username"],
            code=request.POST.get("code", "")[:60],
            password=request.POST.get("password", "")[:500],
        )
    except DomainError as error:
        return render(request, "desk/activate.html", context | {"error": sentence(error)}, status=422)
    request.session.flush()
    request.session[_ENROLLING] = str(account.id)
    return HttpResponseRedirect(reverse("desk:second_factor"))


@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show the authenticator's secret once, and take its first code."""
    enrolling = request.session.get(_ENROLLING)
    if not isinstance(enrolling, str):
        return HttpResponseRedirect(reverse("desk:activate"))
    account_id, now = UUID(enrolling), clock.now()
    if request.method == "GET":
        enrolment = staff.begin_second_factor(by=ANYBODY, at=now, account_id=account_id)
        qr = segno.make(enrolment.uri, error="m").svg_data_uri(scale=5, border=2)
        return render(request, "desk/second_factor.html", {"enrolment": enrolment, "qr": qr, "error": ""})
    try:
        staff.confirm_second_factor(
            by=ANYBODY, at=now, account_id=account_id, code=request.POST.get("code", "")[:20]
        )
    except DomainError as error:
        context = {"enrolment": None, "qr": "", "error": sentence(error)}
        return render(request, "desk/second_factor.html", context, status=422)
    session.leave(request)
    return HttpResponseRedirect(reverse("desk:sign_in"))
