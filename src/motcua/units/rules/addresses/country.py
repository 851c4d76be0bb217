"""The rest of the country, from the data files of the package `vietnamadminunits`.

Only its tables are read, by path. The package itself is never imported: its `convert_address` sends street
addresses to a geocoder abroad.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_OLD = (
    "SELECT provinceCode, province, provinceAlias, provinceKey, districtCode, district, districtAlias,"
    " districtKey, wardCode, ward, wardAlias FROM admin_units_legacy WHERE provinceCode <> ?"
    " ORDER BY provinceCode, districtCode, wardCode"
)
_NEW = (
    "SELECT provinceCode, province, provinceAlias, provinceKey, wardCode, ward, wardAlias, wardKey"
    " FROM admin_units WHERE provinceCode <> ? ORDER BY provinceCode, wardCode"
)


@dataclass(frozen=True)
class OldRow:
    """One commune (or a district without communes) of the structure until 30 June 2025."""

    province_code: str
    province: str
    province_alias: str | None
    province_key: str
    district_code: str
    district: str
    district_alias: str | None
    district_key: str
    code: str | None
    name: str | None
    alias: str | None


@dataclass(frozen=True)
class NewRow:
    """One commune of the structure since 1 July 2025."""

    province_code: str
    province: str
    province_alias: str | None
    province_key: str
    code: str
    name: str
    alias: str | None
    key: str


def folder() -> Path:
    """Where the package keeps its data files; found without importing it."""
    spec = importlib.util.find_spec("vietnamadminunits")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the tables of vietnamadminunits are not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def tables(without_province: str) -> tuple[list[OldRow], list[NewRow]]:
    """Every commune of the old and of the new structure, but for one province."""
    uri = f"{(folder() / 'dataset.db').as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as database:
        old = [OldRow(*row) for row in database.execute(_OLD, (without_province,))]
        new = [NewRow(*row) for row in database.execute(_NEW, (without_province,))]
    return old, new


@dataclass(frozen=True)
class Mergers:
    """What became what on 1 July 2025, in the package's own keys."""

    provinces: dict[str, list[str]]  # new province -> old provinces
    communes: dict[
        tuple[str, str], set[tuple[str, str]]
    ]  # (new province, new commune) -> (province, district)


def mergers() -> Mergers:
    """The old provinces and districts on whose ground each new unit stands."""
    raw: dict[str, Any] = json.loads((folder() / "converter_2025.json").read_text(encoding="utf-8"))
    communes: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for province, new, old in _pairs(raw):
        old_province, _, rest = old.partition("_")
        communes.setdefault((province, new), set()).add((old_province, rest.partition("_")[0]))
    return Mergers(provinces=raw["DICT_PROVINCE"], communes=communes)


def _pairs(raw: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for province, wards in raw["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new, olds in wards.items():
            for old in olds:
                yield province, new, old
    for province, divided in raw["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, parts in divided.items():
            for part in parts:
                yield province, part["newWardKey"], old
