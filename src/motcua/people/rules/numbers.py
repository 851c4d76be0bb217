"""Personal numbers, old identity card numbers and tax codes: is this number one that can exist?

The structure is data (`numbers.yaml`), with its source. None of these checks proves that a number was issued:
only the population base knows that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import ClassVar

import yaml

from motcua.base.data import Source
from motcua.base.errors import DomainError
from motcua.people.data import Sex


class InvalidPersonalNumber(DomainError):
    """The personal number must have 12 digits and a place, century and year that exist."""

    message_vi: ClassVar[str] = (
        "Số định danh cá nhân phải có 12 chữ số, đúng mã nơi khai sinh, thế kỷ và năm sinh. "
        "Hãy xem lại số trên thẻ căn cước."
    )


class PersonalNumberMismatch(DomainError):
    """The personal number does not agree with the {what} given; check both against the identity card."""

    message_vi: ClassVar[str] = (
        "Số định danh không khớp với {what_vi} đã nhập. Hãy đối chiếu lại với thẻ căn cước."
    )


class InvalidOldIdNumber(DomainError):
    """An old identity card number has 9 digits."""

    message_vi: ClassVar[str] = "Số chứng minh nhân dân phải có 9 chữ số."


class InvalidTaxCode(DomainError):
    """The tax code is wrong: 10 digits with a right last one, or 13 with the branch after a dash."""

    message_vi: ClassVar[str] = (
        "Mã số thuế không đúng. Mã gồm 10 chữ số (chi nhánh thêm 3 chữ số sau dấu gạch), hãy xem lại từng chữ số."
    )


@dataclass(frozen=True, kw_only=True)
class NumberRules:
    """The structure of numbers as the data file gives it."""

    province_codes: frozenset[str]
    first_country_code: int
    first_century: int
    tax_weights: tuple[int, ...]
    personal_number_as_tax_code_since: date
    source: Source
    tax_source: Source


@dataclass(frozen=True, kw_only=True)
class NumberParts:
    """What a personal number says about its holder."""

    place: str
    sex: Sex
    year: int
    serial: str


@lru_cache(maxsize=1)
def number_rules() -> NumberRules:
    """The structure of numbers in force, with its sources."""
    raw = yaml.safe_load(files("motcua.people").joinpath("numbers.yaml").read_text(encoding="utf-8"))
    personal, tax = raw["personal_number"], raw["tax_code"]
    return NumberRules(
        province_codes=frozenset(personal["province_codes"].split()),
        first_country_code=int(personal["first_country_code"]),
        first_century=int(personal["first_century"]),
        tax_weights=tuple(tax["weights"]),
        personal_number_as_tax_code_since=tax["personal_number_since"],
        source=Source.from_mapping(personal["source"]),
        tax_source=Source.from_mapping(tax["source"]),
    )


def parse_personal_number(number: str) -> NumberParts:
    """Take a personal number apart. Raises `InvalidPersonalNumber`; spaces and dots are not forgiven here."""
    rules = number_rules()
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        raise InvalidPersonalNumber
    place, mark = number[:3], int(number[3])
    if place not in rules.province_codes and int(place) < rules.first_country_code:
        raise InvalidPersonalNumber(f"no place has the code {place}")
    return NumberParts(
        place=place,
        sex=Sex.FEMALE if mark % 2 else Sex.MALE,
        year=rules.first_century + 100 * (mark // 2) + int(number[4:6]),
        serial=number[6:],
    )


def check_personal_number(
    number: str, *, sex: Sex | None = None, dob: date | None = None, on: date | None = None
) -> NumberParts:
    """Check the structure, and that it agrees with the sex and birth date given.

    `on` is the day of the question: a number of somebody not born yet is refused.
    Raises `InvalidPersonalNumber` or `PersonalNumberMismatch`.
    """
    parts = parse_personal_number(number)
    if on is not None and parts.year > on.year:
        raise InvalidPersonalNumber(f"the number says born in {parts.year}")
    if dob is not None and dob.year != parts.year:
        raise PersonalNumberMismatch(what="year of birth", what_vi="năm sinh")
    if sex in (Sex.MALE, Sex.FEMALE) and sex != parts.sex:
        raise PersonalNumberMismatch(what="sex", what_vi="giới tính")
    return parts


def is_personal_number(number: str, *, sex: Sex | None = None, dob: date | None = None) -> bool:
    """Can this number exist for such a person?"""
    try:
        check_personal_number(number, sex=sex, dob=dob)
    except (InvalidPersonalNumber, PersonalNumberMismatch):
        return False
    return True


def tidy_number(text: str) -> str:
    """A number without the spaces, dots and dashes that people type and scanners add."""
    return "".join(letter for letter in text.strip() if letter not in " .-\u00a0\u200b")


def check_old_id_number(number: str) -> str:
    """Return the 9-digit number of an old identity card (CMND), or raise `InvalidOldIdNumber`."""
    if len(number) != 9 or not (number.isascii() and number.isdigit()):
        raise InvalidOldIdNumber
    return number


def check_tax_code(code: str, *, on: date | None = None) -> str:
    """Return the tax code in its written form (`nnnnnnnnnn` or `nnnnnnnnnn-nnn`), or raise `InvalidTaxCode`.

    From 1 July 2025 a personal number is the tax code of an individual: pass `on` to allow it.
    """
    digits = tidy_number(code)
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidTaxCode
    rules = number_rules()
    if len(digits) == 12 and on is not None and on >= rules.personal_number_as_tax_code_since:
        if not is_personal_number(digits):
            raise InvalidTaxCode
        return digits
    if len(digits) not in (10, 13):
        raise InvalidTaxCode
    weighted = sum(weight * int(digit) for weight, digit in zip(rules.tax_weights, digits, strict=False))
    if 10 - weighted % 11 != int(digits[9]) or digits[2:9] == "0000000":
        raise InvalidTaxCode
    if len(digits) == 10:
        return digits
    if digits[10:] == "000":
        raise InvalidTaxCode
    return f"{digits[:10]}-{digits[10:]}"


def is_tax_code(code: str, *, on: date | None = None) -> bool:
    """Can this tax code exist?"""
    try:
        check_tax_code(code, on=on)
    except InvalidTaxCode:
        return False
    return True


def tax_code_for(nine_digits: str) -> str | None:
    """The 10-digit tax code that begins so, or None: some beginnings have no check digit and are not given out."""
    weights = number_rules().tax_weights
    check = 10 - sum(w * int(d) for w, d in zip(weights, nine_digits, strict=True)) % 11
    return None if check == 10 or nine_digits.endswith("0000000") else f"{nine_digits}{check}"
