"""Which rules of counting were in force on a day: read from a dated, cited file, never from code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, ClassVar

import yaml

from motcua.base.data import Source, Validity
from motcua.base.errors import DomainError
from motcua.deadlines.data import EndOfDay, LimitUnit, Regime, SupplementRule, TimeLimit


class NoRegime(DomainError):
    """The system holds no rules for counting time limits on {day}."""

    message_vi: ClassVar[str] = "Hệ thống chưa có quy định tính thời hạn áp dụng cho ngày {day}."


def read_law(name: str) -> dict[str, Any]:
    """The mapping in one file of the package's `law` folder."""
    text = files("motcua.deadlines").joinpath("law", name).read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)
    if not isinstance(loaded, dict):
        raise ValueError(f"{name}: a mapping is expected at the top")
    return loaded


@cache
def regimes() -> tuple[Regime, ...]:
    """Every regime known, oldest first; raises `ValueError` when two of them overlap."""
    found = sorted(map(_regime, read_law("regimes.yaml")["regimes"]), key=lambda r: r.validity.start)
    for earlier, later in pairwise(found):
        if earlier.validity.end is None or earlier.validity.end > later.validity.start:
            raise ValueError(f"regimes {earlier.id} and {later.id} overlap")
    return tuple(found)


def regime_on(day: date) -> Regime:
    """The regime in force on `day`, which is the day a dossier was received; raises `NoRegime`."""
    for candidate in regimes():
        if candidate.validity.contains(day):
            return candidate
    raise NoRegime(day=f"{day:%d/%m/%Y}")


def regime(regime_id: str) -> Regime:
    """The regime called `regime_id`; raises `LookupError`."""
    for candidate in regimes():
        if candidate.id == regime_id:
            return candidate
    raise LookupError(f"no regime {regime_id!r}")


def _regime(raw: Mapping[str, Any]) -> Regime:
    rules: dict[str, Mapping[str, Any]] = raw["rules"]
    value = {name: rule["value"] for name, rule in rules.items()}
    return Regime(
        id=raw["id"],
        name_vi=raw["name_vi"],
        validity=Validity(start=raw["valid_from"], end=raw.get("valid_to")),
        source=Source.from_mapping(raw["source"]),
        handover_cutoff=time.fromisoformat(value["handover_cutoff"]),
        cutoff_units=frozenset(map(LimitUnit, value["cutoff_units"])),
        first_day_counted=bool(value["first_day_counted"]),
        end_of_day=EndOfDay(value["end_of_day"]),
        roll_units=frozenset(map(LimitUnit, value["roll_units"])),
        supplement=SupplementRule(value["supplement"]),
        supplement_within=TimeLimit.parse(value["supplement_within"]),
        max_supplements=int(value["max_supplements"]),
        max_extensions=int(value["max_extensions"]),
        extension_notice_days=int(value["extension_notice_days"]),
        sources=tuple((name, Source.from_mapping(rule["source"])) for name, rule in rules.items()),
    )
