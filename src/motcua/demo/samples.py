"""Turns the catalogue's sample filings into filings of invented citizens, on any day, in any commune."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from motcua.people.api import SourcePerson
from motcua.procedures.api import code_lists

# Days further away than this are somebody's birth, not part of the event that is told of.
EVENT_DAYS = 500


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One valid filing as the catalogue gives it."""

    code: str
    filed_on: date
    unit: str
    answers: Mapping[str, Any]
    papers: tuple[str, ...]
    decided: Mapping[str, Any]


@lru_cache(maxsize=1)
def all_samples() -> tuple[Sample, ...]:
    """Every sample of the catalogue, by code."""
    folder = files("motcua.procedures") / "catalogue" / "samples"
    found = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".yaml"):
            raw = yaml.safe_load(entry.read_text(encoding="utf-8"))
            found.append(
                Sample(
                    code=str(raw["code"]),
                    filed_on=date.fromisoformat(str(raw["filed_on"])),
                    unit=str(raw["unit"]),
                    answers=raw["answers"],
                    papers=tuple(raw.get("papers", ())),
                    decided=raw.get("decided", {}),
                )
            )
    return tuple(found)


def sample(code: str) -> Sample:
    """The sample of one procedure."""
    return next(one for one in all_samples() if one.code == code)


def applicant_of(one: Sample) -> Mapping[str, Any]:
    """The person who files in the sample, as its answers say."""
    for key in ("applicant", "requester", "declarant", "owner", "person", "groom", "adopter"):
        found = one.answers.get(key)
        if isinstance(found, Mapping) and "full_name" in found:
            return found
    for value in one.answers.values():
        if isinstance(value, Mapping) and "full_name" in value:
            return value
    return {}


def told_by(one: Sample, *, person: SourcePerson, unit: str, on: date) -> dict[str, Any]:
    """The sample's answers as `person` of the commune `unit` would give them on the day `on`."""
    before = applicant_of(one)
    shift = on - one.filed_on
    swaps: dict[str, str] = {one.unit: unit}
    if before:
        swaps[str(before["full_name"])] = person.full_name
        if before.get("personal_number"):
            swaps[str(before["personal_number"])] = person.personal_number or ""
        if before.get("dob") and person.dob:
            swaps[str(before["dob"])] = person.dob.isoformat()
    told: dict[str, Any] = _swap(one.answers, swaps, one.filed_on, shift)
    peoples = {choice.label_vi: choice.value for choice in code_lists()["ethnicity"]}
    mine = peoples.get(person.ethnicity or "")
    return _of_one_people(told, mine) if mine else told


def _of_one_people(value: Any, mine: str) -> Any:
    """A child is of its father's or mother's people, and the base tells a form the people of whom it knows."""
    if isinstance(value, list):
        return [_of_one_people(one, mine) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: mine if key == "ethnicity" or key.endswith("_ethnicity") else _of_one_people(one, mine)
        for key, one in value.items()
    }


def moved(values: Mapping[str, Any], one: Sample, on: date) -> dict[str, Any]:
    """Other values of the sample (what was decided), moved to the day `on`."""
    told: dict[str, Any] = _swap(values, {}, one.filed_on, on - one.filed_on)
    return told


def _swap(value: Any, swaps: Mapping[str, str], filed_on: date, shift: timedelta) -> Any:
    if isinstance(value, Mapping):
        return {key: _swap(one, swaps, filed_on, shift) for key, one in value.items()}
    if isinstance(value, list):
        return [_swap(one, swaps, filed_on, shift) for one in value]
    if isinstance(value, str):
        return _swap_text(value, swaps, filed_on, shift)
    return value


def _swap_text(value: str, swaps: Mapping[str, str], filed_on: date, shift: timedelta) -> str:
    if value in swaps:
        return swaps[value]
    month_only = re.fullmatch(r"\d{4}-\d{2}", value) is not None
    try:
        day = date.fromisoformat(f"{value}-01" if month_only else value)
    except ValueError:
        return value
    if abs((day - filed_on).days) > EVENT_DAYS:
        return value
    return f"{day + shift:%Y-%m}" if month_only else (day + shift).isoformat()
