"""What counts by procedure and by petition: offered, used, paid for, connected; handled in time, satisfied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from uuid import UUID

from django.db import connection

from motcua.base.clock import VN
from motcua.deadlines.api import add_working_days, calendar_for
from motcua.feedback.api import About, petition_facts
from motcua.indicators.data import Level, ProcedureFact
from motcua.indicators.models import ProcedureTally
from motcua.indicators.queries.gathering import procedure_fact
from motcua.indicators.queries.units import PROVINCE, known_agencies, scored_units, unit_of
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
    catalogue = _in_force(day, procedures.last_change())
    used = _used(period, catalogue, keys, on)
    handled = _handled(period, [k for k in keys if _level(k, on) is Level.DEPARTMENT], on)
    by_codes: dict[frozenset[str], Others] = {}
    out: dict[str, Others] = {}
    for key in keys:
        level = _level(key, on)
        if level is Level.DEPARTMENT:
            codes = handled.get(key, frozenset()) & catalogue.everything
        else:
            codes = catalogue.everything if level is Level.PROVINCE else catalogue.communes
        if codes not in by_codes:
            by_codes[codes] = {**catalogue.offered(codes), **catalogue.announced(codes, period)}
        out[key] = {**by_codes[codes], **used.get(key, _NOTHING)}
    return out


_NOTHING: Others = {
    "procedure.used_online": 0,
    "procedure.paid_online": 0,
    "procedure.fee_synchronised": 0,
    "procedure.population_used": 0,
}


def _level(key: str, on: date) -> Level:
    return scored_units(on)[key].level


@dataclass(frozen=True, eq=False)
class _Catalogue:
    """The procedures in force on a day: what counting needs of each, by code."""

    versions: dict[str, UUID]

    @cached_property
    def facts(self) -> dict[str, ProcedureFact]:
        return {code: procedure_fact(id_) for code, id_ in self.versions.items()}

    @cached_property
    def everything(self) -> frozenset[str]:
        return frozenset(self.versions)

    @cached_property
    def communes(self) -> frozenset[str]:
        """Those of the commune's tier."""
        return frozenset(code for code, id_ in self.versions.items() if Tier.COMMUNE in _tiers(id_))

    def offered(self, codes: frozenset[str]) -> Others:
        facts = [self.facts[code] for code in codes]
        return {
            "procedure.public": len(facts),
            "procedure.complete": sum(f.complete for f in facts),
            "procedure.online": sum(f.online for f in facts),
            "procedure.with_fee": sum(f.with_fee for f in facts),
            "procedure.for_people": sum(f.for_people for f in facts),
        }

    def announced(self, codes: frozenset[str], period: Period) -> Others:
        return announced_in(period, tuple(_announcement(self.versions[code]) for code in sorted(codes)))


@lru_cache(maxsize=64)
def _in_force(day: date, _last_change: object) -> _Catalogue:
    return _Catalogue({line.code: line.id for line in procedures.in_force(day)})


# A published version never changes, so what its id says may be kept.
@lru_cache(maxsize=20_000)
def _tiers(id_: UUID) -> frozenset[Tier]:
    return frozenset(procedures.version(id_).content.levels)


@lru_cache(maxsize=20_000)
def _announcement(id_: UUID) -> Announcement:
    """When the version was signed, came into force and was made public."""
    version = procedures.version(id_)
    start, known = version.validity.start, version.known_from
    signed = version.decision.signed_on if version.decision else None
    calendar = calendar_for(_OFFICE, known_at=known)
    return Announcement(
        in_force=start,
        public=known.astimezone(VN).date(),
        signed=signed,
        signed_after=add_working_days(signed, WORKING_DAYS, calendar) if signed else None,
        public_by=add_working_days(signed or start, WORKING_DAYS, calendar),
    )


