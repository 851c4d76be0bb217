"""Which column is what: a proposal from the columns' names, and where those say nothing from what stands in them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from motcua.base.vietnamese import fold, read_date, read_number, read_phone
from motcua.quality.data import FIELDS
from motcua.quality.rules.law import column_names

_LETTERS = re.compile(r"[^a-z0-9]+")
_PLACE = re.compile(r"\b(?:xa|phuong|thi tran|huyen|thon|xom|khoi|ban)\b \w|\b[xp]\. ?\w")
ENOUGH = 0.6  # share of the sample's values that look like the field


def plain(header: str) -> str:
    """A column's name for comparing: no accents, no signs."""
    return _LETTERS.sub(" ", fold(header)).strip()


def header_key(header: Sequence[str]) -> str:
    """The same for the same set of columns in any order, however they are cased."""
    return hashlib.sha256("\x1f".join(sorted(plain(one) or one for one in header)).encode()).hexdigest()


def propose(header: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, str]:
    """Field → column, each column once; what nothing speaks for is left out."""
    found: dict[str, str] = {}
    scored = sorted(
        (-_by_name(field, plain(column)), at, rank, field, column)
        for rank, field in enumerate(FIELDS)
        for at, column in enumerate(header)
    )
    for score, _at, _rank, field, column in scored:
        if score < 0 and field not in found and column not in found.values():
            found[field] = column
    for field, looks in (("id_no", _number), ("phone", _phone), ("dob", _date), ("address", _place)):
        if field in found:
            continue
        for at, column in enumerate(header):
            values = [row[at] for row in sample if at < len(row) and row[at].strip()]
            if column not in found.values() and values and _share(values, looks) >= ENOUGH:
                found[field] = column
                break
    return found


def _by_name(field: str, name: str) -> float:
    """1 for one of the usual names, less where one is part of the other, 0 for nothing alike."""
    best = 0.0
    for rank, usual in enumerate(column_names()[field]):
        if name == usual:
            return (
                1.0 - rank / 1000
            )  # of two usual names the more usual: a code before the number of the line
        if len(usual) > 2 and f" {usual} " in f" {name} ":
            best = max(best, 0.3 + 0.5 * len(usual) / len(name))
    return best


def _share(values: Sequence[str], looks: object) -> float:
    return sum(bool(looks(value)) for value in values) / len(values)  # type: ignore[operator]


def _number(text: str) -> bool:
    return read_number(text[:40]).kind in ("personal", "card")


def _phone(text: str) -> bool:
    return bool(read_phone(text[:30]))


def _date(text: str) -> bool:
    return read_date(text[:40]).year > 0 and any(sign in text for sign in "/-.")


def _place(text: str) -> bool:
    return bool(_PLACE.search(fold(text[:200])))


def check_mapping(mapping: Mapping[str, str], header: Sequence[str]) -> list[str]:
    """What is wrong with a mapping, as keys: unknown_field, unknown_column, twice, nothing_to_match."""
    wrong = []
    if set(mapping) - set(FIELDS):
        wrong.append("unknown_field")
    if set(mapping.values()) - set(header):
        wrong.append("unknown_column")
    if len(set(mapping.values())) < len(mapping):
        wrong.append("twice")
    if "full_name" not in mapping and "id_no" not in mapping:
        wrong.append("nothing_to_match")
    return wrong
