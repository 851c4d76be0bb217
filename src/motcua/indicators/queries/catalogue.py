"""What counts by procedure and by petition: offered, used, paid for, connected; handled in time, satisfied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache
from uuid import UUID

from django.db import connection

from motcua.base.clock import VN
from motcua.deadlines.api import add_working_days, calendar_for
from motcua.feedback.api import About, petition_facts
from motcua.indicators.data import Level, ProcedureFact
from motcua.indicators.models import ProcedureTally, Tally
from motcua.indicators.queries.gathering import procedure_fact
from motcua.indicators.queries.units import PROVINCE, scored_units, unit_of
from motcua.indicators.rules.announcing import WORKING_DAYS, Announcement, announced_in
from motcua.indicators.rules.periods import Grain, Period
from motcua.procedures import api as procedures
from motcua.procedures.data import Level as Tier

Others = dict[str, int | None]
_OFFICE = "ubnd-tinh"  # whose chairman signs the announcement


def procedure_counts(period: Period, *, on: date, keys: Sequence[str]) -> dict[str, Others]:
    """The procedure predicates of each unit. A day's are those of its month up to now.

    A commune has every procedure of the commune's tier, the province all; an agency those it has handled, because
    the catalogue says who decides in words only.
    """
    day = min(on, period.end) if period.grain is not Grain.DAY else period.start
    catalogue = _catalogue(day)
    used = _used(period, catalogue, keys, on)
    handled = _handled(period, [k for k in keys if _level(k, on) is Level.DEPARTMENT], on)
    frozen, told = _frozen(catalogue), _announcements(_lines(day))
    out: dict[str, Others] = {}
    for key in keys:
        level = _level(key, on)
        if level is Level.DEPARTMENT:
            codes = handled.get(key, frozenset()) & frozenset(catalogue)
            offered = _offered(catalogue, codes)
        else:
            codes = _codes_at(frozen, level)
            offered = _offered_at(frozen, level)
        announced = announced_in(period, tuple(told[code] for code in sorted(codes)))
        out[key] = {**offered, **announced, **used.get(key, _NOTHING)}
    return out


_NOTHING: Others = {
    "procedure.used_online": 0,
    "procedure.paid_online": 0,
    "procedure.fee_synchronised": 0,
    "procedure.population_used": 0,
}
Catalogue = dict[str, tuple[ProcedureFact, frozenset[Tier]]]
Frozen = tuple[tuple[str, ProcedureFact, frozenset[Tier]], ...]


def _level(key: str, on: date) -> Level:
    return scored_units(on)[key].level


def _frozen(catalogue: Catalogue) -> Frozen:
    return tuple((code, fact, tiers) for code, (fact, tiers) in catalogue.items())


@lru_cache(maxsize=16)
def _codes_at(catalogue: Frozen, level: Level) -> frozenset[str]:
    every = level is Level.PROVINCE
    return frozenset(code for code, _fact, tiers in catalogue if every or Tier.COMMUNE in tiers)


@lru_cache(maxsize=16)
def _offered_at(catalogue: Frozen, level: Level) -> Others:
    """What a commune, or the whole province, offers."""
    codes = _codes_at(catalogue, level)
    return _offered({code: (fact, tiers) for code, fact, tiers in catalogue}, codes)


def _offered(catalogue: Catalogue, codes: frozenset[str]) -> Others:
    facts = [catalogue[code][0] for code in codes]
    return {
        "procedure.public": len(facts),
        "procedure.complete": sum(f.complete for f in facts),
        "procedure.online": sum(f.online for f in facts),
        "procedure.with_fee": sum(f.with_fee for f in facts),
        "procedure.for_people": sum(f.for_people for f in facts),
    }


def _lines(day: date) -> tuple[tuple[str, UUID], ...]:
    return tuple((line.code, line.id) for line in procedures.in_force(day))


def _catalogue(day: date) -> dict[str, tuple[ProcedureFact, frozenset[Tier]]]:
    return _read(_lines(day))


@lru_cache(maxsize=16)
def _announcements(lines: tuple[tuple[str, UUID], ...]) -> dict[str, Announcement]:
    """When each procedure in force was signed, came into force and was made public."""
    found = {}
    for code, id_ in lines:
        version = procedures.version(id_)
        start, known = version.validity.start, version.known_from
        signed = version.decision.signed_on if version.decision else None
        calendar = calendar_for(_OFFICE, known_at=known)
        found[code] = Announcement(
            in_force=start,
            public=known.astimezone(VN).date(),
            signed=signed,
            signed_after=add_working_days(signed, WORKING_DAYS, calendar) if signed else None,
            public_by=add_working_days(signed or start, WORKING_DAYS, calendar),
        )
    return found


@lru_cache(maxsize=16)
def _read(lines: tuple[tuple[str, UUID], ...]) -> dict[str, tuple[ProcedureFact, frozenset[Tier]]]:
    """A published version never changes, so what its id says may be kept."""
    return {
        code: (procedure_fact(id_), frozenset(procedures.version(id_).content.levels)) for code, id_ in lines
    }


_USED = """
    WITH used AS (
        SELECT m.unit, t.procedure_code AS code, sum(t.filed_online) AS online, sum(t.must_pay) AS due,
               sum(t.paid_online) AS paid, sum(t.population_used) AS people
          FROM indicators_proceduretally t
          JOIN unnest(%(agencies)s::text[], %(units)s::text[]) AS m(agency, unit) ON m.agency = t.agency
         WHERE t.month >= %(first)s AND t.month < %(end)s
         GROUP BY m.unit, t.procedure_code)
    SELECT unit, count(*) FILTER (WHERE online > 0 AND code = ANY(%(online)s::text[])),
           count(*) FILTER (WHERE paid > 0 AND code = ANY(%(fees)s::text[])),
           count(*) FILTER (WHERE due > 0 AND code = ANY(%(fees)s::text[])),
           count(*) FILTER (WHERE people > 0 AND code = ANY(%(people)s::text[]))
      FROM used GROUP BY unit
