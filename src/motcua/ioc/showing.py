"""Turns scores into what the pages show: words, bars, links, and how each number was computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.indicators import api as indicators
from motcua.indicators.api import Grain, Group, IndicatorScore, Level, Period, UnitScore, period_of
from motcua.ioc.drawing import Bar, Dot
from motcua.ui.api import certainty_words, number
from motcua.units import api as units


def in_english() -> bool:
    """Is the page in English?"""
    return (get_language() or "vi").startswith("en")


def points(value: Decimal | None) -> str:
    """Points as Vietnamese writes them; a dash for unknown."""
    return "–" if value is None else number(float(value), 2)


def count(value: Decimal | None) -> str:
    """A count; a dash for unknown."""
    return "–" if value is None else number(float(value), 0)


def period_words(period: Period) -> str:
    """A period in words."""
    if not in_english():
        return period.name_vi
    return {Grain.MONTH: f"{period.start:%m/%Y}", Grain.DAY: f"{period.start:%d/%m/%Y}"}.get(
        period.grain, period.key
    )


def read(text: str, today: date) -> Period:
    """The period asked for, else this month; one that has not begun is this month too."""
    try:
        found = indicators.read_period(text[:20]) if text else None
    except ValueError:
        found = None
    if found is None or found.start > today or found.start.year < 2018:
        return period_of(today, Grain.MONTH)
    return found


@dataclass(frozen=True, kw_only=True)
class Option:
    """A period to choose."""

    key: str
    words: str
    chosen: bool


def choices(chosen: Period, today: date) -> list[Option]:
    """Today, the last twelve months, four quarters, three years."""
    found = [period_of(today, Grain.DAY)]
    for grain, how_many in ((Grain.MONTH, 12), (Grain.QUARTER, 4), (Grain.YEAR, 3)):
        one = period_of(today, grain)
        for _n in range(how_many):
            found.append(one)
            one = one.before()
    if chosen.key not in {one.key for one in found}:
        found.insert(0, chosen)
    return [Option(key=p.key, words=period_words(p), chosen=p.key == chosen.key) for p in found]


def unit_url(key: str, period: Period) -> str:
    """The page of a unit."""
    return f"{reverse('ioc:unit', args=[key])}?{urlencode({'period': period.key})}"


def indicator_url(key: str, code: str, period: Period) -> str:
    """The page of a unit's indicator."""
    return f"{reverse('ioc:indicator', args=[key, code])}?{urlencode({'period': period.key})}"


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    """A unit in a list; `url` empty where the reader may not open it."""

    rank: int | None
    name: str
    known: str
    known_maximum: str
    share: str
    band: str
    band_key: str
    groups: tuple[str, ...]
    handled: int
    url: str


def unit_row(score: UnitScore, period: Period, *, openable: bool) -> UnitRow:
    """One line of a ranking."""
    alive = score.rank is not None
    return UnitRow(
        rank=score.rank,
        name=score.unit.name,
        known=points(score.known) if alive else "–",
        known_maximum=points(score.known_maximum),
        share=points(score.share) if alive else "–",
        band=(score.band.name_en if in_english() else score.band.name_vi) if alive else _("không có hồ sơ"),
        band_key=score.band.key if alive else "none",
        groups=tuple(points(g.known) if alive else "–" for _group, g in score.groups),
        handled=score.handled,
        url=unit_url(score.unit.key, period) if openable else "",
    )


@dataclass(frozen=True, kw_only=True)
class IndicatorRow:
    """An indicator of a unit."""

    code: str
    number: str
    name: str
    numerator: str
    denominator: str
    score: str
    maximum: str
    lost: str
    why: str
    certain: str
    url: str


def indicator_row(line: IndicatorScore, unit_key: str, period: Period) -> IndicatorRow:
    """One line of a unit's table."""
    one = line.indicator
    variant = one.variant_on(period.start)
    return IndicatorRow(
        code=one.code,
        number=one.number,
        name=one.name_en if in_english() else one.name_vi,
        numerator=count(line.tallied.numerator),
        denominator=count(line.tallied.denominator),
        score=points(line.scored.score),
        maximum=points(one.maximum),
        lost=points(line.lost) if one.scored else "–",
        why=line.scored.reason,
        certain=certainty_words(variant.source.certainty),
        url=indicator_url(unit_key, one.code, period),
    )


def group_name(group: Group) -> str:
    """A group's name in the reader's language."""
    return group.name_en if in_english() else group.name_vi


def missing(score: UnitScore) -> str:
    """The names of the indicators whose points are unknown."""
    unknown = [x.indicator for x in score.indicators if x.indicator.scored and x.scored.score is None]
    return ", ".join(i.name_en if in_english() else i.name_vi for i in unknown)


def group_bars(score: UnitScore, period: Period) -> list[Bar]:
    """The groups as bars; a group of which something is unknown shows what is known."""
    return [
        Bar(
            name=group_name(group),
            value=float(found.known),
            full=float(group.maximum),
            href=unit_url(score.unit.key, period),
        )
        for group, found in score.groups
    ]


def dots(scores: Sequence[UnitScore], rows: Sequence[UnitRow]) -> list[Dot]:
    """The communes on the map."""
    found = []
    for score, row in zip(scores, rows, strict=True):
        if score.unit.level is not Level.COMMUNE:
            continue
        unit = units.unit(score.unit.unit_key)
        if unit.lon is None or unit.lat is None:
            continue
        words = f"{row.name}: {row.share}, {row.band}"
        found.append(
            Dot(name=row.name, lon=unit.lon, lat=unit.lat, band=row.band_key, words=words, href=row.url)
        )
    return found


def as_of(score: UnitScore, now: datetime) -> datetime:
    """Up to when the evidence is judged."""
    return score.as_of or now
