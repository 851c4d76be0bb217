"""Compares a day's movements outside with ours, to the đồng: every difference by kind, reference and cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from motcua.base.data import Json
from motcua.fees.data import Movement

CAUSES = {
    "missing_here": (
        "Bên ngoài có, hệ thống chưa có: thông báo bị mất; hệ thống sẽ tự hỏi lại và ghi nhận.",
        "The outside has it, we do not: a message was lost; the system asks again by itself.",
    ),
    "missing_there": (
        "Hệ thống có, sao kê bên ngoài không có: đề nghị bên ngoài tra soát giao dịch này.",
        "We have it, their statement does not: ask them to trace this transaction.",
    ),
    "amount": (
        "Số tiền hai bên khác nhau: tra soát trước khi quyết toán.",
        "The two sides name different sums: trace it before closing the day.",
    ),
    "booked_twice": (
        "Bên ngoài ghi hai lần cùng một mã: đề nghị bên ngoài kiểm tra.",
        "The outside booked one reference twice: ask them to check.",
    ),
    "ledger": (
        "Sổ cái không có đúng số tiền này: báo ngay cho quản trị hệ thống.",
        "The ledger does not have this sum: tell the system's administrator at once.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing on which the two sides do not agree; amounts in đồng, None where a side has none."""

    kind: str
    outside_ref: str
    reference: str
    refund: bool
    theirs: int | None
    ours: int | None

    def as_json(self) -> dict[str, Json]:
        """Plain values."""
        return vars(self).copy()


def compare(theirs: Iterable[Movement], ours: Iterable[Movement]) -> list[Difference]:
    """Every difference, in order of reference; empty exactly when both name the same movements and sums."""
    there, here = _by_key(theirs), _by_key(ours)
    found: list[Difference] = []
    for key in sorted(there.keys() | here.keys()):
        a, b = there.get(key, []), here.get(key, [])
        kind = _kind(a, b)
        if kind:
            found.append(
                Difference(
                    kind=kind,
                    outside_ref=key[0],
                    refund=key[1],
                    reference=next((one.reference for one in [*b, *a] if one.reference), ""),
                    theirs=sum(one.amount for one in a) if a else None,
                    ours=sum(one.amount for one in b) if b else None,
                )
            )
    return found


def _by_key(movements: Iterable[Movement]) -> dict[tuple[str, bool], list[Movement]]:
    found: dict[tuple[str, bool], list[Movement]] = defaultdict(list)
    for one in movements:
        found[(one.outside_ref, one.refund)].append(one)
    return found


def _kind(theirs: list[Movement], ours: list[Movement]) -> str:
    if not ours:
        return "missing_here"
    if not theirs:
        return "missing_there"
    if len(theirs) > 1:
        return "booked_twice"
    return "" if theirs[0].amount == ours[0].amount else "amount"


def net(movements: Iterable[Movement]) -> int:
    """What came in less what went back."""
    return sum(-one.amount if one.refund else one.amount for one in movements)
