"""The law's table: every case with its article, its end and the count of each of its days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from motcua.deadlines.api import (
    DayCount,
    DayReason,
    EndOfDay,
    Regime,
    TimeLimit,
    clock,
    due_time,
    regime_on,
)

from .factories import TODAY, calendar, events, moment

TABLE = yaml.load(
    Path(__file__).with_name("law_cases.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
SIGNS = {
    DayReason.FIRST: "F",
    DayReason.LATE: "L",
    DayReason.OFF_RECEIPT: "O",
    DayReason.OFF: "x",
    DayReason.ROLLED: "R",
    DayReason.END: "E",
    DayReason.SAME_DAY: "S",
    DayReason.PAUSED: "P",
    DayReason.EXTENDED: "X",
}


def expand(count: str) -> list[str]:
    """Spell "F 1-3 x*2" out as F 1 2 3 x x."""
    found: list[str] = []
    for token in count.split():
        sign, _, times = token.partition("*")
        first, dash, last = token.partition("-")
        if times:
            found += [sign] * int(times)
        elif dash:
            found += [str(n) for n in range(int(first), int(last) + 1)]
        else:
            found.append(token)
    return found


def signs(days: tuple[DayCount, ...]) -> list[str]:
    """What the product counted, in the same signs."""
    found = []
    for entry in days:
        if entry.reason is DayReason.HOURS:
            found.append(f"h{entry.minutes}")
        elif entry.reason is DayReason.COUNTED:
            found.append(str(entry.number))
        else:
            found.append(SIGNS[entry.reason])
    return found


def rules(case: dict[str, Any], start: datetime) -> Regime:
    """The regime of the day with the policy that the case asks for."""
    found = regime_on(start.date())
    if "end_of_day" in case:
        found = replace(found, end_of_day=EndOfDay(case["end_of_day"]))
    return replace(found, first_day_counted="first_day_counted" in case)


def test_the_table_is_large_enough_and_every_case_names_its_article() -> None:
    cases = TABLE["receipts"] + TABLE["clocks"]
    assert len(cases) >= 60
    assert all(case["article"] for case in cases)
    assert len({case["id"] for case in cases}) == len(cases)


@pytest.mark.parametrize("case", TABLE["receipts"], ids=lambda case: case["id"])
def test_receipt(case: dict[str, Any]) -> None:
    start = moment(case["start"])
    known_at = moment(case["known_at"]) if "known_at" in case else TODAY
    due = due_time(
        start,
        TimeLimit.parse(case["limit"]),
        calendar(case.get("agency", "ubnd-tinh"), known_at=known_at),
        rules(case, start),
    )
    assert due.due == moment(case["due"])
    assert signs(due.days) == expand(case["count"])
    assert due.projected is (case.get("projected") == "true")
    steps = [(b.day - a.day).days for a, b in zip(due.days, due.days[1:], strict=False)]
    assert steps == [1] * (len(due.days) - 1), "every day is explained once"
    assert due.days[0].day == start.date()


@pytest.mark.parametrize("case", TABLE["clocks"], ids=lambda case: case["id"])
def test_clock(case: dict[str, Any]) -> None:
    happened = events(*case["events"])
    state = clock(
        happened,
        limit=TimeLimit.parse(case["limit"]),
        calendar=calendar(),
        regime=regime_on(happened[0].at.date()),
    )
    assert state.due == (moment(case["due"]) if case["due"] != "null" else None)
    assert signs(state.days) == expand(case["count"])
    assert state.missed == tuple(map(moment, case.get("missed", [])))
    if "paused" in case:
        assert state.paused_for.total_seconds() == int(case["paused"]) * 3600


def test_the_count_speaks() -> None:
    start = moment("2025-01-24T15:30")
    said = [
        entry.why_vi for entry in due_time(start, TimeLimit.parse("5wd"), calendar(), rules({}, start)).days
    ]
    assert said[0].startswith("Thứ Sáu 24/01/2025: không tính: nhận sau 15:00")
    assert "Điều 18.2 Nghị định 61/2018/NĐ-CP" in said[0]
    assert said[1] == "Thứ Bảy 25/01/2025: không tính: nghỉ hằng tuần."
    assert "Tết Nguyên Đán" in said[5]
    assert said[10] == (
        "Thứ Hai 03/02/2025: không tính: ngày đầu tiên của thời hạn (Điều 147.2 Bộ luật Dân sự 2015)."
    )
    assert said[-1] == "Thứ Hai 10/02/2025: tính, ngày làm việc: ngày thứ 5/5."


def test_what_is_not_verified_is_said_so() -> None:
    culture = due_time(
        moment("2026-11-23T16:00"), TimeLimit.parse("1wd"), calendar(), regime_on(TODAY.date())
    )
    assert "chưa kiểm chứng" in culture.days[0].why_vi, "the 15:00 rule of decree 118 was not read"
    assert "theo nguồn gián tiếp" in culture.days[1].why_vi, "24/11 comes from a second hand"
    tet = due_time(moment("2027-02-03T09:00"), TimeLimit.parse("1wd"), calendar(), regime_on(TODAY.date()))
    assert "lịch dự kiến" in tet.days[1].why_vi


def test_hours_speak() -> None:
    due = due_time(moment("2026-07-10T16:30"), TimeLimit.parse("8wh"), calendar(), regime_on(TODAY.date()))
    assert due.days[0].why_vi == (
        "Thứ Sáu 10/07/2026: tính 30 phút trong giờ làm việc: lũy kế 30 phút/8 giờ."
    )
    assert due.days[-1].why_vi.endswith("tính 7 giờ 30 phút trong giờ làm việc: lũy kế 8 giờ/8 giờ.")
