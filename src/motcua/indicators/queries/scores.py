"""Scores of units in a period, ranked among their kind; every number comes from the counts, nothing is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from motcua.base.clock import VN
from motcua.indicators.data import IndicatorScore, Level, Scheme, UnitRef, UnitScore
from motcua.indicators.models import Standing, Tally
from motcua.indicators.queries.catalogue import petition_counts, procedure_counts
from motcua.indicators.queries.units import (
    PROVINCE,
    agencies_of,
    known_agencies,
    scored_units,
    unit_named,
    unit_of,
)
from motcua.indicators.rules.counting import Counts, tallied
from motcua.indicators.rules.periods import Grain, Period
from motcua.indicators.rules.schemes import scheme_on
from motcua.indicators.rules.scoring import group_score, score, total_score
from motcua.indicators.rules.tallies import COLUMNS


def unit_score(key: str, period: Period, *, at: datetime, scheme: Scheme | None = None) -> UnitScore:
    """One unit's score with its rank. Raises `UnknownUnit`."""
    unit_named(key, _today(at))
    level = scored_units(_today(at))[key].level
    return next(s for s in unit_scores(period, level=level, at=at, scheme=scheme) if s.unit.key == key)


def unit_scores(
    period: Period, *, level: Level, at: datetime, scheme: Scheme | None = None
) -> list[UnitScore]:
    """The scores of all units of a level, best first; units with nothing handled come last, unranked.

    At the province's level there is one.
    """
    return _scores(period, (level,), at=at, scheme=scheme)[level]


def with_province(period: Period, *, level: Level, at: datetime) -> tuple[UnitScore, list[UnitScore]]:
    """The province's score and those of all units of a level, from one reading of the counts."""
    found = _scores(period, (Level.PROVINCE, level), at=at)
    return found[Level.PROVINCE][0], found[level]


def _scores(
    period: Period, levels: Sequence[Level], *, at: datetime, scheme: Scheme | None = None
) -> dict[Level, list[UnitScore]]:
    today = _today(at)
    which = scheme or scheme_on(period.start)
    wanted = [u for u in scored_units(today).values() if u.level in levels]
    counts = counts_of(period, on=today)
    for name, more in (
        *procedure_counts(period, on=today, keys=[u.key for u in wanted]).items(),
        *petition_counts(period, at=at, keys=[u.key for u in wanted]).items(),
    ):
        counts.setdefault(name, Counts()).others.update(more)
    as_of = Standing.objects.values_list("as_of", flat=True).first()
    found: dict[Level, list[UnitScore]] = {level: [] for level in levels}
    for unit in wanted:
        found[unit.level].append(_scored(unit, period, counts.get(unit.key, Counts()), which, as_of))
    return {level: _ranked(some) for level, some in found.items()}


def _today(at: datetime) -> date:
    return at.astimezone(VN).date()


def _scored(
    unit: UnitRef, period: Period, counts: Counts, scheme: Scheme, as_of: datetime | None
) -> UnitScore:
    lines = []
    for indicator in scheme.indicators:
        known = tallied(indicator, counts)
        level = unit.level
        points = score(indicator, known, scheme=scheme, on=period.start, level=level)
        lines.append(IndicatorScore(indicator=indicator, tallied=known, scored=points))
    by_code = {line.indicator.code: line.scored for line in lines}
    groups = tuple((g, group_score(g, by_code, scheme=scheme)) for g in scheme.groups)
    total = total_score(scheme, {g.code: s.scored for g, s in groups})
    return UnitScore(
        unit=unit,
        period=period.key,
        scheme=scheme,
        indicators=tuple(lines),
        groups=groups,
        total=total.scored,
        known=sum((s.known for _, s in groups), Decimal(0)),
        known_maximum=sum((s.known_maximum for _, s in groups), Decimal(0)),
        handled=counts.handled,
        as_of=as_of,
    )


def _ranked(found: list[UnitScore]) -> list[UnitScore]:
    """Competition ranks: equal shares share a rank, and the next one counts them."""
    alive = sorted((s for s in found if s.handled), key=lambda s: (-s.share, s.unit.name))
    ranks: dict[Decimal, int] = {}
    for place, one in enumerate(alive, 1):
        ranks.setdefault(one.share, place)
    ranked = [replace(s, rank=ranks[s.share], of=len(alive)) for s in alive]
    return ranked + sorted((s for s in found if not s.handled), key=lambda s: s.unit.name)


def counts_of(period: Period, *, on: date, agencies: Sequence[str] | None = None) -> dict[str, Counts]:
    """The counts of every unit in a period, rolled up to today's units; the province is the sum of all.

    `agencies`: only what these have, for one unit's own numbers.
    """
    found: dict[str, Counts] = defaultdict(Counts)
    for agency, row in _agency_counts(period, agencies).items():
        for key in {PROVINCE.key, unit_of(agency, on)} - {""}:
            counts = found[key]
            counts.opened_until += row["opened_until"]
            counts.closed_before += row["closed_before"]
            counts.left_until += row["left_until"]
            counts.add({c: row[c] for c in COLUMNS})
    return found


def _agency_counts(period: Period, agencies: Sequence[str] | None) -> Mapping[str, dict[str, int]]:
    """Sums by agency: months where the period is made of months, days before that only for a single day."""
    flows = ", ".join(f"coalesce(sum({c}) FILTER (WHERE day >= %(start)s), 0) AS {c}" for c in COLUMNS)
    first = period.start.replace(day=1)
    where = "grain = 'm' AND day < %(end)s"
    if period.grain is Grain.DAY:
        where = "(grain = 'm' AND day < %(first)s) OR (grain = 'd' AND day >= %(first)s AND day < %(end)s)"
        flows = ", ".join(
            f"coalesce(sum({c}) FILTER (WHERE grain = 'd' AND day = %(start)s), 0) AS {c}" for c in COLUMNS
        )
    sql = f"""
        SELECT agency, {flows}, sum(opened) AS opened_until,
               coalesce(sum(closed) FILTER (WHERE day < %(start)s), 0) AS closed_before,
               sum(left_in_time) AS left_until
          FROM {Tally._meta.db_table}
         WHERE ({where}) {"" if agencies is None else "AND agency = ANY(%(agencies)s)"} GROUP BY agency
    """
    with connection.cursor() as cursor:
        some = {} if agencies is None else {"agencies": list(agencies)}
        cursor.execute(sql, {"start": period.start, "end": period.end, "first": first, **some})
        names = [column[0] for column in cursor.description or ()]
        return {row[0]: dict(zip(names[1:], map(int, row[1:]), strict=True)) for row in cursor.fetchall()}


def history(key: str, periods: list[Period], *, at: datetime) -> list[tuple[Period, UnitScore]]:
    """A unit's scores through several periods, each by the scheme of its time; without ranks."""
    unit = unit_named(key, _today(at))
    today = _today(at)
    as_of = Standing.objects.values_list("as_of", flat=True).first()
    mine = agencies_of(unit, today, known_agencies())
    out = []
    for period in periods:
        counts = counts_of(period, on=today, agencies=mine).get(key, Counts())
        counts.others.update(procedure_counts(period, on=today, keys=[key]).get(key, {}))
        counts.others.update(petition_counts(period, at=at, keys=[key]).get(key, {}))
        out.append((period, _scored(unit, period, counts, scheme_on(period.start), as_of)))
    return out
