"""Which state of a payment may follow which: the whole life of money as one table per kind of thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from motcua.base.errors import DomainError
from motcua.fees.data import AttemptState, MoneyState, PaymentState

_P, _A, _M = PaymentState, AttemptState, MoneyState

PAYMENT_MOVES: Mapping[PaymentState, frozenset[PaymentState]] = {
    _P.DUE: frozenset({_P.PAID, _P.CANCELLED}),
    _P.PAID: frozenset({_P.REFUND_ASKED}),
    _P.CANCELLED: frozenset(),
    _P.REFUND_ASKED: frozenset({_P.REFUNDED, _P.PAID}),
    _P.REFUNDED: frozenset(),
}
# Money may come after a try was given up, refused or had run out: it is taken note of, never lost.
ATTEMPT_MOVES: Mapping[AttemptState, frozenset[AttemptState]] = {
    _A.INITIATED: frozenset({_A.PENDING, _A.PAID, _A.FAILED, _A.EXPIRED, _A.CANCELLED}),
    _A.PENDING: frozenset({_A.PAID, _A.FAILED, _A.EXPIRED, _A.CANCELLED}),
    _A.PAID: frozenset(),
    _A.FAILED: frozenset({_A.PAID}),
    _A.EXPIRED: frozenset({_A.PAID}),
    _A.CANCELLED: frozenset({_A.PAID}),
}
MONEY_MOVES: Mapping[MoneyState, frozenset[MoneyState]] = {
    _M.APPLIED: frozenset({_M.REFUND_ASKED}),
    _M.UNMATCHED: frozenset({_M.APPLIED, _M.TO_REFUND}),
    _M.TO_REFUND: frozenset({_M.REFUND_ASKED}),
    _M.REFUND_ASKED: frozenset({_M.REFUNDED, _M.TO_REFUND}),
    _M.REFUNDED: frozenset(),
}
S = TypeVar("S", PaymentState, AttemptState, MoneyState)


class PaymentNotPossible(DomainError):
    """The payment is already {state}; this can no longer be done."""

    message_vi = "Khoản nộp này đang ở trạng thái “{state}”, không thực hiện được nữa."


def may_move(before: S, after: S) -> bool:
    """Does the table let `after` follow `before`?"""
    if isinstance(before, PaymentState):
        return after in PAYMENT_MOVES[before]
    if isinstance(before, AttemptState):
        return after in ATTEMPT_MOVES[before]
    return after in MONEY_MOVES[before]


def check_move(before: S, after: S) -> None:
    """Raise `PaymentNotPossible` unless the table lets `after` follow `before`."""
    if not may_move(before, after):
        raise PaymentNotPossible(f"{before} → {after}", state=before.value)
