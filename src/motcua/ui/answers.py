"""Says an e-form's answers in words: for "check your answers", for cards, for the dossier's page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from motcua.procedures.api import choices_of
from motcua.procedures.data import Field, FieldType
from motcua.ui.drawing import Drawn, Ink, as_text, draw_one, options_of, words
from motcua.ui.rules import money


def summary(fields: Iterable[Field], answers: Mapping[str, Any], ink: Ink) -> tuple[tuple[str, str], ...]:
    """(label, answer in words) of what was answered, for "check your answers" and for the dossier's page."""
    ink = replace(ink, known={})  # what the state knows is an answer like any other here
    lines: list[tuple[str, str]] = []
    for one in fields:
        if one.type is not FieldType.NOTE:
            lines.append((words(one)[0], in_words(one, answers.get(one.key), ink) or _("Chưa trả lời")))
    return tuple(lines)


def in_words(one: Field, value: Any, ink: Ink) -> str:
    """An answer as a person reads it: labels of choices, names of communes, rows joined; "" when there is none."""
    if value in (None, "", [], {}):
        return ""
    return _SAYERS.get(one.type, _say_text)(one, value, ink)


def _say_text(one: Field, value: Any, ink: Ink) -> str:
    return as_text(value)


def _say_yesno(one: Field, value: Any, ink: Ink) -> str:
    return _("Có") if as_text(value) in ("true", "on", "yes") else _("Không")


def _say_choice(one: Field, value: Any, ink: Ink) -> str:
    options = options_of(Drawn(name="x", kind="x", label=""), choices_of(one), as_text(value))
    return next((option.label for option in options if option.selected), as_text(value))


def _say_unit(one: Field, value: Any, ink: Ink) -> str:
    found = next((o for o in ink.find_units(str(value or "")) if o.key == value), None)
    if found is None:
        return str(value or "")
    return f"{found.name}, {found.parent}" if found.parent else found.name


def _say_address(one: Field, value: Any, ink: Ink) -> str:
    parts = (as_text(value.get("detail")), _say_unit(one, value.get("unit"), ink))
    return ", ".join(part for part in parts if part)


def _say_money(one: Field, value: Any, ink: Ink) -> str:
    return money(int(value)) if str(value).isdecimal() else str(value)


def _say_person(one: Field, value: Any, ink: Ink) -> str:
    said = (_drawn_words(part) for part in draw_one(one, one.key, value, ink).parts)
    return ", ".join(part for part in said if part)


def _say_table(one: Field, value: Any, ink: Ink) -> str:
    rows = (", ".join(filter(None, (in_words(c, row.get(c.key), ink) for c in one.columns))) for row in value)
    return "; ".join(row for row in rows if row)


def _say_file(one: Field, value: Any, ink: Ink) -> str:
    return ", ".join(ink.files[str(item)].name for item in value if str(item) in ink.files)


_SAYERS: dict[FieldType, Callable[[Field, Any, Ink], str]] = {
    FieldType.YESNO: _say_yesno,
    FieldType.CHOICE: _say_choice,
    FieldType.UNIT: _say_unit,
    FieldType.ADDRESS: _say_address,
    FieldType.MONEY: _say_money,
    FieldType.PERSON: _say_person,
    FieldType.TABLE: _say_table,
    FieldType.FILE: _say_file,
}


def _drawn_words(part: Drawn) -> str:
    if part.options:
        return next((option.label for option in part.options if option.selected), "")
    return part.value
