"""Days, months, quarters and years: read as people write them, always half-open spans of days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Grain(StrEnum):
    """How long a period is."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True)
class Period:
    """From `start` (in) to `end` (out)."""

    grain: Grain
    start: date
    end: date

    @property
    def key(self) -> str:
        """2026-10-05, 2026-10, 2026-Q4 or 2026."""
        if self.grain is Grain.DAY:
            return f"{self.start:%Y-%m-%d}"
        if self.grain is Grain.MONTH:
            return f"{self.start:%Y-%m}"
        if self.grain is Grain.QUARTER:
            return f"{self.start.year}-Q{(self.start.month + 2) // 3}"
        return f"{self.start.year}"

    @property
    def name_vi(self) -> str:
        """As it stands in a heading."""
        if self.grain is Grain.DAY:
            return f"ngày {self.start:%d/%m/%Y}"
        if self.grain is Grain.MONTH:
            return f"tháng {self.start:%m/%Y}"
        if self.grain is Grain.QUARTER:
            return f"quý {(self.start.month + 2) // 3}/{self.start.year}"
        return f"năm {self.start.year}"

    def before(self) -> Period:
        """The period of the same length just before."""
        return period_of(self.start - timedelta(days=1), self.grain)

    def next(self) -> Period:
        """The period of the same length just after."""
        return period_of(self.end, self.grain)


def period_of(day: date, grain: Grain) -> Period:
    """The period of that length in which `day` lies."""
    if grain is Grain.DAY:
        return Period(grain=grain, start=day, end=day + timedelta(days=1))
    months = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}[grain]
    first = (day.month - 1) // months * months
    start = date(day.year, first + 1, 1)
    last = first + months
    return Period(grain=grain, start=start, end=date(day.year + last // 12, last % 12 + 1, 1))


_SHAPES: tuple[tuple[re.Pattern[str], Grain], ...] = (
    (re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"), Grain.DAY),
    (re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})"), Grain.DAY),
    (re.compile(r"(?P<y>\d{4})[-/. _]*(?:q|quarter|quý|quy)[-_ ]*0?(?P<q>[1-4])"), Grain.QUARTER),
    (re.compile(r"(?:q|quarter|quý|quy)[-_ ]*0?(?P<q>[1-4])[-/. _]+(?P<y>\d{4})"), Grain.QUARTER),
    (re.compile(r"(?P<y>\d{4})[-/. _]*(?:m|t|tháng|month)?[-_ ]*(?P<m>\d{1,2})"), Grain.MONTH),
    (re.compile(r"(?:m|t|tháng|month)?[-_ ]*(?P<m>\d{1,2})[-/. _]+(?P<y>\d{4})"), Grain.MONTH),
    (re.compile(r"(?P<y>\d{4})"), Grain.YEAR),
)
_PREFIX = re.compile(r"^(?:day|month|quarter|year|ngày|năm|nam|tháng|thang|quý|period|kỳ)[-_: ]+(?=\d{4})")


def read_period(text: str) -> Period | None:
    """The period that `text` names, in any of the usual spellings; None when it names none.

    Raises ValueError for a date that does not exist (2026-13).
    """
    words = _PREFIX.sub("", text.strip().lower())
    for pattern, grain in _SHAPES:
        match = pattern.fullmatch(words)
        if not match:
            continue
        parts = {k: int(v) for k, v in match.groupdict().items()}
        month = parts.get("m", parts.get("q", 1) * 3 if "q" in parts else 1)
        return period_of(date(parts["y"], month, parts.get("d", 1)), grain)
    return None
