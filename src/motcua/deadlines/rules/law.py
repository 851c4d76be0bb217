"""Reading the reference calendar: the `holidays` package for the Labour Code's days, our cited file over it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any

import holidays

from motcua.base.clock import VN
from motcua.base.data import Source, Validity
from motcua.deadlines.data import (
    CalendarDay,
    CalendarYear,
    DayHours,
    DayKind,
    Season,
    Span,
    WorkWeek,
)
from motcua.deadlines.rules.building import Facts
from motcua.deadlines.rules.regimes import read_law

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SWAP_PREFIX = "Ngày nghỉ (thay cho"


class UncitedSwap(ValueError):
    """The holidays package knows an exchanged day for which our file has no source."""


@cache
def reference_facts() -> Facts:
    """What ships with the system; raises `UncitedSwap` when the package has an exchange that nobody cited."""
    raw = read_law("calendar_vn.yaml")
    cited = [read_day(entry) for entry in raw["days"]]
    years = [int(year) for year in raw["years"]]
    statutory = _statutory(years, {fact.day for fact in cited}, raw["statutory"])
    weeks = [read_week(entry) for entry in read_law("hours.yaml")["hours"]]
    return Facts(days=tuple(statutory + cited), years=tuple(_years(years, raw)), weeks=tuple(weeks))


def _statutory(years: list[int], cited: set[date], raw: Mapping[str, Any]) -> list[CalendarDay]:
    source, known_from = Source.from_mapping(raw["source"]), _moment(raw["known_from"])
    found = []
    for day, name in sorted(holidays.country_holidays("VN", years=years, language="vi").items()):
        if day in cited:
            continue
        if name.startswith(_SWAP_PREFIX):
            raise UncitedSwap(f"{day}: {name}")
        found.append(
            CalendarDay(day=day, kind=DayKind.HOLIDAY, name=name, source=source, known_from=known_from)
        )
    return found


def _years(years: list[int], raw: Mapping[str, Any]) -> list[CalendarYear]:
    law = raw["statutory"]
    found = [
        CalendarYear(
            year=year,
            projected=True,
            source=Source.from_mapping(law["source"]),
            known_from=_moment(law["known_from"]),
        )
        for year in years
    ]
    return found + [read_year({"projected": False} | entry) for entry in raw["announced"]]


def read_year(raw: Mapping[str, Any]) -> CalendarYear:
    """One year of a file; raises `ValueError`, `KeyError` when it is not whole."""
    _only(raw, {"year", "projected", "source", "known_from"})
    return CalendarYear(
        year=int(raw["year"]),
        projected=bool(raw["projected"]),
        source=Source.from_mapping(raw["source"]),
        known_from=_moment(raw["known_from"]),
    )


def _only(raw: Mapping[str, Any], known: set[str]) -> None:
    unknown = set(raw) - known
    if unknown:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")


def read_day(raw: Mapping[str, Any]) -> CalendarDay:
    """One dated fact of a file; raises `ValueError`, `KeyError` when it is not whole."""
    _only(raw, {"day", "kind", "name", "source", "known_from", "agency_key", "hours_of"})
    return CalendarDay(
        day=raw["day"],
        kind=DayKind(raw["kind"]),
        name=raw["name"],
        source=Source.from_mapping(raw["source"]),
        known_from=_moment(raw["known_from"]),
        agency_key=raw.get("agency_key"),
        hours_of=raw.get("hours_of"),
    )


def read_week(raw: Mapping[str, Any]) -> WorkWeek:
    """The weekly hours of a file; raises `ValueError`, `KeyError` when they are not whole."""
    optional = {"agency_key", "season", "valid_to", "working", "desk_only", "name"}
    _only(raw, {"valid_from", "source", "known_from"} | optional)
    hours = [DayHours()] * 7
    for group, counts in (("desk_only", False), ("working", True)):
        part: Mapping[str, Any] = raw.get(group) or {"days": (), "spans": ()}
        for name in part["days"]:
            hours[WEEKDAYS.index(name)] = DayHours(tuple(map(read_span, part["spans"])), counts)
    season = raw.get("season")
    return WorkWeek(
        validity=Validity(start=raw["valid_from"], end=raw.get("valid_to")),
        days=tuple(hours),
        source=Source.from_mapping(raw["source"]),
        known_from=_moment(raw["known_from"]),
        agency_key=raw.get("agency_key"),
        season=Season(read_month_day(season["from"]), read_month_day(season["to"])) if season else None,
    )


def read_span(text: str) -> Span:
    """Read "07:30-11:30"."""
    start, _, end = text.partition("-")
    return Span(time.fromisoformat(start), time.fromisoformat(end))


def read_month_day(text: str) -> tuple[int, int]:
    """Read "04-16" as month and day."""
    month, _, day = text.partition("-")
    date(2024, int(month), int(day))  # refuses what no calendar has
    return int(month), int(day)


def _moment(raw: datetime) -> datetime:
    if raw.tzinfo is None:
        raise ValueError(f"{raw} must carry its zone")
    return raw.astimezone(VN)
