"""Gives money back: asked with a reason, sent through the gateway it came by or counted out, then noted."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor, require_aware
from motcua.base.errors import DomainError
from motcua.fees.actions.callbacks import actor_of
from motcua.fees.actions.receipts import void_row
from motcua.fees.actions.settling import NoSuchMoney
from motcua.fees.actions.starting import gateway
from motcua.fees.actions.writing import locked, reason_of, write
from motcua.fees.data import MoneyState, MoneyView, PaymentState, PaymentView, ReceiptState, RefundOrder
from motcua.fees.models import MoneyIn, Payment
from motcua.fees.queries import payments as queries
from motcua.fees.rules.moves import check_move
from motcua.ledger.api import Subject, append

TRY_AGAIN = timedelta(minutes=15)
log = logging.getLogger(__name__)


class ThroughGateway(DomainError):
    """This was paid online; the money goes back the way it came, by itself."""

    message_vi = "Khoản này nộp trực tuyến; tiền được hoàn tự động theo đúng đường đã nộp."


def ask_refund(*, by: Actor, at: datetime, payment_id: UUID, reason: str) -> PaymentView:
    """Decide that a paid demand's money goes back: paid online, the duty sends it; else a cashier counts it out."""
    require_aware(at)
    why = reason_of(reason, payment_id)
    with transaction.atomic():
        row = locked(payment_id)
        check_move(PaymentState(row.state), PaymentState.REFUND_ASKED)
        money = MoneyIn.objects.select_for_update().filter(payment=row, state=MoneyState.APPLIED).first()
        row.state = PaymentState.REFUND_ASKED
        row.ended_reason = why
        row.save(update_fields=["state", "ended_reason"])
        if money is not None:
            _ask(money, by=by, at=at, reason=why)
        write("payment.refund_asked", row, by, at)
    return queries.view(row)


def keep_after_all(*, by: Actor, at: datetime, payment_id: UUID, reason: str) -> PaymentView:
    """Take back the decision, as long as no money left: cash that is still in the till. Raises `ThroughGateway`."""
    require_aware(at)
    why = reason_of(reason, payment_id)
    with transaction.atomic():
        row = locked(payment_id)
        check_move(PaymentState(row.state), PaymentState.PAID)
        if MoneyIn.objects.filter(payment=row, state=MoneyState.REFUND_ASKED).exists():
            raise ThroughGateway(str(payment_id))
        row.state = PaymentState.PAID
        row.ended_reason = ""
        row.save(update_fields=["state", "ended_reason"])
        write("payment.refund_taken_back", row, by, at, why=why)
    return queries.view(row)


def counted_out(*, by: Actor, at: datetime, payment_id: UUID) -> PaymentView:
    """The cashier gave the money back over the counter. Raises `ThroughGateway` for what was paid online."""
    require_aware(at)
    with transaction.atomic():
        row = locked(payment_id)
        check_move(PaymentState(row.state), PaymentState.REFUNDED)
        if row.money.exists():
            raise ThroughGateway(str(payment_id))
        _refunded(row, by=by, at=at)
        write("payment.refunded", row, by, at)
    return queries.view(row)


def give_back(*, by: Actor, at: datetime, money_id: UUID, reason: str) -> MoneyView:
    """Decide that money that pays nothing (another sum, paid twice, unknown) goes back to its sender."""
    require_aware(at)
    why = reason_of(reason, money_id)
    with transaction.atomic():
        money = _money(money_id)
        if money.state == MoneyState.UNMATCHED:
            check_move(MoneyState.UNMATCHED, MoneyState.TO_REFUND)
            money.state = MoneyState.TO_REFUND
        if money.payment is not None and money.state == MoneyState.APPLIED:
            raise NoSuchMoney(str(money_id))  # a paid demand's money goes back by `ask_refund`
        _ask(money, by=by, at=at, reason=why)
        _tell_money("money.refund_asked", money, by, at)
    return queries.money_view(money)


def send_refunds(*, at: datetime, limit: int = 10) -> int:
    """Send money back that was decided on and whose turn it is; how many went. Safe in two processes at once."""
    require_aware(at)
    gone = 0
    for money_id in _take(at, limit):
        money = MoneyIn.objects.get(id=money_id)
        try:
            reference = gateway(money.gateway).refund(_order(money), at=at)
        except DomainError as error:
            log.warning("refund of %s %s not sent: %s", money.gateway, money.outside_ref, error)
            continue
        _sent(money_id, reference, by=actor_of(money.gateway), at=at)
        gone += 1
    return gone


@transaction.atomic
def _take(at: datetime, limit: int) -> list[UUID]:
    rows = list(
        MoneyIn.objects.select_for_update(skip_locked=True)
        .filter(state=MoneyState.REFUND_ASKED, refund_next__lte=at)
        .order_by("refund_next")[:limit]
    )
    for row in rows:
        row.refund_next = at + TRY_AGAIN
        row.save(update_fields=["refund_next"])
    return [row.id for row in rows]


def _order(money: MoneyIn) -> RefundOrder:
    return RefundOrder(
        key=f"HT{money.id.hex}",
        reference=money.reference,
        outside_ref=money.outside_ref,
        amount=money.amount,
        reason=money.refund_reason,
        payer_account=money.payer_account,
        payer_bank=money.payer_bank,
        payer_name=money.payer_name,
    )


@transaction.atomic
def _sent(money_id: UUID, reference: str, *, by: Actor, at: datetime) -> None:
    payment_id = MoneyIn.objects.values_list("payment_id", flat=True).get(id=money_id)
    row = locked(payment_id) if payment_id is not None else None
    money = _money(money_id)
    if money.state == MoneyState.REFUNDED:
        return  # another process was faster; the gateway gave the same reference for the same key
    check_move(MoneyState(money.state), MoneyState.REFUNDED)
    money.state = MoneyState.REFUNDED
    money.refunded_at = at
    money.refund_ref = reference[:80]
    money.refund_next = None
    money.save()
    if row is not None and row.state == PaymentState.REFUND_ASKED and not money.why:
        _refunded(row, by=by, at=at)
        write("payment.refunded", row, by, at, refund_ref=reference)
    else:
        _tell_money("money.refunded", money, by, at)


def _refunded(row: Payment, *, by: Actor, at: datetime) -> None:
    row.state = PaymentState.REFUNDED
    row.ended_at = at
    row.save(update_fields=["state", "ended_at"])
    if row.receipt is not None and row.receipt.state == ReceiptState.VALID:
        void_row(row.receipt, by=by, at=at, reason=row.ended_reason)


def _ask(money: MoneyIn, *, by: Actor, at: datetime, reason: str) -> None:
    check_move(MoneyState(money.state), MoneyState.REFUND_ASKED)
    money.state = MoneyState.REFUND_ASKED
    money.refund_asked_at = at
    money.refund_asked_by = by.ref
    money.refund_reason = reason
    money.refund_next = at
    money.save()


def _money(money_id: UUID) -> MoneyIn:
    money = MoneyIn.objects.select_for_update().filter(id=money_id).first()
    if money is None:
        raise NoSuchMoney(str(money_id))
    return money


def _tell_money(kind: str, money: MoneyIn, by: Actor, at: datetime) -> None:
    append(
        kind=kind,
        subject=Subject(kind="money", id=f"{money.gateway}:{money.outside_ref}"[:64]),
        by=by,
        at=at,
        payload={
            "money": str(money.id),
            "amount": money.amount,
            "gateway": money.gateway,
            "why": money.why,
            "reason": money.refund_reason,
            "refund_ref": money.refund_ref,
        },
    )
