"""Money, dates, spans, sizes and masks are written one way everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.ui import rules
from motcua.ui.data import RankedBar, Sparkline


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0 đ"), (5000, "5.000 đ"), (120000, "120.000 đ"), (-1500, "-1.500 đ")]
)
def test_money_has_dots_and_no_fraction(amount: int, text: str) -> None:
    assert rules.money(amount) == text


def test_a_moment_is_told_in_vietnam() -> None:
    at = datetime(2025, 3, 14, 17, 30, tzinfo=UTC)
    assert rules.moment(at) == "00:30, 15/03/2025"
    assert rules.day(at) == "15/03/2025"
    assert rules.day(date(2025, 3, 14)) == "14/03/2025"
    assert rules.iso(at) == "2025-03-15T00:30+07:00"


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (182_000, "182 KB"), (2_400_000, "2,4 MB")]
)
def test_file_sizes(size: int, text: str) -> None:
    assert rules.file_size(size) == text


def test_numbers_use_the_comma() -> None:
    assert rules.number(1234.5, 1) == "1.234,5"
    assert rules.number(71.84, 2) == "71,84"


def test_a_span_is_cut_into_days_hours_minutes() -> None:
    assert rules.span_parts(timedelta(days=2, hours=3, minutes=4, seconds=59)) == (2, 3, 4)
    assert rules.span_parts(-timedelta(hours=5)) == (0, 5, 0)


@given(st.text(alphabet="0123456789", min_size=0, max_size=14))
def test_a_mask_keeps_the_length_and_hides_the_middle(number: str) -> None:
    hidden = rules.masked(number)
    assert len(hidden) == len(number)
    if len(number) >= 7:
        assert hidden[:3] == number[:3]
        assert hidden[-2:] == number[-2:]
        assert set(hidden[3:-2]) == {rules.MASK}
    else:
        assert set(hidden) <= {rules.MASK}


def test_a_phone_shows_three_digits() -> None:
    assert rules.masked_phone("0912345678") == "•••••••678"
    assert rules.masked_phone("0912") == "••••"


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_a_bar_stays_inside_its_groove(value: float, full: float) -> None:
    bar = RankedBar(label="x", value=value, full=full, target=full)
    assert 0 <= bar.width <= 100
    assert bar.target_at is not None
    assert 0 <= bar.target_at <= 100


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=60))
def test_a_sparkline_stays_inside_its_box(values: list[float]) -> None:
    line = Sparkline(label="x", values=values, last="1")
    for point in line.points.split():
        x, y = (float(part) for part in point.split(","))
        assert 0 <= x <= line.width
        assert 0 <= y <= line.height


def test_one_value_draws_no_line() -> None:
    assert Sparkline(label="x", values=[3], last="3").points == ""
