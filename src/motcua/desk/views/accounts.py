"""The system's administrator: officers from a sheet, activation codes, accounts that end."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk.officer import Officer, first_role, needs_role
from motcua.desk.words import agency_name, either, language, sentence
from motcua.staff import api as staff
from motcua.staff.api import ROLE_NAMES, Role
from motcua.units import api as units


class NoSheet(DomainError):
    """Choose an Excel or CSV file."""

    message_vi = "Hãy chọn tệp Excel hoặc CSV."


class WhyClose(DomainError):
    """Please say why the account ends."""

    message_vi = "Hãy ghi lý do đóng tài khoản."


def role_words(role: Role) -> str:
    """A role in the reader's language."""
    return ROLE_NAMES[role][language() == "en"]


@require_GET
@needs_role(Role.SYSTEM_ADMIN)
def index(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Officers of one agency, or one by the user name."""
    today = clock.today()
    agency = request.GET.get("agency", "")[:60]
    username = request.GET.get("username", "").replace("\x00", "").strip()[:120]
    problem = ""
    if username:
        account = staff.account_by_username(username)
        if account is not None:
            return HttpResponseRedirect(reverse("desk:account", args=[account.id]))
        problem = _("Không có tài khoản “%(name)s”.") % {"name": username}
    held = staff.officers(agency, on=today) if agency else []
    context = {
        "officer": officer,
        "problem": problem,
        "username": username,
        "agencies": [(one.key, one.name, one.key == agency) for one in units.agencies(on=today)],
        "agency": agency_name(agency),
        "rows": [(one, ", ".join(role_words(role) for role in one.roles)) for one in held],
    }
    return render(request, "desk/accounts.html", context)


@require_http_methods(["GET", "POST"])
@needs_role(Role.SYSTEM_ADMIN)
def take_in(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Officers from a sheet: first tried without writing, then written; faults are named row by row."""
    context = {"officer": officer, "problem": "", "report": None, "errors": [], "tried": False}
    if request.method == "GET":
        return render(request, "desk/accounts_import.html", context)
    upload = request.FILES.get("sheet")
    tried = request.POST.get("step") != "write"
    try:
        if upload is None:
            raise NoSheet
        report = staff.import_officers(
            by=first_role(officer, Role.SYSTEM_ADMIN),
            at=clock.now(),
            content=upload.read(),
            known_agencies={one.key for one in units.agencies(on=clock.today())},
            dry_run=tried,
        )
    except DomainError as error:
        return render(
            request, "desk/accounts_import.html", context | {"problem": sentence(error)}, status=422
        )
    context |= {
        "report": report,
        "tried": tried,
        "errors": [
            (one.row, one.column, either(one.message_vi, one.message_en)) for one in report.errors[:200]
        ],
    }
    return render(request, "desk/accounts_import.html", context)


@require_http_methods(["GET", "POST"])
@needs_role(Role.SYSTEM_ADMIN)
def one(request: HttpRequest, officer: Officer, account_id: UUID) -> HttpResponse:
    """One account: its positions, an activation code (shown once), the end of it."""
    try:
        account = staff.account(account_id)
    except staff.AccountNotFound as error:
        raise Http404(str(account_id)) from error
    code, problem, by = "", "", first_role(officer, Role.SYSTEM_ADMIN)
    if request.method == "POST":
        try:
            if request.POST.get("step") == "activation":
                code = staff.issue_activation(by=by, at=clock.now(), account_id=account_id)
            elif request.POST.get("step") == "close":
                _close(request, officer, account_id)
                messages.success(request, _("Đã đóng tài khoản %(name)s.") % {"name": account.username})
                return HttpResponseRedirect(reverse("desk:account", args=[account_id]))
        except DomainError as error:
            problem = sentence(error)
    context = {
        "officer": officer,
        "account": account,
        "code": code,
        "problem": problem,
        "reason": request.POST.get("reason", "")[:300],
        "positions": [
            (one.title, agency_name(one.agency_key), ", ".join(role_words(role) for role in one.roles))
            for one in staff.positions(account_id, on=clock.today())
        ],
    }
    response = render(request, "desk/account.html", context, status=422 if problem else 200)
    if code:
        response["Cache-Control"] = "no-store"
    return response


def _close(request: HttpRequest, officer: Officer, account_id: UUID) -> None:
    reason = request.POST.get("reason", "").replace("\x00", "").strip()
    if not reason:
        raise WhyClose
    staff.close_account(
        by=first_role(officer, Role.SYSTEM_ADMIN), at=clock.now(), account_id=account_id, reason=reason
    )
