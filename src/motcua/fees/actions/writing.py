"""What every write does alike: lock the demand first, its tries after it, and say it once in the ledger."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from motcua.base.data import Actor, Json
from motcua.base.db import require_transaction
from motcua.base.errors import DomainError
from motcua.fees.data import PaymentState
from motcua.fees.models import Payment
from motcua.fees.queries.payments import NoSuchPayment, receipt_written
from motcua.fees.rules.moves import PaymentNotPossible
from motcua.ledger.api import Subject, append


class ReasonMissing(DomainError):
    """Say why."""

    message_vi = "Chưa ghi lý do."


def locked(payment_id: UUID) -> Payment:
    """The row, held until the transaction ends; raises `NoSuchPayment`.

    Whoever needs a demand and its tries locks the demand first: two writers never wait for each other in a circle.
    """
    require_transaction()
    row = (
        Payment.objects.select_for_update(of=("self",))
        .select_related("receipt")
        .filter(id=payment_id)
        .first()
    )
    if row is None:
        raise NoSuchPayment(str(payment_id))
    return row


def check_due(row: Payment) -> None:
    """Raise `PaymentNotPossible` unless the held demand waits to be paid."""
    if row.state != PaymentState.DUE:
        raise PaymentNotPossible(str(row.id), state=row.state)


def reason_of(text: str, about: object) -> str:
    """The reason, trimmed; raises `ReasonMissing`."""
    reason = text.strip()[:500]
    if not reason:
        raise ReasonMissing(str(about))
    return reason


def write(kind: str, row: Payment, by: Actor, at: datetime, **more: Json) -> None:
    """The entry of a demand."""
    append(
        kind=kind,
        subject=Subject(kind="payment", id=str(row.id)),
        by=by,
        at=at,
        unit=row.agency_key,
        payload={
            "for": {"kind": row.subject_kind, "id": row.subject_id},
            "amount": row.amount,
            "lines": row.lines,
            "state": str(row.state),
            "method": str(row.method),
            "receipt_number": receipt_written(row),
            "outside_ref": row.outside_ref,
            "reason": row.ended_reason,
            **more,
        },
    )
