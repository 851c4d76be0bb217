"""Asks for payments, takes them at the counter, withdraws them: one action, one transaction, one ledger entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from motcua.base.data import Actor, require_aware
from motcua.base.db import require_transaction
from motcua.base.errors import DomainError
from motcua.fees.actions.receipts import issue
from motcua.fees.actions.writing import check_due, locked, reason_of, write
from motcua.fees.data import About, AttemptState, FeeLine, PaymentMethod, PaymentState, PaymentView
from motcua.fees.models import Attempt, Payment
from motcua.fees.queries import payments as queries
from motcua.fees.rules.moves import check_move


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
    about: About | None = None,
) -> PaymentView:
    """Ask for the sum of `lines` for one subject; ledger entry "payment.asked"."""
    require_aware(at)
    about = about or About()
    if not lines or any(_no_dong(line.amount) for line in lines):
        raise AmountInvalid(subject_id)
    with transaction.atomic():
        row = Payment.objects.create(
            id=uuid4(),
            subject_kind=subject_kind,
            subject_id=subject_id,
            agency_key=agency_key,
            title=about.title[:2000],
            code=about.code[:60],
            procedure=about.procedure[:40],
            payer=about.payer[:300],
            amount=sum(line.amount for line in lines),
            lines=[line.as_json() for line in lines],
            state=PaymentState.DUE,
            asked_at=at,
            asked_by=by.ref,
        )
        write("payment.asked", row, by, at)
    return queries.view(row)


def record(
    *,
    by: Actor,
    at: datetime,
    payment_id: UUID,
    amount: int,
    method: PaymentMethod,
    outside_ref: str = "",
    leaf: tuple[str, int] | None = None,
) -> PaymentView:
    """Record that it was paid, in full, and give it a receipt: the series' next number, or the paper `leaf`.

    `leaf` is (series, number) as printed. Tries to pay online that are open are given up. Raises
    `PaymentNotPossible` when it was paid or cancelled before, `WrongAmount` when the sum differs, and of a leaf
    `FormNotAllowed`, `PaperInvalid`, `LeafUsed`.
    """
    require_aware(at)
    if method is PaymentMethod.NONE:
        raise MethodMissing(str(payment_id))
    with transaction.atomic():
        row = locked(payment_id)
        check_due(row)
        if _no_dong(amount) or amount != row.amount:
            raise WrongAmount(str(payment_id), paid=amount, due=row.amount)
        give_up_tries(row, at)
        settle_row(row, by=by, at=at, method=method, outside_ref=outside_ref, leaf=leaf)
        write("payment.recorded", row, by, at)
    return queries.view(row)


def settle_row(
    row: Payment,
    *,
    by: Actor,
    at: datetime,
    method: PaymentMethod,
    outside_ref: str,
    leaf: tuple[str, int] | None = None,
) -> None:
    """Mark the locked row as paid, with its receipt; the caller has checked the move and writes the entry."""
    row.receipt = issue(row, by=by, at=at, leaf=leaf)
    row.state = PaymentState.PAID
    row.method = method
    row.outside_ref = outside_ref
    row.paid_at = at
    row.recorded_by = by.ref
    row.save()


def cancel(*, by: Actor, at: datetime, payment_id: UUID, reason: str) -> PaymentView:
    """Withdraw a demand that was not paid yet. Money that still comes for it will be given back."""
    require_aware(at)
    why = reason_of(reason, payment_id)
    with transaction.atomic():
        row = locked(payment_id)
        check_move(PaymentState(row.state), PaymentState.CANCELLED)
        give_up_tries(row, at)
        row.state = PaymentState.CANCELLED
        row.ended_at = at
        row.ended_reason = why
        row.save()
        write("payment.cancelled", row, by, at)
    return queries.view(row)


def assign(*, by: Actor, at: datetime, subject_kind: str, subject_id: str, code: str) -> list[PaymentView]:
    """What was asked before a filing now belongs to the dossier `code`: its rows are held until the caller is done.

    Held, because a payment that comes in at this moment must find the dossier that it is for.
    """
    require_aware(at)
    require_transaction()
    rows = Payment.objects.select_for_update(of=("self",)).select_related("receipt")
    found = []
    for row in rows.filter(subject_kind=subject_kind, subject_id=subject_id, code="").order_by("asked_at"):
        row.code = code[:60]
        row.save(update_fields=["code"])
        write("payment.assigned", row, by, at, code=code)
        found.append(queries.view(row))
    return found


def give_up_tries(row: Payment, at: datetime) -> None:
    """End the open tries of a locked demand; money that comes with them all the same is taken note of."""
    open_states = [AttemptState.INITIATED, AttemptState.PENDING]
    for attempt in Attempt.objects.select_for_update().filter(payment=row, state__in=open_states):
        attempt.state = AttemptState.CANCELLED
        attempt.ended_at = at
        attempt.ended_code = "demand_closed"
        attempt.save(update_fields=["state", "ended_at", "ended_code"])


def _no_dong(amount: object) -> bool:
    """Is it anything but a whole number of đồng, zero or more?"""
    return not isinstance(amount, int) or isinstance(amount, bool) or amount < 0
