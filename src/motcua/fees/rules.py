"""What is to be paid for a filing, and which state of a payment may follow which.

Whole đồng only: no fraction ever arises, since tariffs are whole and quantities are counts. The tariff itself
is dated data of the procedure (Luật Phí và lệ phí 2015; provincial resolutions), never a number here.
"""

from __future__ import annotations

from collections.abc import Iterable

from motcua.base.errors import DomainError
from motcua.fees.data import FeeDue, FeeLine, PaymentState
from motcua.procedures.data import ChannelKind, Fee, ProcedureContent

TRANSITIONS: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.DUE: frozenset({PaymentState.PAID, PaymentState.CANCELLED}),
    PaymentState.PAID: frozenset({PaymentState.REFUNDED}),
    PaymentState.CANCELLED: frozenset(),
    PaymentState.REFUNDED: frozenset(),
}


class PaymentNotPossible(DomainError):
    """The payment is already {state}; this can no longer be done."""

    message_vi = "Khoản nộp này đang ở trạng thái “{state}”, không thực hiện được nữa."


class QuantityInvalid(DomainError):
    """The number of copies or pages must be a whole number of at least one."""

    message_vi = "Số lượng phải là số nguyên từ 1 trở lên."


def check_move(before: PaymentState, after: PaymentState) -> None:
    """Raise `PaymentNotPossible` unless the table lets `after` follow `before`."""
    if after not in TRANSITIONS[before]:
        raise PaymentNotPossible(f"{before} → {after}", state=before.value)


def may_move(before: PaymentState, after: PaymentState) -> bool:
    """Does the table let `after` follow `before`?"""
    return after in TRANSITIONS[before]


def fee_due(
    content: ProcedureContent,
    channel: ChannelKind,
    *,
    quantity: int = 1,
    cases: Iterable[str] | None = None,
) -> FeeDue:
    """The fee of one filing through `channel` by the pinned version of the procedure.

    Fees per paper or page are multiplied by `quantity` and capped by their own maximum. A fee with a `case`
    counts only when `cases` names it; with `cases` None only fees without a case count. Fees of which only
    words are known come back as `unknown`.
    """
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        raise QuantityInvalid(str(quantity))
    named = frozenset(cases or ())
    lines: list[FeeLine] = []
    unknown: list[str] = []
    for fee in content.fees_for(channel):
        if fee.case and fee.case not in named:
            continue
        if fee.amount is None:
            unknown.append(fee.name)
            continue
        lines.append(_line(fee, fee.amount, quantity))
    return FeeDue(lines=tuple(lines), unknown=tuple(unknown), total=sum(line.amount for line in lines))


def _line(fee: Fee, unit_amount: int, quantity: int) -> FeeLine:
    times = 1 if fee.per == "hồ sơ" else quantity
    amount = unit_amount * times
    if fee.max_amount is not None:
        amount = min(amount, fee.max_amount)
    return FeeLine(
        name=fee.name,
        code=fee.code,
        kind=fee.kind.value,
        unit_amount=unit_amount,
        quantity=times,
        cap=fee.max_amount,
        amount=amount,
        case=fee.case,
    )


def receipt_number(year: int, number: int) -> str:
    """How a receipt's number is written: "2026-0000012" (our default: the e-receipt's own form is the issuer's)."""
    return f"{year}-{number:07d}"
