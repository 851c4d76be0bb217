"""Electronic forms as data: what each field asks, when it shows and where the state already has the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .codec import InvalidContent, encode

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
DATE_BOUND = re.compile(r"today(?:[+-]\d{1,5}[dmy])?|\d{4}-\d{2}-\d{2}")


class FieldType(StrEnum):
    """What a field holds; the answer's shape stands behind each."""

    TEXT = "text"  # "chữ"
    LONGTEXT = "longtext"  # "chữ, nhiều dòng"
    PERSONAL_NUMBER = "personal_number"  # 12 digits as text
    PERSON = "person"  # {"full_name": …, "personal_number": …, "dob": …} as `parts` says
    DATE = "date"  # "2025-03-04"
    PARTIAL_DATE = "partial_date"  # "1962", "1962-05" or "1962-05-17"
    CHOICE = "choice"  # the value of one choice
    YESNO = "yesno"  # true or false
    UNIT = "unit"  # key of an administrative unit, "17329@20250701"
    ADDRESS = "address"  # {"unit": key, "detail": "xóm 3"}
    MONEY = "money"  # whole đồng, integer
    INTEGER = "integer"
    DECIMAL = "decimal"  # as text, "120.5"
    PHONE = "phone"  # "+84912345678"
    EMAIL = "email"
    TABLE = "table"  # list of rows, each a mapping of column key to answer
    FILE = "file"  # list of ids of stored files
    NOTE = "note"  # asks nothing, tells something


PERSON_PARTS = ("full_name", "personal_number", "dob", "sex", "ethnicity", "nationality", "phone")


class Pattern(StrEnum):
    """Named shapes of text that rules know to check."""

    TAX_CODE = "tax_code"
    OLD_IDENTITY_CARD = "old_identity_card"  # CMND, 9 digits
    PASSPORT = "passport"
    PERSON_NAME = "person_name"
    LAND_SHEET = "land_sheet"  # số tờ, số thửa
    VEHICLE_PLATE = "vehicle_plate"


