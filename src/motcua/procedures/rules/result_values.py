"""What a result prints: the answers and the officer's part, put into words under the keys of its layout.

Which value goes where stands in `catalogue/_results.yaml`; how it reads follows from the type of its question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from motcua.procedures.data import Field, FieldType, FormDefinition

from .codelists import choices_of, code_lists
from .yaml_files import parse_yaml

UnitName = Callable[[str], str]
_LISTS = {"sex": "sex", "ethnicity": "ethnicity", "nationality": "country"}
_DATES = {"dob"}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One line of a result: the layout's key, its labels, and where the value comes from."""

    key: str
    label_vi: str
    label_en: str
    source: str


@cache
def shown_by(template: str) -> tuple[Shown, ...]:
    """The lines of a template; empty when the catalogue says nothing about it."""
    text = (
        resources.files("motcua.procedures")
        .joinpath("catalogue", "_results.yaml")
        .read_text(encoding="utf-8")
    )
    entry = parse_yaml(text).get(template)
    return tuple(Shown(**line) for line in entry["fields"]) if entry else ()


def decided_keys(template: str) -> tuple[str, ...]:
    """What the officer who decides must give: keys of the proposal's data."""
    return tuple(
        one.source.removeprefix("decided.") for one in shown_by(template) if one.source.startswith("decided.")
    )


def result_values(
    template: str,
    form: FormDefinition | None,
    answers: Mapping[str, Any],
    decided: Mapping[str, Any],
    *,
    unit_name: UnitName,
) -> dict[str, str]:
    """Words by the layout's keys. Values that the system gives (register.*, agency.*) are left to the caller."""
    out: dict[str, str] = {}
    for one in shown_by(template):
        words = _words_of(one, form, answers, decided, unit_name)
        if words:
            out[one.key] = words
    return out


def _words_of(
    one: Shown,
    form: FormDefinition | None,
    answers: Mapping[str, Any],
    decided: Mapping[str, Any],
    unit_name: UnitName,
) -> str:
    head, _, rest = one.source.partition(".")
    if head == "decided":
        return _plain(one.key, decided.get(rest), unit_name)
    if form is None:
        return ""
    if "{" in one.source:
        names = {name for _, name, _, _ in Formatter().parse(one.source) if name}
        if not names <= set(answers):
            return ""
        return one.source.format(**{n: in_words(form.by_key[n], answers[n], unit_name) for n in names})
    return _of_answer(form.by_key.get(head), answers.get(head), rest, unit_name)


def _of_answer(asked: Field | None, value: Any, rest: str, unit_name: UnitName) -> str:
    if asked is None or value is None:
        return ""
    if not rest:
        return in_words(asked, value, unit_name)
    if asked.type == FieldType.TABLE:
        column = next(c for c in asked.columns if c.key == rest)
        return "; ".join(in_words(column, row[rest], unit_name) for row in value if rest in row)
    return _part(rest, value.get(rest))


def in_words(asked: Field, value: Any, unit_name: UnitName) -> str:  # noqa: PLR0911 one return per type
    """How a Vietnamese paper writes one clean answer."""
    kind = asked.type
    if value is None:
        return ""
    if kind == FieldType.CHOICE:
        return next((c.label_vi for c in choices_of(asked) if c.value == value), str(value))
    if kind == FieldType.YESNO:
        return "Có" if value else "Không"
    if kind in (FieldType.DATE, FieldType.PARTIAL_DATE):
        return _date(str(value))
    if kind == FieldType.UNIT:
        return unit_name(str(value))
    if kind == FieldType.ADDRESS:
        return ", ".join(p for p in (value.get("detail", ""), unit_name(value["unit"])) if p)
    if kind == FieldType.MONEY:
        return f"{int(value):,} đồng".replace(",", ".")
    if kind == FieldType.DECIMAL:
        return f"{str(value).replace('.', ',')} {asked.unit_of_measure}".strip()
    if kind == FieldType.PERSON:
        return str(value.get("full_name", ""))
    if kind == FieldType.TABLE:
        return "; ".join(
            ", ".join(in_words(c, r[c.key], unit_name) for c in asked.columns if c.key in r) for r in value
        )
    return str(value)


def _date(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))


def _part(part: str, value: Any) -> str:
    if value is None:
        return ""
    if part in _LISTS:
        return next((c.label_vi for c in code_lists()[_LISTS[part]] if c.value == value), str(value))
    return _date(str(value)) if part in _DATES else str(value)


def _plain(key: str, value: Any, unit_name: UnitName) -> str:
    """The officer's part: text as it is, dates and codes by the name of their line, lists joined."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(str(v) for v in value)
    if key in _LISTS:
        return _part(key, value)
    if key == "capital":
        return f"{int(value):,} đồng".replace(",", ".")
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        return _date(text)
    return text
