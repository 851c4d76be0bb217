"""Sign-in of officers: password, then the authenticator's code, then the position in which to work."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk import officer as session
from motcua.desk.data import sign_in_hints
from motcua.staff import api as staff


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
        "error": error.public(get_language() or "vi") if error else "",
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
    return render(request, "desk/positions.html", {"positions": held, "officer": officer})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session at once."""
    session.leave(request)
    return HttpResponseRedirect(reverse("desk:sign_in"))
