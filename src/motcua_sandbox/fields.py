"""Rules of message fields as data: what a field may hold, and whether it must be there.

An absent value, `null` and `""` are the same: not given. Codes and amounts may come as text or as whole numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from motcua_sandbox.clocks import read

# What is wrong with a value, or nothing.
Check = Callable[[object], str | None]


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """One field that was refused."""

    field: str
    message: str
    code: str = "3"

    def shown(self) -> dict[str, str]:
        """As it stands in an answer."""
        return {"field": self.field, "code": self.code, "message": self.message}


@dataclass(frozen=True)
class Field:
    """One field: its name, its rule, and whether it must be given."""

    name: str
    check: Check
    required: bool = False


@dataclass(frozen=True)
class Nested:
    """A list of objects (or, with `single`, one object), each under rules of its own."""

    name: str
    fields: Sequence[Field | Nested]
    most: int = 1
    least: int = 0
    required: bool = False
    single: bool = False
    by_name: Mapping[str, Field | Nested] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name: one for one in self.fields})


def given(value: object) -> bool:
    """Whether there is a value at all."""
    return value is not None and value not in ("", [])


def faults_of(rules: Nested, item: object, path: str = "") -> Iterator[Wrong]:
    """Everything that is wrong with one object."""
    if not isinstance(item, dict):
        yield Wrong(field=path.rstrip(".") or "data", message="phải là một đối tượng")
        return
    for name in item:
        if name not in rules.by_name:
            yield Wrong(field=f"{path}{name}", message="trường không có trong đặc tả")
    for rule in rules.fields:
        value = item.get(rule.name)
        where = f"{path}{rule.name}"
        if not given(value):
            if rule.required:
                yield Wrong(field=where, message="bắt buộc phải có")
        elif isinstance(rule, Nested):
            yield from _of_nested(rule, value, where)
        else:
            message = rule.check(value)
            if message is not None:
                yield Wrong(field=where, message=message)


def first_wrong(rules: Nested, item: object) -> Wrong | None:
    """The first thing that is wrong with an object."""
    return next(faults_of(rules, item), None)


def _of_nested(rule: Nested, value: object, where: str) -> Iterator[Wrong]:
    if rule.single:
        yield from faults_of(rule, value, f"{where}.")
    elif not isinstance(value, list):
        yield Wrong(field=where, message="phải là một danh sách")
    elif not rule.least <= len(value) <= rule.most:
        yield Wrong(field=where, message=f"phải có từ {rule.least} đến {rule.most} phần tử")
    else:
        for number, one in enumerate(value):
            yield from faults_of(rule, one, f"{where}[{number}].")


def text(most: int, shape: str = "") -> Check:
    """Text of at most so many characters, all of one shape."""
    pattern = re.compile(shape, re.ASCII) if shape else None

    def check(value: object) -> str | None:
        if not isinstance(value, str):
            return "phải là chữ"
        if len(value) > most:
            return f"dài quá {most} ký tự"
        if "\x00" in value or not value.strip():
            return "không có nội dung"
        if pattern is not None and pattern.fullmatch(value) is None:
            return "không đúng định dạng"
        return None

    return check


def one_of(*codes: str) -> Check:
    """One of a list of codes."""

    def check(value: object) -> str | None:
        return None if plain(value) in codes else f"phải là một trong: {', '.join(codes)}"

    return check


def moment(value: object) -> str | None:
    """Fourteen digits that are a real moment."""
    try:
        read(plain(value))
    except ValueError:
        return "phải là thời điểm yyyyMMddHHmmss"
    return None


def whole(least: int, most: int) -> Check:
    """A whole number, as a number or as its digits."""

    def check(value: object) -> str | None:
        digits = plain(value)
        if not re.fullmatch(r"0|[1-9][0-9]{0,17}", digits):
            return "phải là số nguyên không âm"
        return None if least <= int(digits) <= most else f"phải từ {least} đến {most}"

    return check


def plain(value: object) -> str:
    """A code as text: whole numbers are written out, anything else that is not text is no code."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return "\x00"


WEB = text(2000, r"https?://[^\s<>\"]+")
MAIL = text(100, r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
PHONE = text(20, r"[0-9+(). -]{8,20}")