# A unit of one agency has each procedure in one row; only where several are one unit must rows meet first.
_USED_BY_ONE = """
    SELECT agency, count(*) FILTER (WHERE filed_online > 0 AND procedure_code = ANY(%(online)s::text[])),
           count(*) FILTER (WHERE paid_online > 0 AND procedure_code = ANY(%(fees)s::text[])),
           count(*) FILTER (WHERE must_pay > 0 AND procedure_code = ANY(%(fees)s::text[])),
           count(*) FILTER (WHERE population_used > 0 AND procedure_code = ANY(%(people)s::text[]))
      FROM indicators_proceduretally
     WHERE grain = %(grain)s AND first_day = %(first)s AND agency = ANY(%(alone)s::text[]) GROUP BY agency
"""
_USED = """
    WITH used AS (
        SELECT m.unit, t.procedure_code AS code, sum(t.filed_online) AS online, sum(t.must_pay) AS due,
               sum(t.paid_online) AS paid, sum(t.population_used) AS people
          FROM indicators_proceduretally t
          JOIN unnest(%(agencies)s::text[], %(units)s::text[]) AS m(agency, unit) ON m.agency = t.agency
         WHERE t.grain = %(grain)s AND t.first_day = %(first)s
         GROUP BY m.unit, t.procedure_code)
    SELECT unit, count(*) FILTER (WHERE online > 0 AND code = ANY(%(online)s::text[])),
           count(*) FILTER (WHERE paid > 0 AND code = ANY(%(fees)s::text[])),
           count(*) FILTER (WHERE due > 0 AND code = ANY(%(fees)s::text[])),
           count(*) FILTER (WHERE people > 0 AND code = ANY(%(people)s::text[]))
      FROM used GROUP BY unit
"""


_GRAINS = {Grain.DAY: "m", Grain.MONTH: "m", Grain.QUARTER: "q", Grain.YEAR: "y"}


def _used(period: Period, catalogue: _Catalogue, keys: Sequence[str], on: date) -> dict[str, Others]:
    """How many of each unit's procedures were used, paid for and connected in the period's months."""
    of_unit: dict[str, list[str]] = defaultdict(list)
    for agency, unit in _pairs(frozenset(keys), on):
        of_unit[unit].append(agency)
    alone = {agencies[0]: unit for unit, agencies in of_unit.items() if len(agencies) == 1}
    several = [(agency, unit) for unit, some in of_unit.items() if len(some) > 1 for agency in some]
    values: dict[str, list[str] | date | str] = {
        "alone": list(alone),
        "agencies": [agency for agency, _unit in several],
        "units": [unit for _agency, unit in several],
        "grain": _GRAINS[period.grain],
        "first": period.start.replace(day=1),
        "online": [code for code, fact in catalogue.facts.items() if fact.online],
        "fees": [code for code, fact in catalogue.facts.items() if fact.with_fee],
        "people": [code for code, fact in catalogue.facts.items() if fact.for_people],
    }
    found: dict[str, Others] = {}
    with connection.cursor() as cursor:
        cursor.execute(_USED_BY_ONE, values)
        found.update({alone[a]: dict(zip(_NOTHING, rest, strict=True)) for a, *rest in cursor.fetchall()})
        cursor.execute(_USED, values)
        found.update({unit: dict(zip(_NOTHING, rest, strict=True)) for unit, *rest in cursor.fetchall()})
    return found


def _pairs(keys: frozenset[str], on: date) -> list[tuple[str, str]]:
    """Which agencies count for which of the units, as far as any dossier knows the agency."""
    pairs: list[tuple[str, str]] = []
    for agency in known_agencies():
        pairs.extend((agency, key) for key in {PROVINCE.key, unit_of(agency, on)} & keys)
    return pairs


def _handled(period: Period, keys: list[str], on: date) -> dict[str, frozenset[str]]:
    """The procedures that each of these agencies handled in the period."""
    if not keys:
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    pairs = dict(_pairs(frozenset(keys), on))
    rows = ProcedureTally.objects.filter(
        grain=_GRAINS[period.grain],
        first_day=period.start.replace(day=1),
        agency__in=list(pairs),
        received__gt=0,
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
