"""Facts about working time as the database and the ledger keep them, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from motcua.base.data import Json
from motcua.deadlines.data import CalendarDay, CalendarYear, DayHours, Season, Span, WorkWeek
from motcua.deadlines.rules.law import read_month_day, read_span


def day_values(fact: CalendarDay) -> dict[str, Any]:
    """The columns of a dated fact."""
    return {
        "day": fact.day,
        "kind": fact.kind.value,
        "name": fact.name,
        "hours_of": fact.hours_of,
        "agency_key": fact.agency_key,
        "known_from": fact.known_from,
        "source": fact.source.as_json(),
    }


def year_values(fact: CalendarYear) -> dict[str, Any]:
    """The columns of a year."""
    return {
        "year": fact.year,
        "projected": fact.projected,
        "known_from": fact.known_from,
        "source": fact.source.as_json(),
    }


def week_days(fact: WorkWeek) -> list[dict[str, Any]]:
    """The seven days of a week's hours."""
    return [{"spans": [span_text(s) for s in hours.spans], "counts": hours.counts} for hours in fact.days]


def span_text(span: Span) -> str:
    """A span as "07:30-11:30"."""
    return f"{span.start:%H:%M}-{span.end:%H:%M}"


def season_text(season: Season | None) -> str:
    """A season as "04-16/10-15"; none is empty."""
    if season is None:
        return ""
    return f"{season.start[0]:02d}-{season.start[1]:02d}/{season.end[0]:02d}-{season.end[1]:02d}"


def read_season(text: str) -> Season | None:
    """Read what `season_text` wrote."""
    if not text:
        return None
    start, _, end = text.partition("/")
    return Season(read_month_day(start), read_month_day(end))


def read_week_days(raw: list[Mapping[str, Any]]) -> tuple[DayHours, ...]:
    """Read what `week_days` wrote."""
    return tuple(DayHours(tuple(map(read_span, day["spans"])), bool(day["counts"])) for day in raw)


def day_json(fact: CalendarDay) -> dict[str, Json]:
    """A dated fact for the ledger."""
    return {
        "day": fact.day.isoformat(),
        "kind": fact.kind.value,
        "name": fact.name,
        "hours_of": fact.hours_of.isoformat() if fact.hours_of else None,
        "agency": fact.agency_key,
        "source": fact.source.as_json(),
    }


def week_json(fact: WorkWeek) -> dict[str, Json]:
    """A week's hours for the ledger."""
    return {
        "agency": fact.agency_key,
        "from": fact.validity.start.isoformat(),
        "to": fact.validity.end.isoformat() if fact.validity.end else None,
        "season": season_text(fact.season),
        "days": week_days(fact),
        "source": fact.source.as_json(),
    }


def year_json(fact: CalendarYear) -> dict[str, Json]:
    """A year for the ledger."""
    return {"year": fact.year, "projected": fact.projected, "source": fact.source.as_json()}
