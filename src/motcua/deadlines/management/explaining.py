"""The day-by-day count of one limit as lines of text; needs no database."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime

from motcua.base.clock import VN, now
from motcua.base.errors import DomainError
from motcua.deadlines.data import TimeLimit, day_vi
from motcua.deadlines.rules.building import build_calendar
from motcua.deadlines.rules.counting import due_time
from motcua.deadlines.rules.law import reference_facts
from motcua.deadlines.rules.regimes import regime, regime_on


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--start", required=True, help="moment of receipt, e.g. 2025-01-24T15:30")
    parser.add_argument("--limit", required=True, help="5wd, 8wh, 24h, 30d, 1m or same")
    parser.add_argument("--agency", default="ubnd-tinh", help="key of the agency whose hours are used")
    parser.add_argument("--regime", help="id of the rules; default those of the day of receipt")
    parser.add_argument("--known-at", help="use the calendar as it was known at this moment; default now")


def explain(options: argparse.Namespace) -> Iterator[str]:
    """The lines of the answer; raises `DomainError` with a sentence for the user."""
    start = _moment(options.start)
    known_at = _moment(options.known_at) if options.known_at else now()
    calendar = build_calendar(options.agency, reference_facts(), known_at=known_at)
    rules = regime(options.regime) if options.regime else regime_on(start.date())
    limit = TimeLimit.parse(options.limit)
    due = due_time(start, limit, calendar, rules)
    yield f"Tiếp nhận: {start:%H:%M} {day_vi(start.date())}"
    yield f"Thời hạn: {limit.words}, {rules.name_vi}"
    yield from (f"  {entry.why_vi}" for entry in due.days)
    yield f"Hẹn trả: {due.due:%H:%M} {day_vi(due.due.date())}"
    if due.projected:
        yield "Lưu ý: có ngày thuộc năm chưa có thông báo lịch nghỉ chính thức (lịch dự kiến)."


class MomentUnreadable(DomainError):
    """The moment “{text}” cannot be read; write it as 2025-01-24T15:30."""

    message_vi = "Không đọc được thời điểm “{text}”; hãy ghi dạng 2025-01-24T15:30."


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise MomentUnreadable(text=text) from None
    # On the command line a moment without zone is meant in Vietnam.
    return moment.astimezone(VN) if moment.tzinfo is not None else moment.replace(tzinfo=VN)
