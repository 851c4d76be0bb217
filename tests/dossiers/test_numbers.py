"""Codes: how they are written, that they have no gaps, and what happens at the ten-thousandth."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from motcua.base.clock import VN
from motcua.dossiers import api
from motcua.dossiers.actions.numbering import next_code, next_number, raise_counter
from motcua.dossiers.models import NumberCounter
from motcua.dossiers.rules import numbers

from .factories import CENTRE, MORNING, World, receive

UNIT_CODES = st.builds(
    lambda parts: ".".join(["H41", *parts]), st.lists(st.integers(0, 99).map("{:02d}".format), max_size=2)
)
DAYS = st.dates(date(2019, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("unit", "day", "number", "code"),
    [
        # TT 01/2018/TT-VPCP Đ.19: V1V2V3.Z1Z2.Y1Y2.MX1X2-YYMMDD-XXXX
        ("H41", date(2025, 3, 10), 1, "000.00.00.H41-250310-0001"),
        ("H41.12", date(2025, 3, 10), 42, "000.00.12.H41-250310-0042"),
        ("H41.12.05", date(2025, 6, 30), 9999, "000.05.12.H41-250630-9999"),
        ("H41.25.11.01", date(2025, 3, 10), 1, "001.11.25.H41-250310-0001"),
        # From 1 July 2025, left to right.
        ("H41.12", date(2025, 7, 1), 1, "H41.12-250701-0001"),
        # The ten-thousandth of a day takes a fifth digit; no number is used twice.
        ("H41.12", date(2026, 3, 10), 10_000, "H41.12-260310-10000"),
        ("H41", date(2025, 3, 10), 123_456, "000.00.00.H41-250310-123456"),
    ],
)
def test_written_as_the_day_demands(unit: str, day: date, number: int, code: str) -> None:
    """Both styles, by date."""
    assert numbers.write(unit, day, number) == code


@given(unit=UNIT_CODES, day=DAYS, number=st.integers(1, 999_999))
def test_what_is_written_can_be_read(unit: str, day: date, number: int) -> None:
    """Reading gives unit, day and number back; trailing empty levels are the same unit."""
    parsed = numbers.parse(numbers.write(unit, day, number))
    assert parsed is not None
    assert (parsed.day, parsed.number) == (day, number)
    bare = unit
    while numbers.format_on(unit, day).style is numbers.Style.RIGHT_TO_LEFT and bare.endswith(".00"):
        bare = bare.removesuffix(".00")
    assert parsed.unit == bare


@given(text=st.text(max_size=60))
def test_reading_never_fails(text: str) -> None:
    """Whatever is typed into the search box: a code or nothing."""
    numbers.parse(text)


@pytest.mark.parametrize(
    "text", ["", "H41", "H41.01-261301-0001", "H41.01-260230-0001", "H41.01-260310-001", "' OR 1=1--"]
)
def test_no_code(text: str) -> None:
    """Wrong month, wrong day, too few digits, nonsense."""
    assert numbers.parse(text) is None


@pytest.mark.parametrize("unit", ["", "41.01", "H4", "H41.", "H41.1", "H41-01", "H41.01.02.03.04"])
def test_a_unit_without_identifier_gets_no_code(unit: str) -> None:
    """The refusal names what is missing."""
    with pytest.raises(numbers.BadUnitCode):
        numbers.write(unit, date(2026, 3, 2), 1)


def test_no_format_before_the_law() -> None:
    """Codes are dated law: before the circular there is none to write."""
    with pytest.raises(numbers.NoNumberFormat):
        numbers.format_on("H41", date(2017, 1, 1))


@pytest.mark.django_db
def test_gap_free_through_failures(world: World) -> None:
    """A filing that fails gives its number back: the next one takes it."""
    codes = [receive(world).code]
    with pytest.raises(api.AnswersInvalid):
        receive(world, answers={})
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        receive(world)
        raise ZeroDivisionError
    codes.append(receive(world).code)
    assert [code[-4:] for code in codes] == ["0001", "0002"]


@pytest.mark.django_db
def test_every_unit_and_day_counts_for_itself(world: World) -> None:
    """Another centre, another day: from one again."""
    with transaction.atomic():
        assert next_code(CENTRE, MORNING) == "H41.50.01.01-260302-0001"
        assert next_code("ttpvhcc-tinh", MORNING) == "H41.01.01-260302-0001"
        assert next_code(CENTRE, MORNING + timedelta(days=1)) == "H41.50.01.01-260303-0001"
        # 23:30 UTC on the 2nd is already the 3rd in Vietnam.
        late = datetime(2026, 3, 2, 17, 30, tzinfo=VN).astimezone(VN).replace(hour=23, minute=59)
        assert next_code(CENTRE, late) == "H41.50.01.01-260302-0002"


@pytest.mark.django_db
def test_the_ten_thousandth_of_a_day(world: World) -> None:
    """The fifth digit in earnest."""
    NumberCounter.objects.create(prefix="H41.50.01.01-260302-", last=9_999)
    assert receive(world).code == "H41.50.01.01-260302-10000"
    assert receive(world).code == "H41.50.01.01-260302-10001"


@pytest.mark.django_db
def test_a_lost_counter_goes_on_after_what_is_in_use(world: World) -> None:
    """Restored without its counters, the system gives no number twice."""
    receive(world)
    receive(world)
    NumberCounter.objects.update(last=1)
    NumberCounter.objects.filter(prefix__startswith="H41.50.01.01").update(prefix="elsewhere")
    assert receive(world).code.endswith("-0003")


@pytest.mark.django_db
def test_imported_codes_raise_the_counter(world: World) -> None:
    """A code brought over from the former system is used."""
    with transaction.atomic():
        raise_counter("H41.50.01.01-260302-0007")
        raise_counter("H41.50.01.01-260302-0003")
        raise_counter("not a code")
    assert receive(world).code.endswith("-0008")


@pytest.mark.django_db
def test_counters_do_not_wait_for_each_other() -> None:
    """Two prefixes, two rows."""
    assert (next_number("A-"), next_number("B-"), next_number("A-")) == (1, 1, 2)
