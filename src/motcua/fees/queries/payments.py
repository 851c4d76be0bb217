"""Reads of payments."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from motcua.base.errors import DomainError
from motcua.fees.data import PaymentMethod, PaymentState, PaymentView
from motcua.fees.models import Payment
from motcua.fees.rules.moves import receipt_number


class NoSuchPayment(DomainError):
    """There is no such payment."""

    message_vi = "Không có khoản nộp này."


def view(row: Payment) -> PaymentView:
    """The row as other packages see it."""
    number = ""
    if row.receipt_year is not None and row.receipt_no is not None:
        number = receipt_number(row.receipt_year, row.receipt_no)
    return PaymentView(
        id=row.id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        agency_key=row.agency_key,
        amount=row.amount,
        lines=tuple(row.lines),
        state=PaymentState(row.state),
        method=PaymentMethod(row.method),
        receipt_number=number,
        asked_at=row.asked_at,
        paid_at=row.paid_at,
    )


def payment(payment_id: UUID) -> PaymentView:
    """One payment; raises `NoSuchPayment`."""
    row = Payment.objects.filter(id=payment_id).first()
    if row is None:
        raise NoSuchPayment(str(payment_id))
    return view(row)


def payments(ids: Iterable[UUID]) -> list[PaymentView]:
    """Several payments in one query, in order of asking."""
    return [view(row) for row in Payment.objects.filter(id__in=list(ids)).order_by("asked_at", "id")]


def open_demand(ids: Iterable[UUID]) -> PaymentView | None:
    """The oldest of these payments that is still due; None when nothing is."""
    row = Payment.objects.filter(id__in=list(ids), state=PaymentState.DUE).order_by("asked_at", "id").first()
    return view(row) if row is not None else None
