"""The values of working time: limits, calendars, regimes of law, events of a clock and what they add up to.

Everything here is frozen and free of Django, so that a count made today can be made again years later.
Moments are aware `datetime`s; days are `date`s in Vietnam's zone. Legal ground of the arithmetic: Bộ luật
Dân sự 2015 Điều 147 and 148, and the one-stop decree of the day (see `Regime`).
"""

from motcua.deadlines.data.calendars import (
    WEEKDAYS_VI,
    Calendar,
    CalendarDay,
    CalendarUnknown,
    CalendarYear,
    DayHours,
    DayKind,
    DayView,
    HoursUnknown,
    Season,
    Span,
    WorkWeek,
    day_vi,
)
from motcua.deadlines.data.counts import (
    ClockEvent,
    ClockEventKind,
    ClockState,
    DayCount,
    DayReason,
    Due,
    RunState,
    minutes_vi,
)
from motcua.deadlines.data.limits import (
    LimitOutOfRange,
    LimitUnit,
    LimitUnreadable,
    TimeLimit,
)
from motcua.deadlines.data.regimes import (
    EndOfDay,
    Regime,
    SupplementRule,
)

__all__ = [
    "WEEKDAYS_VI",
    "Calendar",
    "CalendarDay",
    "CalendarUnknown",
    "CalendarYear",
    "ClockEvent",
    "ClockEventKind",
    "ClockState",
    "DayCount",
    "DayHours",
    "DayKind",
    "DayReason",
    "DayView",
    "Due",
    "EndOfDay",
    "HoursUnknown",
    "LimitOutOfRange",
    "LimitUnit",
    "LimitUnreadable",
    "Regime",
    "RunState",
    "Season",
    "Span",
    "SupplementRule",
    "TimeLimit",
    "WorkWeek",
    "day_vi",
    "minutes_vi",
]
