"""Starts paying a demand online: the try is written down, then the gateway asked, then its answer written down.

The call to the outside stands between two transactions. Whatever breaks in between leaves a try that is known by
its reference; the duty that asks after open tries learns what became of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from motcua.base.data import Actor, require_aware
from motcua.base.errors import DomainError
from motcua.base.registry import Registry
from motcua.fees.actions.writing import check_due, locked, write
from motcua.fees.data import (
    AttemptState,
    AttemptView,
    GatewayRefused,
    Order,
    PaymentGateway,
    Started,
)
from motcua.fees.models import Attempt, Payment
from motcua.fees.queries.payments import attempt_view
from motcua.fees.rules.moves import check_move
from motcua.fees.rules.references import new_reference
from motcua.units import api as units

gateways: Registry[PaymentGateway] = Registry("payment gateway")
FIRST_ASK = timedelta(minutes=1)
_OPEN = [AttemptState.INITIATED.value, AttemptState.PENDING.value]


class NothingToPayOnline(DomainError):
    """Nothing is to be paid."""

    message_vi = "Khoản này không phải nộp tiền."


class NoSuchGateway(DomainError):
    """This way of paying is not offered."""

    message_vi = "Không có cách nộp tiền này."


def gateway(gateway_id: str) -> PaymentGateway:
    """The gateway of that name, set up. Raises `NoSuchGateway`."""
    found = dict(gateways.all()).get(gateway_id)
    if found is None or found.check_config():
        raise NoSuchGateway(gateway_id)
    return found


def start(*, by: Actor, at: datetime, payment_id: UUID, gateway_id: str, language: str = "vi") -> AttemptView:
    """Open a try to pay the demand through a gateway, or give the one that is open.

    Asked twice (a double click, a slow line) there is one try. Raises `PaymentNotPossible` when the demand is not
    due, `NothingToPayOnline`, `NoSuchGateway`, `GatewayRefused`, `GatewayUnavailable` (the try stays open).
    """
    require_aware(at)
    way = gateway(gateway_id)
    attempt, row = _begin(by=by, at=at, payment_id=payment_id, gateway_id=gateway_id)
    if attempt.state == AttemptState.PENDING:
        return attempt_view(attempt)
    try:
        started = way.start(_order(attempt, row, language), at=at)
    except GatewayRefused as error:
        _refused(attempt.id, by=by, at=at, code=str(error.context.get("code", "")))
        raise
    return _opened(attempt.id, started, by=by, at=at)


@transaction.atomic
def _begin(*, by: Actor, at: datetime, payment_id: UUID, gateway_id: str) -> tuple[Attempt, Payment]:
    row = locked(payment_id)
    check_due(row)
    if row.amount == 0:
        raise NothingToPayOnline(str(payment_id))
    open_one = (
        Attempt.objects.select_for_update().filter(payment=row, gateway=gateway_id, state__in=_OPEN).first()
    )
    if open_one is not None:
        if open_one.expires_at is None or open_one.expires_at > at:
            return open_one, row
        end(open_one, AttemptState.EXPIRED, at=at, code="time")
    key = uuid4()
    attempt = Attempt.objects.create(
        id=key,
        payment=row,
        gateway=gateway_id,
        reference=new_reference(key),
        amount=row.amount,
        state=AttemptState.INITIATED,
        started_at=at,
        started_by=by.ref,
        ask_next=at + FIRST_ASK,
    )
    write("payment.started", row, by, at, gateway=gateway_id, reference=attempt.reference)
    return attempt, row


def _order(attempt: Attempt, row: Payment, language: str) -> Order:
    return Order(
        reference=attempt.reference,
        amount=attempt.amount,
        lines=tuple(row.lines),
        title=row.title,
        code=row.code,
        procedure=row.procedure,
        payer=row.payer,
        agency_key=row.agency_key,
        agency_name=agency_name(row.agency_key),
        language="en" if language == "en" else "vi",
        started_at=attempt.started_at,
    )


def agency_name(key: str) -> str:
    """The agency's name; the key itself when it is not known any more."""
    try:
        return units.agency(key).name
    except units.UnknownAgency:
        return key


@transaction.atomic
def _opened(attempt_id: UUID, started: Started, *, by: Actor, at: datetime) -> AttemptView:
    """The gateway waits for the payer; a callback may have been faster, then the end stands."""
    attempt = hold(attempt_id)
    attempt.url, attempt.qr = started.url, started.qr
    attempt.outside_id, attempt.expires_at = started.outside_id, started.expires_at
    if attempt.state == AttemptState.INITIATED:
        attempt.state = AttemptState.PENDING
    attempt.save()
    return attempt_view(attempt)


@transaction.atomic
def _refused(attempt_id: UUID, *, by: Actor, at: datetime, code: str) -> None:
    attempt = hold(attempt_id)
    if attempt.state == AttemptState.INITIATED:
        end(attempt, AttemptState.FAILED, at=at, code=code)
        write("payment.attempt_ended", attempt.payment, by, at, reference=attempt.reference, end="failed")


def hold(attempt_id: UUID) -> Attempt:
    """The try with its demand, both held until the transaction ends, the demand first."""
    payment_id = Attempt.objects.values_list("payment_id", flat=True).get(id=attempt_id)
    row = locked(payment_id)
    attempt = Attempt.objects.select_for_update().get(id=attempt_id)
    attempt.payment = row
    return attempt


def end(attempt: Attempt, state: AttemptState, *, at: datetime, code: str) -> None:
    """End a held try. What came to nothing is asked about once more a day later: money can be late."""
    check_move(AttemptState(attempt.state), state)
    attempt.state = state
    attempt.ended_at = at
    attempt.ended_code = code[:40]
    late = state in (AttemptState.EXPIRED, AttemptState.CANCELLED)
    attempt.ask_next = at + timedelta(days=1) if late and code != "settled" else None
    attempt.save()
