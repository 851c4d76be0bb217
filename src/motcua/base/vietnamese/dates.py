"""Dates as people write them, with how exact they are: "17/3/85", "1985", "31121985", a spreadsheet's day count."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

_PARTS = re.compile(r"[0-9]+")
_SHEET_DAY_ONE = date(1899, 12, 30)
_SHEET_NUMBER = re.compile(
    r"^([0-9]{4,8})[.,](?:0+|[0-9]{1,12})$"
)  # 1985.0; a day count with a time of day: 31123.5
_POWER = re.compile(r"^([0-9])[.,]([0-9]+)[eE]\+?0?([0-9])$")
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_NAMED_MONTH = re.compile("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
_TIME = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}.*$")
OLDEST, PIVOT = 1900, 30  # two digits above the pivot are of the century before


@dataclass(frozen=True)
class WrittenDate:
    """`year`, `month`, `day`; 0 where the text does not say. `rules` says how it was read."""

    original: str
    year: int
    month: int
    day: int
    rules: tuple[str, ...] = ()

    @property
    def packed(self) -> int:
        """yyyymmdd as one number, 0 for none."""
        return self.year * 10_000 + self.month * 100 + self.day


def _valid(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return year >= OLDEST


def _century(year: int) -> int:
    return 2000 + year if year < PIVOT else 1900 + year


def _three(numbers: list[str], rules: list[str]) -> tuple[int, int, int]:
    a, b, c = map(int, numbers)
    if len(numbers[0]) == 4:
        year, month, day = a, b, c
    else:
        day, month, year = a, b, c
        if len(numbers[2]) <= 2:
            year = _century(year)
            rules.append("two_digit_year")
    if month > 12 >= day:
        day, month = month, day
        rules.append("month_first")
    return year, month, day


def read_date(text: str) -> WrittenDate:
    """The date that `text` names; year 0 when it names none. Nothing is guessed: 31/02 gives the year alone."""
    rules: list[str] = []
    clean = _plain(text, rules)
    numbers = _PARTS.findall(clean)
    found = (0, 0, 0)
    if len(numbers) == 3:
        found = _three(numbers, rules)
    elif len(numbers) == 2 and len(numbers[1]) == 4:
        found = (int(numbers[1]), int(numbers[0]), 0) if int(numbers[0]) <= 12 else (int(numbers[1]), 0, 0)
    elif len(numbers) == 1 and clean == numbers[0]:
        found = _run(clean, rules)
    elif len(numbers) == 1 and len(numbers[0]) == 4 and not _NAMED_MONTH.search(clean.lower()):
        found = (int(numbers[0]), 0, 0)
        rules.append("words_around")
    year, month, day = found
    if day and not _valid(year, month, day):
        rules.append("impossible_day")
        month = day = 0
    if year and not OLDEST <= year <= 2100:
        return WrittenDate(text, 0, 0, 0, (*rules, "not_a_year"))
    if (month, day) == (1, 1):
        rules.append("first_of_january")
    return WrittenDate(text, year, month, day, tuple(rules))


def _plain(text: str, rules: list[str]) -> str:
    """The text without a time of day, a sheet's decimals and powers of ten; months by name become numbers."""
    clean = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip()
    if ":" in clean:
        clean = _TIME.sub("", clean)
    sheet = _SHEET_NUMBER.match(clean)
    if sheet:
        rules.append("sheet_number")
        return sheet[1]
    power = _POWER.match(clean)
    if power:
        digits, shift = power[1] + power[2], int(power[3])
        rules.append("sheet_number")
        return digits.ljust(1 + shift, "0") if len(digits) == 1 + shift else ""
    named = _NAMED_MONTH.search(clean.lower())
    if named and len(_PARTS.findall(clean)) == 2:
        rules.append("month_by_name")
        month = str(_MONTHS.index(named[0]) // 3 + 1)
        first, last = _PARTS.findall(clean)
        return f"{first}/{month}/{last}"
    return clean


def _run(digits: str, rules: list[str]) -> tuple[int, int, int]:
    """Digits without separators: a year, a day count of a spreadsheet, ddmmyyyy or yyyymmdd, ddmmyy."""
    number = int(digits)
    if len(digits) == 4:
        return number, 0, 0
    if len(digits) == 5 and number < 60_000:
        day = _SHEET_DAY_ONE + timedelta(days=number)
        rules.append("sheet_day_count")
        return day.year, day.month, day.day
    if len(digits) == 8:
        year_first = (int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        year_last = (int(digits[4:]), int(digits[2:4]), int(digits[:2]))
        fits = [found for found in (year_first, year_last) if _valid(*found) and found[0] < 2100]
        return fits[0] if len(set(fits)) == 1 else (0, 0, 0)
    if len(digits) == 6:
        rules.append("two_digit_year")
        return _century(int(digits[4:])), int(digits[2:4]), int(digits[:2])
    return 0, 0, 0
