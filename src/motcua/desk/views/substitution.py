"""Who stands in while somebody is absent: shown for the whole agency, set by who leads it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.base import clock
from motcua.base.data import Validity
from motcua.base.errors import DomainError
from motcua.desk.officer import SUBSTITUTION_ROLES, Officer, first_role, needs_role
from motcua.desk.words import sentence
from motcua.dossiers import api as dossiers
from motcua.staff import api as staff
from motcua.staff.api import Role

_HEADS = (Role.LEADER, Role.DESK_LEAD)


class BadDays(DomainError):
    """Give the first and the last day, from today on, the last not before the first."""

    message_vi = "Hãy chọn ngày bắt đầu và ngày kết thúc, từ hôm nay trở đi, kết thúc không trước bắt đầu."


@require_http_methods(["GET", "POST"])
@needs_role(*SUBSTITUTION_ROLES)
def absences(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Heads set it for anybody of the agency, everybody else only for their own post."""
    today, problem = clock.today(), ""
    held = staff.officers(officer.position.agency_key, on=today)
    mine = [one for one in held if officer.has(*_HEADS) or one.account_id == officer.account.id]
    if request.method == "POST":
        try:
            _set(request, officer, {one.id for one in mine}, {one.account_id for one in held}, today)
        except DomainError as error:
            problem = sentence(error)
        else:
            messages.success(request, _("Đã ghi người làm thay."))
            return HttpResponseRedirect(reverse("desk:absences"))
    post = request.POST
    accounts = sorted({one.account_id: one.full_name for one in held}.items(), key=lambda pair: pair[1])
    context = {
        "officer": officer,
        "problem": problem,
        "positions": [
            (str(one.id), f"{one.full_name}, {one.title}", str(one.id) == post.get("position"))
            for one in mine
        ],
        "people": [(str(key), name, str(key) == post.get("substitute")) for key, name in accounts],
        "start": post.get("start", today.isoformat())[:10],
        "end": post.get("end", "")[:10],
        "reason": post.get("reason", "")[:300],
        "standing": [
            (sub.substitute_name, f"{sub.position.full_name}, {sub.position.title}", sub)
            for account_id, _name in accounts
            for sub in staff.substitutes(account_id, on=today)
        ],
    }
    return render(request, "desk/absences.html", context, status=422 if problem else 200)


def _set(
    request: HttpRequest, officer: Officer, positions: set[UUID], accounts: set[UUID], today: date
) -> None:
    post = request.POST
    try:
        position, substitute = UUID(post.get("position", "")), UUID(post.get("substitute", ""))
    except ValueError:
        raise staff.WrongSubstitution from None
    if position not in positions or substitute not in accounts:
        raise dossiers.NotAllowed("not of this agency")
    try:
        start, last = date.fromisoformat(post.get("start", "")), date.fromisoformat(post.get("end", ""))
    except ValueError:
        raise BadDays from None
    if start < today or last < start or last.year > today.year + 2:
        raise BadDays
    staff.substitute(
        by=first_role(officer, *SUBSTITUTION_ROLES),
        at=clock.now(),
        position_id=position,
        substitute_id=substitute,
        validity=Validity(start=start, end=last + timedelta(days=1)),
        reason=post.get("reason", "").replace("\x00", ""),
    )
