"""Asks for payments and records them: one action, one transaction, one ledger entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, require_aware
from motcua.base.errors import DomainError
from motcua.fees.data import FeeLine, PaymentMethod, PaymentState, PaymentView
from motcua.fees.models import Payment
from motcua.fees.queries import payments as queries
from motcua.fees.rules.moves import check_move, receipt_number
from motcua.ledger.api import Subject, append


class AmountInvalid(DomainError):
    """The amount must be a whole number of đồng, zero or more, and equal the sum of its lines."""

    message_vi = "Số tiền phải là số nguyên đồng, không âm và bằng tổng các khoản."


class WrongAmount(DomainError):
    """{paid} đồng were handed over, but {due} đồng are due."""

    message_vi = "Số tiền nhận được là {paid} đồng nhưng số phải nộp là {due} đồng."


class MethodMissing(DomainError):
    """Say how it was paid."""

    message_vi = "Chưa chọn hình thức nộp tiền."


def ask(
    *,
    by: Actor,
    at: datetime,
    subject_kind: str,
    subject_id: str,
    agency_key: str,
    lines: Sequence[FeeLine],
) -> PaymentView:
    """Ask for the sum of `lines` for one subject; ledger entry "payment.asked"."""
    require_aware(at)
    if not lines or any(line.amount < 0 for line in lines):
        raise AmountInvalid(subject_id)
    with transaction.atomic():
        row = Payment.objects.create(
            id=uuid4(),
            subject_kind=subject_kind,
            subject_id=subject_id,
            agency_key=agency_key,
            amount=sum(line.amount for line in lines),
            lines=[line.as_json() for line in lines],
            state=PaymentState.DUE,
            asked_at=at,
            asked_by=by.ref,
        )
        _write("payment.asked", row, by, at)
    return queries.view(row)


def record(
    *,
    by: Actor,
    at: datetime,
    payment_id: UUID,
    amount: int,
    method: PaymentMethod,
    outside_ref: str = "",
) -> PaymentView:
    """Record that it was paid, in full, and give it the agency's next receipt number of the year.

    Raises `PaymentNotPossible` when it was paid or cancelled before, `WrongAmount` when the sum differs.
    """
    require_aware(at)
    if method is PaymentMethod.NONE:
        raise MethodMissing(str(payment_id))
    with transaction.atomic():
        row = _locked(payment_id)
        check_move(PaymentState(row.state), PaymentState.PAID)
        if amount != row.amount:
            raise WrongAmount(str(payment_id), paid=amount, due=row.amount)
        row.state = PaymentState.PAID
        row.method = method
        row.outside_ref = outside_ref
        row.paid_at = at
        row.recorded_by = by.ref
        row.receipt_year = at.astimezone(VN).year
        row.receipt_no = _next_receipt(row.agency_key, row.receipt_year)
        row.save()
        _write("payment.recorded", row, by, at)
    return queries.view(row)


def cancel(*, by: Actor, at: datetime, payment_id: UUID, reason: str) -> PaymentView:
    """Withdraw a demand that was not paid yet."""
    return _end(PaymentState.CANCELLED, by=by, at=at, payment_id=payment_id, reason=reason)


def refund(*, by: Actor, at: datetime, payment_id: UUID, reason: str) -> PaymentView:
    """Record that the money was given back; the receipt's number stays used."""
    return _end(PaymentState.REFUNDED, by=by, at=at, payment_id=payment_id, reason=reason)


class ReasonMissing(DomainError):
    """Say why."""

    message_vi = "Chưa ghi lý do."


def _end(state: PaymentState, *, by: Actor, at: datetime, payment_id: UUID, reason: str) -> PaymentView:
    require_aware(at)
    if not reason.strip():
        raise ReasonMissing(str(payment_id))
    with transaction.atomic():
        row = _locked(payment_id)
        check_move(PaymentState(row.state), state)
        row.state = state
        row.ended_at = at
        row.ended_reason = reason.strip()
        row.save()
        _write(f"payment.{state.value}", row, by, at)
    return queries.view(row)


def _locked(payment_id: UUID) -> Payment:
    row = Payment.objects.select_for_update().filter(id=payment_id).first()
    if row is None:
        raise queries.NoSuchPayment(str(payment_id))
    return row


def _next_receipt(agency_key: str, year: int) -> int:
    """The next number, under the counter row's lock until the transaction ends: no gap, no double."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO fees_receiptcounter AS c (agency_key, year, last) VALUES (%s, %s, 1)
            ON CONFLICT (agency_key, year) DO UPDATE SET last = c.last + 1 RETURNING last
            """,
            [agency_key, year],
        )
        found = cursor.fetchone()
    if found is None:
        raise RuntimeError("the receipt counter gave no number")
    return int(found[0])


def _write(kind: str, row: Payment, by: Actor, at: datetime) -> None:
    number = ""
    if row.receipt_year is not None and row.receipt_no is not None:
        number = receipt_number(row.receipt_year, row.receipt_no)
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
            "receipt_number": number,
            "outside_ref": row.outside_ref,
            "reason": row.ended_reason,
        },
    )
