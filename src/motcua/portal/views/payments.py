"""The citizen pays: sees what it costs and why, goes to the platform or scans a QR, comes back, gets the receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import DossierView, State
from motcua.fees import api as fees
from motcua.fees.data import PaymentState, PaymentView
from motcua.portal import paying
from motcua.portal.citizen import Citizen, needs_citizen
from motcua.portal.lang import language, sentence
from motcua.portal.sheet import DraftGone, Sheet, open_sheet
from motcua.portal.views.dossier import own_dossier
from motcua.procedures.data import ChannelKind
from motcua.ui.api import Problem
from motcua.ui.sending import send_bytes

_ENDED = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED})


@require_http_methods(["GET", "HEAD", "POST"])
@own_dossier
def pay(request: HttpRequest, citizen: Citizen, found: DossierView) -> HttpResponse:
    """What is to be paid for my dossier, and paying it. Without scripts: a form, a redirect, a page that says it."""
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return _act(request, citizen, found)
        except DomainError as error:
            problem = Problem(
                what=_("Chưa nộp được"), safe=_("Bạn chưa bị trừ tiền lần nào."), todo=sentence(error)
            )
    demands = demands_of(found)
    asks = not demands and found.card.state not in _ENDED
    context: dict[str, Any] = paying.page(
        demands,
        paying.quote(found) if asks or _waits(demands) else None,
        at=clock.now(),
        receipt_url="portal:fee_receipt",
        owner=found.card.id,
    )
    context |= {
        "d": found.card,
        "problem": problem,
        "back": reverse("portal:dossier", args=[found.card.id]),
        "title": found.card.procedure_name,
        "code": found.card.code,
    }
    return render(request, "portal/pay.html", context, status=422 if problem else 200)


def _waits(demands: list[PaymentView]) -> bool:
    return any(one.state is PaymentState.DUE for one in demands)


def _act(request: HttpRequest, citizen: Citizen, found: DossierView) -> HttpResponse:
    here = reverse("portal:pay", args=[found.card.id])
    if request.POST.get("check"):
        look_again(demands_of(found))
        return HttpResponseRedirect(here)
    demand = dossiers.owe(by=citizen.actor, at=clock.now(), dossier_id=found.card.id)
    return to_gateway(request, citizen, demand, here)


def to_gateway(
    request: HttpRequest, citizen: Citizen, demand: PaymentView, here: str
) -> HttpResponseRedirect:
    """Start a try by the chosen way; the browser goes to the platform, or back to the page that shows the QR."""
    started = fees.start(
        by=citizen.actor,
        at=clock.now(),
        payment_id=demand.id,
        gateway_id=request.POST.get("way", "")[:30],
        language=language(),
    )
    return HttpResponseRedirect(started.url or f"{here}#qr")


def look_again(demands: list[PaymentView]) -> None:
    """Ask what became of open tries now instead of waiting for the duty's turn."""
    now = clock.now()
    for demand in demands:
        for attempt in paying.open_tries(demand, at=now):
            settled = fees.ask_one(attempt.id, at=now)
            if settled.payment_id is not None:
                dossiers.note_payment(at=now, payment_id=settled.payment_id)


def demands_of(found: DossierView) -> list[PaymentView]:
    """Everything that was asked for the dossier, as `fees` has it now."""
    return fees.payments([row.payment_id for row in found.payments])


@require_http_methods(["GET", "HEAD", "POST"])
@needs_citizen
def pay_first(request: HttpRequest, citizen: Citizen, draft_id: UUID) -> HttpResponse:
    """Pay before filing. What is paid goes over to the dossier when the draft is sent; unsent, it can be had back."""
    try:
        sheet = open_sheet(citizen, draft_id)
    except DraftGone:
        sent = dossiers.filed_from(by=citizen.actor, draft_id=draft_id)
        if sent is None:
            raise Http404 from None
        return HttpResponseRedirect(reverse("portal:pay", args=[sent]))
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return _act_first(request, citizen, sheet)
        except DomainError as error:
            problem = Problem(
                what=_("Chưa nộp được"), safe=_("Bạn chưa bị trừ tiền lần nào."), todo=sentence(error)
            )
    demands = fees.payments_for("draft", str(draft_id))
    settled = any(one.state is PaymentState.PAID for one in demands)
    context: dict[str, Any] = paying.page(
        demands,
        None if settled else _price(sheet),
        at=clock.now(),
        receipt_url="portal:first_receipt",
        owner=draft_id,
    )
    context |= {
        "problem": problem,
        "back": reverse("portal:check", args=[draft_id]),
        "title": sheet.title,
        "code": "",
        "first": True,
        "may_have_back": settled,
    }
    return render(request, "portal/pay.html", context, status=422 if problem else 200)


def _price(sheet: Sheet) -> fees.FeeDue:
    return fees.fee_due(sheet.content, ChannelKind.ONLINE, at=clock.now())


def _act_first(request: HttpRequest, citizen: Citizen, sheet: Sheet) -> HttpResponse:
    here = reverse("portal:pay_first", args=[sheet.draft.id])
    demands = fees.payments_for("draft", str(sheet.draft.id))
    if request.POST.get("check"):
        look_again(demands)
        return HttpResponseRedirect(here)
    paid = next((one for one in demands if one.state is PaymentState.PAID), None)
    if paid is not None:
        if request.POST.get("have_back"):
            reason = "Người nộp chưa gửi hồ sơ và xin nhận lại tiền"
            fees.ask_refund(by=citizen.actor, at=clock.now(), payment_id=paid.id, reason=reason)
        return HttpResponseRedirect(here)
    due = next((one for one in demands if one.state is PaymentState.DUE), None)
    if due is None:
        lines = _price(sheet).lines
        if sum(line.amount for line in lines) <= 0:
            raise dossiers.NothingToPay(str(sheet.draft.id))
        due = fees.ask(
            by=citizen.actor,
            at=clock.now(),
            subject_kind="draft",
            subject_id=str(sheet.draft.id),
            agency_key=sheet.notes.agency,
            lines=lines,
            about=fees.About(
                title=sheet.content.name, procedure=sheet.content.code, payer=sheet.citizen.name
            ),
        )
    return to_gateway(request, citizen, due, here)


@require_safe
@needs_citizen
def first_receipt(request: HttpRequest, citizen: Citizen, draft_id: UUID, payment_id: UUID) -> HttpResponse:
    """The receipt of what I paid before filing."""
    try:
        open_sheet(citizen, draft_id)
    except DraftGone:
        raise Http404 from None
    if payment_id not in {one.id for one in fees.payments_for("draft", str(draft_id))}:
        raise Http404
    return send_receipt(payment_id)


@require_safe
@own_dossier
def receipt(request: HttpRequest, citizen: Citizen, found: DossierView, payment_id: UUID) -> HttpResponse:
    """The receipt of a payment of my dossier."""
    if payment_id not in {row.payment_id for row in found.payments}:
        raise Http404
    return send_receipt(payment_id)


def send_receipt(payment_id: UUID) -> HttpResponse:
    """The last receipt given for a demand; there is none before it is paid."""
    given = fees.receipts_of(payment_id)
    if not given:
        raise Http404
    name = f"Bien lai {given[-1].written.replace('/', '-')}.pdf"
    return send_bytes(fees.receipt_pdf(given[-1].id), name=name, media_type="application/pdf")
