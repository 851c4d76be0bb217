"""Whatever is wrong with a time, a limit or an order of events is refused in words, never counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest

from motcua.base.data import Validity
from motcua.base.errors import DomainError
from motcua.deadlines.api import (
    CalendarDay,
    CalendarUnknown,
    ClockAlreadyPaused,
    ClockEnded,
    ClockMovedBack,
    ClockNotPaused,
    ClockNotStarted,
    ClockStartedTwice,
    ClockState,
    DayHours,
    DayKind,
    ExtensionInvalid,
    ExtensionRefused,
    ExtensionTooLate,
    HoursUnknown,
    LimitOutOfRange,
    LimitUnit,
    LimitUnreadable,
    NaiveTime,
    NoRegime,
    RestartNotAllowed,
    RunState,
    Season,
    Span,
    SupplementRule,
    TimeLimit,
    WorkWeek,
    add_working_days,
    clock,
    due_time,
    is_open,
    regime,
    regime_on,
    regimes,
)

from .factories import SOURCE, TODAY, calendar, events, moment

KNOWN = calendar()
RULES = regime("nd61-2018")
FIVE = TimeLimit.parse("5wd")
START = "start 2025-03-10T09:00"


def replay(*texts: str, limit: TimeLimit = FIVE, **more: Any) -> ClockState:
    """The state after events written as text."""
    return clock(events(*texts), limit=limit, calendar=KNOWN, regime=more.pop("regime", RULES), **more)


@pytest.mark.parametrize("amount", [0, -1, 10**9, 2.5, True, "5", None])
@pytest.mark.parametrize("unit", list(LimitUnit))
def test_a_limit_is_a_sensible_whole_number(amount: Any, unit: LimitUnit) -> None:
    with pytest.raises(LimitOutOfRange) as refused:
        TimeLimit(amount, unit)
    assert str(amount) in refused.value.public("vi")


@pytest.mark.parametrize("text", ["", "5", "wd", "5 ngày", "5.5wd", "٥wd", "5wd5", "1e3h", "99999999999h"])
def test_a_limit_that_cannot_be_read(text: str) -> None:
    with pytest.raises(LimitUnreadable):
        TimeLimit.parse(text)


@pytest.mark.parametrize("text", ["0wd", "-3d", "999999m"])
def test_a_limit_that_is_read_but_absurd(text: str) -> None:
    with pytest.raises(LimitOutOfRange):
        TimeLimit.parse(text)


@pytest.mark.parametrize(
    ("text", "words", "english"),
    [
        ("5wd", "05 ngày làm việc", "5 working days"),
        (" 8WH ", "08 giờ làm việc", "8 working hours"),
        ("1m", "01 tháng", "1 month"),
        ("same", "trong ngày", "within the day"),
    ],
)
def test_a_limit_in_words(text: str, words: str, english: str) -> None:
    assert (TimeLimit.parse(text).words, TimeLimit.parse(text).words_en) == (words, english)


def test_a_moment_without_its_zone() -> None:
    naive = datetime(2025, 3, 10, 9)  # noqa: DTZ001
    with pytest.raises(NaiveTime):
        due_time(naive, FIVE, KNOWN, RULES)
    with pytest.raises(NaiveTime):
        is_open(naive, KNOWN)
    started = events(START)
    with pytest.raises(NaiveTime):
        clock(started, limit=FIVE, calendar=KNOWN, regime=RULES, at=naive)
    with pytest.raises(NaiveTime):
        clock([replace(started[0], at=naive)], limit=FIVE, calendar=KNOWN, regime=RULES)


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        (["pause 2025-03-10T09:00"], ClockNotStarted),
        (["stop 2025-03-10T09:00"], ClockNotStarted),
        (["restart 2025-03-10T09:00"], ClockNotStarted),
        ([START, "start 2025-03-11T09:00"], ClockStartedTwice),
        ([START, "resume 2025-03-11T09:00"], ClockNotPaused),
        ([START, "pause 2025-03-11T09:00", "pause 2025-03-12T09:00"], ClockAlreadyPaused),
        ([START, "pause 2025-03-09T09:00"], ClockMovedBack),
        ([START, "pause 2025-03-12T09:00", "resume 2025-03-11T09:00"], ClockMovedBack),
        ([START, "stop 2025-03-12T09:00", "pause 2025-03-12T10:00"], ClockEnded),
        ([START, "stop 2025-03-12T09:00", "stop 2025-03-12T10:00"], ClockEnded),
        ([START, "extend 2025-03-17T08:00 by 2wd"], ExtensionTooLate),
        ([START, "extend 2025-03-20T08:00 by 2wd"], ExtensionTooLate),
        ([START, "extend 2025-03-12T08:00 by 2wd", "extend 2025-03-13T08:00 by 2wd"], ExtensionRefused),
        ([START, "extend 2025-03-12T08:00"], ExtensionInvalid),
        ([START, "extend 2025-03-12T08:00 to 2025-03-19T17:00 by 2wd"], ExtensionInvalid),
        ([START, "extend 2025-03-12T08:00 to 2025-03-17T17:00"], ExtensionInvalid),
        ([START, "extend 2025-03-12T08:00 to 2025-03-14T17:00"], ExtensionInvalid),
        ([START, "extend 2025-03-12T08:00 to 2025-03-22T10:00"], ExtensionInvalid),
        ([START, "pause 2025-03-12T08:00", "extend 2025-03-12T09:00 by 2wd"], ExtensionInvalid),
    ],
)
def test_events_out_of_order(texts: list[str], error: type[DomainError]) -> None:
    with pytest.raises(error) as refused:
        replay(*texts)
    for language in ("vi", "en"):
        assert "{" not in refused.value.public(language), "every place of the sentence is filled"


def test_an_extension_survives_a_restart_as_used() -> None:
    with pytest.raises(ExtensionRefused):
        replay(
            START,
            "extend 2025-03-12T08:00 by 2wd",
            "restart 2025-03-13T08:00",
            "extend 2025-03-14T08:00 by 2wd",
        )


def test_a_restart_that_the_regime_does_not_know() -> None:
    with pytest.raises(RestartNotAllowed):
        replay(START, "restart 2025-03-13T08:00", regime=replace(RULES, supplement=SupplementRule.RESUME))


def test_a_state_asked_for_before_the_last_event() -> None:
    with pytest.raises(ClockMovedBack):
        replay(START, "pause 2025-03-12T08:00", at=moment("2025-03-11T08:00"))


def test_no_events_is_a_clock_that_never_started() -> None:
    state = clock([], limit=FIVE, calendar=KNOWN, regime=RULES)
    assert (state.state, state.due, state.started) == (RunState.STOPPED, None, None)


def test_an_unknown_year_fails_loudly() -> None:
    with pytest.raises(CalendarUnknown) as refused:
        due_time(moment("2028-12-29T09:00"), FIVE, KNOWN, RULES)
    assert "2029" in refused.value.public("vi")
    with pytest.raises(CalendarUnknown):
        add_working_days(date(2018, 1, 3), -10, KNOWN)
    with pytest.raises(CalendarUnknown):
        due_time(moment("2028-12-20T09:00"), TimeLimit.parse("3m"), KNOWN, RULES)
    with pytest.raises(CalendarUnknown):
        due_time(moment("2028-12-29T16:00"), TimeLimit.parse("40wh"), KNOWN, RULES)


def test_an_unknown_year_does_not_disturb_hours_of_the_wall_clock() -> None:
    due = due_time(moment("2031-01-01T09:00"), TimeLimit.parse("24h"), KNOWN, RULES)
    assert due.due == moment("2031-01-02T09:00")


def test_nothing_is_known_before_anything_was_told() -> None:
    empty = calendar(known_at=moment("2001-01-01T00:00"))
    with pytest.raises(CalendarUnknown):
        due_time(moment("2025-03-10T09:00"), FIVE, empty, RULES)


def test_hours_that_nobody_told() -> None:
    bare = replace(KNOWN, weeks=())
    with pytest.raises(HoursUnknown):
        due_time(moment("2025-03-10T09:00"), FIVE, bare, RULES)


def test_a_year_shut_to_its_end_is_an_error_and_not_an_endless_walk() -> None:
    shut = tuple(
        CalendarDay(
            day=date.fromordinal(number), kind=DayKind.CLOSED, name="lũ", source=SOURCE, known_from=TODAY
        )
        for number in range(date(2025, 1, 1).toordinal(), date(2029, 1, 1).toordinal())
    )
    with pytest.raises(CalendarUnknown):
        due_time(moment("2025-03-10T09:00"), FIVE, replace(KNOWN, days=shut), RULES)


def test_rules_of_a_day_that_has_none() -> None:
    with pytest.raises(NoRegime):
        regime_on(date(2015, 1, 1))
    with pytest.raises(LookupError):
        regime("nd1-1945")


def test_regimes_follow_one_another_and_say_how_sure_they_are() -> None:
    assert [r.id for r in regimes()] == ["nd61-2018", "nd118-2025"]
    assert regime_on(date(2025, 6, 30)).id == "nd61-2018"
    assert regime_on(date(2025, 7, 1)).id == "nd118-2025"
    assert regime("nd61-2018").source_of("handover_cutoff").certainty == "V"
    assert regime("nd118-2025").source_of("handover_cutoff").certainty == "M"


def week(**changes: Any) -> WorkWeek:
    """Monday to Friday, eight to four."""
    days = [DayHours((Span(time(8), time(16)),), True)] * 5 + [DayHours()] * 2
    given: dict[str, Any] = {
        "validity": Validity(start=date(2025, 1, 1)),
        "days": tuple(days),
        "source": SOURCE,
        "known_from": TODAY,
    }
    return WorkWeek(**(given | changes))


def test_hours_that_make_no_sense() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Span(time(12), time(12))
    with pytest.raises(ValueError, match="overlap"):
        DayHours((Span(time(8), time(12)), Span(time(11), time(17))), True)
    with pytest.raises(ValueError, match="needs hours"):
        DayHours((), True)
    with pytest.raises(ValueError, match="seven days"):
        week(days=(DayHours(),))
    with pytest.raises(ValueError, match="without a working day"):
        week(days=(DayHours((Span(time(8), time(12)),), False),) * 7)


def test_a_worked_saturday_names_the_day_it_replaces() -> None:
    common = {"day": date(2025, 3, 15), "name": "làm bù", "source": SOURCE, "known_from": TODAY}
    with pytest.raises(ValueError, match="names the other"):
        CalendarDay(kind=DayKind.SWAPPED_WORKING, **common)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="names the other"):
        CalendarDay(kind=DayKind.HOLIDAY, hours_of=date(2025, 3, 14), **common)  # type: ignore[arg-type]


def test_a_worked_saturday_works_the_hours_of_the_day_it_replaces() -> None:
    short_friday = [DayHours((Span(time(8), time(16)),), True)] * 4
    short_friday += [DayHours((Span(time(8), time(11)),), True), DayHours(), DayHours()]
    fact = CalendarDay(
        day=date(2025, 3, 15),
        kind=DayKind.SWAPPED_WORKING,
        name="làm bù",
        source=SOURCE,
        known_from=TODAY,
        hours_of=date(2025, 3, 14),
    )
    short = replace(KNOWN, days=(fact,), weeks=(week(days=tuple(short_friday)),))
    due = due_time(moment("2025-03-13T09:00"), TimeLimit.parse("2wd"), short, RULES)
    assert due.due == moment("2025-03-15T11:00")


def test_a_season_over_new_year() -> None:
    winter = Season((10, 16), (4, 15))
    assert winter.contains(date(2025, 1, 1))
    assert winter.contains(date(2025, 10, 16))
    assert not winter.contains(date(2025, 4, 16))


def test_the_desk_is_open_on_saturday_morning_and_the_time_waits() -> None:
    centre = calendar("ttpvhcc-tinh")
    assert is_open(moment("2026-03-14T08:00"), centre)
    assert not is_open(moment("2026-03-14T11:00"), centre)
    assert not centre.is_working(date(2026, 3, 14))
    assert not is_open(moment("2026-03-14T08:00"), KNOWN)
    assert not is_open(moment("2026-11-24T08:00"), centre)


def test_a_pause_carries_its_reason_into_the_words() -> None:
    start, pause = events(START, "pause 2025-03-12T10:00")
    state = clock([start, replace(pause, why="chờ bổ sung hồ sơ")], limit=FIVE, calendar=KNOWN, regime=RULES)
    assert state.days[-1].why_vi == "Thứ Tư 12/03/2025: không tính: tạm dừng (chờ bổ sung hồ sơ)."


@pytest.mark.parametrize(
    ("limit", "at", "used", "total"),
    [
        ("5wd", "2025-03-10T12:00", 0, 5),
        ("5wd", "2025-03-12T12:00", 2, 5),
        ("5wd", "2025-03-16T12:00", 4, 5),
        ("5wd", "2025-04-16T12:00", 5, 5),
        ("8wh", "2025-03-10T09:30", 30, 480),
        ("8wh", "2025-03-10T13:00", 180, 480),
        ("24h", "2025-03-10T13:00", 240, 1440),
    ],
)
def test_how_much_is_used(limit: str, at: str, used: int, total: int) -> None:
    state = replay(START, limit=TimeLimit.parse(limit), at=moment(at))
    assert (state.used, state.total) == (used, total)


def test_what_is_used_while_paused_and_after_the_stop() -> None:
    paused = replay(START, "pause 2025-03-12T10:00", at=moment("2025-04-01T10:00"))
    assert (paused.used, paused.total) == (1, 5)
    hours = [START, "pause 2025-03-10T09:30", "resume 2025-03-10T10:00", "stop 2025-03-10T11:00"]
    stopped = replay(*hours, limit=TimeLimit.parse("8wh"), at=moment("2025-04-01T10:00"))
    assert stopped.used == 90
    assert stopped.state is RunState.STOPPED
    assert stopped.paused_for.total_seconds() == 1800
