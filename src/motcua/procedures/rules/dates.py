"""Dates as people write them: whole, or only a year, or a month and a year; and bounds such as `today-18y`."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from .words import BadValue

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_VIETNAMESE = re.compile(r"(?:(?:(\d{1,2})[/.\- ])?(\d{1,2})[/.\- ])?(\d{4})")
_BOUND = re.compile(r"today(?:([+-])(\d{1,5})([dmy]))?")


def read_partial(raw: object) -> str:
    """ISO text of as much of the date as was given: "1962", "1962-05" or "1962-05-17".

    Reads ISO and the Vietnamese order (17/05/1962, 05/1962); raises `BadValue`.
    """
    text = str(raw).strip() if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _VIETNAMESE.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise BadValue(
            "Hãy ghi ngày dạng 17/05/1962; nếu không nhớ thì chỉ ghi 05/1962 hoặc 1962.",
            "Write the date as 17/05/1962, or only 05/1962 or 1962.",
        )
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise BadValue(
            f"Không có ngày {text}; hãy xem lại.", f"There is no date {text}; look again."
        ) from None
    return "-".join([year, *(f"{int(p):02d}" for p in (month, day) if p)])


def read_full(raw: object) -> str:
    """Like `read_partial`, but the day must be there."""
    if isinstance(raw, date):
        return raw.isoformat()
    text = read_partial(raw)
    if len(text) != 10:
        raise BadValue(
            "Hãy ghi đủ ngày, tháng, năm, ví dụ 17/05/1962.", "Give day, month and year: 17/05/1962."
        )
    return text


def span(partial: str) -> tuple[date, date]:
    """First and last day that a partial date may mean."""
    parts = [int(p) for p in partial.split("-")]
    if len(parts) == 3:
        day = date(*parts)
        return day, day
    if len(parts) == 2:
        return date(parts[0], parts[1], 1), date(parts[0], parts[1], calendar.monthrange(*parts)[1])
    return date(parts[0], 1, 1), date(parts[0], 12, 31)


def bound(text: str, today: date) -> date:
    """The day that a bound means: ISO, `today`, `today-18y`, `today+30d`."""
    match = _BOUND.fullmatch(text)
    if not match:
        return date.fromisoformat(text)
    if not match[1]:
        return today
    amount = int(match[2]) * (1 if match[1] == "+" else -1)
    if match[3] == "d":
        return today + timedelta(days=amount)
    months = amount * (12 if match[3] == "y" else 1)
    return add_months(today, months)


def add_months(day: date, months: int) -> date:
    """`day` moved by whole months; the 31st becomes the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    year = max(1, min(9999, year))
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def age_on(birth: date, today: date) -> int:
    """Completed years on `today`."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def in_words(day: date) -> str:
    """17/05/1962."""
    return f"{day:%d/%m/%Y}"
