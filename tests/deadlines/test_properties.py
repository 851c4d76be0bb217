"""What must hold of every limit, whatever its start, its calendar and its pauses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.base.clock import VN
from motcua.deadlines.api import (
    ClockEvent,
    ClockEventKind,
    EndOfDay,
    LimitUnit,
    RunState,
    SupplementRule,
    TimeLimit,
    clock,
    due_time,
    latest_apology,
    regime,
)

from .factories import calendar, with_holiday

KNOWN = calendar()
RULES = regime("nd61-2018")
START, PAUSE, RESUME, RESTART, EXTEND = (
    ClockEventKind.START,
    ClockEventKind.PAUSE,
    ClockEventKind.RESUME,
    ClockEventKind.RESTART,
    ClockEventKind.EXTEND,
)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

moments = st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31), timezones=st.just(VN))  # noqa: DTZ001
gaps = st.timedeltas(timedelta(0), timedelta(days=20))
limits = st.one_of(
    st.builds(TimeLimit, st.integers(1, 200), st.just(LimitUnit.HOUR)),
    st.builds(TimeLimit, st.integers(1, 100), st.just(LimitUnit.WORKING_HOUR)),
    st.builds(TimeLimit, st.integers(1, 60), st.just(LimitUnit.DAY)),
    st.builds(TimeLimit, st.integers(1, 40), st.just(LimitUnit.WORKING_DAY)),
    st.builds(TimeLimit, st.integers(1, 6), st.just(LimitUnit.MONTH)),
    st.just(TimeLimit.same_day()),
)


def happened(*steps: tuple[ClockEventKind, datetime]) -> list[ClockEvent]:
    """Events without further particulars."""
    return [ClockEvent(kind=kind, at=at) for kind, at in steps]


def due_of(*steps: tuple[ClockEventKind, datetime], limit: TimeLimit) -> datetime | None:
    """The due time after these events."""
    return clock(happened(*steps), limit=limit, calendar=KNOWN, regime=RULES).due


@quick
@given(moments, gaps, limits)
def test_a_later_receipt_is_never_due_earlier(start: datetime, gap: timedelta, limit: TimeLimit) -> None:
    earlier = due_time(start, limit, KNOWN, RULES).due
    assert earlier > start
    assert due_time(start + gap, limit, KNOWN, RULES).due >= earlier


@quick
@given(moments, limits)
def test_one_more_of_the_unit_is_never_due_earlier(start: datetime, limit: TimeLimit) -> None:
    if limit.unit is LimitUnit.SAME_DAY:
        return
    longer = TimeLimit(limit.amount + 1, limit.unit)
    assert due_time(start, longer, KNOWN, RULES).due >= due_time(start, limit, KNOWN, RULES).due


@quick
@given(moments, limits, st.integers(0, 80))
def test_one_more_holiday_never_makes_it_due_earlier(start: datetime, limit: TimeLimit, off: int) -> None:
    fuller = with_holiday(KNOWN, start.date() + timedelta(days=off))
    assert due_time(start, limit, fuller, RULES).due >= due_time(start, limit, KNOWN, RULES).due


@quick
@given(moments, limits, gaps)
def test_a_pause_of_nothing_changes_nothing(start: datetime, limit: TimeLimit, gap: timedelta) -> None:
    at = start + gap
    assert due_of((START, start), (PAUSE, at), (RESUME, at), limit=limit) == due_of(
        (START, start), limit=limit
    )


@quick
@given(moments, limits, gaps, gaps, gaps)
def test_a_longer_pause_is_never_due_earlier(
    start: datetime, limit: TimeLimit, gap: timedelta, pause: timedelta, more: timedelta
) -> None:
    at = start + gap
    plain = due_of((START, start), limit=limit)
    short = due_of((START, start), (PAUSE, at), (RESUME, at + pause), limit=limit)
    long = due_of((START, start), (PAUSE, at), (RESUME, at + pause + more), limit=limit)
    assert plain is not None
    assert short is not None
    assert long is not None
    assert plain <= short <= long


@quick
@given(moments, limits, gaps)
def test_a_pause_before_the_end_leaves_no_due_time_until_it_ends(
    start: datetime, limit: TimeLimit, gap: timedelta
) -> None:
    plain = due_time(start, limit, KNOWN, RULES).due
    state = clock(happened((START, start), (PAUSE, start + gap)), limit=limit, calendar=KNOWN, regime=RULES)
    assert state.state is RunState.PAUSED
    assert state.due == (None if start + gap < plain else plain)


@quick
@given(moments, limits, gaps, gaps)
def test_resuming_before_the_end_leaves_time(
    start: datetime, limit: TimeLimit, gap: timedelta, pause: timedelta
) -> None:
    plain = due_time(start, limit, KNOWN, RULES).due
    at = start + gap
    due = due_of((START, start), (PAUSE, at), (RESUME, at + pause), limit=limit)
    assert due is not None
    if at < plain and limit.unit in (LimitUnit.HOUR, LimitUnit.WORKING_HOUR):
        assert due > at + pause
    if at < plain and limit.unit not in (LimitUnit.HOUR, LimitUnit.WORKING_HOUR):
        # Resumed on a working day in office hours, the day itself is still there.
        assert due.date() >= (at + pause).date()


@quick
@given(moments, limits, gaps)
def test_a_restart_is_a_new_receipt(start: datetime, limit: TimeLimit, gap: timedelta) -> None:
    at = start + gap
    fresh = due_time(at, limit, KNOWN, RULES)
    state = clock(happened((START, start), (RESTART, at)), limit=limit, calendar=KNOWN, regime=RULES)
    assert (state.due, state.days) == (fresh.due, fresh.days)
    old = due_time(start, limit, KNOWN, RULES).due
    assert state.missed == ((old,) if old < at else ())


@quick
@given(moments, limits, st.integers(1, 15))
def test_an_extension_is_later_and_only_once(start: datetime, limit: TimeLimit, days: int) -> None:
    plain = due_time(start, limit, KNOWN, RULES).due
    if start.date() > latest_apology(plain, RULES):
        return
    longer = TimeLimit(days, LimitUnit.WORKING_DAY)
    events = [
        ClockEvent(kind=START, at=start),
        ClockEvent(kind=EXTEND, at=start, limit=longer, why="chờ ý kiến"),
    ]
    state = clock(events, limit=limit, calendar=KNOWN, regime=RULES)
    assert state.due is not None
    assert state.due > plain
    assert state.extended == 1
    assert state.days[-1].day >= plain.date()


@quick
@given(moments, limits, gaps, gaps)
def test_use_only_grows_and_never_passes_the_limit(
    start: datetime, limit: TimeLimit, one: timedelta, two: timedelta
) -> None:
    events = happened((START, start))
    early = clock(events, limit=limit, calendar=KNOWN, regime=RULES, at=start + one)
    late = clock(events, limit=limit, calendar=KNOWN, regime=RULES, at=start + one + two)
    assert 0 <= early.used <= late.used <= late.total
    assert late.due is not None
    assert late.due > start + one + two or late.used == late.total


@quick
@given(moments, limits)
def test_midnight_is_never_earlier_than_closing(start: datetime, limit: TimeLimit) -> None:
    midnight = replace(RULES, end_of_day=EndOfDay.MIDNIGHT)
    assert due_time(start, limit, KNOWN, midnight).due >= due_time(start, limit, KNOWN, RULES).due


@quick
@given(moments, limits)
def test_the_zone_in_which_a_moment_is_written_does_not_matter(start: datetime, limit: TimeLimit) -> None:
    from datetime import UTC

    assert (
        due_time(start.astimezone(UTC), limit, KNOWN, RULES).due == due_time(start, limit, KNOWN, RULES).due
    )


@quick
@given(moments, limits)
def test_replay_gives_the_same_answer(start: datetime, limit: TimeLimit) -> None:
    again = calendar(known_at=KNOWN.known_at)
    assert again == KNOWN
    assert hash(again) == hash(KNOWN)
    assert due_time(start, limit, again, RULES) == due_time(start, limit, KNOWN, RULES)


def test_a_regime_without_restart_goes_on_where_it_stopped() -> None:
    resuming = replace(RULES, supplement=SupplementRule.RESUME)
    start = datetime(2025, 3, 10, 9, tzinfo=VN)
    events = happened((START, start), (PAUSE, start + timedelta(days=2)), (RESUME, start + timedelta(days=4)))
    state = clock(events, limit=TimeLimit.parse("5wd"), calendar=KNOWN, regime=resuming)
    assert state.due == datetime(2025, 3, 19, 17, tzinfo=VN)


def test_a_storm_that_shuts_one_agency_moves_only_its_time() -> None:
    other = with_holiday(KNOWN, date(2025, 3, 11))
    start = datetime(2025, 3, 10, 9, tzinfo=VN)
    assert due_time(start, TimeLimit.parse("1wd"), other, RULES).due.day == 12
    assert due_time(start, TimeLimit.parse("1wd"), KNOWN, RULES).due.day == 11
