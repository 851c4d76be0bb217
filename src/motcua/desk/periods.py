"""The periods that a centre reports on: a month, a quarter or a year, as Vietnam's calendar has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from motcua.base.clock import VN

KINDS = ("month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, kw_only=True)
class Period:
    """`kind` of KINDS, the year, and which month or quarter of it (1 for a year)."""

    kind: str
    year: int
    number: int

    @property
    def start(self) -> datetime:
        """The first moment of it."""
        return datetime(self.year, (self.number - 1) * _MONTHS[self.kind] + 1, 1, tzinfo=VN)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        after = self.number * _MONTHS[self.kind] + 1
        return datetime(self.year + (after - 1) // 12, (after - 1) % 12 + 1, 1, tzinfo=VN)


def read_period(kind: str, year: str, number: str, *, today: date) -> Period:
    """The period that was asked for; whatever cannot be read is the one of today."""
    kind = kind if kind in KINDS else "month"
    most = 12 // _MONTHS[kind]
    now = (today.month - 1) // _MONTHS[kind] + 1
    wanted_year = int(year) if year.isdigit() and 2018 <= int(year[:6]) <= today.year + 1 else today.year
    wanted = int(number) if number.isdigit() and 1 <= int(number[:4]) <= most else min(now, most)
    return Period(kind=kind, year=wanted_year, number=wanted)
