"""Indicators 1.1 and 1.2: was a procedure announced before it came into force, and made public soon after signing?

The formula document of QĐ 766, for a province: signed at least five working days before it comes into force; made
public within five working days of signing. A procedure whose decision has no date of signing in the catalogue cannot
be judged by the first, and is judged from its day in force by the second: a reading of ours, marked as not verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from motcua.indicators.rules.periods import Period

WORKING_DAYS = 5  # a ministry has 20 and 10


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """One version of a procedure. `signed` None: the catalogue does not say.

    `signed_after` and `public_by` are five working days after signing; where that is unknown, `public_by` is five
    after coming into force.
    """

    in_force: date
    public: date
    signed: date | None
    signed_after: date | None
    public_by: date


@lru_cache(maxsize=512)
def announced_in(period: Period, those: tuple[Announcement, ...]) -> dict[str, int | None]:
    """The predicates of both indicators; a numerator is None where one of its procedures cannot be judged."""
    announced = [one for one in those if period.start <= (one.signed or one.in_force) < period.end]
    judged = [signed_in_time(one) for one in announced]
    public = [one for one in those if one.in_force < period.end]
    return {
        "procedure.announced": len(announced),
        "procedure.announced_in_time": None if None in judged else sum(map(bool, judged)),
        "procedure.to_publish": len(public),
        "procedure.published_in_time": sum(public_in_time(one) for one in public),
    }


def signed_in_time(one: Announcement) -> bool | None:
    """Signed five working days before the day in force; None where the day of signing is not known."""
    return None if one.signed_after is None else one.signed_after <= one.in_force


def public_in_time(one: Announcement) -> bool:
    """Made public by the day by which it was due."""
    return one.public <= one.public_by
