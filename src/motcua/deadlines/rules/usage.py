"""How much of a limit has been used by a moment: days counted so far, or minutes for hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from motcua.deadlines.data import Calendar, LimitUnit, TimeLimit
from motcua.deadlines.rules.counting import MINUTE, Count
from motcua.deadlines.rules.pauses import Pause, working_time


def used_by(
    count: Count,
    *,
    base: datetime,
    pauses: Sequence[Pause],
    limit: TimeLimit,
    calendar: Calendar,
    at: datetime,
) -> int:
    """Days of the limit counted up to and with the day of `at`; for hours, minutes up to `at`.

    Never more than the limit: what comes after its end is lateness, not use.
    """
    if limit.unit is LimitUnit.HOUR:
        stood = sum((min(p.end or at, at) - p.start for p in pauses if p.start < at), timedelta(0))
        return min((at - base - stood) // MINUTE, count.total)
    if limit.unit is LimitUnit.WORKING_HOUR:
        return min(working_time(base, at, pauses, calendar) // MINUTE, count.total)
    return max((entry.number for entry in count.days if entry.counted and entry.day <= at.date()), default=0)
