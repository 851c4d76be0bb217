"""Draws an e-form: turns its definition and what was typed into fields that one template each can write.

Names of inputs are paths (`phone`, `applicant.dob`, `witnesses.0.name`), the same that validation uses for its
errors. What was typed is shown as it was typed, right or wrong. A commune is typed (`<path>.q`) and chosen (`<path>`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcua.procedures.api import choices_of
from motcua.procedures.data import Choice, Field, FieldType, FormDefinition, Pattern
from motcua.ui.data import FileTile, KnownFact, UnitOption, UnitPicker

UNIT_KEY = re.compile(r"[0-9A-Za-z_\-]{1,40}@[0-9]{8}")
FindUnits = Callable[[str], tuple[UnitOption, ...]]


@dataclass(frozen=True, kw_only=True)
class Option:
    """An answer that a choice offers."""

    value: str
    label: str
    selected: bool
    dom_id: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a table: its number as people count and its fields."""

    index: int
    number: int
    fields: tuple[Drawn, ...]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One question ready to be written. `kind` names its template in `ui/form/`."""

    name: str
    kind: str
    label: str
    help: str = ""
    value: str = ""
    error: str = ""
    required: bool = False
    decides: bool = False
    width: str = ""
    input_type: str = "text"
    input_mode: str = ""
    autocomplete: str = ""
    suffix: str = ""
    max_length: int | None = None
    options: tuple[Option, ...] = ()
    parts: tuple[Drawn, ...] = ()
    rows: tuple[Row, ...] = ()
    picker: UnitPicker | None = None
    files: tuple[FiledTile, ...] = ()
    known: tuple[KnownFact, ...] = ()

    @property
    def dom_id(self) -> str:
        """The id of the input (or of the group's first)."""
        return "f-" + self.name.replace(".", "-")

    @property
    def described_by(self) -> str:
        """Ids of the help and of the error, for the screen reader."""
        ids = [f"{self.dom_id}-help"] if self.help else []
        return " ".join([*ids, f"{self.dom_id}-error"] if self.error else ids)

    @property
    def template(self) -> str:
        """Where its template lies."""
        return f"ui/form/{self.kind}.html"


@dataclass(frozen=True, kw_only=True)
class FiledTile:
    """A file of a field, with the id by which it can be taken away."""

    id: str
    tile: FileTile


@dataclass(frozen=True, kw_only=True)
class Ink:
    """What a form is drawn with: the answers as typed, what is wrong, what the state knows, and two look-ups."""

    answers: Mapping[str, Any]
    errors: Mapping[str, Any]
    known: Mapping[str, tuple[KnownFact, ...]]
    find_units: FindUnits
    files: Mapping[str, FileTile]
    deciding: frozenset[str]


def deciding_fields(form: FormDefinition) -> frozenset[str]:
    """Keys of the fields on which others depend: a change of these redraws the page."""
    conditions = [g.condition for g in form.groups]
    for one in form.by_key.values():
        conditions += [one.condition, *(column.condition for column in one.columns)]
    return frozenset(key for condition in conditions if condition for key in condition.fields())


def draw(fields: Iterable[Field], ink: Ink) -> tuple[Drawn, ...]:
    """The fields ready to be written, in order."""
    return tuple(draw_one(one, one.key, ink.answers.get(one.key), ink) for one in fields)


def words(field: Field) -> tuple[str, str]:
    """Label and help in the reader's language; Vietnamese where no English was written."""
    if get_language() == "en":
        return field.label_en or field.label_vi, field.help_en or field.help_vi
    return field.label_vi, field.help_vi


def _message(raw: Any) -> str:
    if raw is None:
        return ""
    return str(getattr(raw, "en" if get_language() == "en" else "vi", raw))


def draw_one(one: Field, path: str, value: Any, ink: Ink) -> Drawn:
    """One field with the answer `value`, its inputs named after `path`."""
    label, help_text = words(one)
    base = Drawn(
        name=path,
        kind="text",
        label=label,
        help=help_text,
        error=_message(ink.errors.get(path)),
        required=one.required,
        decides=path.split(".", maxsplit=1)[0] in ink.deciding
        or path.rsplit(".", maxsplit=1)[-1] in ink.deciding,
    )
    if path in ink.known:
        return replace(base, kind="known", known=ink.known[path])
    return _SHAPES.get(one.type, _text)(one, base, value, ink)


def as_text(value: Any) -> str:
    """What stands in the box: what was typed, with a clean date or phone turned back into how people write it."""
    if value is None or isinstance(value, Mapping | list | tuple):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", text):
        return "/".join(reversed(text.split("-")))
    return "0" + text[3:] if re.fullmatch(r"\+84\d{8,10}", text) else text


_HINTS: dict[FieldType, dict[str, Any]] = {
    FieldType.PERSONAL_NUMBER: {"input_mode": "numeric", "width": "w-m"},
    FieldType.DATE: {"input_mode": "numeric", "width": "w-m"},
    FieldType.PARTIAL_DATE: {"input_mode": "numeric", "width": "w-m"},
    FieldType.MONEY: {"input_mode": "numeric", "width": "w-m", "suffix": "đồng"},
    FieldType.INTEGER: {"input_mode": "numeric", "width": "w-s"},
    FieldType.DECIMAL: {"input_mode": "decimal", "width": "w-m"},
    FieldType.PHONE: {"input_type": "tel", "input_mode": "tel", "width": "w-m"},
    FieldType.EMAIL: {"input_type": "email", "input_mode": "email", "width": "w-l"},
}
_PATTERN_WIDTH = {Pattern.PERSON_NAME: "w-l"}
_OWN = {"person.phone": "tel", "person.email": "email", "person.full_name": "name"}


def _shape_help(kind: FieldType) -> str:
    return {
        FieldType.DATE: _("Ngày/tháng/năm, ví dụ 14/03/2025."),
        FieldType.PARTIAL_DATE: _("Ngày/tháng/năm. Không nhớ ngày thì chỉ ghi tháng/năm hoặc năm."),
        FieldType.PERSONAL_NUMBER: _("12 chữ số trên thẻ căn cước."),
    }.get(kind, "")


def _text(one: Field, base: Drawn, value: Any, ink: Ink) -> Drawn:
    hints: dict[str, Any] = {"width": _PATTERN_WIDTH.get(one.pattern, "w-l") if one.pattern else ""}
    hints |= _HINTS.get(one.type, {})
    if one.unit_of_measure:
        hints["suffix"] = one.unit_of_measure
    if one.type is FieldType.LONGTEXT:
        hints["kind"] = "longtext"
    help_text = " ".join(part for part in (base.help, _shape_help(one.type)) if part)
    text = as_text(value)
    return replace(base, value=text, help=help_text, autocomplete=_OWN.get(one.prefill or "", "off"), **hints)


def _note(one: Field, base: Drawn, value: Any, ink: Ink) -> Drawn:
    return replace(base, kind="note")


def options_of(base: Drawn, choices: Sequence[Choice], chosen: str) -> tuple[Option, ...]:
    """Choices in the reader's language, the chosen one marked."""
    english = get_language() == "en"
    return tuple(
        Option(
            value=choice.value,
            label=(choice.label_en if english else "") or choice.label_vi,
            selected=choice.value == chosen,
            dom_id=base.dom_id if at == 0 else f"{base.dom_id}-{at}",
        )
        for at, choice in enumerate(choices)
    )


_RADIOS = 7  # more choices than this are a list to open


def _choice(one: Field, base: Drawn, value: Any, ink: Ink) -> Drawn:
    options = options_of(base, choices_of(one), as_text(value))
    return replace(base, kind="radios" if len(options) <= _RADIOS else "select", options=options)


def _yesno(one: Field, base: Drawn, value: Any, ink: Ink) -> Drawn:
    answer = {"true": "true", "on": "true", "yes": "true", "false": "false", "no": "false"}.get(
        as_text(value), ""
    )
    choices = (
        Choice(value="true", label_vi="Có", label_en="Yes"),
        Choice(value="false", label_vi="Không", label_en="No"),
    )
    return replace(base, kind="radios", options=options_of(base, choices, answer))


def _unit(one: Field, base: Drawn, value: Any, ink: Ink) -> Drawn:
    return replace(base, kind="unit", picker=_picker(base, value, ink))


def _picker(base: Drawn, value: Any, ink: Ink) -> UnitPicker:
    typed = str(value or "")
    options = ink.find_units(typed) if typed else ()
    if UNIT_KEY.fullmatch(typed):
        options = tuple(replace(option, selected=option.key == typed) for option in options)
        typed = next((option.name for option in options if option.selected), "")
    return UnitPicker(
        name=base.name,
        label=base.label,
        typed=typed,
        options=options,
        error=base.error,
        required=base.required,
        help=base.help,
    )


def _address(one: Field, base: Drawn, value: Any, ink: Ink) -> Drawn:
    given = value if isinstance(value, Mapping) else {}
    unit = Drawn(
        name=f"{base.name}.unit",
        kind="unit",
        label=_("Xã, phường"),
        required=base.required,
        error=_message(ink.errors.get(f"{base.name}.unit")) or base.error,
    )
    detail = Drawn(
        name=f"{base.name}.detail",
        kind="text",
        label=_("Số nhà, đường, xóm, bản, khối"),
        value=as_text(given.get("detail")),
        error=_message(ink.errors.get(f"{base.name}.detail")),
        autocomplete="off",
    )
    picked = replace(unit, picker=_picker(unit, given.get("unit"), ink))
    return replace(base, kind="parts", parts=(picked, detail), error="")


def part_words(part: str) -> str:
    """What a part of a person is called."""
    return {
        "full_name": _("Họ, chữ đệm, tên"),
        "personal_number": _("Số định danh"),
        "dob": _("Ngày sinh"),
        "sex": _("Giới tính"),
        "ethnicity": _("Dân tộc"),
        "nationality": _("Quốc tịch"),
        "phone": _("Điện thoại"),
    }[part]


_PART_TYPES = {
    "personal_number": FieldType.PERSONAL_NUMBER,
    "dob": FieldType.PARTIAL_DATE,
    "phone": FieldType.PHONE,
    "sex": FieldType.CHOICE,
    "ethnicity": FieldType.CHOICE,
    "nationality": FieldType.CHOICE,
}
_PART_LISTS = {"sex": "sex", "ethnicity": "ethnicity", "nationality": "country"}


def _person(one: Field, base: Drawn, value: Any, ink: Ink) -> Drawn:
    given = value if isinstance(value, Mapping) else {}
    parts = []
    for part in one.parts:
        asked = Field(
            key=part,
            label_vi=part_words(part),
            label_en=part_words(part),
            type=_PART_TYPES.get(part, FieldType.TEXT),
            required=part in one.required_parts,
            choices_from=_PART_LISTS.get(part, ""),
        )
        parts.append(draw_one(asked, f"{base.name}.{part}", given.get(part), ink))
    return replace(base, kind="parts", parts=tuple(parts))


def _table(one: Field, base: Drawn, value: Any, ink: Ink) -> Drawn:
    given = list(value) if isinstance(value, list | tuple) else []
    fewest = int(one.min or 0) or (1 if one.required else 0)
    given += [{}] * (fewest - len(given))
    rows = tuple(
        Row(
            index=at,
            number=at + 1,
            fields=tuple(
                draw_one(column, f"{base.name}.{at}.{column.key}", row.get(column.key), ink)
                for column in one.columns
            ),
        )
        for at, row in enumerate(given)
    )
    return replace(base, kind="table", rows=rows)


def _file(one: Field, base: Drawn, value: Any, ink: Ink) -> Drawn:
    given = value if isinstance(value, list | tuple) else [value] if value else []
    tiles = tuple(
        FiledTile(id=str(item), tile=ink.files[str(item)]) for item in given if str(item) in ink.files
    )
    return replace(base, kind="file", files=tiles)


_SHAPES: dict[FieldType, Callable[[Field, Drawn, Any, Ink], Drawn]] = {
    FieldType.NOTE: _note,
    FieldType.CHOICE: _choice,
    FieldType.YESNO: _yesno,
    FieldType.UNIT: _unit,
    FieldType.ADDRESS: _address,
    FieldType.PERSON: _person,
    FieldType.TABLE: _table,
    FieldType.FILE: _file,
}


def error_list(drawn: Iterable[Drawn]) -> tuple[tuple[str, str], ...]:
    """(id of the input, sentence) of everything that is wrong, in the order of the page."""
    found: list[tuple[str, str]] = []
    for one in drawn:
        if one.error:
            found.append((one.dom_id, one.error))
        found += error_list(one.parts)
        for row in one.rows:
            found += error_list(row.fields)
    return tuple(found)