"""


def _used(period: Period, catalogue: Catalogue, keys: Sequence[str], on: date) -> dict[str, Others]:
    """How many of each unit's procedures were used, paid for and connected in the period's months."""
    pairs = _pairs(frozenset(keys), on)
    values: dict[str, list[str] | date] = {
        "agencies": [agency for agency, _unit in pairs],
        "units": [unit for _agency, unit in pairs],
        "first": period.start.replace(day=1),
        "end": period.end,
        "online": [code for code, (fact, _t) in catalogue.items() if fact.online],
        "fees": [code for code, (fact, _t) in catalogue.items() if fact.with_fee],
        "people": [code for code, (fact, _t) in catalogue.items() if fact.for_people],
    }
    with connection.cursor() as cursor:
        cursor.execute(_USED, values)
        return {unit: dict(zip(_NOTHING, rest, strict=True)) for unit, *rest in cursor.fetchall()}


def _pairs(keys: frozenset[str], on: date) -> list[tuple[str, str]]:
    """Which agencies count for which of the units, as far as any dossier knows the agency."""
    agencies = Tally.objects.filter(grain="m").values_list("agency", flat=True).distinct()
    pairs: list[tuple[str, str]] = []
    for agency in agencies:
        pairs.extend((agency, key) for key in {PROVINCE.key, unit_of(agency, on)} & keys)
    return pairs


def _handled(period: Period, keys: list[str], on: date) -> dict[str, frozenset[str]]:
    """The procedures that each of these agencies handled in the period."""
    if not keys:
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    pairs = dict(_pairs(frozenset(keys), on))
    rows = ProcedureTally.objects.filter(
        agency__in=list(pairs), month__gte=period.start.replace(day=1), month__lt=period.end, received__gt=0
    ).values_list("agency", "procedure_code")
    for agency, code in rows.distinct():
        found[pairs[agency]].add(code)
    return {key: frozenset(codes) for key, codes in found.items()}


def petition_counts(period: Period, *, at: datetime, keys: Sequence[str]) -> dict[str, Others]:
    """The petition predicates of each unit; a unit without petitions has zeros, which is not unknown."""
    on = at.astimezone(VN).date()
    start = datetime.combine(period.start, time(), VN)
    end = datetime.combine(period.end, time(), VN)
    out: dict[str, dict[str, int | None]] = {
        key: dict.fromkeys(_PETITIONS, 0) for key in {*keys, PROVINCE.key}
    }
    for fact in petition_facts(start=start, end=end, at=at):
        held = {
            "petition.received": 1,
            "petition.in_time": int(fact.in_time),
            "petition.satisfied": int(fact.satisfied),
            "petition.about_staff": int(fact.about is About.OFFICER),
            "petition.about_procedure": int(fact.about is About.PROCEDURE),
        }
        for key in {PROVINCE.key, unit_of(fact.agency_key, on)} & set(out):
            for name, amount in held.items():
                out[key][name] = (out[key][name] or 0) + amount
    return {key: out[key] for key in keys}


_PETITIONS = (
    "petition.received",
    "petition.in_time",
    "petition.satisfied",
    "petition.about_staff",
    "petition.about_procedure",
)