OPERATORS = (
    "is", "is_not", "in", "not_in", "filled", "at_least", "at_most", "age_at_least", "age_at_most",
    "same_as", "differs_from",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A yes-or-no question about answers.

    `{field: x, is: "y"}` with one operator of `OPERATORS`, or `{all: […]}`, `{any: […]}`, `{not: {…}}`.
    `x` is a field's key, `person.dob` a part of it; inside a table the row comes first, then the whole form.
    `age_at_least: 18` is about a date of birth on the day of filing; `same_as` names another field.
    """

    field: str = ""
    operator: str = ""
    value: Any = None
    parts: tuple[Expression, ...] = ()

    @classmethod
    def read(cls, raw: object) -> Expression:
        """Parse the mapping of a data file."""
        if not isinstance(raw, Mapping):
            raise ValueError("điều kiện phải là bảng khóa–giá trị, ví dụ {field: x, is: y}")
        for joint in ("all", "any", "not"):
            if joint in raw:
                if len(raw) != 1:
                    raise ValueError(f"'{joint}' phải đứng một mình")
                inner = raw[joint] if joint != "not" else [raw[joint]]
                if not isinstance(inner, list) or not inner:
                    raise ValueError(f"'{joint}' cần một danh sách không rỗng")
                return cls(operator=joint, parts=tuple(cls.read(i) for i in inner))
        operators = [k for k in raw if k != "field"]
        if "field" not in raw or len(operators) != 1 or operators[0] not in OPERATORS:
            raise ValueError(f"điều kiện cần 'field' và đúng một phép so: {', '.join(OPERATORS)}")
        name, operator, value = raw["field"], str(operators[0]), raw[operators[0]]
        if not isinstance(name, str) or not name:
            raise ValueError("'field' phải là tên một trường")
        if operator in ("in", "not_in"):
            if not isinstance(value, list | tuple):
                raise ValueError(f"'{operator}' cần một danh sách")
            value = tuple(value)
        return cls(field=name, operator=operator, value=value)

    def write(self) -> dict[str, Any]:
        """The mapping that `read` reads back."""
        if self.parts:
            inner = [p.write() for p in self.parts]
            return {self.operator: inner[0] if self.operator == "not" else inner}
        return {"field": self.field, self.operator: encode(self.value)}

    def fields(self) -> frozenset[str]:
        """Keys of the fields it asks about (without the part after the dot)."""
        own = {self.field.split(".")[0]} if self.field else set()
        if self.operator in ("same_as", "differs_from"):
            own.add(str(self.value).split(".")[0])
        return frozenset(own).union(*(p.fields() for p in self.parts))


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of the answers a choice offers."""

    value: str
    label_vi: str
    label_en: str = ""


_NEVER_KNOWN = (FieldType.TABLE, FieldType.FILE, FieldType.NOTE)


@dataclass(frozen=True, kw_only=True)
class PrefillCase:
    """A fact that answers a field only where `when` holds: the child's mother is whoever files as the mother."""

    prefill: str
    when: Expression


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question of a form.

    `prefill` names a fact as `people` does (`person.full_name`, `mother.dob`), `prefill_when` facts that depend on
    other answers (the first whose condition holds; `prefill` where none does), `once_only` the registry item that
    already holds it. `min`/`max` bound numbers, the length of text, the number of rows or files, or a date (ISO,
    `today`, `today-18y`). `condition` decides whether it is asked at all.
    """

    key: str
    label_vi: str
    label_en: str = ""
    type: FieldType
    required: bool = False
    help_vi: str = ""
    help_en: str = ""
    prefill: str | None = None
    prefill_when: tuple[PrefillCase, ...] = ()
    once_only: str | None = None
    choices: tuple[Choice, ...] = ()
    choices_from: str = ""
    min: Any = None
    max: Any = None
    pattern: Pattern | None = None
    unit_of_measure: str = ""
    parts: tuple[str, ...] = ()
    required_parts: tuple[str, ...] = ()
    columns: tuple[Field, ...] = ()
    component: str = ""
    condition: Expression | None = None

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            raise InvalidContent(self.key or "key", problem)

    def _problem(self) -> str:
        kind = self.type
        checks = (
            (not KEY.fullmatch(self.key), f"khóa {self.key!r} chỉ gồm a-z, 0-9 và _, bắt đầu bằng chữ"),
            (not self.label_vi, "thiếu nhãn tiếng Việt"),
            (kind == FieldType.CHOICE and not (self.choices or self.choices_from), "choice cần choices"),
            (kind != FieldType.CHOICE and bool(self.choices or self.choices_from), "chỉ choice có choices"),
            (kind == FieldType.TABLE and not self.columns, "table cần columns"),
            (kind != FieldType.TABLE and bool(self.columns), "chỉ table có columns"),
            (
                any(c.type in (FieldType.TABLE, FieldType.NOTE) for c in self.columns),
                "cột không được là bảng",
            ),
            (bool(self.parts) and kind != FieldType.PERSON, "chỉ person có parts"),
            (not set(self.parts) <= set(PERSON_PARTS), f"parts chỉ gồm {', '.join(PERSON_PARTS)}"),
            (not set(self.required_parts) <= set(self.parts), "required_parts phải nằm trong parts"),
            (kind == FieldType.PERSON and not self.parts, "person cần parts"),
            (kind in _NEVER_KNOWN and bool(self.prefill_when), f"{kind} không điền sẵn được"),
            (kind == FieldType.NOTE and self.required, "note không hỏi gì nên không thể bắt buộc"),
            (len({c.value for c in self.choices}) != len(self.choices), "hai lựa chọn trùng giá trị"),
            (len({c.key for c in self.columns}) != len(self.columns), "hai cột trùng khóa"),
        )
        found = next((message for wrong, message in checks if wrong), "")
        return found or self._bounds_problem()

    def _bounds_problem(self) -> str:
        for bound in (self.min, self.max):
            if bound is None:
                continue
            if self.type in (FieldType.DATE, FieldType.PARTIAL_DATE):
                if not DATE_BOUND.fullmatch(str(bound)):
                    return f"mốc ngày {bound!r}: dùng 2025-07-01, today hoặc today-18y"
            elif isinstance(bound, bool) or not isinstance(bound, int | float):
                return f"min/max phải là số, gặp {bound!r}"
        return ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """A heading and the fields under it; one page on a phone."""

    key: str
    title_vi: str
    title_en: str = ""
    help_vi: str = ""
    help_en: str = ""
    condition: Expression | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What must hold between answers, and the sentence that says what to do when it does not."""

    requires: Expression
    when: Expression | None = None
    field: str
    message_vi: str
    message_en: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class FormDefinition:
    """A whole e-form. Field keys are unique in the form; conditions name fields that exist."""

    key: str
    title_vi: str
    title_en: str = ""
    model: str = ""
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...] = ()
    by_key: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise InvalidContent("key", f"khóa biểu mẫu {self.key!r} chỉ gồm a-z, 0-9 và _")
        by_key: dict[str, Field] = {}
        for group in self.groups:
            for one in group.fields:
                if one.key in by_key:
                    raise InvalidContent(
                        f"groups.{group.key}.{one.key}", "khóa trường bị trùng trong biểu mẫu"
                    )
                by_key[one.key] = one
        object.__setattr__(self, "by_key", by_key)
        for place, expression, extra in self._expressions():
            missing = expression.fields() - set(by_key) - extra
            if missing:
                raise InvalidContent(
                    place, f"điều kiện nói tới trường không có: {', '.join(sorted(missing))}"
                )
        for i, rule in enumerate(self.rules):
            if rule.field.split(".")[0] not in by_key:
                raise InvalidContent(f"rules[{i}].field", f"không có trường {rule.field!r}")

    def write(self) -> dict[str, Any]:
        """The mapping it was read from, without the index by key."""
        out: dict[str, Any] = {"key": self.key, "title_vi": self.title_vi}
        for name in ("title_en", "model"):
            if getattr(self, name):
                out[name] = getattr(self, name)
        out["groups"] = encode(self.groups)
        if self.rules:
            out["rules"] = encode(self.rules)
        return out

    def _expressions(self) -> list[tuple[str, Expression, set[str]]]:
        found: list[tuple[str, Expression, set[str]]] = []
        for group in self.groups:
            if group.condition:
                found.append((f"groups.{group.key}.condition", group.condition, set()))
            for one in group.fields:
                columns = {c.key for c in one.columns}
                if one.condition:
                    found.append((f"{one.key}.condition", one.condition, set()))
                found += [(f"{one.key}.prefill_when", case.when, set()) for case in one.prefill_when]
                found += [
                    (f"{one.key}.{c.key}.condition", c.condition, columns) for c in one.columns if c.condition
                ]
        for i, rule in enumerate(self.rules):
            found += [(f"rules[{i}]", e, set()) for e in (rule.requires, rule.when) if e]
        return found
