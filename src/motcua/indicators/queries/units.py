"""Which unit an agency's dossiers count for today: the communes carry on the history of their predecessors."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.db import connection

from motcua.indicators.data import Level, UnitRef
from motcua.units import api as units
from motcua.units.data import AgencyInfo, AgencyKind
from motcua.units.data import Level as Tier

POLICE = "cong-an-tinh"
PROVINCE = UnitRef(key="tinh", name="Tỉnh Nghệ An", level=Level.PROVINCE)


class UnknownUnit(units.UnknownAgency):
    """No unit {key} has a score on {on}."""

    message_vi = "Không có đơn vị {key} được chấm điểm vào ngày {on}."


@lru_cache(maxsize=8)
def scored_units(on: date) -> dict[str, UnitRef]:
    """Every unit that has a score on `on`: the province, its agencies, the communes; by key."""
    found = {PROVINCE.key: PROVINCE}
    for agency in units.agencies(on=on):
        root = _root(agency)
        if root.key not in found:
            level = Level.COMMUNE if root.level is Tier.COMMUNE else Level.DEPARTMENT
            name = root.short_name or root.name
            if level is Level.COMMUNE:
                name = units.unit(root.unit_key).name
            found[root.key] = UnitRef(key=root.key, name=name, level=level, unit_key=root.unit_key)
    return found


def unit_named(key: str, on: date) -> UnitRef:
    """The unit of a key. Raises `UnknownUnit` for one that did not exist then."""
    found = scored_units(on).get(key)
    if found is None:
        raise UnknownUnit(key=key, on=f"{on:%d/%m/%Y}")
    return found


@lru_cache(maxsize=20_000)
def unit_of(agency_key: str, on: date) -> str:
    """The key of the unit for which the agency's dossiers count on `on`; "" when nobody carries them on."""
    try:
        agency = units.agency_successor(agency_key, on)
    except (units.UnknownAgency, units.NoSingleSuccessor):
        return ""
    return _root(agency).key


def _root(agency: AgencyInfo) -> AgencyInfo:
    """The committee of a commune, or the agency directly below the province's committee.

    The police of a commune answer to the province's police, not to the commune.
    """
    if agency.kind is AgencyKind.POLICE:
        return units.agency(POLICE)
    while agency.parent_key is not None:
        above = units.agency(agency.parent_key)
        if above.level is not agency.level or above.key == "ubnd-tinh":
            break
        agency = above
    return agency


def known_agencies() -> frozenset[str]:
    """The agencies of which any dossier is counted."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN)
        return frozenset(agency for (agency,) in cursor.fetchall())


# Leaps from one agency to the next along the index: a hundred looks instead of every month of every agency.
_KNOWN = """
    WITH RECURSIVE one AS (
        (SELECT agency FROM indicators_tally WHERE grain = 'm' ORDER BY agency LIMIT 1)
        UNION ALL
        SELECT (SELECT agency FROM indicators_tally WHERE grain = 'm' AND agency > one.agency ORDER BY agency LIMIT 1)
          FROM one WHERE one.agency IS NOT NULL)
    SELECT agency FROM one WHERE agency IS NOT NULL
"""


def agencies_of(unit: UnitRef, on: date, among: frozenset[str]) -> list[str]:
    """Those of `among` that count for the unit."""
    if unit.level is Level.PROVINCE:
        return sorted(among)
    return sorted(a for a in among if unit_of(a, on) == unit.key)
