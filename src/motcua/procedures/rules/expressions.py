"""Decides the yes-or-no questions that forms, components and conditions ask about answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from motcua.procedures.data import Expression

from .dates import age_on, read_partial, span
from .words import BadValue

_EMPTY: tuple[object, ...] = (None, "", [], (), {})


def is_empty(value: object) -> bool:
    """Was nothing answered? (False and 0 are answers.)"""
    if isinstance(value, Mapping):
        return all(is_empty(v) for v in value.values())
    return any(value is e or (value == e and not isinstance(value, bool | int)) for e in _EMPTY)


def look_up(name: str, answers: Mapping[str, Any], row: Mapping[str, Any] | None = None) -> Any:
    """The answer called `name` (`child.dob` for a part), first in the table's row, then in the form."""
    head, _, rest = name.partition(".")
    source = row if row is not None and head in row else answers
    value = source.get(head)
    if rest:
        return look_up(rest, value) if isinstance(value, Mapping) else None
    return value


def holds(  # noqa: PLR0911 one return per operator
    expression: Expression,
    answers: Mapping[str, Any],
    *,
    today: date,
    row: Mapping[str, Any] | None = None,
) -> bool:
    """Does `expression` hold over `answers`? What was not answered satisfies only `is_not`, `not_in`, `filled: false`.

    With only a year of birth, `age_at_least` takes the last day it may mean and `age_at_most` the first: the rule
    holds only when it holds for sure.
    """
    operator = expression.operator
    if operator == "all":
        return all(holds(p, answers, today=today, row=row) for p in expression.parts)
    if operator == "any":
        return any(holds(p, answers, today=today, row=row) for p in expression.parts)
    if operator == "not":
        return not holds(expression.parts[0], answers, today=today, row=row)
    value = look_up(expression.field, answers, row)
    if operator == "filled":
        return is_empty(value) != bool(expression.value)
    other = expression.value
    if operator in ("same_as", "differs_from"):
        other = look_up(str(other), answers, row)
        if is_empty(value) or is_empty(other):
            return False
        return bool(value == other) == (operator == "same_as")
    return _compare(operator, value, other, today)


def _compare(operator: str, value: Any, other: Any, today: date) -> bool:  # noqa: PLR0911 one return per operator
    if operator == "is":
        return _same(value, other)
    if operator == "is_not":
        return not _same(value, other)
    if operator == "in":
        return any(_same(value, o) for o in other)
    if operator == "not_in":
        return not any(_same(value, o) for o in other)
    if is_empty(value):
        return False
    if operator in ("age_at_least", "age_at_most"):
        try:
            first, last = span(read_partial(value))
        except BadValue:
            return False
        if operator == "age_at_least":
            return age_on(last, today) >= int(other)
        return age_on(first, today) <= int(other)
    return _ordered(operator, value, other)


def _ordered(operator: str, value: Any, other: Any) -> bool:
    """`at_least` and `at_most` over numbers and ISO dates."""
    try:
        left, right = Decimal(str(value)), Decimal(str(other))
    except InvalidOperation:
        return str(value) >= str(other) if operator == "at_least" else str(value) <= str(other)
    return left >= right if operator == "at_least" else left <= right


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    return bool(value == other) or (value is not None and str(value) == str(other))
