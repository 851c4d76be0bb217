"""Reads of receipts, and the paper of one."""

from __future__ import annotations

from uuid import UUID

from motcua.base.errors import DomainError
from motcua.fees.data import ReceiptForm, ReceiptState, ReceiptView
from motcua.fees.models import Receipt
from motcua.fees.rules.receipts import written


class NoSuchReceipt(DomainError):
    """There is no such receipt."""

    message_vi = "Không có biên lai này."


def _number(row: Receipt | None) -> str:
    return written(ReceiptForm(row.form), row.series, row.number) if row is not None else ""


def receipt_view(row: Receipt) -> ReceiptView:
    """The row as other packages see it."""
    return ReceiptView(
        id=row.id,
        payment_id=row.payment_id,
        agency_key=row.agency_key,
        form=ReceiptForm(row.form),
        series=row.series,
        number=row.number,
        written=_number(row),
        amount=row.amount,
        issued_at=row.issued_at,
        state=ReceiptState(row.state),
        void_reason=row.void_reason,
        replaced_by=_number(getattr(row, "successor", None)),
        replaces=_number(row.replaces),
    )


def receipt(receipt_id: UUID) -> ReceiptView:
    """One receipt; raises `NoSuchReceipt`."""
    row = Receipt.objects.select_related("replaces", "successor").filter(id=receipt_id).first()
    if row is None:
        raise NoSuchReceipt(str(receipt_id))
    return receipt_view(row)


def receipts_of(payment_id: UUID) -> list[ReceiptView]:
    """Every receipt given for a demand, voided ones too, in order of giving."""
    rows = Receipt.objects.select_related("replaces", "successor").filter(payment_id=payment_id)
    return [receipt_view(row) for row in rows.order_by("issued_at", "number")]
