"""Reads what a browser sends of one page of an e-form and lays it over the draft; nothing typed is dropped.

Answers stay as they were typed, right or wrong: validation comes later and never throws them away. A page posts
the names of the fields it drew (`drawn`), so that what was emptied is told apart from what was not shown.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date
from typing import Any

from motcua.procedures import api as procedures
from motcua.procedures.data import Field, FieldType, FormDefinition
from motcua.ui.api import find_unit_key

MOST_TEXT = 20_000


def overlay(
    form: FormDefinition,
    answers: Mapping[str, Any],
    posted: Mapping[str, Sequence[str]],
    *,
    on: date,
    own_files: Container[str],
) -> dict[str, Any]:
    """The draft's answers with this page's on top. Files count only when they were uploaded here (`own_files`)."""
    pairs = {name: [clean(value) for value in values] for name, values in posted.items()}
    given = procedures.nest(form, _places(pairs, on))
    merged = dict(answers)
    for key in pairs.get("drawn", []):
        if key in form.by_key and form.by_key[key].type is not FieldType.FILE:
            merged.pop(key, None)  # drawn and not sent: emptied
    for key, value in given.items():
        one = form.by_key[key]
        if one.type is not FieldType.FILE:  # a file comes and goes by its own buttons
            merged[key] = _with_own_files(one, value, own_files)
    return merged


def _with_own_files(one: Field, value: Any, own_files: Container[str]) -> Any:
    columns = [column.key for column in one.columns if column.type is FieldType.FILE]
    if not columns or not isinstance(value, list):
        return value
    return [
        {k: [i for i in _ids(v) if i in own_files] if k in columns else v for k, v in row.items()}
        for row in value
    ]


def clean(value: str) -> str:
    """What PostgreSQL cannot keep (the null character) goes, and so does what no answer is as long as."""
    return value.replace("\x00", "")[:MOST_TEXT]


def _places(pairs: Mapping[str, list[str]], on: date) -> dict[str, list[str]]:
    """Communes are typed in `<name>.q` and chosen in `<name>`; the words win when they say something else."""
    out = {name: values for name, values in pairs.items() if not name.endswith(".q")}
    for name, values in pairs.items():
        if not name.endswith(".q"):
            continue
        target, typed = name.removesuffix(".q"), values[-1].strip()
        chosen = pairs.get(target, [""])[-1]
        out[target] = [find_unit_key(typed, chosen, on=on)]
    return out


def add_row(form: FormDefinition, answers: Mapping[str, Any], key: str) -> dict[str, Any]:
    """One more empty row at the end of the table `key`; any other name changes nothing."""
    one = form.by_key.get(key)
    if one is None or one.type is not FieldType.TABLE:
        return dict(answers)
    rows = _rows(answers.get(key)) or [{} for _ in range(int(one.min or 0))]
    most = int(one.max) if one.max is not None else 50
    return {**answers, key: [*rows, {}][: max(most, len(rows))]}


def remove_row(form: FormDefinition, answers: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The table without the row `<key>.<index>`; a row that is not there changes nothing."""
    key, _, index = name.rpartition(".")
    one = form.by_key.get(key)
    if one is None or one.type is not FieldType.TABLE or not index.isdecimal():
        return dict(answers)
    rows = _rows(answers.get(key))
    return {**answers, key: [row for at, row in enumerate(rows) if at != int(index)]}


def _rows(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _ids(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return [str(value)] if value else []
