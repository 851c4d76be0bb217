"""Reads of payments: the one place from which screens, papers and messages learn how a payment stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from motcua.base.errors import DomainError
from motcua.fees.data import (
    About,
    AttemptState,
    AttemptView,
    MoneyState,
    MoneyView,
    PaymentMethod,
    PaymentState,
    PaymentView,
    ReceiptForm,
)
from motcua.fees.models import Attempt, MoneyIn, Payment
from motcua.fees.rules.receipts import written


class NoSuchPayment(DomainError):
    """There is no such payment."""

    message_vi = "Không có khoản nộp này."


def receipt_written(row: Payment) -> str:
    """The number of the receipt that stands for a paid demand; empty when there is none."""
    if row.receipt is None:
        return ""
    return written(ReceiptForm(row.receipt.form), row.receipt.series, row.receipt.number)


def view(row: Payment) -> PaymentView:
    """The row as other packages see it."""
    return PaymentView(
        id=row.id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        agency_key=row.agency_key,
        amount=row.amount,
        lines=tuple(row.lines),
        state=PaymentState(row.state),
        method=PaymentMethod(row.method),
        receipt_number=receipt_written(row),
        asked_at=row.asked_at,
        paid_at=row.paid_at,
        about=About(title=row.title, code=row.code, procedure=row.procedure, payer=row.payer),
        ended_reason=row.ended_reason,
    )


def _rows() -> QuerySet[Payment]:
    return Payment.objects.select_related("receipt")


def payment(payment_id: UUID) -> PaymentView:
    """One payment; raises `NoSuchPayment`."""
    row = _rows().filter(id=payment_id).first()
    if row is None:
        raise NoSuchPayment(str(payment_id))
    return view(row)


def payments(ids: Iterable[UUID]) -> list[PaymentView]:
    """Several payments in one query, in order of asking."""
    return [view(row) for row in _rows().filter(id__in=list(ids)).order_by("asked_at", "id")]


def payments_for(subject_kind: str, subject_id: str) -> list[PaymentView]:
    """Everything asked for one subject, in order of asking."""
    rows = _rows().filter(subject_kind=subject_kind, subject_id=subject_id)
    return [view(row) for row in rows.order_by("asked_at", "id")]


def open_demand(ids: Iterable[UUID]) -> PaymentView | None:
    """The oldest of these payments that is still due; None when nothing is."""
    row = _rows().filter(id__in=list(ids), state=PaymentState.DUE).order_by("asked_at", "id").first()
    return view(row) if row is not None else None


def demand_by_code(code: str) -> PaymentView | None:
    """The oldest demand of that dossier code that is still due."""
    row = _rows().filter(code=code, state=PaymentState.DUE).order_by("asked_at").first() if code else None
    return view(row) if row is not None else None


def attempt_view(row: Attempt) -> AttemptView:
    """A try as other packages see it."""
    return AttemptView(
        id=row.id,
        payment_id=row.payment_id,
        gateway=row.gateway,
        reference=row.reference,
        amount=row.amount,
        state=AttemptState(row.state),
        started_at=row.started_at,
        expires_at=row.expires_at,
        url=row.url,
        qr=row.qr,
    )


def attempts(payment_id: UUID) -> list[AttemptView]:
    """Every try to pay a demand, the oldest first."""
    return [attempt_view(row) for row in Attempt.objects.filter(payment_id=payment_id)]


def by_reference(reference: str) -> AttemptView | None:
    """The try that is known outside by `reference`."""
    row = Attempt.objects.filter(reference=reference[:50]).first()
    return attempt_view(row) if row is not None else None


def money_view(row: MoneyIn) -> MoneyView:
    """Money from outside as other packages see it."""
    return MoneyView(
        id=row.id,
        gateway=row.gateway,
        outside_ref=row.outside_ref,
        amount=row.amount,
        booked_at=row.booked_at,
        reference=row.reference,
        payment_id=row.payment_id,
        state=MoneyState(row.state),
        why=row.why,
    )


def money_to_look_at(*, limit: int = 200) -> list[MoneyView]:
    """Money that pays nothing and is not given back yet, the oldest first."""
    rows = MoneyIn.objects.filter(state__in=["unmatched", "to_refund", "refund_asked"])
    return [money_view(row) for row in rows.order_by("booked_at", "id")[:limit]]


def money_of(payment_id: UUID) -> list[MoneyView]:
    """All money that came for a demand."""
    return [money_view(row) for row in MoneyIn.objects.filter(payment_id=payment_id).order_by("booked_at")]


def refunds_asked(*, limit: int = 200) -> list[PaymentView]:
    """Paid demands whose money is to be given back, the oldest first."""
    rows = _rows().filter(state=PaymentState.REFUND_ASKED).order_by("paid_at", "id")
    return [view(row) for row in rows[:limit]]


def taken_between(*, agency_keys: Iterable[str], start: datetime, end: datetime) -> list[PaymentView]:
    """What was paid to these agencies from `start` until before `end`, by time: the day's cash report."""
    rows = _rows().filter(agency_key__in=list(agency_keys), paid_at__gte=start, paid_at__lt=end)
    return [view(row) for row in rows.order_by("paid_at", "id")]
