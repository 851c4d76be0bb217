"""Files among the answers of an e-form: they come and go one by one, also inside the rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from motcua.procedures.data import FieldType, FormDefinition


def add_files(
    form: FormDefinition, answers: Mapping[str, Any], name: str, ids: Sequence[str]
) -> dict[str, Any]:
    """The file field `name` (`papers`, or `witnesses.0.card` in a table) with `ids` added, each once."""
    return _change_files(form, answers, name, lambda held: [*held, *(one for one in ids if one not in held)])


def drop_file(form: FormDefinition, answers: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The file field without the file: `name` is `papers.<id>` or `witnesses.0.card.<id>`."""
    path, _, file_id = name.rpartition(".")
    return _change_files(form, answers, path, lambda held: [one for one in held if one != file_id])


def _change_files(
    form: FormDefinition, answers: Mapping[str, Any], name: str, change: Callable[[list[str]], list[str]]
) -> dict[str, Any]:
    key, *rest = name.split(".")
    one = form.by_key.get(key)
    if one is None:
        return dict(answers)
    if one.type is FieldType.FILE and not rest:
        return {**answers, key: change(_ids(answers.get(key)))}
    columns = {column.key for column in one.columns if column.type is FieldType.FILE}
    if one.type is not FieldType.TABLE or len(rest) != 2 or not rest[0].isdecimal() or rest[1] not in columns:
        return dict(answers)
    rows, at = _rows(answers.get(key)), int(rest[0])
    rows += [{}] * (at + 1 - len(rows)) if at < 50 else []
    if at < len(rows):
        rows[at] = {**rows[at], rest[1]: change(_ids(rows[at].get(rest[1])))}
    return {**answers, key: rows}


def _rows(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _ids(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return [str(value)] if value else []
