"""Gives and voids receipts: electronic ones numbered without gaps per agency and year, leaves of printed books."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, require_aware
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.fees.actions.writing import locked, reason_of, write
from motcua.fees.data import PaymentState, ReceiptForm, ReceiptState, ReceiptView
from motcua.fees.models import Payment, Receipt
from motcua.fees.queries.receipts import receipt
from motcua.fees.rules.moves import PaymentNotPossible
from motcua.fees.rules.receipts import check_form, check_paper


class LeafUsed(DomainError):
    """The leaf {series} {number} was given before."""

    message_vi = "Tờ biên lai {series} số {number} đã dùng rồi."


class NotStanding(DomainError):
    """This receipt was voided before."""

    message_vi = "Biên lai này đã được hủy trước đó."


def issue(
    row: Payment,
    *,
    by: Actor,
    at: datetime,
    leaf: tuple[str, int] | None = None,
    replaces: Receipt | None = None,
) -> Receipt:
    """The receipt of a demand that is being paid, inside the caller's transaction.

    Raises `FormNotAllowed` (printed books end with 2026-12-31), `PaperInvalid`, `LeafUsed`.
    """
    day = at.astimezone(VN).date()
    if leaf is None:
        check_form(ReceiptForm.ELECTRONIC, day)
        form, series = ReceiptForm.ELECTRONIC, str(day.year)
        number = _next_number(row.agency_key, series)
    else:
        series, number = leaf[0].strip().upper(), leaf[1]
        check_paper(series, number)
        check_form(ReceiptForm.PAPER, day)
        form = ReceiptForm.PAPER
        advisory_lock("leaf", row.agency_key, series)  # the second cashier learns that the leaf is used
        if Receipt.objects.filter(agency_key=row.agency_key, series=series, number=number).exists():
            raise LeafUsed(series=series, number=number)
    return Receipt.objects.create(
        id=uuid4(),
        agency_key=row.agency_key,
        form=form,
        series=series,
        number=number,
        payment=row,
        amount=row.amount,
        issued_at=at,
        issued_by=by.ref,
        state=ReceiptState.VALID,
        replaces=replaces,
    )


def void_receipt(
    *, by: Actor, at: datetime, payment_id: UUID, reason: str, leaf: tuple[str, int] | None = None
) -> ReceiptView:
    """Void a paid demand's receipt that was written wrongly and give a new one; the old number stays used."""
    require_aware(at)
    why = reason_of(reason, payment_id)
    with transaction.atomic():
        row = locked(payment_id)
        if row.state != PaymentState.PAID or row.receipt is None:
            raise PaymentNotPossible(str(payment_id), state=row.state)
        old = row.receipt
        void_row(old, by=by, at=at, reason=why)
        row.receipt = issue(row, by=by, at=at, leaf=leaf, replaces=old)
        row.save(update_fields=["receipt"])
        write("payment.receipt_replaced", row, by, at, voided=str(old.id), void_reason=why)
    return receipt(row.receipt.id)


def void_row(row: Receipt, *, by: Actor, at: datetime, reason: str) -> None:
    """Mark a receipt as voided, inside the caller's transaction. Raises `NotStanding`."""
    if row.state != ReceiptState.VALID:
        raise NotStanding(str(row.id))
    row.state = ReceiptState.VOIDED
    row.voided_at = at
    row.voided_by = by.ref
    row.void_reason = reason
    row.save(update_fields=["state", "voided_at", "voided_by", "void_reason"])


def _next_number(agency_key: str, series: str) -> int:
    """The next number, under the counter row's lock until the transaction ends: no gap, no double."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO fees_receiptcounter AS c (agency_key, series, last) VALUES (%s, %s, 1)
            ON CONFLICT (agency_key, series) DO UPDATE SET last = c.last + 1 RETURNING last
            """,
            [agency_key, series],
        )
        found = cursor.fetchone()
    if found is None:
        raise RuntimeError("the receipt counter gave no number")
    return int(found[0])
