"""Which state of a payment may follow which: the whole life of money as one table per kind of thing."""

from __future__ import annotations

from motcua.base.errors import DomainError
from motcua.fees.data import PaymentState

TRANSITIONS: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.DUE: frozenset({PaymentState.PAID, PaymentState.CANCELLED}),
    PaymentState.PAID: frozenset({PaymentState.REFUNDED}),
    PaymentState.CANCELLED: frozenset(),
    PaymentState.REFUNDED: frozenset(),
}


class PaymentNotPossible(DomainError):
    """The payment is already {state}; this can no longer be done."""

    message_vi = "Khoản nộp này đang ở trạng thái “{state}”, không thực hiện được nữa."


def check_move(before: PaymentState, after: PaymentState) -> None:
    """Raise `PaymentNotPossible` unless the table lets `after` follow `before`."""
    if after not in TRANSITIONS[before]:
        raise PaymentNotPossible(f"{before} → {after}", state=before.value)


def may_move(before: PaymentState, after: PaymentState) -> bool:
    """Does the table let `after` follow `before`?"""
    return after in TRANSITIONS[before]


def receipt_number(year: int, number: int) -> str:
    """How a receipt's number is written: "2026-0000012" (our default: the e-receipt's own form is the issuer's)."""
    return f"{year}-{number:07d}"
