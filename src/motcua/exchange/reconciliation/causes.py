"""Why two sides disagree on a dossier: from what the outbox knows of it."""

from __future__ import annotations

import csv
import functools
import io
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from motcua.exchange.models import Track
from motcua.exchange.national.status import NEEDS_ACCEPTANCE, to_portal
from motcua.exchange.reconciliation.sides import COLUMNS

_WITH_ACCEPTANCE = frozenset(to_portal(state) for state in NEEDS_ACCEPTANCE)
COUNT_OF_STEPS = "SoTienTrinh"
PERSONAL = frozenset({"ChuHoSo", "SoGiayToChuHoSo"})


@dataclass(frozen=True, kw_only=True)
class Words:
    """A cause and its cure, for a person."""

    vi: str
    en: str
    cure_vi: str
    cure_en: str


@functools.cache
def _table() -> dict[str, dict[str, str]]:
    text = (
        resources.files("motcua.exchange.reconciliation").joinpath("causes.yaml").read_text(encoding="utf-8")
    )
    raw: dict[str, dict[str, str]] = yaml.safe_load(text)
    return raw


@functools.cache
def words(cause: str) -> Words:
    """The words of a cause."""
    return Words(**_table()[cause])


def known() -> tuple[str, ...]:
    """Every cause of the table."""
    return tuple(_table())


def columns(line: bytes) -> list[str]:
    """A line's values in the order of `COLUMNS` (more columns are cut off)."""
    text = line.decode("utf-8", "replace")
    return next(csv.reader(io.StringIO(text)), [])[: len(COLUMNS)]


def fields_apart(ours: list[str], theirs: list[str]) -> list[dict[str, Any]]:
    """Which columns differ, with both values; of personal ones only that they differ."""
    found: list[dict[str, Any]] = []
    for name, one, two in zip(COLUMNS, ours, theirs, strict=False):
        if one != two:
            found.append(
                {"field": name}
                if name in PERSONAL
                else {"field": name, "ours": one[:200], "theirs": two[:200]}
            )
    if len(ours) != len(theirs):
        found.append({"field": "*", "ours": str(len(ours)), "theirs": str(len(theirs))})
    return found


def of_missing_there(track: Track | None) -> str:
    """Why the portal does not have it."""
    if track is None:
        return "not_taken_up"
    if track.blocked:
        return "blocked"
    return "waiting" if track.todo or not track.known else "lost_there"


def of_different(track: Track | None, seq: int | None, fields: list[dict[str, Any]], ours: list[str]) -> str:
    """Why the portal has it otherwise. `seq`: the dossier's last entry; `ours`: our line."""
    if track is None:
        return "not_taken_up"
    if track.blocked:
        return "blocked"
    if track.todo:
        return "waiting"
    if seq is not None and seq > track.want_seq:
        return "behind"
    return "before_acceptance" if _not_accepted(ours) else _of_settled(fields)


def _of_settled(fields: list[dict[str, Any]]) -> str:
    again = [one["field"] for one in fields] == [COUNT_OF_STEPS]
    return "told_again" if again else "changed_there"


def _not_accepted(ours: list[str]) -> bool:
    """In a state whose record the portal takes only with the day of acceptance, and there is none yet."""
    line = dict(zip(COLUMNS, ours, strict=False))
    return not line.get("NgayTiepNhan") and line.get("TrangThaiHoSo") in _WITH_ACCEPTANCE


def of_missing_here(code: str, waiting: frozenset[str]) -> str:
    """Why we do not have it. `waiting`: codes of what was filed there and is not taken in."""
    return "filed_there" if code in waiting else "unknown_here"
