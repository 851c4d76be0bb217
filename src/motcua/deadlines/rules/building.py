"""Making one agency's calendar out of dated facts, as they were known at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from motcua.deadlines.data import Calendar, CalendarDay, CalendarYear, DayKind, WorkWeek
from motcua.deadlines.rules.walking import in_vietnam


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Every fact about working time, in the order of recording (of two equally old the later one wins)."""

    days: tuple[CalendarDay, ...]
    years: tuple[CalendarYear, ...]
    weeks: tuple[WorkWeek, ...]


def build_calendar(agency_key: str, facts: Facts, *, known_at: datetime) -> Calendar:
    """The calendar of an agency from the facts known at `known_at` (aware)."""
    moment = in_vietnam(known_at)
    days = _newest(
        [d for d in facts.days if d.known_from <= moment and d.agency_key in (None, agency_key)], agency_key
    )
    years: dict[int, CalendarYear] = {}
    for year in sorted((y for y in facts.years if y.known_from <= moment), key=lambda y: y.known_from):
        years[year.year] = year
    weeks = tuple(w for w in facts.weeks if w.known_from <= moment and w.agency_key in (None, agency_key))
    dates = [f.known_from for group in (days, tuple(years.values()), weeks) for f in group]
    return Calendar(
        agency_key=agency_key,
        known_at=moment,
        known_from=max(dates, default=moment),
        days=days,
        years=tuple(years[number] for number in sorted(years)),
        weeks=weeks,
    )


def _newest(days: Sequence[CalendarDay], agency_key: str) -> tuple[CalendarDay, ...]:
    general: dict[date, CalendarDay] = {}
    own: dict[date, CalendarDay] = {}
    for fact in sorted(days, key=lambda d: d.known_from):
        (general if fact.agency_key is None else own)[fact.day] = fact
    # An agency that withdraws its own fact goes back to what holds for everybody.
    own = {day: fact for day, fact in own.items() if fact.kind is not DayKind.ORDINARY}
    merged = general | own
    return tuple(merged[day] for day in sorted(merged))


def vintages(facts: Facts) -> tuple[datetime, ...]:
    """The moments at which something became known, oldest first."""
    groups: Iterable[Iterable[CalendarDay | CalendarYear | WorkWeek]] = (facts.days, facts.years, facts.weeks)
    return tuple(sorted({fact.known_from for group in groups for fact in group}))
