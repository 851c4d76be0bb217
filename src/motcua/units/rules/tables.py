"""The shipped tables: units, successions, former names and agencies, read once and frozen.

A province that is not Nghệ An, or a later reform, is another folder of the same files; `read(folder)` checks it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

from motcua.base.data import Source, Validity
from motcua.units.data import (
    AgencyInfo,
    Change,
    FormerName,
    Reform,
    Succession,
    UnitInfo,
    UnitKind,
    unit_key,
)
from motcua.units.rules.agencies import all_agencies
from motcua.units.rules.files import BadTables, as_sure, read_sources, rows, span

FOLDER = Path(__file__).resolve().parent.parent / "data_files"


@dataclass(frozen=True)
class Tables:
    """Everything known about units and agencies; the mappings are by key unless they say otherwise."""

    units: Mapping[str, UnitInfo]
    successions: tuple[Succession, ...]
    former_names: tuple[FormerName, ...]
    reforms: tuple[Reform, ...]
    agencies: Mapping[str, AgencyInfo]
    agency_successions: tuple[Succession, ...]
    version: str

    @cached_property
    def by_code(self) -> Mapping[str, tuple[UnitInfo, ...]]:
        """The spans of each code, oldest first."""
        spans: dict[str, list[UnitInfo]] = defaultdict(list)
        for unit in self.units.values():
            spans[unit.code].append(unit)
        return {code: tuple(sorted(s, key=lambda u: u.validity.start)) for code, s in spans.items()}

    @cached_property
    def by_parent(self) -> Mapping[str, tuple[UnitInfo, ...]]:
        """The units directly below each unit, by code."""
        below: dict[str, list[UnitInfo]] = defaultdict(list)
        for unit in self.units.values():
            if unit.parent_key is not None:
                below[unit.parent_key].append(unit)
        return {key: tuple(sorted(u, key=lambda unit: (unit.code, unit.key))) for key, u in below.items()}

    @cached_property
    def after(self) -> Mapping[str, tuple[Succession, ...]]:
        """What followed each unit."""
        return _grouped((s.from_key, s) for s in self.successions)

    @cached_property
    def before(self) -> Mapping[str, tuple[Succession, ...]]:
        """What each unit followed."""
        return _grouped((s.to_key, s) for s in self.successions)

    @cached_property
    def agency_after(self) -> Mapping[str, tuple[Succession, ...]]:
        """What followed each agency."""
        return _grouped((s.from_key, s) for s in self.agency_successions)


def _grouped(pairs: Iterable[tuple[str, Succession]]) -> Mapping[str, tuple[Succession, ...]]:
    groups: dict[str, list[Succession]] = defaultdict(list)
    for key, succession in pairs:
        groups[key].append(succession)
    return {key: tuple(rows) for key, rows in groups.items()}


def _units(folder: Path, sources: Mapping[str, Source]) -> dict[str, UnitInfo]:
    raw = rows(folder, "units.csv")
    spans: dict[str, list[Validity]] = defaultdict(list)
    for row in raw:
        spans[row["code"]].append(span(row))
    units: dict[str, UnitInfo] = {}
    for row in raw:
        validity = span(row)
        unit = UnitInfo(
            key=unit_key(row["code"], validity.start),
            code=row["code"],
            name=row["name"],
            kind=UnitKind(row["kind"]),
            parent_key=_parent_key(row["parent"], validity, spans),
            validity=validity,
            source=as_sure(sources[row["source"]], row["certainty"]),
            area_km2=float(row["area_km2"]) if row["area_km2"] else None,
            population=int(row["population"]) if row["population"] else None,
            seat=row["seat"],
            lon=float(row["lon"]) if row["lon"] else None,
            lat=float(row["lat"]) if row["lat"] else None,
        )
        if unit.key in units:
            raise BadTables(f"{unit.key} stands twice")
        units[unit.key] = unit
    return units


def _parent_key(code: str, child: Validity, spans: Mapping[str, list[Validity]]) -> str | None:
    if not code:
        return None
    for parent in spans.get(code, []):
        covers_end = parent.end is None or (child.end is not None and child.end <= parent.end)
        if parent.start <= child.start and covers_end:
            return unit_key(code, parent.start)
    raise BadTables(f"no span of {code} covers {child}")


def _span_on(units: Mapping[str, list[UnitInfo]], code: str, day: date) -> UnitInfo:
    found = [unit for unit in units.get(code, []) if unit.validity.contains(day)]
    if len(found) != 1:
        raise BadTables(f"{code} has {len(found)} spans on {day}")
    return found[0]


def _successions(
    folder: Path, units: dict[str, UnitInfo], sources: Mapping[str, Source]
) -> tuple[Succession, ...]:
    by_code: dict[str, list[UnitInfo]] = defaultdict(list)
    for unit in units.values():
        by_code[unit.code].append(unit)
    found = []
    for row in rows(folder, "successions.csv"):
        day = date.fromisoformat(row["date"])
        before = _span_on(by_code, row["from_code"], day - timedelta(days=1))
        after = _span_on(by_code, row["to_code"], day)
        if before.key == after.key:
            raise BadTables(f"{before.key} would follow itself on {day}")
        found.append(
            Succession(
                day=day,
                from_key=before.key,
                to_key=after.key,
                how=Change(row["how"]),
                source=as_sure(sources[row["source"]], row["certainty"]),
            )
        )
    return tuple(found)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def read(folder: Path) -> Tables:
    """Read and check a folder of tables; raises `BadTables` or `ValueError` when it contradicts itself."""
    sources = read_sources(folder)
    units = _units(folder, sources)
    successions = _successions(folder, units, sources)
    names = tuple(
        FormerName(
            unit_key=unit_key(row["code"], date.fromisoformat(row["unit_valid_from"])),
            name=row["name"],
            source=as_sure(sources[row["source"]], row["certainty"]),
        )
        for row in rows(folder, "former_names.csv")
    )
    for name in names:
        if name.unit_key not in units:
            raise BadTables(f"a former name of {name.unit_key}, which is not there")
    reforms = tuple(
        Reform(
            day=date.fromisoformat(row["day"]),
            districts=int(row["districts"]),
            communes=int(row["communes"]),
            source=sources[row["source"]],
        )
        for row in rows(folder, "reforms.csv")
    )
    agencies, agency_successions = all_agencies(folder, units, successions, sources)
    return Tables(
        units=units,
        successions=successions,
        former_names=names,
        reforms=reforms,
        agencies=agencies,
        agency_successions=agency_successions,
        version=_digest(folder),
    )


@lru_cache(maxsize=1)
def shipped() -> Tables:
    """The tables that come with motcua: Nghệ An since 2020."""
    return read(FOLDER)
