"""Reads what a browser sends of the desk's e-form and lays it over the answers; nothing typed is dropped.

A page posts the names of the fields it drew (`drawn`), so that what was emptied is told apart from what was not
shown. Answers stay as they were typed; whether they are right is asked when the dossier is received.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date
from typing import Any

from motcua.procedures import api as procedures
from motcua.procedures.data import FieldType, FormDefinition
from motcua.ui.api import find_unit_key

MOST_TEXT = 20_000


def clean(value: str) -> str:
    """What PostgreSQL cannot keep (the null character) goes, and so does what no answer is as long as."""
    return value.replace("\x00", "")[:MOST_TEXT]


def overlay(
    form: FormDefinition,
    answers: Mapping[str, Any],
    posted: Mapping[str, Sequence[str]],
    *,
    on: date,
    own_files: Container[str],
) -> dict[str, Any]:
    """The answers with this page's on top. File fields come and go by their own buttons (`change_files`)."""
    pairs = {name: [clean(value) for value in values] for name, values in posted.items()}
    given = procedures.nest(form, places(pairs, on=on))
    merged = dict(answers)
    for key in set(pairs.get("drawn", [])) & set(form.by_key):
        one = form.by_key[key]
        if one.type is FieldType.FILE:
            continue
        merged.pop(key, None)
        if key in given:
            merged[key] = _without_foreign_files(given[key], own_files) if one.columns else given[key]
    if "add" in pairs:
        merged = _add_row(form, merged, pairs["add"][-1])
    if "remove" in pairs:
        merged = _remove_row(form, merged, pairs["remove"][-1])
    return merged


def _without_foreign_files(rows: Any, own_files: Container[str]) -> Any:
    def kept(value: Any) -> Any:
        return [one for one in value if one in own_files] if isinstance(value, list) else value

    if not isinstance(rows, list):
        return rows
    return [{key: kept(value) for key, value in row.items()} for row in rows]


def places(pairs: Mapping[str, list[str]], *, on: date) -> dict[str, list[str]]:
    """Communes are typed in `<name>.q` and chosen in `<name>`; the words win when they say something else."""
    out = {name: values for name, values in pairs.items() if not name.endswith(".q")}
    for name, values in pairs.items():
        if name.endswith(".q"):
            target = name.removesuffix(".q")
            out[target] = [find_unit_key(values[-1].strip(), pairs.get(target, [""])[-1], on=on)]
    return out


def _rows(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _add_row(form: FormDefinition, answers: dict[str, Any], key: str) -> dict[str, Any]:
    one = form.by_key.get(key)
    if one is None or one.type is not FieldType.TABLE:
        return answers
    rows = _rows(answers.get(key)) or [{} for _ in range(int(one.min or 0))]
    most = int(one.max) if one.max is not None else 50
    return {**answers, key: [*rows, {}][: max(most, len(rows))]}


def _remove_row(form: FormDefinition, answers: dict[str, Any], name: str) -> dict[str, Any]:
    key, _dot, index = name.rpartition(".")
    if key not in form.by_key or not index.isdecimal():
        return answers
    rows = _rows(answers.get(key))
    return {**answers, key: [row for at, row in enumerate(rows) if at != int(index)]}
