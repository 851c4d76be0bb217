"""What citizens filed on the national portal and the system could not take in yet: what, why, and trying again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk.officer import SYNC_ROLES, Officer, first_role, needs_role
from motcua.desk.words import agency_name, either, sentence
from motcua.exchange import api as exchange


@require_http_methods(["GET", "POST"])
@needs_role(*SYNC_ROLES)
def inbound(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The list, the oldest first; POST `delivery` (many) or `all` tries again at the next look."""
    by = first_role(officer, *SYNC_ROLES)
    found = exchange.waiting_deliveries(by=by)
    if request.method == "POST":
        chosen = [one.id for one in found] if request.POST.get("all") else request.POST.getlist("delivery")
        try:
            exchange.take_again(by=by, at=clock.now(), delivery_ids=chosen)
        except DomainError as error:
            messages.error(request, sentence(error))
        else:
            messages.success(request, _("Hệ thống nhận lại ở lượt xem Cổng tới."))
        return HttpResponseRedirect(reverse("desk:sync_inbound"))
    kinds = {1: _("Hồ sơ mới"), 2: _("Giấy tờ bổ sung"), 3: _("Đơn xin rút hồ sơ")}
    rows = [
        {
            "it": one,
            "kind": kinds[one.kind],
            "cause": either(one.cause_vi, one.cause_en),
            "agency": agency_name(one.agency) if one.agency else one.unit_code,
        }
        for one in found
    ]
    return render(request, "desk/sync_inbound.html", {"officer": officer, "rows": rows})
