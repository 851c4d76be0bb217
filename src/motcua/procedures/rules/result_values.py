"""What a result prints: the answers and the officer's part, put into words under the keys of its layout.

Which value goes where stands in `catalogue/_results.yaml` (and `_results_plain.yaml` for results without an
e-form of ours); how it reads follows from the type of its question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from motcua.procedures.data import Field, FieldType, FormDefinition

from .codelists import choices_of, code_lists
from .spelled import date_in_words
from .yaml_files import parse_yaml

UnitName = Callable[[str], str]
_LISTS = {"sex": "sex", "ethnicity": "ethnicity", "nationality": "country"}
_DATES = {"dob"}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One line of a result: the layout's key, its labels, and where the value comes from.

    `show` is "year" or "words" for a date that is not printed in figures; `measure` stands behind the value.
    `propose`, for what the officer decides: sources among the answers; the first that holds something is offered.
    """

    key: str
    label_vi: str
    label_en: str
    source: str
    show: str = ""
    measure: str = ""
    propose: tuple[str, ...] = ()

    @property
    def by_officer(self) -> bool:
        """Does the officer who decides give it?"""
        return self.source.startswith("decided.")

    @property
    def by_system(self) -> bool:
        """Does the system give it when the result is issued?"""
        return self.source.partition(".")[0] in ("register", "agency")


@cache
def shown_by(template: str) -> tuple[Shown, ...]:
    """The lines of a template; empty when the catalogue says nothing about it."""
    entry = _all_results().get(template)
    return tuple(Shown(**line) for line in entry["fields"]) if entry else ()


@cache
def _all_results() -> Mapping[str, Any]:
    folder = resources.files("motcua.procedures").joinpath("catalogue")
    files = ("_results_plain.yaml", "_results.yaml")
    found: dict[str, Any] = {}
    for file in files:
        found |= parse_yaml(folder.joinpath(file).read_text(encoding="utf-8"))
    return found


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
    system: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Words by the layout's keys, in the order of the catalogue.

    `system` holds what the system gives, by source ("register.date", "agency.name"). A filing without an e-form
    has no questions: there the officer who decides gives every line, under the layout's own key.
    """
    out: dict[str, str] = {}
    several = _tables_with_several_lines(template)
    told = _Told(form=form, answers=answers, decided=decided, unit_name=unit_name, several=several)
    for one in shown_by(template):
        words = (system or {}).get(one.source) or _words_of(one, told)
        if words:
            out[one.key] = words
    return out


def proposed(
    template: str, form: FormDefinition, answers: Mapping[str, Any], *, unit_name: UnitName
) -> dict[str, str]:
    """What the answers suggest for the officer's part, by the keys of the proposal's data; the officer decides."""
    out: dict[str, str] = {}
    told = _Told(form=form, answers=answers, decided={}, unit_name=unit_name, several=frozenset())
    for one in shown_by(template):
        offered = (_words_of(replace(one, source=source), told) for source in one.propose)
        words = next((each for each in offered if each), "")
        if words and one.by_officer:
            out[one.source.removeprefix("decided.")] = words
    return out


def result_lines(template: str, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """The catalogue's labels with their values, for a result whose layout knows no labels of its own."""
    return [(one.label_vi, values[one.key]) for one in shown_by(template) if values.get(one.key)]


def _tables_with_several_lines(template: str) -> frozenset[str]:
    """Tables of which a result shows more than one column: their rows are numbered, so that they stay together."""
    heads = [one.source.partition(".")[0] for one in shown_by(template) if "{" not in one.source]
    return frozenset(head for head in heads if heads.count(head) > 1)


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What the lines are made of."""

    form: FormDefinition | None
    answers: Mapping[str, Any]
    decided: Mapping[str, Any]
    unit_name: UnitName
    several: frozenset[str]


def _words_of(one: Shown, told: _Told) -> str:
    head, _, rest = one.source.partition(".")
    form, answers, decided, unit_name = told.form, told.answers, told.decided, told.unit_name
    if head == "decided" or form is None:
        return _measured(one, _plain(one.key, decided.get(rest if head == "decided" else one.key), unit_name))
    if "{" in one.source:
        names = {name for _, name, _, _ in Formatter().parse(one.source) if name}
        if not names <= set(answers):
            return ""
        return one.source.format(**{n: in_words(form.by_key[n], answers[n], unit_name) for n in names})
    value = answers.get(head)
    if one.show:
        return _date_shown(one.show, value.get(rest) if rest and isinstance(value, Mapping) else value)
    return _of_answer(form.by_key.get(head), value, one, unit_name, numbered=head in told.several)


def _of_answer(asked: Field | None, value: Any, one: Shown, unit_name: UnitName, *, numbered: bool) -> str:
    rest = one.source.partition(".")[2]
    if asked is None or value is None:
        return ""
    if not rest:
        return _measured(one, in_words(asked, value, unit_name))
    if asked.type != FieldType.TABLE:
        return _measured(one, _part(rest, value.get(rest)))
    column = next(c for c in asked.columns if c.key == rest)
    cells = [
        (n, _measured(one, in_words(column, row.get(rest), unit_name))) for n, row in enumerate(value, 1)
    ]
    marked = numbered and len(value) > 1
    return "; ".join(f"({n}) {words}" if marked else words for n, words in cells if words)


def _measured(one: Shown, words: str) -> str:
    """A bare figure with its measure; what already names one stays as it is."""
    return f"{words.replace('.', ',')} {one.measure}" if one.measure and words[-1:].isdigit() else words


def _date_shown(show: str, value: Any) -> str:
    if not value:
        return ""
    return date_in_words(str(value)) if show == "words" else str(value)[:4]


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
    if kind == FieldType.PHONE:
        return f"0{str(value).removeprefix('+84')}" if str(value).startswith("+84") else str(value)
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
