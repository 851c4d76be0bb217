"""In what a record and the person it is about differ, and which of the eight kinds of error each difference is."""

from __future__ import annotations

from collections.abc import Mapping

from motcua.base.vietnamese import fold, read_date, read_number, read_phone, standard_name
from motcua.quality.data import Difference
from motcua.quality.rules.sexes import SEXES

COMPARED = ("full_name", "dob", "sex", "id_no", "phone", "father_name", "mother_name", "spouse_name")
_MUST = ("full_name", "dob", "sex", "id_no")  # what every register of people holds
_TYPED = frozenset(("encoding", "composition", "letter", "spelling"))


def differences(facts: Mapping[str, str], person: Mapping[str, str]) -> list[Difference]:
    """Field by field; a fact that the base lacks or the register never asks for is no difference."""
    found = []
    for field in COMPARED:
        theirs = person.get(field, "")
        if field not in facts or not theirs:
            continue
        group = _group(field, facts[field], theirs)
        if group:
            found.append(Difference(field=field, register=facts[field], base=theirs, group=group))
    if person.get("died_on") and "ended_on" in facts and not facts["ended_on"].strip():
        died = Difference(field="ended_on", register="", base=person["died_on"], group="outdated")
        found.append(died)
    return found


def _group(field: str, ours: str, theirs: str) -> str:
    """The kind of error, or "" for none."""
    if not ours.strip():
        return "missing" if field in _MUST else ""
    if field == "dob":
        return _dates(ours, theirs)
    if field == "id_no":
        return _numbers(ours, theirs)
    if field == "sex":
        known = SEXES.get(ours.strip().lower())
        return "format" if known is None else "" if known == SEXES.get(theirs.strip().lower()) else "differs"
    if field == "phone":
        read = read_phone(ours[:30])
        return "format" if not read else "" if read == read_phone(theirs[:30]) else "differs"
    return _names(ours, theirs)


def _names(ours: str, theirs: str) -> str:
    read = standard_name(ours)
    if not read.value:
        return "fabricated"
    if read.value == standard_name(theirs).value:
        return "typing" if _TYPED & set(read.rules) else ""
    return "typing" if fold(read.value) == fold(standard_name(theirs).value) else "differs"


def _dates(ours: str, theirs: str) -> str:
    read, other = read_date(ours[:40]), read_date(theirs[:40])
    if not read.year:
        return "fabricated" if not any(char.isdigit() for char in ours) else "format"
    if read.packed == other.packed:
        return ""
    return "missing" if read.year == other.year and not read.day else "differs"


def _numbers(ours: str, theirs: str) -> str:
    read = read_number(ours[:40])
    if "placeholder" in read.rules:
        return "fabricated"
    if read.kind not in ("personal", "card"):
        return "format"
    if read.kind == "card":
        return "outdated"  # the card of nine digits has ended: Luật 26/2023/QH15, Điều 46
    return "" if read.value == theirs else "differs"
