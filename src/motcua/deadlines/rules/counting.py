"""Counting a limit from its start to its due time, with a reason for every day on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from motcua.deadlines.data import Calendar, DayCount, DayReason, Due, LimitUnit, Regime, TimeLimit
from motcua.deadlines.rules.pauses import Pause, PausedDays, handover_day, working_pieces
from motcua.deadlines.rules.walking import (
    DAY,
    NaiveTime,
    add_months,
    add_working_days,
    at_time,
    close_of,
    days_from,
    in_vietnam,
    is_open,
    last_day_of,
    working_days_between,
)

__all__ = [
    "Count",
    "Counter",
    "NaiveTime",
    "add_working_days",
    "due_time",
    "is_open",
    "last_day_of",
    "latest_apology",
    "projected",
    "working_days_between",
]

MINUTE = timedelta(minutes=1)


@dataclass
class Count:
    """A count in the making: the days so far, and the due time once it is reached (None: paused before)."""

    days: list[DayCount] = field(default_factory=list)
    due: datetime | None = None
    total: int = 0


def due_time(start: datetime, limit: TimeLimit, calendar: Calendar, regime: Regime) -> Due:
    """When `limit`, begun by a receipt at `start` (aware), ends, counted day by day.

    Legal ground: Bộ luật Dân sự Điều 147 and 148 and the regime's own articles. Raises `NaiveTime`,
    `CalendarUnknown`, `HoursUnknown`.
    """
    count = Counter(limit, calendar, regime).count(in_vietnam(start), ())
    if count.due is None:
        raise AssertionError("a count without a pause always ends")
    return Due(due=count.due, days=tuple(count.days), projected=projected(count, limit, calendar))


def latest_apology(due: datetime, regime: Regime) -> date:
    """The last day on which an apology with a new date may still be sent for a limit that ends at `due`."""
    return last_day_of(due) - DAY * regime.extension_notice_days


def projected(count: Count, limit: TimeLimit, calendar: Calendar) -> bool:
    """Does the count rest on a year whose days off are not announced yet?"""
    if limit.unit is LimitUnit.HOUR:
        return False
    return any(calendar.projected(year) for year in {entry.day.year for entry in count.days})


class Counter:
    """Counts one limit over one calendar under one regime, with or without pauses."""

    def __init__(self, limit: TimeLimit, calendar: Calendar, regime: Regime) -> None:
        self.limit = limit
        self.calendar = calendar
        self.regime = regime

    def count(self, start: datetime, pauses: Sequence[Pause]) -> Count:
        """Count from a receipt at `start` on Vietnam's clock; `pauses` in order, none overlapping."""
        if self.limit.unit is LimitUnit.HOUR:
            return self._hours(start, pauses)
        if self.limit.unit is LimitUnit.WORKING_HOUR:
            return self.working_hours(start, pauses, timedelta(hours=self.limit.amount))
        return self._days(start, pauses)

    # -- days

    def first_day(self, start: datetime) -> date:
        """The first day that can be counted of a limit in days begun at `start`."""
        base = handover_day(start, self.limit.unit, self.calendar, self.regime)
        if self.limit.unit is LimitUnit.SAME_DAY or self.regime.first_day_counted:
            return base
        return base + DAY

    def _days(self, start: datetime, pauses: Sequence[Pause]) -> Count:
        unit = self.limit.unit
        base = handover_day(start, unit, self.calendar, self.regime)
        count = Count(total=self._total(base))
        paused = PausedDays(pauses, unit, self.calendar, self.regime)
        day = self._receipt(start, base, count)
        if unit is not LimitUnit.SAME_DAY and not self.regime.first_day_counted:
            self._add(count, day, DayReason.FIRST, cite=self.regime.cite("first_day_counted"))
            day += DAY
        self._walk(day, count, paused)
        return count

    def _total(self, base: date) -> int:
        if self.limit.unit is LimitUnit.MONTH:
            return (add_months(base, self.limit.amount) - base).days
        return self.limit.amount

    def _receipt(self, start: datetime, base: date, count: Count) -> date:
        """Explain the days between the receipt and the hand-over; give the day of the hand-over."""
        day = start.date()
        if day < base:
            cite, view = self.regime.cite("handover_cutoff"), self.calendar.day(day)
            if view.working:
                cutoff = f"{self.regime.handover_cutoff:%H:%M}"
                self._add(count, day, DayReason.LATE, cite=cite, cutoff=cutoff)
            else:
                self._add(count, day, DayReason.OFF_RECEIPT, label=view.label_vi, cite=cite)
            for n in range(1, (base - day).days):
                self._off(count, day + DAY * n)
        return base

    def _walk(self, day: date, count: Count, paused: PausedDays) -> None:
        every_day = self.limit.unit in (LimitUnit.DAY, LimitUnit.MONTH)
        number = 0
        for current in days_from(day):
            view = self.calendar.day(current)
            why = paused.why(current)
            if not view.working and not every_day:
                self._off(count, current)
            elif why is not None:
                self._add(count, current, DayReason.PAUSED, number=number, label=why)
            else:
                number += 1
                self._counted(count, current, number)
            if number == count.total:
                return self._finish(current, count, paused)
            if paused.open_from is not None and current >= paused.open_from:
                return None
        raise AssertionError("days never end")

    def _counted(self, count: Count, day: date, number: int) -> None:
        label = self.calendar.day(day).label_vi
        if self.limit.unit is LimitUnit.SAME_DAY:
            cite = self.regime.cite("same_day")
            self._add(count, day, DayReason.SAME_DAY, number=number, label=label, cite=cite)
        else:
            self._add(count, day, DayReason.COUNTED, number=number, label=label)

    def _finish(self, day: date, count: Count, paused: PausedDays) -> None:
        """The limit's last day is `day`: if that is off, carry its end to the next day worked (Điều 148.5)."""
        if self.calendar.is_working(day) or self.limit.unit not in self.regime.roll_units:
            count.due = close_of(day, self.calendar, self.regime)
            return
        cite = self.regime.cite("roll_units")
        number = count.days.pop().number
        label = self.calendar.day(day).label_vi
        self._add(count, day, DayReason.ROLLED, number=number, label=label, cite=cite)
        for later in days_from(day + DAY):
            why, view = paused.why(later), self.calendar.day(later)
            if not view.working:
                self._off(count, later)
            elif why is not None:
                self._add(count, later, DayReason.PAUSED, number=number, label=why)
            else:
                self._add(count, later, DayReason.END, number=number, label=view.label_vi, cite=cite)
                count.due = close_of(later, self.calendar, self.regime)
                return
            if paused.open_from is not None and later >= paused.open_from:
                return

    def _off(self, count: Count, day: date) -> None:
        number = count.days[-1].number if count.days else 0
        self._add(count, day, DayReason.OFF, number=number, label=self.calendar.day(day).label_vi)

    @staticmethod
    def _add(
        count: Count,
        day: date,
        reason: DayReason,
        *,
        number: int = 0,
        minutes: int = 0,
        label: str = "",
        cite: str = "",
        cutoff: str = "",
    ) -> None:
        counted = reason in (DayReason.COUNTED, DayReason.SAME_DAY, DayReason.ROLLED) or minutes > 0
        count.days.append(
            DayCount(
                day=day,
                reason=reason,
                counted=counted,
                number=number,
                total=count.total,
                minutes=minutes,
                label=label,
                cite=cite,
                cutoff=cutoff,
            )
        )

    # -- hours

    def _hours(self, start: datetime, pauses: Sequence[Pause]) -> Count:
        """By the wall clock, day and night, from the moment itself (Điều 147.1); needs no calendar."""
        whole = timedelta(hours=self.limit.amount)
        count = Count(total=whole // MINUTE)
        pieces, begin = [], start
        left = whole
        for pause in pauses:
            if pause.start >= begin + left:
                continue  # the limit had run out by then
            pieces.append((begin, pause.start))
            left -= pause.start - begin
            if pause.end is None:
                break
            begin = pause.end
        else:
            pieces.append((begin, begin + left))
            count.due = begin + left
        self._clock_days(count, pieces)
        return count

    def _clock_days(self, count: Count, pieces: Sequence[tuple[datetime, datetime]]) -> None:
        """One line for each day that some piece of running time touches."""
        used = timedelta(0)
        by_day: dict[date, timedelta] = {}
        for piece_start, piece_end in pieces:
            begin = piece_start
            while begin < piece_end:
                end = min(piece_end, at_time(begin.date() + DAY, begin.min.time()))
                by_day[begin.date()] = by_day.get(begin.date(), timedelta(0)) + (end - begin)
                begin = end
        for day, given in by_day.items():
            used += given
            self._add(count, day, DayReason.HOURS, number=used // MINUTE, minutes=given // MINUTE)

    def working_hours(self, start: datetime, pauses: Sequence[Pause], whole: timedelta) -> Count:
        """Only while the office works: overnight, at lunch and on days off the time stands still."""
        count = Count(total=whole // MINUTE)
        used = timedelta(0)
        for day in days_from(start.date()):
            before = used
            for piece_start, piece_end in working_pieces(day, start, pauses, self.calendar):
                used += piece_end - piece_start
                if used >= whole:
                    count.due = piece_end - (used - whole)
                    used = whole
                    break
            self._worked(count, day, used - before, used, pauses)
            if count.due is not None:
                return count
            if any(p.end is None and p.start.date() <= day for p in pauses):
                return count
        raise AssertionError("days never end")

    def _worked(
        self, count: Count, day: date, given: timedelta, used: timedelta, pauses: Sequence[Pause]
    ) -> None:
        number = used // MINUTE
        if not self.calendar.is_working(day):
            self._off(count, day)
        elif given:
            label = " trong giờ làm việc"
            minutes = given // MINUTE
            self._add(count, day, DayReason.HOURS, number=number, minutes=minutes, label=label)
        else:
            why = next((p.why or "chờ" for p in pauses if p.start.date() <= day), None)
            reason = DayReason.OFF if why is None else DayReason.PAUSED
            self._add(count, day, reason, number=number, label=why or "đã hết giờ làm việc")
