"""Calendars, events and moments for the tests of time limits."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from motcua.base.clock import VN
from motcua.base.data import Certainty, Source
from motcua.deadlines.api import Calendar, CalendarDay, ClockEvent, ClockEventKind, DayKind, TimeLimit
from motcua.deadlines.rules.building import build_calendar
from motcua.deadlines.rules.law import reference_facts

TODAY = datetime(2026, 11, 23, 9, 0, tzinfo=VN)
SOURCE = Source(text="Công văn thử", certainty=Certainty.OWN)


def moment(text: str) -> datetime:
    """An aware moment in Vietnam from "2025-01-24T15:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=VN)


def calendar(agency: str = "ubnd-tinh", *, known_at: datetime = TODAY) -> Calendar:
    """The reference calendar of an agency."""
    return build_calendar(agency, reference_facts(), known_at=known_at)


def with_holiday(base: Calendar, day: date) -> Calendar:
    """The same calendar with one more day off."""
    fact = CalendarDay(
        day=day,
        kind=DayKind.HOLIDAY,
        name="thêm",
        source=SOURCE,
        known_from=base.known_from + timedelta(seconds=1),
    )
    kept = tuple(other for other in base.days if other.day != day)
    return Calendar(
        agency_key=base.agency_key,
        known_at=base.known_at,
        known_from=fact.known_from,
        days=(*kept, fact),
        years=base.years,
        weeks=base.weeks,
    )


def event(text: str) -> ClockEvent:
    """An event from "start 2025-03-10T09:00", "extend 2025-03-14T10:00 to …" or "… by 3wd"."""
    kind, at, *rest = text.split()
    how = dict(zip(rest[::2], rest[1::2], strict=True))
    return ClockEvent(
        kind=ClockEventKind(kind),
        at=moment(at),
        to=moment(how["to"]) if "to" in how else None,
        limit=TimeLimit.parse(how["by"]) if "by" in how else None,
    )


def events(*texts: str) -> list[ClockEvent]:
    """Several events."""
    return [event(text) for text in texts]
