"""A second opinion on time limits that shares no code with the product: it walks over its own calendar.

The days off below were written down from the notices of each year, not taken from a package. Days are walked
one by one, working time minute by minute along a table of every minute worked from 2023 to 2028.
Moments are naive and in Vietnam's zone.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, timedelta

OFF = """
2023: 0102 0120 0123 0124 0125 0126 0501 0502 0503 0901 0904
2024: 0101 0208 0209 0212 0213 0214 0418 0429 0430 0501 0902 0903
2025: 0101 0127 0128 0129 0130 0131 0407 0430 0501 0502 0901 0902
2026: 0101 0102 0216 0217 0218 0219 0220 0427 0430 0501 0831 0901 0902 1124
2027: 0101 0204 0205 0208 0209 0210 0416 0430 0503 0902 0903 1124
2028: 0103 0124 0125 0126 0127 0128 0404 0501 0502 0901 0904 1124
"""
WORKED_SATURDAYS = {date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}
ONE_DAY = timedelta(days=1)
ZERO = datetime(2023, 1, 1)  # noqa: DTZ001  (the walker is naive throughout)

OFF_DAYS = {
    date(int(year), int(md[:2]), int(md[2:]))
    for year, marks in (line.split(":") for line in OFF.strip().splitlines())
    for md in marks.split()
}


def works(day: date) -> bool:
    """Is it a working day?"""
    if day in WORKED_SATURDAYS:
        return True
    return day.isoweekday() < 6 and day not in OFF_DAYS


def _minutes() -> list[int]:
    table: list[int] = []
    day = ZERO.date()
    while day.year < 2029:
        if works(day):
            midnight = (day - ZERO.date()).days * 1440
            summer = date(day.year, 4, 16) <= day <= date(day.year, 10, 15)
            morning = range(420, 690) if summer else range(450, 720)
            table += [midnight + m for m in morning]
            table += [midnight + m for m in range(810, 1020)]
        day += ONE_DAY
    return table


MINUTES = _minutes()


def minute(moment: datetime) -> int:
    """Minutes since the beginning of the table; the moments of the tests fall on whole minutes."""
    return int((moment - ZERO).total_seconds()) // 60


def handed_over(moment: datetime) -> date:
    """The day on which the office has the papers."""
    day = moment.date()
    if works(day) and moment.hour * 60 + moment.minute > 15 * 60:
        day += ONE_DAY
    while not works(day):
        day += ONE_DAY
    return day


def months_later(day: date, months: int) -> date:
    """The same day of a later month; where there is none, step back until there is."""
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


Standstills = list[tuple[datetime, datetime]]


def frozen_days(pauses: Standstills) -> set[date]:
    """The days that pauses take away."""
    days: set[date] = set()
    for start, end in pauses:
        if start.date() == end.date():
            continue
        day, back = start.date(), handed_over(end)
        while day < back:
            days.add(day)
            day += ONE_DAY
    return days


def end_in_days(start: datetime, amount: int, unit: str, pauses: Standstills) -> datetime:
    """The end of a limit in days, working days, months, or of the same day."""
    frozen = frozen_days(pauses)
    day = handed_over(start)
    if unit == "month":
        amount = (months_later(day, amount) - day).days
    if unit == "same_day":
        while not works(day) or day in frozen:
            day += ONE_DAY
    else:
        while amount:
            day += ONE_DAY
            if day not in frozen and (unit != "working_day" or works(day)):
                amount -= 1
        while not works(day) or day in frozen:
            day += ONE_DAY
    return datetime(day.year, day.month, day.day, 17)  # noqa: DTZ001


def end_in_working_hours(start: datetime, amount: int, pauses: Standstills) -> datetime:
    """Walk along the table of worked minutes, jumping over pauses."""
    place, left = bisect_left(MINUTES, minute(start)), amount * 60
    for begin, end in pauses:
        stop = bisect_left(MINUTES, minute(begin))
        if place + left <= stop:
            break
        left -= max(stop - place, 0)
        place = max(place, bisect_left(MINUTES, minute(end)))
    return ZERO + timedelta(minutes=MINUTES[place + left - 1] + 1)


def end_in_hours(start: datetime, amount: int, pauses: Standstills) -> datetime:
    """By the wall clock."""
    end = start + timedelta(hours=amount)
    for begin, back in pauses:
        if begin < end:
            end += back - begin
    return end


def ends(start: datetime, amount: int, unit: str, pauses: Standstills) -> datetime:
    """When a limit ends. A pause that begins when the limit has run out changes nothing."""
    taken: Standstills = []
    end = _end(start, amount, unit, taken)
    for pause in pauses:
        if pause[0] < end:
            taken.append(pause)
            end = _end(start, amount, unit, taken)
    return end


def _end(start: datetime, amount: int, unit: str, pauses: Standstills) -> datetime:
    if unit == "hour":
        return end_in_hours(start, amount, pauses)
    if unit == "working_hour":
        return end_in_working_hours(start, amount, pauses)
    return end_in_days(start, amount, unit, pauses)
