"""Online money of the whole province: what a person must look at, and the daily comparison to the đồng."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk import cash
from motcua.desk.officer import Officer, first_role, needs_role
from motcua.desk.words import sentence
from motcua.dossiers import api as dossiers
from motcua.fees import api as fees


class UnknownCode(DomainError):
    """No demand that is still due has this dossier code."""

    message_vi = "Không có khoản chưa nộp nào của mã hồ sơ này."


@require_http_methods(["GET", "POST"])
@needs_role(*cash.ONLINE_ROLES)
def online(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The collecting account is the province's: only its own centre looks into it."""
    if not cash.sees_online(officer):
        return render(request, "desk/not_for_you.html", {"officer": officer}, status=403)
    problem = ""
    if request.method == "POST":
        try:
            _act(request, officer)
        except DomainError as error:
            problem = sentence(error)
        else:
            return HttpResponseRedirect(reverse("desk:cash_online"))
    context = {
        "officer": officer,
        "money": cash.money_lines(),
        "days": cash.compared_days(),
        "yesterday": clock.today() - timedelta(days=1),
        "problem": problem,
    }
    return render(request, "desk/cash_online.html", context, status=422 if problem else 200)


def _act(request: HttpRequest, officer: Officer) -> None:
    by, at, post = first_role(officer, *cash.ONLINE_ROLES), clock.now(), request.POST
    if post.get("action") == "compare":
        on = cash.read_day(post.get("day", ""), today=clock.today())
        for gateway_id, way in fees.gateways.all():
            if not way.check_config():
                fees.reconcile(at=at, gateway_id=gateway_id, day=on)
        return
    try:
        money_id = UUID(post.get("money", ""))
    except ValueError:
        raise fees.NoSuchMoney from None
    if post.get("action") == "match":
        demand = fees.demand_by_code(post.get("code", "").strip()[:60])
        if demand is None:
            raise UnknownCode
        settled = fees.match(by=by, at=at, money_id=money_id, payment_id=demand.id)
        if settled.payment_id is not None:
            dossiers.note_payment(at=at, payment_id=settled.payment_id)
        return
    reason = post.get("reason", "").replace("\x00", "") or _("Tiền không dùng cho khoản nào")
    fees.give_back(by=by, at=at, money_id=money_id, reason=reason)
