"""Names, birth dates, phones and addresses of people: what can be true, and how it is shown without giving it away."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import phonenumbers

from motcua.base.errors import DomainError
from motcua.base.vietnamese import fold, looks_legacy, nfc, repair
from motcua.people.data import DatePrecision

DOT = "•"
OLDEST_AGE = 130  # a guard against mistyped years, not a rule of law
ADULT_AGE = 18  # Civil Code 91/2015, art. 20


class InvalidName(DomainError):
    """A name has letters only (spaces, hyphens and apostrophes between them), at most 100."""

    message_vi: ClassVar[str] = (
        "Họ và tên chỉ gồm chữ cái (có thể có dấu cách, gạch nối, dấu phẩy trên), tối đa 100 chữ."
    )


class LegacyEncodedName(DomainError):
    """This name was typed with an old font ({encoding}). Did you mean “{suggestion}”? Please type it in Unicode."""

    message_vi: ClassVar[str] = (
        "Họ tên đang ở bảng mã cũ ({encoding}) nên hiện sai chữ. Có phải “{suggestion}”? Hãy gõ lại bằng Unicode."
    )


class BirthDateInFuture(DomainError):
    """The birth date is in the future."""

    message_vi: ClassVar[str] = "Ngày sinh ở trong tương lai. Hãy xem lại ngày, tháng, năm."


class BirthDateTooOld(DomainError):
    """The birth date is more than 130 years ago."""

    message_vi: ClassVar[str] = "Ngày sinh cách đây hơn 130 năm. Hãy xem lại năm sinh."


class InvalidPhone(DomainError):
    """This is not a telephone number that can be called in Vietnam; write a country code for a foreign one."""

    message_vi: ClassVar[str] = (
        "Số điện thoại chưa đúng. Ví dụ: 0912 345 678; số nước ngoài cần có mã quốc gia."
    )


class InvalidEmail(DomainError):
    """This is not an e-mail address."""

    message_vi: ClassVar[str] = "Địa chỉ thư điện tử chưa đúng. Ví dụ: hoa.nguyen@example.com."


def check_name(name: str) -> str:
    """Return the name in NFC with single spaces. Raises `InvalidName` or `LegacyEncodedName` (with a suggestion)."""
    tidy = " ".join(nfc(name).split())
    encoding = looks_legacy(tidy)
    if encoding:
        raise LegacyEncodedName(encoding=encoding, suggestion=repair(tidy))
    if not 2 <= len(tidy) <= 100 or not tidy[0].isalpha():
        raise InvalidName
    if not all(letter.isalpha() or letter in " '’-." for letter in tidy):
        raise InvalidName
    return tidy


def official_name(name: str) -> str:
    """The name as papers write it, in capitals: NGUYỄN THỊ HOA."""
    return nfc(name).upper()


def check_birth_date(dob: date, precision: DatePrecision, *, on: date) -> date:
    """Return the date cut to its precision (first of month or year). Raises when in the future or too long ago."""
    if precision is DatePrecision.YEAR:
        dob = dob.replace(month=1, day=1)
    elif precision is DatePrecision.MONTH:
        dob = dob.replace(day=1)
    if dob > on:
        raise BirthDateInFuture
    if on.year - dob.year > OLDEST_AGE:
        raise BirthDateTooOld
    return dob


def dob_iso(dob: date | None, precision: DatePrecision) -> str | None:
    """The birth date as ISO text no more precise than it is known: 1959, 1959-03 or 1959-03-08."""
    if dob is None:
        return None
    return dob.isoformat()[
        : {DatePrecision.DAY: 10, DatePrecision.MONTH: 7, DatePrecision.YEAR: 4}[precision]
    ]


def age_on(dob: date, on: date) -> int:
    """Whole years of age."""
    return on.year - dob.year - ((on.month, on.day) < (dob.month, dob.day))


def is_minor(dob: date | None, on: date) -> bool:
    """Under 18 (Civil Code 91/2015, art. 21)? Unknown birth dates count as adult: nobody gains power from a gap."""
    return dob is not None and age_on(dob, on) < ADULT_AGE


def check_phone(phone: str) -> str:
    """Return the number in E.164 (+84…), or raise `InvalidPhone`."""
    try:
        number = phonenumbers.parse(phone, "VN")
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone(str(error)) from error
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhone
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def check_email(email: str) -> str:
    """Return the address with its domain in lower case, or raise `InvalidEmail`."""
    tidy = email.strip()
    local, at, domain = tidy.rpartition("@")
    bad = any(letter.isspace() or not letter.isprintable() or letter in '<>,;:"()[]\\' for letter in tidy)
    labels = domain.split(".")
    if bad or not at or not local or "@" in local or len(tidy) > 254 or len(labels) < 2 or not all(labels):
        raise InvalidEmail
    return f"{local}@{domain.lower()}"


def mask_number(number: str | None) -> str:
    """A personal or card number that shows only its ends: 040•••••••12."""
    if not number:
        return ""
    if len(number) < 7:
        return DOT * len(number)
    return number[:3] + DOT * (len(number) - 5) + number[-2:]


def mask_phone(phone: str) -> str:
    """A telephone number that shows only its last three digits."""
    return "" if not phone else DOT * max(len(phone) - 3, 4) + phone[-3:]


def mask_email(email: str) -> str:
    """An e-mail address that shows only its first letter and its domain."""
    local, at, domain = email.rpartition("@")
    return f"{local[0]}{DOT * 4}@{domain}" if at and local else ""


def search_key(name: str) -> str:
    """The name as it is searched: without accents, in small letters."""
    return fold(name)
