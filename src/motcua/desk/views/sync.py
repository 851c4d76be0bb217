"""Synchronisation with the national portal: what a person must mend, sending again, each unit's share."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from motcua.base import clock
from motcua.base.clock import VN
from motcua.base.errors import DomainError
from motcua.desk.officer import SYNC_ROLES, Officer, first_role, needs_role
from motcua.desk.words import agency_name, either, sentence
from motcua.exchange import api as exchange
from motcua.staff.api import Role
from motcua.ui.sending import send_bytes

_SHOWN = 100
_EXPORTED = 5000


def _kinds() -> dict[str, str]:
    return {
        "data": _("Cần sửa hồ sơ"),
        "mapping": _("Cần sửa mã danh mục"),
        "clash": _("Trùng mã với hồ sơ khác"),
        "retry": _("Đang tự gửi lại"),
    }


def _filter(request: HttpRequest) -> dict[str, str]:
    """`?trouble=&code=&agency=`; words that mean nothing filter nothing."""
    return {
        "trouble": request.GET.get("trouble", "")[:10],
        "error_code": request.GET.get("code", "").replace("\x00", "")[:20],
        "agency": request.GET.get("agency", "").replace("\x00", "")[:60],
    }


@require_GET
@needs_role(*SYNC_ROLES)
def sync(request: HttpRequest, officer: Officer) -> HttpResponse:
    """What the portal does not have as it is, why, and one button to send again; `?as=csv` gives the list."""
    by, now, chosen = first_role(officer, *SYNC_ROLES), clock.now(), _filter(request)
    found = exchange.troubles(by=by, limit=_EXPORTED if request.GET.get("as") == "csv" else _SHOWN, **chosen)
    if request.GET.get("as") == "csv":
        return _export(found, at=now)
    counts, kinds = exchange.count_troubles(by=by), _kinds()
    units = exchange.shares(by=by)
    total = sum(one.dossiers for one in units)
    done = sum(one.synchronised for one in units)
    context = {
        "officer": officer,
        "rows": [_row(one, kinds) for one in found],
        "kinds": [(key, words, counts[key], key == chosen["trouble"]) for key, words in kinds.items()],
        "in_trouble": sum(counts.values()),
        "units": [(agency_name(one.agency), one) for one in units[:_SHOWN]],
        "total": total,
        "done": done,
        "share": 100 * done / total if total else None,
        "state": exchange.sync_state(at=now),
        "outages": [_outage(one) for one in exchange.outages()],
        "planned": exchange.announcements(at=now),
        "last": _last(),
        "made_at": now,
        "query": "&".join(f"{k}={v}" for k, v in _as_query(chosen).items() if v),
    }
    return render(request, "desk/sync.html", context)


def _as_query(chosen: Mapping[str, str]) -> dict[str, str]:
    return {"trouble": chosen["trouble"], "code": chosen["error_code"], "agency": chosen["agency"]}


def _row(one: Any, kinds: Mapping[str, str]) -> dict[str, Any]:
    return {
        "it": one,
        "cause": either(one.cause_vi, one.cause_en),
        "kind": kinds.get(one.trouble, one.trouble),
        "agency": agency_name(one.agency),
        "fields": ", ".join(one.fields),
    }


def _outage(one: Any) -> dict[str, Any]:
    return {
        "name": either(one.name_vi, one.name_en),
        "since": one.since,
        "still": either(one.still_works_vi, one.still_works_en),
    }


def _last() -> dict[str, Any] | None:
    found = exchange.latest_reconciliation()
    if found is None:
        return None
    return {
        "it": found,
        "causes": [(cause, either(vi, en), n) for cause, vi, en, n in found.by_cause],
    }


def _export(found: list[Any], *, at: datetime) -> HttpResponse:
    out, kinds = io.StringIO(), _kinds()
    sheet = csv.writer(out)
    sheet.writerow(
        [_("Mã hồ sơ"), _("Cơ quan"), _("Loại"), _("Nguyên nhân"), _("Mục"), _("Từ lúc"), _("Số lần gửi")]
    )
    for one in found:
        row = _row(one, kinds)
        sheet.writerow(
            [
                one.code,
                row["agency"],
                row["kind"],
                row["cause"],
                row["fields"],
                one.since.astimezone(VN).strftime("%d/%m/%Y %H:%M"),
                one.tries,
            ]
        )
    return send_bytes(
        ("\ufeff" + out.getvalue()).encode(),
        name=f"dong-bo-{at:%Y%m%d}.csv",
        media_type="text/csv; charset=utf-8",
    )


@require_POST
@needs_role(*SYNC_ROLES)
def again(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Send the chosen dossiers again, or all that the filter shows."""
    by, now = first_role(officer, *SYNC_ROLES), clock.now()
    chosen = _filter(request)
    back = f"{reverse('desk:sync')}?{'&'.join(f'{k}={v}' for k, v in _as_query(chosen).items() if v)}"
    try:
        if request.POST.get("all"):
            ids = [one.dossier for one in exchange.troubles(by=by, limit=_EXPORTED, **chosen)]
        else:
            ids = [found for raw in request.POST.getlist("dossier")[:_EXPORTED] if (found := _id(raw))]
        sent = exchange.resend(by=by, at=now, dossier_ids=ids)
    except DomainError as error:
        messages.error(request, sentence(error))
        return HttpResponseRedirect(back)
    messages.success(
        request,
        ngettext("%(n)d hồ sơ đã vào đầu hàng gửi.", "%(n)d hồ sơ đã vào đầu hàng gửi.", sent) % {"n": sent},
    )
    return HttpResponseRedirect(back)


def _id(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


@require_GET
@needs_role(*SYNC_ROLES)
def differences(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The dossiers behind one cause of the last comparison; `?as=proof` gives the proof to keep."""
    if request.GET.get("as") == "proof":
        if not officer.has(Role.SYSTEM_ADMIN, Role.CONTROLLER):
            return render(request, "desk/not_for_you.html", {"officer": officer}, status=403)
        proof = exchange.proof_text()
        if proof:
            return send_bytes(proof.encode(), name="chung-cu-doi-soat.json", media_type="application/json")
    cause = request.GET.get("cause", "").replace("\x00", "")[:30]
    found = exchange.differences(by=first_role(officer, *SYNC_ROLES), cause=cause)
    context = {
        "officer": officer,
        "last": _last(),
        "rows": [
            {
                "it": one,
                "cause": either(one.cause_vi, one.cause_en),
                "cure": either(one.cure_vi, one.cure_en),
                "fields": ", ".join(one.fields),
            }
            for one in found
        ],
    }
    return render(request, "desk/sync_differences.html", context)
