"""What counts by procedure and by petition: offered, used, paid for, connected; handled in time, satisfied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache
from uuid import UUID

from django.db.models import Sum

from motcua.base.clock import VN
from motcua.feedback.api import About, petition_facts
from motcua.indicators.data import Level, ProcedureFact
from motcua.indicators.models import ProcedureTally
from motcua.indicators.queries.gathering import procedure_fact
from motcua.indicators.queries.units import PROVINCE, scored_units, unit_of
from motcua.indicators.rules.periods import Grain, Period
from motcua.procedures import api as procedures
from motcua.procedures.data import Level as Tier

Others = dict[str, int | None]


def procedure_counts(period: Period, *, on: date, keys: Sequence[str]) -> dict[str, Others]:
    """The procedure predicates of each unit. A day's are those of its month up to now.

    A commune has every procedure of the commune's tier, the province all; an agency those it has handled, because
    the catalogue says who decides in words only.
    """
    day = min(on, period.end) if period.grain is not Grain.DAY else period.start
    catalogue = _catalogue(day)
    used = _used(period, on)
    out: dict[str, Others] = {}
    for key in keys:
        mine = used.get(key, {})
        codes = _codes_of(key, catalogue, mine, on)
        out[key] = _counts(catalogue, codes, mine)
    return out


def _counts(
    catalogue: dict[str, tuple[ProcedureFact, frozenset[Tier]]],
    codes: frozenset[str],
    used: dict[str, dict[str, int]],
) -> Others:
    facts = {code: catalogue[code][0] for code in codes}
    fees = {code for code, fact in facts.items() if fact.with_fee}
    people = {code for code, fact in facts.items() if fact.for_people}
    online = {code for code, fact in facts.items() if fact.online}

    def with_some(column: str, among: set[str]) -> int:
        return sum(1 for code in among if used.get(code, {}).get(column, 0) > 0)

    return {
        "procedure.public": len(facts),
        "procedure.complete": sum(f.complete for f in facts.values()),
        "procedure.online": len(online),
        "procedure.used_online": with_some("filed_online", online),
        "procedure.with_fee": len(fees),
        "procedure.paid_online": with_some("paid_online", fees),
        "procedure.fee_synchronised": with_some("must_pay", fees),
        "procedure.for_people": len(people),
        "procedure.population_used": with_some("population_used", people),
    }


def _codes_of(
    key: str,
    catalogue: dict[str, tuple[ProcedureFact, frozenset[Tier]]],
    used: dict[str, dict[str, int]],
    on: date,
) -> frozenset[str]:
    if key == PROVINCE.key:
        return frozenset(catalogue)
    if scored_units(on)[key].level is Level.COMMUNE:
        return frozenset(code for code, (_, tiers) in catalogue.items() if Tier.COMMUNE in tiers)
    return frozenset(used) & frozenset(catalogue)


def _catalogue(day: date) -> dict[str, tuple[ProcedureFact, frozenset[Tier]]]:
    return _read(tuple((line.code, line.id) for line in procedures.in_force(day)))


@lru_cache(maxsize=16)
def _read(lines: tuple[tuple[str, UUID], ...]) -> dict[str, tuple[ProcedureFact, frozenset[Tier]]]:
    """A published version never changes, so what its id says may be kept."""
    return {
        code: (procedure_fact(id_), frozenset(procedures.version(id_).content.levels)) for code, id_ in lines
    }


def _used(period: Period, on: date) -> dict[str, dict[str, dict[str, int]]]:
    """Sums by unit and procedure over the period's months."""
    rows = (
        ProcedureTally.objects.filter(month__gte=period.start.replace(day=1), month__lt=period.end)
        .values("agency", "procedure_code")
        .annotate(
            online=Sum("filed_online"),
            due=Sum("must_pay"),
            paid=Sum("paid_online"),
            people=Sum("population_used"),
        )
        .order_by()
    )
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    for row in rows:
        for key in {PROVINCE.key, unit_of(row["agency"], on)} - {""}:
            mine = found[key].setdefault(row["procedure_code"], defaultdict(int))
            mine["filed_online"] += row["online"]
            mine["must_pay"] += row["due"]
            mine["paid_online"] += row["paid"]
            mine["population_used"] += row["people"]
    return found


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
