"""An extension: the new due time that an apology promises, and what a later pause does to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from motcua.deadlines.data import Calendar, DayCount, DayReason, LimitUnit, Regime, TimeLimit
from motcua.deadlines.rules.counting import Count, Counter
from motcua.deadlines.rules.pauses import Pause, PausedDays, working_time
from motcua.deadlines.rules.walking import (
    DAY,
    add_months,
    add_working_days,
    close_of,
    last_day_of,
    on_or_after,
)


@dataclass(frozen=True)
class Extension:
    """At `at` the office apologised and put the due time `old` off to `to`, because of `why`."""

    at: datetime
    old: datetime
    to: datetime
    why: str = ""


def promised_end(due: datetime, limit: TimeLimit, calendar: Calendar, regime: Regime) -> datetime:
    """The end of an extension by `limit`, counted from the old due time (Bộ luật Dân sự Điều 147, 148)."""
    last = last_day_of(due)
    if limit.unit is LimitUnit.HOUR:
        return due + timedelta(hours=limit.amount)
    if limit.unit is LimitUnit.WORKING_HOUR:
        whole = timedelta(hours=limit.amount)
        end = Counter(limit, calendar, regime).working_hours(due, (), whole).due
        assert end is not None, "a count without a pause always ends"
        return end
    if limit.unit is LimitUnit.MONTH:
        day = on_or_after(add_months(last, limit.amount), calendar)
    elif limit.unit is LimitUnit.DAY:
        day = on_or_after(last + DAY * limit.amount, calendar)
    else:
        day = add_working_days(last, limit.amount, calendar)
    return close_of(day, calendar, regime)


def extended_count(counter: Counter, base: datetime, pauses: Sequence[Pause], extension: Extension) -> Count:
    """The count of an extended limit: the days of the old one, then those of the extension.

    Pauses before the extension shaped the old due time; those after it put the promised one off.
    """
    after = [p for p in pauses if p.start >= extension.at]
    count = counter.count(base, pauses)
    count.due = _shifted(counter, base, extension, after)
    _explain(counter, count, extension, after)
    return count


def _shifted(
    counter: Counter, base: datetime, extension: Extension, pauses: Sequence[Pause]
) -> datetime | None:
    """The promised end, put off by the time that later pauses took out; None while one is open."""
    if any(p.end is None for p in pauses):
        return None
    unit, calendar, to = counter.limit.unit, counter.calendar, extension.to
    ended = [(p.start, p.end) for p in pauses if p.end is not None]
    if unit is LimitUnit.HOUR:
        return to + sum((end - start for start, end in ended), timedelta(0))
    if unit is LimitUnit.WORKING_HOUR:
        taken = sum((working_time(s, e, (), calendar) for s, e in ended), timedelta(0))
        return counter.working_hours(to, (), taken).due if taken else to
    first = counter.first_day(base)
    days = [d for d in PausedDays(pauses, unit, calendar, counter.regime).all() if d >= first]
    if not days:
        return to
    last = last_day_of(to)
    if unit in (LimitUnit.DAY, LimitUnit.MONTH):
        day = on_or_after(last + DAY * len(days), calendar)
    else:
        day = add_working_days(last, sum(map(calendar.is_working, days)), calendar)
    return to + (day - last)


def _explain(counter: Counter, count: Count, extension: Extension, pauses: Sequence[Pause]) -> None:
    paused = PausedDays(pauses, counter.limit.unit, counter.calendar, counter.regime)
    number, last = count.days[-1].number, count.days[-1].day
    end = last_day_of(count.due) if count.due is not None else (paused.open_from or last)
    for n in range(1, (end - last).days + 1):
        day = last + DAY * n
        reason, label, cite = _extended_day(counter, day, paused, extension)
        entry = DayCount(
            day=day, reason=reason, counted=False, number=number, total=count.total, label=label, cite=cite
        )
        count.days.append(entry)


def _extended_day(
    counter: Counter, day: date, paused: PausedDays, extension: Extension
) -> tuple[DayReason, str, str]:
    if counter.limit.unit is not LimitUnit.HOUR and not counter.calendar.is_working(day):
        return DayReason.OFF, counter.calendar.day(day).label_vi, ""
    why = paused.why(day)
    if why is not None:
        return DayReason.PAUSED, why, ""
    label = f"hẹn lại {extension.to:%H:%M %d/%m/%Y}" + (f", {extension.why}" if extension.why else "")
    return DayReason.EXTENDED, label, counter.regime.cite("max_extensions")
