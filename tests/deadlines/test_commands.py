"""The commands: explaining a due time, publishing a change from a file, listing a year."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from motcua.base.clock import override
from motcua.base.data import SYSTEM
from motcua.deadlines.api import TimeLimit, calendar_for, due_time, load_reference_data, regime
from motcua.deadlines.models import CalendarRevision

from .factories import TODAY, moment


@pytest.fixture
def loaded(db: None) -> None:
    """The reference data in the database, loaded an hour ago."""
    load_reference_data(by=SYSTEM, at=TODAY - timedelta(hours=1))


def one_working_day(start: str) -> datetime:
    """When one working day from `start` ends, as is known today."""
    known = calendar_for("so-tu-phap", known_at=TODAY)
    return due_time(moment(start), TimeLimit.parse("1wd"), known, regime("nd118-2025")).due


def explained(*arguments: str) -> list[str]:
    """The lines that the command prints."""
    out = StringIO()
    call_command("deadlines_explain", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_explains_every_day() -> None:
    lines = explained("--start", "2025-01-24T15:30", "--limit", "5wd")
    assert lines[0] == "Tiếp nhận: 15:30 Thứ Sáu 24/01/2025"
    assert lines[-1] == "Hẹn trả: 17:00 Thứ Hai 10/02/2025"
    assert sum("nghỉ" in line for line in lines) == 11


def test_the_command_warns_of_a_projection_and_takes_a_zone() -> None:
    lines = explained("--start", "2026-12-31T02:00+00:00", "--limit", "1wd")
    assert lines[0].startswith("Tiếp nhận: 09:00 Thứ Năm 31/12/2026")
    assert "dự kiến" in lines[-1]


def test_the_command_asks_as_it_was_known() -> None:
    lines = explained("--start", "2025-12-31T10:00", "--limit", "1wd", "--known-at", "2025-12-20T00:00")
    assert lines[-1] == "Hẹn trả: 17:00 Thứ Sáu 02/01/2026"


@pytest.mark.parametrize(
    ("start", "limit", "more"),
    [
        ("hôm qua", "5wd", []),
        ("2025-01-24T15:30", "năm ngày", []),
        ("2025-01-24T15:30", "0wd", []),
        ("1999-01-24T15:30", "5wd", []),
        ("2028-12-29T15:30", "5wd", []),
        ("2025-01-24T15:30", "5wd", ["--regime", "nd1"]),
    ],
)
def test_the_command_says_what_was_wrong(start: str, limit: str, more: list[str]) -> None:
    with pytest.raises(CommandError):
        explained("--start", start, "--limit", limit, *more)


# --- the administrator's commands

CHANGE = """
reason: Công văn 1/CV
days:
  - {day: 2026-12-31, kind: swapped_off, name: nghỉ, source: {text: Công văn 1/CV, certainty: V}}
  - {day: 2026-12-26, kind: swapped_working, hours_of: 2026-12-31, name: bù, source: {text: Công văn 1/CV, certainty: V}}
years:
  - {year: 2027, projected: false, source: {text: Công văn 1/CV, certainty: V}}
"""  # noqa: E501


def published(folder: Path, text: str, *more: str) -> str:
    """What the command says to a file with `text`."""
    file, out = folder / "change.yaml", StringIO()
    file.write_text(text, encoding="utf-8")
    with override(TODAY):
        call_command("deadlines_publish", str(file), "--by", "a-controller", *more, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_change_is_published_from_a_file(loaded: None, tmp_path: Path) -> None:
    assert "Đã công bố" in published(tmp_path, CHANGE)
    assert one_working_day("2026-12-25T09:00") == moment("2026-12-26T17:00")
    out = StringIO()
    with override(TODAY):
        call_command("deadlines_calendar", "2026", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "Lịch năm 2026 (đã thông báo)"
    assert "Thứ Bảy 26/12/2026: ngày làm việc bù cho Thứ Năm 31/12/2026 [Công văn 1/CV]" in lines
    culture = next(line for line in lines if "24/11/2026" in line)
    assert "theo nguồn gián tiếp" in culture


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "",
        "- 1",
        ": : :",
        "reason: x\ndays: 5",
        "reason: x",
        "days: []",
        CHANGE.replace("kind: swapped_off", "kind: feast"),
        CHANGE.replace("kind: swapped_off", "kidn: swapped_off"),
        CHANGE.replace("name: nghỉ", "known_from: 2020-01-01T00:00:00+07:00, name: nghỉ"),
        CHANGE.replace("certainty: V}", "certainty: sure}"),
        CHANGE.replace("reason: Công văn 1/CV", "reason: ''"),
    ],
)
def test_a_file_that_is_not_right_publishes_nothing(loaded: None, tmp_path: Path, text: str) -> None:
    with pytest.raises(CommandError):
        published(tmp_path, text)
    with pytest.raises(CommandError):
        published(tmp_path, CHANGE, "--role", "reception")
    assert CalendarRevision.objects.count() == 1


@pytest.mark.django_db
def test_a_year_or_an_agency_that_is_not_known(loaded: None) -> None:
    with pytest.raises(CommandError, match="2050"):
        call_command("deadlines_calendar", "2050")
    with pytest.raises(CommandError):
        call_command("deadlines_calendar", "2026", "--agency", "so-tu-phep")
