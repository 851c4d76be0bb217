"""Standing work: when a daily duty is due."""

from __future__ import annotations

from datetime import date, datetime, time

from motcua.base.clock import VN
from motcua.base.duties import day_due

ONE = time(1, 0)
DAY = date(2026, 8, 31)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 8, 31, hour, minute, tzinfo=VN)


def test_not_before_its_hour() -> None:
    assert day_due(at(0, 59), not_before=ONE, done_for=None) is None


def test_due_once_a_day() -> None:
    assert day_due(at(1), not_before=ONE, done_for=date(2026, 8, 30)) == DAY
    assert day_due(at(23), not_before=ONE, done_for=DAY) is None


def test_a_clock_moved_back_does_not_repeat_a_day() -> None:
    assert day_due(at(2), not_before=ONE, done_for=date(2026, 9, 1)) is None
