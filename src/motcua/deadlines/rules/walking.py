"""Steps over days: which come next, which count, when an office closes, and naive times refused."""

from __future__ import annotations

import calendar as month_table
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import ClassVar

from motcua.base.clock import VN
from motcua.base.errors import DomainError
from motcua.deadlines.data import Calendar, DayView, EndOfDay, Regime

DAY = timedelta(days=1)


class NaiveTime(DomainError):
    """The time {moment} does not carry its time zone."""

    message_vi: ClassVar[str] = "Thời điểm {moment} thiếu múi giờ."


def in_vietnam(moment: datetime) -> datetime:
    """`moment` on Vietnam's clock; raises `NaiveTime`."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise NaiveTime(moment=f"{moment:%H:%M %d/%m/%Y}")
    return moment.astimezone(VN)


def at_time(day: date, moment: time) -> datetime:
    """A moment of a day on Vietnam's clock."""
    return datetime.combine(day, moment, VN)


def days_from(day: date) -> Iterator[date]:
    """`day` and every day after it."""
    while True:
        yield day
        day += DAY


def on_or_after(day: date, calendar: Calendar) -> date:
    """The first working day that is not before `day`."""
    return next(d for d in days_from(day) if calendar.is_working(d))


def add_working_days(day: date, amount: int, calendar: Calendar) -> date:
    """The `amount`-th working day after `day` (before it when negative; 0: `day` or the next working day).

    Raises `CalendarUnknown` when the way leads into a year whose days off are not known.
    """
    if amount == 0:
        return on_or_after(day, calendar)
    step = DAY if amount > 0 else -DAY
    left = abs(amount)
    while left:
        day += step
        left -= calendar.is_working(day)
    return day


def working_days_between(first: date, last: date, calendar: Calendar) -> int:
    """How many working days lie after `first` up to and with `last`; negative when `last` is earlier.

    The first day is not counted (Bộ luật Dân sự Điều 147.2).
    """
    if last < first:
        return -working_days_between(last, first, calendar)
    return sum(calendar.is_working(first + DAY * n) for n in range(1, (last - first).days + 1))


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` later, or that month's last day if it has none (Điều 148.3)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, month_table.monthrange(year, month + 1)[1]))


def special_days(year: int, calendar: Calendar) -> list[DayView]:
    """The days of a year that are not what their weekday says, in order."""
    return [calendar.day(fact.day) for fact in calendar.days if fact.day.year == year]


def close_of(day: date, calendar: Calendar, regime: Regime) -> datetime:
    """When `day` ends under the regime: the end of office hours, or 24:00 (also for a day without hours)."""
    spans = calendar.day(day).spans
    if regime.end_of_day is EndOfDay.MIDNIGHT or not spans:
        return at_time(day + DAY, time(0))
    return at_time(day, spans[-1].end)


def last_day_of(due: datetime) -> date:
    """The day on which a limit ends; one that ends at 24:00 ends on the day before that midnight."""
    return (in_vietnam(due) - timedelta(microseconds=1)).date()


def is_open(moment: datetime, calendar: Calendar) -> bool:
    """Is the agency's desk open at `moment` (a desk's Saturday morning included)?"""
    local = in_vietnam(moment)
    return any(span.start <= local.time() < span.end for span in calendar.day(local.date()).spans)
