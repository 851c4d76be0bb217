"""The dated rules of cleaning: error groups with their limits, what counts as made up, usual names of columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from motcua.base.data import Certainty, Source


@dataclass(frozen=True, kw_only=True)
class ErrorGroup:
    """One of the eight kinds of error, and in how many working days its owner mends it."""

    key: str
    vi: str
    en: str
    days: int


@dataclass(frozen=True, kw_only=True)
class LifeEvent:
    """Something that happens to a person, the base's column of its day, and what shows it in a register.

    `dated`: columns of the register that hold a day when it is known there; `changed`: a change of the record on
    that day or later shows it; `facts`: all of these being as the base has them shows it.
    """

    key: str
    on: str
    vi: str
    en: str
    dated: tuple[str, ...]
    changed: bool
    facts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CleaningRules:
    """What applies from a day on."""

    key: str
    valid_from: date
    source: Source
    groups: Mapping[str, ErrorGroup]
    groups_certainty: Certainty
    shared_phone: int
    shared_number: int
    shared_date_share: float
    shared_date_least: int
    event_days: int
    events: tuple[LifeEvent, ...]
    doubtful_below: float

    def limit(self, groups: set[str]) -> int:
        """The working days for several errors at once: the longest of theirs."""
        return max(self.groups[group].days for group in groups)


@cache
def _raw() -> Mapping[str, Any]:
    text = files("motcua.quality").joinpath("cleaning.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.safe_load(text)
    return loaded


@cache
def all_rules() -> tuple[CleaningRules, ...]:
    """Every version, the newest last."""
    found = []
    for raw in _raw()["rules"]:
        words = {k: v for k, v in raw["words"].items() if k != "certainty"}
        words["events"] = tuple(
            LifeEvent(**{**one, "dated": tuple(one["dated"]), "facts": tuple(one["facts"])})
            for one in words["events"]
        )
        groups = {one["key"]: ErrorGroup(**one) for one in raw["groups"]}
        if len(groups) != 8 or {one.days for one in groups.values()} != set(raw["limits"]):
            raise ValueError(raw["key"])  # the data file itself is wrong
        source = Source(text=raw["source"], certainty=Certainty(raw["certainty"]), note=raw["note"])
        found.append(
            CleaningRules(
                key=raw["key"],
                valid_from=raw["valid_from"],
                source=source,
                groups=groups,
                groups_certainty=Certainty(raw["groups_certainty"]),
                **words,
            )
        )
    return tuple(sorted(found, key=lambda one: one.valid_from))


def rules_on(day: date) -> CleaningRules:
    """The rules of a day; before the first ones were given, the first ones (they are asked for, not binding)."""
    rules = all_rules()
    return next((one for one in reversed(rules) if one.valid_from <= day), rules[0])


@cache
def column_names() -> Mapping[str, tuple[str, ...]]:
    """Field → what its column is usually called, folded."""
    return {field: tuple(names) for field, names in _raw()["columns"].items()}
