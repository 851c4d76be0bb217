"""Takes note of what the outside says of a try, and of money that came: exactly once, and never lost.

One function for callbacks, for what a query brought, and for the bank's feed. Money pays its demand when the sum
is right and the demand still due; otherwise it is kept as money to give back, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from django.db import transaction

from motcua.base.data import Actor, require_aware
from motcua.base.errors import DomainError
from motcua.fees.actions.demands import give_up_tries, settle_row
from motcua.fees.actions.starting import end, gateways, hold
from motcua.fees.actions.writing import check_due, locked, write
from motcua.fees.data import AttemptState, MoneyState, Outcome, PaymentState, Told, Verdict
from motcua.fees.models import Attempt, MoneyIn, Payment
from motcua.fees.rules.moves import check_move, may_move
from motcua.ledger.api import Subject, append, lock_subject

ONLINE = "online"  # payload "through" of the entry by which a demand's owner learns that it was paid
_ENDS = {
    Outcome.FAILED: AttemptState.FAILED,
    Outcome.CANCELLED: AttemptState.CANCELLED,
    Outcome.EXPIRED: AttemptState.EXPIRED,
}


class NoSuchMoney(DomainError):
    """There is no such incoming money."""

    message_vi = "Không có khoản tiền đến này."


class Via(StrEnum):
    """How we learnt of it."""

    CALLBACK = "callback"
    QUERY = "query"
    FEED = "feed"
    HAND = "hand"


@dataclass(frozen=True, kw_only=True)
class Payer:
    """Who sent money, as far as the bank says: needed to send it back."""

    name: str = ""
    account: str = ""
    bank: str = ""
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What was made of a message. `payment_id` when it paid a demand now."""

    verdict: Verdict
    attempt_id: UUID | None = None
    payment_id: UUID | None = None


def settle(
    *, by: Actor, at: datetime, gateway_id: str, told: Told, via: Via, payer: Payer = Payer()
) -> Settled:
    """Take note of a verified message about a try; safe to repeat in any order and at once.

    A callback that names another sum than was ordered is not believed (verdict AMOUNT): the gateway is asked
    instead. Entries: "payment.recorded" when a demand was paid, "payment.surplus" when money pays nothing,
    "payment.attempt_ended".
    """
    require_aware(at)
    found = Attempt.objects.filter(gateway=gateway_id, reference=told.reference[:50]).first()
    if found is None:
        if via is Via.FEED and told.outcome is Outcome.PAID:
            return _unmatched(by=by, at=at, gateway_id=gateway_id, told=told, payer=payer)
        return Settled(verdict=Verdict.UNKNOWN)
    with transaction.atomic():
        attempt = hold(found.id)
        if told.outcome is Outcome.PAID:
            return _paid(attempt, by=by, at=at, told=told, via=via, payer=payer)
        return _ended(attempt, by=by, at=at, told=told)


def _paid(attempt: Attempt, *, by: Actor, at: datetime, told: Told, via: Via, payer: Payer) -> Settled:
    known = MoneyIn.objects.filter(gateway=attempt.gateway, outside_ref=told.outside_ref).first()
    if known is not None:
        same = known.attempt_id == attempt.id and known.amount == told.amount
        verdict = Verdict.DOUBLED if same else Verdict.CONTRADICTS
        return Settled(verdict=verdict, attempt_id=attempt.id)
    if via is Via.CALLBACK and told.amount != attempt.amount:
        attempt.ask_next = at
        attempt.save(update_fields=["ask_next"])
        return Settled(verdict=Verdict.AMOUNT, attempt_id=attempt.id)
    row = attempt.payment
    why = _why_not(row, told.amount)
    money = _book(
        gateway_id=attempt.gateway, at=at, told=told, payer=payer, attempt=attempt, payment=row, why=why
    )
    if AttemptState(attempt.state) is not AttemptState.PAID:
        end(attempt, AttemptState.PAID, at=at, code="settled")
    if why:
        write("payment.surplus", row, by, at, money=str(money.id), came=told.amount, why=why)
        return Settled(verdict=Verdict.SURPLUS, attempt_id=attempt.id)
    pay_with(row, money, by=by, at=at, via=via)
    return Settled(verdict=Verdict.APPLIED, attempt_id=attempt.id, payment_id=row.id)


