"""The product and a walker that shares no code with it agree on a hundred thousand random limits."""

from __future__ import annotations

import ast
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from motcua.base.clock import VN
from motcua.deadlines.api import (
    ClockEvent,
    ClockEventKind,
    LimitUnit,
    TimeLimit,
    add_working_days,
    clock,
    due_time,
    regime_on,
    working_days_between,
)

from . import walker
from .factories import calendar

KNOWN = calendar()
CASES = 100_000
BATCHES = 8
FIRST, SPAN = datetime(2023, 1, 5), 60 * 24 * 1600  # noqa: DTZ001  (the walker is naive)
MOST = {
    LimitUnit.HOUR: 240,
    LimitUnit.WORKING_HOUR: 120,
    LimitUnit.SAME_DAY: 1,
    LimitUnit.DAY: 45,
    LimitUnit.WORKING_DAY: 30,
    LimitUnit.MONTH: 3,
}
# Working days are what the law mostly gives; months are rarer and longer to count.
WEIGHTS = (15, 25, 10, 15, 33, 2)
# Moments at which a rule turns, in minutes of the day.
EDGES = (0, 420, 450, 690, 720, 810, 899, 900, 901, 1020, 1439)


def some_moment(chance: random.Random, after: datetime, minutes: int) -> datetime:
    """A random minute within `minutes` after a moment, every third time on an edge of the day."""
    found = after + timedelta(minutes=chance.randrange(minutes))
    if chance.random() < 0.33:
        found = max(after, found.replace(hour=0, minute=0) + timedelta(minutes=chance.choice(EDGES)))
    return found


def some_pauses(chance: random.Random, start: datetime) -> walker.Standstills:
    """None (mostly), one or two pauses, some of them empty or long after the end."""
    found: walker.Standstills = []
    last = start
    for _ in range(chance.choice((0, 0, 0, 0, 1, 1, 2))):
        begin = some_moment(chance, last, 60 * 24 * 12)
        end = begin if chance.random() < 0.1 else some_moment(chance, begin, 60 * 24 * 9)
        found.append((begin, end))
        last = end
    return found


def product_says(start: datetime, limit: TimeLimit, pauses: walker.Standstills) -> datetime:
    """The product's due time, through the clock when there are pauses."""
    regime, known = regime_on(start.date()), KNOWN
    if not pauses:
        return due_time(start.replace(tzinfo=VN), limit, known, regime).due
    happened = [ClockEvent(kind=ClockEventKind.START, at=start.replace(tzinfo=VN))]
    for begin, end in pauses:
        happened.append(ClockEvent(kind=ClockEventKind.PAUSE, at=begin.replace(tzinfo=VN)))
        happened.append(ClockEvent(kind=ClockEventKind.RESUME, at=end.replace(tzinfo=VN)))
    due = clock(happened, limit=limit, calendar=known, regime=regime).due
    assert due is not None
    return due


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_agrees_with_the_walker(batch: int) -> None:
    chance = random.Random(f"deadlines {batch}")
    units = list(MOST)
    for _ in range(CASES // BATCHES):
        start = some_moment(chance, FIRST, SPAN)
        unit = chance.choices(units, WEIGHTS)[0]
        limit = TimeLimit(chance.randint(1, MOST[unit]), unit)
        pauses = some_pauses(chance, start)
        said = product_says(start, limit, pauses).replace(tzinfo=None)
        expected = walker.ends(start, limit.amount, unit.value, pauses)
        assert said == expected, (start, limit, pauses)


def test_every_day_is_worked_or_off_as_the_walker_says() -> None:
    day = date(2023, 1, 1)
    while day < date(2029, 1, 1):
        assert KNOWN.is_working(day) is walker.works(day), day
        day += timedelta(days=1)


def test_adding_working_days_agrees_with_counting_them() -> None:
    chance = random.Random("adding")
    known = KNOWN
    for _ in range(3000):
        day = date(2023, 6, 1) + timedelta(days=chance.randrange(1200))
        amount = chance.randint(-60, 60) or 1
        there = add_working_days(day, amount, known)
        assert walker.works(there)
        between = working_days_between(day, there, known)
        first, last = min(day, there), max(day, there)
        walked = sum(walker.works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
        assert abs(between) == walked
        assert amount < 0 or between == amount


def test_the_walker_shares_no_code_with_the_product() -> None:
    tree = ast.parse(Path(walker.__file__).read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported == {"__future__", "bisect", "datetime"}
