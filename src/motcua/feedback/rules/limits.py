"""The working days that each part of handling a petition may take, and whether they were kept."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from importlib.resources import files

import yaml

from motcua.base.clock import VN
from motcua.base.data import Source, Validity
from motcua.deadlines.data import Calendar
from motcua.feedback.data import Judged, Limits, PetitionTimes


@cache
def _all() -> tuple[Limits, ...]:
    text = (files("motcua.feedback") / "law" / "limits.yaml").read_text(encoding="utf-8")
    return tuple(
        Limits(
            validity=Validity(start=raw["validity"]["start"], end=raw["validity"].get("end")),
            source=Source.from_mapping(raw["source"]),
            refuse=int(raw["refuse"]),
            ask=int(raw["ask"]),
            resolve=int(raw["resolve"]),
            publish=int(raw["publish"]),
        )
        for raw in yaml.safe_load(text)
    )


def limits_on(day: date) -> Limits:
    """The limits in force on `day` (the earliest before their start)."""
    return next((x for x in _all() if x.validity.contains(day)), _all()[0])


def working_days_after(first: date, last: date, calendar: Calendar) -> int:
    """Working days after `first` up to and with `last`: the first day is not counted."""
    count, day = 0, first.toordinal() + 1
    while day <= last.toordinal():
        count += calendar.is_working(date.fromordinal(day))
        day += 1
    return count


def last_day(first: date, amount: int, calendar: Calendar) -> date:
    """The day on which `amount` working days after `first` end."""
    day = first
    while amount:
        day = date.fromordinal(day.toordinal() + 1)
        amount -= calendar.is_working(day)
    return day


def judge(times: PetitionTimes, *, at: datetime, calendar: Calendar) -> Judged:
    """Was (or is) the petition handled in time at `at`? The wait for the sender does not count."""
    start = _day(times.since)
    limits = limits_on(start)
    if times.refused_at is not None:
        return _part("từ chối", start, times.refused_at, limits.refuse, calendar)
    if times.asked_at is not None:
        asked = _part("yêu cầu bổ sung", start, times.asked_at, limits.ask, calendar)
        if not asked.in_time or times.supplied_at is None:
            return asked
        start = _day(times.supplied_at)
    resolved = _part("xử lý", start, times.resolved_at or at, limits.resolve, calendar)
    if not resolved.in_time or times.resolved_at is None:
        return resolved
    return _part("công khai", _day(times.resolved_at), times.published_at or at, limits.publish, calendar)


def _day(moment: datetime) -> date:
    return moment.astimezone(VN).date()


def _part(what: str, start: date, end: datetime, limit: int, calendar: Calendar) -> Judged:
    due = last_day(start, limit, calendar)
    took = working_days_after(start, _day(end), calendar)
    in_time = _day(end) <= due
    word = "đúng hạn" if in_time else "quá hạn"
    return Judged(
        in_time=in_time, due_on=due, why_vi=f"{word}: {what} sau {took} ngày làm việc, hạn {limit} ngày"
    )
