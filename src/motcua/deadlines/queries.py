"""Reading working time: an agency's calendar as it was known at a moment."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db import connection

from motcua.base.clock import VN
from motcua.base.data import Source, Validity
from motcua.deadlines.data import Calendar, CalendarDay, CalendarYear, DayKind, WorkWeek
from motcua.deadlines.models import CalendarDayRow, CalendarYearRow, WorkWeekRow
from motcua.deadlines.rules.building import Facts, build_calendar, vintages
from motcua.deadlines.rules.codec import read_season, read_week_days
from motcua.deadlines.rules.walking import in_vietnam
from motcua.units.api import agency


def calendar_for(agency_key: str, *, known_at: datetime) -> Calendar:
    """The calendar of an agency as it was known at `known_at` (aware).

    An agency without hours of its own works the province's. One small query; the facts themselves are
    remembered by the process until a load or a publication adds to them. What is missing is not guessed:
    counting then raises `CalendarUnknown` or `HoursUnknown`. Raises `NaiveTime`, and `UnknownAgency` for a key
    that names no agency: a slip of the hand must not quietly give the province's hours.
    """
    agency(agency_key)
    moment = in_vietnam(known_at)
    revision = _revision()
    known = bisect_right(_vintages(revision), moment)
    return _calendar(agency_key, revision, known)


def known_facts() -> Facts:
    """Every fact about working time that the system holds, old and new."""
    return _facts(_revision())


def _revision() -> UUID | None:
    with connection.cursor() as cursor:  # asked with every count: worded once
        cursor.execute("SELECT stamp FROM deadlines_revision ORDER BY id DESC LIMIT 1")
        newest = cursor.fetchone()
    return newest[0] if newest else None


@lru_cache(maxsize=512)
def _calendar(agency_key: str, revision: UUID | None, known: int) -> Calendar:
    facts, moments = _facts(revision), _vintages(revision)
    # The calendar does not change between two moments at which something became known: the earlier one
    # stands for all between. Before the first nothing is known.
    moment = moments[known - 1] if known else datetime(1900, 1, 1, tzinfo=VN)
    return build_calendar(agency_key, facts, known_at=moment)


@lru_cache(maxsize=4)
def _vintages(revision: UUID | None) -> tuple[datetime, ...]:
    return vintages(_facts(revision))


@lru_cache(maxsize=4)
def _facts(revision: UUID | None) -> Facts:
    # `revision` is the name under which these facts are remembered; a row is never changed without a new one.
    return Facts(
        days=tuple(map(_day, CalendarDayRow.objects.order_by("id"))),
        years=tuple(map(_year, CalendarYearRow.objects.order_by("id"))),
        weeks=tuple(map(_week, WorkWeekRow.objects.order_by("id"))),
    )


def _day(row: CalendarDayRow) -> CalendarDay:
    return CalendarDay(
        day=row.day,
        kind=DayKind(row.kind),
        name=row.name,
        source=Source.from_mapping(row.source),
        known_from=row.known_from.astimezone(VN),
        agency_key=row.agency_key,
        hours_of=row.hours_of,
    )


def _year(row: CalendarYearRow) -> CalendarYear:
    return CalendarYear(
        year=row.year,
        projected=row.projected,
        source=Source.from_mapping(row.source),
        known_from=row.known_from.astimezone(VN),
    )


def _week(row: WorkWeekRow) -> WorkWeek:
    return WorkWeek(
        validity=Validity(start=row.valid.lower, end=row.valid.upper),
        days=read_week_days(row.days),
        source=Source.from_mapping(row.source),
        known_from=row.known_from.astimezone(VN),
        agency_key=row.agency_key,
        season=read_season(row.season),
    )
