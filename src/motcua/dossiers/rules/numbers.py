"""How a dossier's code is written and read: unit, day, number of the day (TT 01/2018/TT-VPCP Đ.19).

The number is gap-free per unit and day; the database gives it, this module only writes it down. The style of
the unit's identifier is dated data: `H41.12` (left to right) or `000.00.12.H41` (QCVN 102:2016).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources

import yaml

from motcua.base.data import Source, Validity
from motcua.base.errors import DomainError


class Style(StrEnum):
    """In which order the levels of an agency's identifier stand."""

    RIGHT_TO_LEFT = "right_to_left"
    LEFT_TO_RIGHT = "left_to_right"


class BadUnitCode(DomainError):
    """The agency has no identifier of the form H41.xx, so no code can be given ({code})."""

    message_vi = "Cơ quan chưa có mã định danh dạng H41.xx nên chưa cấp được mã hồ sơ ({code})."


class NoNumberFormat(DomainError):
    """No way of writing a dossier's code is known for {day}."""

    message_vi = "Chưa có quy định cách đánh mã hồ sơ cho ngày {day}."


@dataclass(frozen=True, kw_only=True)
class NumberFormat:
    """One dated way of writing a code; `units` empty: for every unit."""

    id: str
    style: Style
    pattern: str
    validity: Validity
    units: tuple[str, ...]
    source: Source


@dataclass(frozen=True, kw_only=True)
class ParsedCode:
    """What a code says: the unit's identifier left to right, the day and the number of the day."""

    unit: str
    day: date
    number: int


_LEFT = re.compile(r"[A-Z]\d{2}(?:\.\d{2,3}){0,3}")
_CODE = re.compile(
    r"(?P<unit>(?:\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})|(?:[A-Z]\d{2}(?:\.\d{2,3}){0,3}))"
    r"-(?P<day>\d{6})-(?P<number>\d{4,9})",
    re.ASCII,
)


@cache
def formats() -> tuple[NumberFormat, ...]:
    """Every known way of writing a code, from the data file."""
    raw = yaml.safe_load(resources.files("motcua.dossiers").joinpath("law/numbers.yaml").read_text("utf-8"))
    return tuple(
        NumberFormat(
            id=str(one["id"]),
            style=Style(one["style"]),
            pattern=str(one["pattern"]),
            validity=Validity(start=one["valid_from"], end=one.get("valid_to")),
            units=tuple(one["units"]),
            source=Source.from_mapping(one["source"]),
        )
        for one in raw["formats"]
    )


def format_on(unit: str, day: date) -> NumberFormat:
    """The way a unit writes codes on a day: its own before the general one. Raises `NoNumberFormat`."""
    fitting = [f for f in formats() if f.validity.contains(day)]
    own = [f for f in fitting if unit in f.units]
    general = [f for f in fitting if not f.units]
    for one in (*own, *general):
        return one
    raise NoNumberFormat(day=f"{day:%d/%m/%Y}")


def prefix(unit: str, day: date) -> str:
    """The part of a code before the number, for counting: "H41.12-260310-". Raises `BadUnitCode`."""
    one = format_on(unit, day)
    written = left_to_right(unit)
    if one.style is Style.RIGHT_TO_LEFT:
        written = right_to_left(written)
    return one.pattern.format(unit=written, day=f"{day:%y%m%d}", n="")


def write(unit: str, day: date, number: int) -> str:
    """The code of the `number`th dossier of `unit` on `day`; at least four digits."""
    if number < 1:
        raise ValueError("numbers start at one")
    return f"{prefix(unit, day)}{number:04d}"


def left_to_right(unit: str) -> str:
    """The identifier as `H41.12`, checked. Raises `BadUnitCode`."""
    if not _LEFT.fullmatch(unit):
        raise BadUnitCode(code=unit or "—")
    return unit


def right_to_left(unit: str) -> str:
    """`H41.12.05` as QCVN 102:2016 writes it: `000.05.12.H41`; a fourth level takes the first place."""
    head, *rest = unit.split(".")
    second, third, fourth = [*rest, *("00", "00", "000")[len(rest) :]][:3]
    if len(second) != 2 or len(third) != 2:
        raise BadUnitCode(code=unit)
    return f"{int(fourth):03d}.{third}.{second}.{head}"


def parse(code: str) -> ParsedCode | None:
    """Read a code of either style; None for anything else (never raises, whatever was typed)."""
    match = _CODE.fullmatch(code.strip().upper())
    if match is None:
        return None
    raw = match["day"]
    try:
        day = date(2000 + int(raw[:2]), int(raw[2:4]), int(raw[4:]))
    except ValueError:
        return None
    unit = match["unit"]
    if unit[0].isdigit():
        fourth, third, second, head = unit.split(".")
        levels = [second, third, fourth]
        while levels and int(levels[-1]) == 0:
            levels.pop()
        unit = ".".join([head, *levels])
    return ParsedCode(unit=unit, day=day, number=int(match["number"]))


def as_typed(text: str, *, most: int = 120) -> str:
    """What somebody typed into a search box, without blanks around and without signs that no text has."""
    return "".join(c for c in text if c.isprintable()).strip()[:most]
