"""The cashier's pages: take a fee with its reductions, receipts and refunds of a payment, the day's cash report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from motcua.base import clock
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.desk import cash
from motcua.desk.acting import open_for
from motcua.desk.officer import DESK_ROLES, Officer, first_role, needs_role
from motcua.desk.words import agency_name, either, language, sentence
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, DossierView
from motcua.fees import api as fees
from motcua.fees.data import PaymentState, PaymentView, ReceiptForm
from motcua.ui.sending import send_bytes


def _opened(officer: Officer, dossier_id: UUID) -> tuple[DossierView, Actor]:
    """The dossier for whoever may take its money; anybody else's does not exist."""
    try:
        view, may, _reader = open_for(officer, dossier_id, at=clock.now())
    except dossiers.NotYours:
        raise Http404(str(dossier_id)) from None
    actor = may.get(Action.RECORD_PAYMENT)
    return view, actor or first_role(officer, *DESK_ROLES)


@require_http_methods(["GET", "POST"])
@needs_role(*DESK_ROLES)
def take(request: HttpRequest, officer: Officer, dossier_id: UUID) -> HttpResponse:
    """What to take and why; papers that lower it; cash, card or transfer; electronic receipt or paper leaf.

    "Tính lại" shows the sum with the papers that were ticked; only "Thu tiền" takes it, for the sum that was shown.
    """
    view, actor = _opened(officer, dossier_id)
    given = cash.typed(request.POST)
    problem = ""
    if request.method == "POST" and request.POST.get("action") == "take":
        try:
            _take(request, given, view, actor)
        except DomainError as error:
            problem = sentence(error)
        else:
            return HttpResponseRedirect(_after(dossier_id))
    lines = dossiers.quote_at_counter(dossier_id=dossier_id, facts=given.facts)
    total = sum(one.amount for one in lines)
    paper_until = fees.receipt_form_allowed(ReceiptForm.PAPER, clock.today())
    context: dict[str, Any] = {
        "officer": officer,
        "card": view.card,
        "title": either(view.card.procedure_name, ""),
        "rows": cash.rows_of(lines),
        "total": total,
        "nothing": not lines,
        "given": given,
        "facts": cash.fact_choices(given.facts),
        "methods": cash.method_choices(given.method),
        "paper_allowed": paper_until,
        "problem": problem,
        "payments": fees.payments([row.payment_id for row in view.payments]),
    }
    return render(request, "desk/cash_take.html", context, status=422 if problem else 200)


def _take(request: HttpRequest, given: cash.Typed, view: DossierView, actor: Actor) -> None:
    shown = request.POST.get("total", "")
    dossiers.take_at_counter(
        by=actor,
        at=clock.now(),
        dossier_id=view.card.id,
        amount=int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 16 else -1,
        method=given.counter_method(),
        facts=given.facts,
        proof=given.proof,
        leaf=given.leaf(),
        expected_seq=view.card.seq,
    )


def _after(dossier_id: UUID) -> str:
    """The payment that was just taken; the dossier where an exemption left nothing to take."""
    paid = [one for one in fees.payments_for("dossier", str(dossier_id)) if one.paid_at is not None]
    if paid:
        return reverse("desk:cash_payment", args=[paid[-1].id])
    return reverse("desk:dossier", args=[dossier_id])


def _own(officer: Officer, payment_id: UUID) -> PaymentView:
    """A payment of the officer's own agency; another agency's does not exist."""
    try:
        found = fees.payment(payment_id)
    except fees.NoSuchPayment:
        raise Http404(str(payment_id)) from None
    if found.agency_key != officer.position.agency_key:
        raise Http404(str(payment_id))
    return found


@require_http_methods(["GET", "POST"])
@needs_role(*DESK_ROLES)
def payment(request: HttpRequest, officer: Officer, payment_id: UUID) -> HttpResponse:
    """One payment: its receipts, voiding a receipt that was written wrongly, giving the money back."""
    found = _own(officer, payment_id)
    problem = ""
    if request.method == "POST":
        try:
            _change(request, officer, found)
        except DomainError as error:
            problem = sentence(error)
        else:
            return HttpResponseRedirect(reverse("desk:cash_payment", args=[payment_id]))
        found = fees.payment(payment_id)
    context = {
        "officer": officer,
        "p": found,
        "status": found.status(language()),
        "how": found.how(language()),
        "rows": [
            {
                "what": line.get("name"),
                "amount": line.get("amount"),
                "why": line.get("why_en" if language() == "en" else "why_vi") or "",
            }
            for line in found.lines
        ],
        "receipts": cash.history(found),
        "may_void": found.state is PaymentState.PAID,
        "may_refund": found.state is PaymentState.PAID,
        "to_count_out": found.state is PaymentState.REFUND_ASKED and not fees.money_of(payment_id),
        "paper_allowed": fees.receipt_form_allowed(ReceiptForm.PAPER, clock.today()),
        "problem": problem,
    }
    return render(request, "desk/cash_payment.html", context, status=422 if problem else 200)


def _change(request: HttpRequest, officer: Officer, found: PaymentView) -> None:
    by, at = first_role(officer, *DESK_ROLES), clock.now()
    reason = request.POST.get("reason", "").replace("\x00", "")
    match request.POST.get("action"):
        case "void":
            leaf = cash.typed(request.POST).leaf()
            fees.void_receipt(by=by, at=at, payment_id=found.id, reason=reason, leaf=leaf)
        case "refund":
            fees.ask_refund(by=by, at=at, payment_id=found.id, reason=reason)
        case "counted":
            fees.counted_out(by=by, at=at, payment_id=found.id)
        case "keep":
            fees.keep_after_all(by=by, at=at, payment_id=found.id, reason=reason)
        case _:
            raise Http404


@require_GET
@needs_role(*DESK_ROLES)
def receipt(request: HttpRequest, officer: Officer, payment_id: UUID) -> HttpResponse:
    """The receipt as PDF; a voided one says so."""
    _own(officer, payment_id)
    given = fees.receipts_of(payment_id)
    if not given:
        raise Http404(str(payment_id))
    name = f"Bien lai {given[-1].written.replace('/', '-')}.pdf"
    return send_bytes(fees.receipt_pdf(given[-1].id), name=name, media_type="application/pdf")


@require_GET
@needs_role(*DESK_ROLES)
def report(request: HttpRequest, officer: Officer) -> HttpResponse:
    """What this agency took on a day, and what is to be given back over the counter."""
    on = cash.read_day(request.GET.get("day", ""), today=clock.today())
    key = officer.position.agency_key
    context = {
        "officer": officer,
        "agency": agency_name(key),
        "made_at": clock.now(),
        "day": on,
        "online": cash.sees_online(officer),
        "report": cash.day_report(key, on),
        "to_count_out": [
            one for one in fees.refunds_asked() if one.agency_key == key and one.method.at_counter
        ],
    }
    return render(request, "desk/cash.html", context)
