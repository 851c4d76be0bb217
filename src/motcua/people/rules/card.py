"""Reads the text of the QR code on an identity card, so that a returning citizen need not be typed in.

number|old number|name|birth date ddmmyyyy|sex|address|issue date ddmmyyyy, then whatever newer cards add. The
layout is known from cards, not from a published text. A QR code proves nothing: it says whom to look up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from motcua.base.errors import DomainError
from motcua.people.data import Sex
from motcua.people.rules.numbers import check_personal_number
from motcua.people.rules.persons import check_name

FEWEST_FIELDS = 7
SEXES = {"nam": Sex.MALE, "nữ": Sex.FEMALE}


class UnreadableCard(DomainError):
    """This is not the text of an identity card's QR code; scan again or type the number."""

    message_vi: ClassVar[str] = "Không đọc được mã QR của thẻ căn cước. Hãy quét lại hoặc gõ số định danh."


@dataclass(frozen=True, kw_only=True)
class CardReading:
    """What the QR code of an identity card says."""

    personal_number: str
    old_id_number: str
    full_name: str
    dob: date
    sex: Sex
    address: str
    issued_on: date | None


def read_card(text: str) -> CardReading:
    """Take the QR text apart. Raises `UnreadableCard`, or the error of a number or name that cannot be."""
    parts = [part.strip() for part in text.strip().split("|")]
    if len(parts) < FEWEST_FIELDS:
        raise UnreadableCard
    number, old, name, born, sex_word, address, issued = parts[:FEWEST_FIELDS]
    dob, sex = _day(born), SEXES.get(sex_word.lower(), Sex.UNKNOWN)
    if dob is None:
        raise UnreadableCard(f"birth date {born!r}")
    check_personal_number(number, sex=sex, dob=dob)
    return CardReading(
        personal_number=number,
        old_id_number=old,
        full_name=check_name(name),
        dob=dob,
        sex=sex,
        address=address,
        issued_on=_day(issued),
    )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d%m%Y").date()  # noqa: DTZ007  a day on a card has no zone
    except ValueError:
        return None
