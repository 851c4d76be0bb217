"""Checks the answers of an e-form: which fields show, what their clean values are, what to put right.

Errors are keyed by the path a screen uses as the name of the input: `phone`, `applicant.dob`, `witnesses.0.name`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from motcua.procedures.data import Field, FieldType, FormDefinition, Group

from .dates import age_on, read_partial, span
from .expressions import holds, is_empty
from .form_values import (
    CLEANERS,
    OLDEST,
    clean_choice,
    clean_name,
    clean_personal_number,
    clean_phone,
    clean_unit_key,
)
from .form_values import clean_text as _clean_text
from .words import BadValue, Message

MAX_ROWS = 200
KnownUnit = Callable[[str], bool]


@dataclass(frozen=True, kw_only=True)
class Validated:
    """Clean values of the fields that show, errors by path, and keys that the form does not have."""

    values: Mapping[str, Any]
    errors: Mapping[str, Message]
    ignored: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """May the form be submitted?"""
        return not self.errors


@dataclass
class _Run:
    """One validation: the form, the day, and what was found so far."""

    form: FormDefinition
    answers: Mapping[str, Any]
    today: date
    known_unit: KnownUnit | None
    clean: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, dict[str, Message]] = field(default_factory=dict)


def validate(
    form: FormDefinition,
    answers: Mapping[str, Any],
    *,
    today: date,
    known_unit: KnownUnit | None = None,
) -> Validated:
    """Clean and check every field that shows; `known_unit` says whether a unit's key exists.

    What a hidden field holds is left out: it was not asked. Cleaning clean values changes nothing.
    """
    run = _cleaned(form, answers, today, known_unit)
    values: dict[str, Any] = {}
    errors: dict[str, Message] = {}
    for one in visible_fields(form, answers, today=today, _run=run):
        if one.type == FieldType.NOTE:
            continue
        if is_empty(run.clean.get(one.key)) and one.key not in run.problems:
            if one.required:
                errors[one.key] = _missing(one)
            continue
        if one.key in run.clean:
            values[one.key] = run.clean[one.key]
        errors.update(run.problems.get(one.key, {}))
    errors.update(_row_errors(form, values, errors, run))
    for rule in form.rules:
        asked = rule.field.split(".")[0] in values or not rule.requires.fields() <= set(errors)
        narrowed = rule.when is None or holds(rule.when, values, today=today)
        if asked and narrowed and rule.field not in errors and not holds(rule.requires, values, today=today):
            errors[rule.field] = Message(rule.message_vi, rule.message_en or rule.message_vi)
    errors.update({k: m for k, m in _same_number(form, values).items() if k not in errors})
    ignored = tuple(sorted(str(k) for k in answers if k not in form.by_key))
    return Validated(values=values, errors=errors, ignored=ignored)


def visible_fields(
    form: FormDefinition, answers: Mapping[str, Any], *, today: date, _run: _Run | None = None
) -> tuple[Field, ...]:
    """Fields that show for these answers, in the form's order. A hidden field's answer counts as not given."""
    run = _run or _cleaned(form, answers, today, None)
    group_of = {f.key: g for g in form.groups for f in g.fields}
    known: dict[str, bool] = {}

    def shows(key: str) -> bool:
        if key in known:
            return known[key]
        known[key] = True  # two fields that hide each other both show, rather than loop
        conditions = [c for c in (group_of[key].condition, form.by_key[key].condition) if c]
        needed = {name for c in conditions for name in c.fields()} & set(form.by_key)
        seen = {name: run.clean[name] for name in needed if name in run.clean and shows(name)}
        known[key] = all(holds(c, seen, today=run.today) for c in conditions)
        return known[key]

    return tuple(f for g in form.groups for f in g.fields if shows(f.key))


def visible_groups(
    form: FormDefinition, answers: Mapping[str, Any], *, today: date
) -> tuple[tuple[Group, tuple[Field, ...]], ...]:
    """Groups that have something to show, each with its fields that show."""
    shown = {f.key for f in visible_fields(form, answers, today=today)}
    pairs = ((g, tuple(f for f in g.fields if f.key in shown)) for g in form.groups)
    return tuple((g, fields) for g, fields in pairs if fields)


def prefill_of(one: Field, answers: Mapping[str, Any], *, today: date) -> str | None:
    """The fact that answers this field as the other answers stand now, `None` when the state knows none."""
    fitting = (case.prefill for case in one.prefill_when if holds(case.when, answers, today=today))
    return next(fitting, one.prefill)


def visible_columns(
    table: Field, row: Mapping[str, Any], answers: Mapping[str, Any], *, today: date
) -> tuple[Field, ...]:
    """Columns of one row that show."""
    return tuple(
        c for c in table.columns if c.condition is None or holds(c.condition, answers, today=today, row=row)
    )


def nest(form: FormDefinition, pairs: Mapping[str, list[str]]) -> dict[str, Any]:
    """Answers from what a browser posts: `phone`, `applicant.dob`, `witnesses.0.name`; later values win.

    Rows left entirely empty vanish; names that the form does not have are left out.
    """
    out: dict[str, Any] = {}
    for name, values in pairs.items():
        head, *rest = name.split(".")
        one = form.by_key.get(head)
        if one is None or not values:
            continue
        if (
            one.type == FieldType.TABLE
            and len(rest) in (2, 3)
            and rest[0].isdecimal()
            and int(rest[0]) < MAX_ROWS
        ):
            column = next((c for c in one.columns if c.key == rest[1]), None)
            if column is not None:
                row = out.setdefault(head, {}).setdefault(int(rest[0]), {})
                _put(row, column, rest[2:], values)
        elif one.type != FieldType.TABLE and len(rest) <= 1:
            _put(out, one, rest, values)
    for one in form.by_key.values():
        if one.type == FieldType.TABLE and one.key in out:
            out[one.key] = [row for _, row in sorted(out[one.key].items()) if not is_empty(row)]
    return out


def _put(into: dict[str, Any], one: Field, rest: list[str], values: list[str]) -> None:
    if one.type in (FieldType.PERSON, FieldType.ADDRESS):
        if rest:
            into.setdefault(one.key, {})[rest[0]] = values[-1]
    elif not rest:
        into[one.key] = [v for v in values if v] if one.type == FieldType.FILE else values[-1]


def _cleaned(
    form: FormDefinition, answers: Mapping[str, Any], today: date, known_unit: KnownUnit | None
) -> _Run:
    run = _Run(form=form, answers=answers, today=today, known_unit=known_unit)
    for key, one in form.by_key.items():
        if one.type == FieldType.NOTE or is_empty(answers.get(key)) or _blank(answers.get(key)):
            continue
        value, problems = _clean(one, answers[key], run, key)
        if value is not None:
            run.clean[key] = value
        if problems:
            run.problems[key] = problems
    return run


def _blank(raw: object) -> bool:
    return isinstance(raw, str) and not raw.strip()


def _clean(one: Field, raw: Any, run: _Run, path: str) -> tuple[Any, dict[str, Message]]:
    if one.type == FieldType.TABLE:
        return _clean_table(one, raw, run, path)
    if one.type == FieldType.PERSON:
        return _clean_person(one, raw, run, path)
    if one.type == FieldType.ADDRESS:
        return _clean_address(raw, run, path)
    try:
        if one.type == FieldType.UNIT:
            return clean_unit_key(raw, run.known_unit), {}
        return CLEANERS[one.type](raw, one, run.today), {}
    except BadValue as bad:
        return None, {path: bad.message}


def _clean_table(one: Field, raw: Any, run: _Run, path: str) -> tuple[Any, dict[str, Message]]:
    if not isinstance(raw, list | tuple) or not all(isinstance(r, Mapping) for r in raw):
        return None, {path: Message("Hãy điền theo từng dòng của bảng.", "Fill the table row by row.")}
    most = min(int(one.max) if one.max is not None else MAX_ROWS, MAX_ROWS)
    if len(raw) > most:
        return None, {
            path: Message(f"Bảng chỉ nhận {most} dòng; hãy bỏ bớt.", f"Only {most} rows; remove some.")
        }
    rows: list[dict[str, Any]] = []
    problems: dict[str, Message] = {}
    for i, row in enumerate(raw):
        out: dict[str, Any] = {}
        for column in one.columns:
            given = row.get(column.key)
            if is_empty(given) or _blank(given):
                continue
            value, wrong = _clean(column, given, run, f"{path}.{i}.{column.key}")
            if value is not None:
                out[column.key] = value
            problems.update(wrong)
        rows.append(out)
    return rows, problems


def _clean_person(one: Field, raw: Any, run: _Run, path: str) -> tuple[Any, dict[str, Message]]:
    if not isinstance(raw, Mapping):
        return None, {path: Message("Hãy điền thông tin của người này.", "Fill in this person's details.")}
    out: dict[str, Any] = {}
    problems: dict[str, Message] = {}
    for part in one.parts:
        given = raw.get(part)
        if is_empty(given) or _blank(given):
            if part in one.required_parts:
                problems[f"{path}.{part}"] = _MISSING_PART[part]
            continue
        try:
            out[part] = _person_part(part, given, run.today)
        except BadValue as bad:
            problems[f"{path}.{part}"] = bad.message
    number, birth = out.get("personal_number"), out.get("dob")
    if number and birth and not _agrees(number, birth):
        problems.setdefault(
            f"{path}.personal_number",
            Message(
                "Số định danh và ngày sinh không khớp; hãy xem lại cả hai trên thẻ căn cước.",
                "The personal number and the birth date do not agree; look at both on the identity card.",
            ),
        )
    return out or None, problems


_MISSING_PART: dict[str, Message] = {
    "full_name": Message("Hãy ghi họ tên.", "Write the full name."),
    "personal_number": Message("Hãy ghi số định danh 12 số.", "Write the 12-digit personal number."),
    "dob": Message("Hãy ghi ngày sinh.", "Write the date of birth."),
    "sex": Message("Hãy chọn giới tính.", "Choose the sex."),
    "ethnicity": Message("Hãy chọn dân tộc.", "Choose the people (ethnicity)."),
    "nationality": Message("Hãy chọn quốc tịch.", "Choose the nationality."),
    "phone": Message("Hãy ghi số điện thoại.", "Write the phone number."),
}
_PART_LISTS = {"sex": "sex", "ethnicity": "ethnicity", "nationality": "country"}


def _person_part(part: str, raw: Any, today: date) -> str:
    if part == "full_name":
        return clean_name(raw)
    if part == "personal_number":
        return clean_personal_number(raw)
    if part == "phone":
        return clean_phone(raw, Field(key="phone", label_vi="Điện thoại", type=FieldType.PHONE), today)
    if part == "dob":
        text = read_partial(raw)
        first, _ = span(text)
        if first > today:
            raise BadValue(
                "Ngày sinh chưa tới; hãy xem lại năm.", "The birth date is in the future; look at the year."
            )
        if age_on(first, today) > OLDEST:
            raise BadValue(
                "Ngày sinh quá xa; hãy xem lại năm.", "The birth date is too long ago; look at the year."
            )
        return text
    return clean_choice(
        raw, Field(key=part, label_vi=part, type=FieldType.CHOICE, choices_from=_PART_LISTS[part]), today
    )


def _agrees(number: str, birth: str) -> bool:
    """Digits 4 to 6 of a personal number are the century with the sex, and the year (NĐ on the citizen's card)."""
    year = int(birth[:4])
    return int(number[4:6]) == year % 100 and int(number[3]) // 2 == year // 100 - 19


def _clean_address(raw: Any, run: _Run, path: str) -> tuple[Any, dict[str, Message]]:
    if not isinstance(raw, Mapping):
        return None, {
            path: Message("Hãy chọn xã, phường rồi ghi thôn, số nhà.", "Choose the commune, then the house.")
        }
    out: dict[str, Any] = {}
    problems: dict[str, Message] = {}
    try:
        out["unit"] = clean_unit_key(raw.get("unit", ""), run.known_unit)
    except BadValue as bad:
        problems[f"{path}.unit"] = bad.message
    detail = raw.get("detail", "")
    if not is_empty(detail) and not _blank(detail):
        try:
            out["detail"] = _clean_text(
                detail, Field(key="detail", label_vi="Địa chỉ", type=FieldType.TEXT), run.today
            )
        except BadValue as bad:
            problems[f"{path}.detail"] = bad.message
    return out or None, problems


def _row_errors(
    form: FormDefinition, values: dict[str, Any], errors: Mapping[str, Message], run: _Run
) -> dict[str, Message]:
    """Columns that are required where they show; hidden columns leave the row; fewest rows."""
    found: dict[str, Message] = {}
    for key, rows in list(values.items()):
        table = form.by_key[key]
        if table.type != FieldType.TABLE:
            continue
        if table.min is not None and len(rows) < int(table.min):
            found[key] = Message(f"Hãy điền ít nhất {table.min} dòng.", f"Fill in at least {table.min} rows.")
        kept = []
        for i, row in enumerate(rows):
            shown = visible_columns(table, row, values, today=run.today)
            kept.append({c.key: row[c.key] for c in shown if c.key in row})
            for column in shown:
                path = f"{key}.{i}.{column.key}"
                nested = any(e == path or e.startswith(f"{path}.") for e in errors)
                if column.required and column.key not in row and not nested:
                    found[path] = _missing(column)
        values[key] = kept
    return found


def _missing(one: Field) -> Message:
    if one.type == FieldType.CHOICE:
        return _asked("Hãy chọn", "Choose", one)
    if one.type == FieldType.YESNO:
        return Message("Hãy chọn Có hoặc Không.", "Choose yes or no.")
    if one.type == FieldType.FILE:
        return _asked("Hãy đính kèm", "Attach", one)
    return _asked("Hãy điền", "Fill in", one)


def _asked(vi: str, en: str, one: Field) -> Message:
    """ "Hãy điền: Họ tên."; a label that is a question keeps its own mark."""
    label_vi, label_en = one.label_vi, one.label_en or one.label_vi
    return Message(f"{vi}: {_ended(label_vi)}", f"{en}: {_ended(label_en)}")


def _ended(label: str) -> str:
    return label if label.endswith(("?", "!", ".", "…")) else f"{label}."


def _same_number(form: FormDefinition, values: Mapping[str, Any]) -> dict[str, Message]:
    """One personal number given to two people of different names."""
    seen: dict[str, tuple[str, str]] = {}
    found: dict[str, Message] = {}
    for key, value in values.items():
        if form.by_key[key].type != FieldType.PERSON:
            continue
        number, name = value.get("personal_number"), value.get("full_name", "")
        if not number:
            continue
        if number in seen and seen[number][1].casefold() != name.casefold():
            other = form.by_key[seen[number][0]]
            label, label_en = other.label_vi, other.label_en or other.label_vi
            found[f"{key}.personal_number"] = Message(
                f"Số này đã ghi cho “{label}”; mỗi người một số, hãy xem lại.",
                f"This number was given to “{label_en}”; each person has one, look again.",
            )
        seen.setdefault(number, (key, name))
    return found