def pay_with(row: Payment, money: MoneyIn, *, by: Actor, at: datetime, via: Via) -> None:
    """Pay the held, due demand with money of exactly its sum; the entry tells the demand's owner."""
    check_due(row)
    give_up_tries(row, at)
    method = gateways.get(money.gateway).method
    settle_row(row, by=by, at=at, method=method, outside_ref=f"{money.gateway}:{money.outside_ref}"[:80])
    write("payment.recorded", row, by, at, through=ONLINE, via=via.value)


def _why_not(row: Payment, amount: int) -> str:
    """Why money of this sum cannot pay the demand; empty when it can."""
    state = PaymentState(row.state)
    if state is PaymentState.CANCELLED:
        return "demand_cancelled"
    if state is not PaymentState.DUE:
        return "paid_twice"
    return "" if amount == row.amount else "wrong_amount"


def _book(
    *,
    gateway_id: str,
    at: datetime,
    told: Told,
    payer: Payer,
    attempt: Attempt | None,
    payment: Payment | None,
    why: str,
) -> MoneyIn:
    state = MoneyState.APPLIED if not why else MoneyState.TO_REFUND
    if payment is None:
        state = MoneyState.UNMATCHED
    return MoneyIn.objects.create(
        id=uuid4(),
        gateway=gateway_id,
        outside_ref=told.outside_ref,
        reference=told.reference[:50],
        attempt=attempt,
        payment=payment,
        amount=told.amount,
        booked_at=told.at,
        received_at=at,
        said=payer.said[:500],
        payer_name=payer.name[:200],
        payer_account=payer.account[:60],
        payer_bank=(payer.bank or told.bank)[:60],
        state=state,
        why=why,
    )


def _unmatched(*, by: Actor, at: datetime, gateway_id: str, told: Told, payer: Payer) -> Settled:
    """Money without a reference that we know: kept for a person to look at."""
    with transaction.atomic():
        money_key = Subject(kind="money", id=f"{gateway_id}:{told.outside_ref}"[:64])
        lock_subject(money_key)  # two readers of one feed: the second finds it booked
        if MoneyIn.objects.filter(gateway=gateway_id, outside_ref=told.outside_ref).exists():
            return Settled(verdict=Verdict.DOUBLED)
        money = _book(
            gateway_id=gateway_id, at=at, told=told, payer=payer, attempt=None, payment=None, why="unmatched"
        )
        append(
            kind="money.unmatched",
            subject=money_key,
            by=by,
            at=at,
            payload={"money": str(money.id), "amount": money.amount, "gateway": gateway_id},
        )
    return Settled(verdict=Verdict.SURPLUS)


def match(*, by: Actor, at: datetime, money_id: UUID, payment_id: UUID) -> Settled:
    """A person says for which demand unmatched money is. It pays it, or is kept to be given back.

    Raises `PaymentNotPossible` when the money was dealt with before, `NoSuchPayment`.
    """
    require_aware(at)
    with transaction.atomic():
        row = locked(payment_id)
        money = MoneyIn.objects.select_for_update().filter(id=money_id).first()
        if money is None:
            raise NoSuchMoney(str(money_id))
        why = _why_not(row, money.amount)
        check_move(MoneyState(money.state), MoneyState.TO_REFUND if why else MoneyState.APPLIED)
        money.payment = row
        money.state, money.why = (MoneyState.TO_REFUND, why) if why else (MoneyState.APPLIED, "")
        money.save(update_fields=["payment", "state", "why"])
        if why:
            write("payment.surplus", row, by, at, money=str(money.id), came=money.amount, why=why)
            return Settled(verdict=Verdict.SURPLUS)
        pay_with(row, money, by=by, at=at, via=Via.HAND)
    return Settled(verdict=Verdict.APPLIED, payment_id=row.id)


def _ended(attempt: Attempt, *, by: Actor, at: datetime, told: Told) -> Settled:
    """The try came to nothing; what was paid stays paid whatever is said afterwards."""
    state = _ENDS.get(told.outcome)
    now = AttemptState(attempt.state)
    if state is None:
        return Settled(verdict=Verdict.NOTED, attempt_id=attempt.id)
    if now is AttemptState.PAID:
        return Settled(verdict=Verdict.CONTRADICTS, attempt_id=attempt.id)
    if not may_move(now, state):
        return Settled(verdict=Verdict.DOUBLED, attempt_id=attempt.id)
    end(attempt, state, at=at, code=told.code or told.outcome.value)
    write("payment.attempt_ended", attempt.payment, by, at, reference=attempt.reference, end=state.value)
    return Settled(verdict=Verdict.NOTED, attempt_id=attempt.id)
