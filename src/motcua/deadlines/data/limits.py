"""Time limits as the law writes them: a whole number of hours, days, working days or months."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from motcua.base.errors import DomainError


class LimitUnit(StrEnum):
    """In what a time limit is counted."""

    HOUR = "hour"  # by the wall clock, day and night
    WORKING_HOUR = "working_hour"
    SAME_DAY = "same_day"  # "trong ngày": Luật Hộ tịch 2014 Điều 5.3 and alike; amount is always 1
    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"


_UNIT_VI = {
    LimitUnit.HOUR: "giờ",
    LimitUnit.WORKING_HOUR: "giờ làm việc",
    LimitUnit.DAY: "ngày",
    LimitUnit.WORKING_DAY: "ngày làm việc",
    LimitUnit.MONTH: "tháng",
}
_UNIT_EN = {
    LimitUnit.HOUR: "hour",
    LimitUnit.WORKING_HOUR: "working hour",
    LimitUnit.DAY: "day",
    LimitUnit.WORKING_DAY: "working day",
    LimitUnit.MONTH: "month",
}
_UNIT_CODES = {
    "h": LimitUnit.HOUR,
    "wh": LimitUnit.WORKING_HOUR,
    "d": LimitUnit.DAY,
    "wd": LimitUnit.WORKING_DAY,
    "m": LimitUnit.MONTH,
}
# No limit of Vietnamese administrative law is longer than five years; a larger number is a slip of the hand.
_MOST = {
    LimitUnit.HOUR: 24 * 366 * 5,
    LimitUnit.WORKING_HOUR: 8 * 261 * 5,
    LimitUnit.SAME_DAY: 1,
    LimitUnit.DAY: 366 * 5,
    LimitUnit.WORKING_DAY: 261 * 5,
    LimitUnit.MONTH: 60,
}


class LimitOutOfRange(DomainError):
    """The time limit {amount} is not a whole number between 1 and {most} {unit}."""

    message_vi: ClassVar[str] = "Thời hạn {amount} không hợp lệ: phải là số nguyên từ 1 đến {most} {unit}."


class LimitUnreadable(DomainError):
    """The time limit “{text}” cannot be read; write for example 5wd, 8wh, 24h, 30d, 1m or same."""

    message_vi: ClassVar[str] = (
        "Không đọc được thời hạn “{text}”; hãy ghi ví dụ 5wd, 8wh, 24h, 30d, 1m hoặc same."
    )


@dataclass(frozen=True)
class TimeLimit:
    """How long something may take: a whole number of one unit; raises `LimitOutOfRange`."""

    amount: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        most = _MOST[self.unit]
        whole = isinstance(self.amount, int) and not isinstance(self.amount, bool)
        if not whole or not 1 <= self.amount <= most:
            raise LimitOutOfRange(amount=self.amount, most=most, unit=_UNIT_VI.get(self.unit, "ngày"))

    @classmethod
    def same_day(cls) -> TimeLimit:
        """Within the day of receipt (received after the cut-off: the next working day)."""
        return cls(1, LimitUnit.SAME_DAY)

    @classmethod
    def parse(cls, text: str) -> TimeLimit:
        """Read "5wd", "8wh", "24h", "30d", "1m" or "same"; raises `LimitUnreadable`, `LimitOutOfRange`."""
        if text.strip().lower() == "same":
            return cls.same_day()
        match = re.fullmatch(r"\s*(-?[0-9]{1,9})\s*(wh|wd|h|d|m)\s*", text.lower())
        if match is None:
            raise LimitUnreadable(text=text)
        return cls(int(match[1]), _UNIT_CODES[match[2]])

    @property
    def words(self) -> str:
        """In Vietnamese, as a receipt says it: "05 ngày làm việc", "trong ngày"."""
        if self.unit is LimitUnit.SAME_DAY:
            return "trong ngày"
        return f"{self.amount:02d} {_UNIT_VI[self.unit]}"

    @property
    def words_en(self) -> str:
        """In English: "5 working days", "within the day"."""
        if self.unit is LimitUnit.SAME_DAY:
            return "within the day"
        return f"{self.amount} {_UNIT_EN[self.unit]}{'s' if self.amount > 1 else ''}"
