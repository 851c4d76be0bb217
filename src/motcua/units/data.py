"""What crosses the border of `units`: territories, agencies, and what an address was resolved to.

A unit's code says nothing about when: all 130 commune codes of 1 July 2025 were taken over from communes that
were merged. So everything here goes by key, "16681@20250701": the code and the first day of that span.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from motcua.base.data import Certainty, Source, Validity


class Level(StrEnum):
    """Tier of a territory or an agency; the district tier ended on 30 June 2025 (Luật 72/2025/QH15)."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class UnitKind(StrEnum):
    """Kind of territory, as its name says it."""

    PROVINCE = "province"  # tỉnh
    MUNICIPALITY = "municipality"  # thành phố trực thuộc trung ương
    CITY = "city"  # thành phố thuộc tỉnh
    TOWN = "town"  # thị xã
    DISTRICT = "district"  # huyện
    URBAN_DISTRICT = "urban_district"  # quận
    COMMUNE = "commune"  # xã
    WARD = "ward"  # phường
    TOWNSHIP = "township"  # thị trấn
    SPECIAL_ZONE = "special_zone"  # đặc khu

    @property
    def level(self) -> Level:
        """The tier that this kind belongs to."""
        if self in (UnitKind.PROVINCE, UnitKind.MUNICIPALITY):
            return Level.PROVINCE
        if self in (UnitKind.CITY, UnitKind.TOWN, UnitKind.DISTRICT, UnitKind.URBAN_DISTRICT):
            return Level.DISTRICT
        return Level.COMMUNE


PREFIXES: dict[UnitKind, str] = {
    UnitKind.PROVINCE: "Tỉnh",
    UnitKind.MUNICIPALITY: "Thành phố",
    UnitKind.CITY: "Thành phố",
    UnitKind.TOWN: "Thị xã",
    UnitKind.DISTRICT: "Huyện",
    UnitKind.URBAN_DISTRICT: "Quận",
    UnitKind.COMMUNE: "Xã",
    UnitKind.WARD: "Phường",
    UnitKind.TOWNSHIP: "Thị trấn",
    UnitKind.SPECIAL_ZONE: "Đặc khu",
}


def unit_key(code: str, start: date) -> str:
    """The key of the span of `code` that starts on `start`."""
    return f"{code}@{start:%Y%m%d}"


@dataclass(frozen=True, kw_only=True)
class UnitInfo:
    """A territory during one span of its life. `name` is full ("Xã Nghi Vạn"); area in km², point in WGS 84."""

    key: str
    code: str
    name: str
    kind: UnitKind
    parent_key: str | None
    validity: Validity
    source: Source
    area_km2: float | None = None
    population: int | None = None
    seat: str = ""
    lon: float | None = None
    lat: float | None = None

    @property
    def level(self) -> Level:
        """Tier of the unit."""
        return self.kind.level

    @property
    def short_name(self) -> str:
        """The name without its kind: "Nghi Vạn"."""
        return self.name.removeprefix(PREFIXES[self.kind] + " ")


class Change(StrEnum):
    """How one unit followed another."""

    MERGED = "merged"
    RECLASSIFIED = "reclassified"  # a xã became a phường, same ground
    MOVED = "moved"  # same unit under another district
    UNCHANGED = "unchanged"  # same unit, only the tier above it went away
    PART = "part"  # only part of the tasks (agencies)
    RENAMED = "renamed"


SAME_GROUND = frozenset((Change.RECLASSIFIED, Change.MOVED, Change.UNCHANGED, Change.RENAMED))


@dataclass(frozen=True, kw_only=True)
class Succession:
    """On `day`, the unit or agency `from_key` was followed by `to_key`."""

    day: date
    from_key: str
    to_key: str
    how: Change
    source: Source


@dataclass(frozen=True, kw_only=True)
class FormerName:
    """A name that a unit, or a part of it, had before the first vintage that is on record."""

    unit_key: str
    name: str
    source: Source


class AgencyKind(StrEnum):
    """Kind of organisation."""

    PEOPLE_COMMITTEE = "people_committee"
    DEPARTMENT = "department"
    OFFICE = "office"
    ONE_STOP_CENTRE = "one_stop_centre"
    COMMUNE_DIVISION = "commune_division"
    BRANCH = "branch"
    POLICE = "police"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class AgencyInfo:
    """An organisation during its life. `agency_code` is "H41" or "H41.xx": demo data until a province fills it in."""

    key: str
    name: str
    short_name: str
    kind: AgencyKind
    level: Level
    unit_key: str
    agency_code: str
    validity: Validity
    parent_key: str | None
    source: Source
    agency_code_certainty: Certainty = Certainty.MEMORY

    @property
    def old_agency_code(self) -> str:
        """The code in the form of QCVN 102:2016, right to left: "H41.03" is "000.00.03.H41"."""
        parts = self.agency_code.split(".")
        if len(parts) > 4:
            return ""
        padding = ["000", "00", "00", "00"][: 4 - len(parts)]
        shown = [part if index or padding else part.zfill(3) for index, part in enumerate(reversed(parts))]
        return ".".join(padding + shown)


class Decision(StrEnum):
    """What became of an address: one unit, several that it may be, or nothing."""

    EXACT = "exact"
    CANDIDATES = "candidates"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """The units that a text names. `vintage` is the first day of the structure they belong to.

    `exact`: one unit, and no other reading; it may be a province or a district when the text names no commune.
    `candidates`: every unit it may be, in order of likelihood. `why` says it in words (English).
    """

    decision: Decision
    units: tuple[UnitInfo, ...]
    vintage: date | None
    why: str

    @property
    def unit(self) -> UnitInfo | None:
        """The unit, when the decision is exact."""
        return self.units[0] if self.decision is Decision.EXACT else None


@dataclass(frozen=True, kw_only=True)
class Reform:
    """A day on which the province's units changed: how many districts and communes there were from then on."""

    day: date
    districts: int
    communes: int
    source: Source


@cache
def code_spans() -> Mapping[str, tuple[Validity, ...]]:
    """When a code of the shipped units stood for one, for who needs no more than that (and no database)."""
    text = (files("motcua.units") / "data_files" / "units.csv").read_text(encoding="utf-8-sig")
    found: dict[str, list[Validity]] = defaultdict(list)
    for row in csv.DictReader(text.splitlines()):
        end = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        found[row["code"]].append(Validity(start=date.fromisoformat(row["valid_from"]), end=end))
    return {code: tuple(spans) for code, spans in found.items()}


__all__ = [
    "PREFIXES",
    "SAME_GROUND",
    "AgencyInfo",
    "AgencyKind",
    "Change",
    "Decision",
    "FormerName",
    "Level",
    "Reform",
    "Resolution",
    "Source",
    "Succession",
    "UnitInfo",
    "UnitKind",
    "Validity",
    "code_spans",
    "unit_key",
]
