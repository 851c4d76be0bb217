"""Writing working time: loading what ships with the system, publishing a change that becomes known today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.base.data import Actor, LoadReport
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.deadlines.data import CalendarDay, CalendarYear, DayKind, WorkWeek
from motcua.deadlines.models import CalendarDayRow, CalendarRevision, CalendarYearRow, WorkWeekRow
from motcua.deadlines.permissions import check_may_change_calendar
from motcua.deadlines.queries import calendar_for
from motcua.deadlines.rules.codec import (
    day_json,
    day_values,
    season_text,
    week_days,
    week_json,
    year_json,
    year_values,
)
from motcua.deadlines.rules.law import reference_facts
from motcua.deadlines.rules.walking import in_vietnam
from motcua.ledger.api import Subject, append
from motcua.units.api import agency

SUBJECT = Subject(kind="calendar", id="vn")
LOCK = "deadlines.calendar"
PROVINCE = "ubnd-tinh"  # works the hours of every agency that has none of its own
Row = TypeVar("Row", bound=models.Model)


class CalendarChangeInvalid(DomainError):
    """The change of the calendar is not valid: {why}."""

    message_vi: ClassVar[str] = "Không thể công bố thay đổi lịch: {why_vi}."


@transaction.atomic
def load_reference_data(*, by: Actor, at: datetime) -> LoadReport:
    """Bring the days off, years and hours that ship with the system into the database.

    Facts keep their own `known_from`. A second run changes nothing and writes nothing to the ledger.
    """
    advisory_lock(LOCK)
    facts = reference_facts()
    report = (
        _merge(CalendarDayRow, map(day_values, facts.days), ("day", "agency_key", "known_from"))
        + _merge(CalendarYearRow, map(year_values, facts.years), ("year", "known_from"))
        + _merge(WorkWeekRow, map(_week_values, facts.weeks), ("agency_key", "valid", "season", "known_from"))
    )
    if report.created or report.changed:
        payload = {"created": report.created, "changed": report.changed}
        _record(by=by, at=at, kind="deadlines.reference_loaded", reason="reference data", payload=payload)
    return report


@transaction.atomic
def publish_calendar_change(
    *,
    by: Actor,
    at: datetime,
    reason: str,
    days: Sequence[CalendarDay] = (),
    years: Sequence[CalendarYear] = (),
    weeks: Sequence[WorkWeek] = (),
) -> int:
    """Publish facts that become known at `at`; give the number of the revision.

    Every fact carries `known_from` equal to `at`: nobody may pretend to have known earlier. A promised due
    time does not move by this; open dossiers are re-dated by their own entries. Raises
    `MayNotChangeCalendar`, `CalendarChangeInvalid`, `NaiveTime`, `UnknownAgency`.
    """
    check_may_change_calendar(by)
    moment = in_vietnam(at)
    advisory_lock(LOCK)
    _check_change(moment, reason, days, years, weeks)
    CalendarDayRow.objects.bulk_create(CalendarDayRow(**day_values(fact)) for fact in days)
    CalendarYearRow.objects.bulk_create(CalendarYearRow(**year_values(fact)) for fact in years)
    WorkWeekRow.objects.bulk_create(WorkWeekRow(**_week_values(fact)) for fact in weeks)
    payload = {
        "reason": reason,
        "days": [day_json(fact) for fact in days],
        "years": [year_json(fact) for fact in years],
        "weeks": [week_json(fact) for fact in weeks],
    }
    return _record(by=by, at=moment, kind="deadlines.calendar_changed", reason=reason, payload=payload)


def _record(*, by: Actor, at: datetime, kind: str, reason: str, payload: dict[str, Any]) -> int:
    revision = CalendarRevision.objects.create(at=at, reason=reason)
    append(kind=kind, subject=SUBJECT, by=by, at=at, unit=by.unit, payload=payload)
    return revision.pk


def _refuse(why: str, why_vi: str) -> CalendarChangeInvalid:
    return CalendarChangeInvalid(why=why, why_vi=why_vi)


def _check_change(
    at: datetime,
    reason: str,
    days: Sequence[CalendarDay],
    years: Sequence[CalendarYear],
    weeks: Sequence[WorkWeek],
) -> None:
    if not reason.strip():
        raise _refuse("a reason is needed", "cần nêu lý do")
    if not (days or years or weeks):
        raise _refuse("there is nothing in it", "chưa có nội dung thay đổi")
    if any(fact.known_from != at for group in (days, years, weeks) for fact in group):
        raise _refuse("a change is known from its publication, not earlier", "không được lùi ngày công bố")
    newest = CalendarRevision.objects.order_by("-id").first()
    if newest is not None and newest.at > at:
        raise _refuse("a later change is already published", "đã có thay đổi công bố sau thời điểm này")
    if len({(fact.day, fact.agency_key) for fact in days}) != len(days):
        raise _refuse("a day stands in it twice", "một ngày được khai hai lần")
    for key in {fact.agency_key for group in (days, weeks) for fact in group} - {None}:
        agency(str(key))  # raises when no such agency is known
    for fact in days:
        _check_day(at, fact, days)


def _check_day(at: datetime, fact: CalendarDay, days: Sequence[CalendarDay]) -> None:
    """A day worked instead of another needs that other one off; a fact needs its name and source."""
    if not fact.name.strip() or not fact.source.text.strip():
        raise _refuse(
            f"{fact.day} lacks its name or source", f"ngày {fact.day:%d/%m/%Y} thiếu tên hoặc căn cứ"
        )
    if fact.kind is not DayKind.SWAPPED_WORKING or fact.hours_of is None:
        return
    together = {(d.day, d.kind) for d in days if d.agency_key in (None, fact.agency_key)}
    if (fact.hours_of, DayKind.SWAPPED_OFF) in together:
        return
    known = calendar_for(fact.agency_key or PROVINCE, known_at=at).day(fact.hours_of).fact
    if known is None or known.kind is not DayKind.SWAPPED_OFF:
        raise _refuse(
            f"{fact.day} is worked for {fact.hours_of}, which is not off in exchange",
            f"{fact.day:%d/%m/%Y} làm bù cho {fact.hours_of:%d/%m/%Y} nhưng ngày đó không được nghỉ hoán đổi",
        )


def _week_values(fact: WorkWeek) -> dict[str, Any]:
    return {
        "agency_key": fact.agency_key,
        "valid": DateRange(fact.validity.start, fact.validity.end),
        "season": season_text(fact.season),
        "known_from": fact.known_from,
        "days": week_days(fact),
        "source": fact.source.as_json(),
    }


def _merge(model: type[Row], values: Iterable[dict[str, Any]], key: tuple[str, ...]) -> LoadReport:
    """Add what is missing, correct what differs, leave the rest; `key` names a row."""
    present = {tuple(getattr(row, name) for name in key): row for row in model._default_manager.all()}
    missing, differing, report = [], [], LoadReport()
    for wanted in values:
        row = present.get(tuple(wanted[name] for name in key))
        if row is None:
            missing.append(model(**wanted))
        elif any(getattr(row, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(row, name, value)
            differing.append(row)
        else:
            report = replace(report, unchanged=report.unchanged + 1)
    model._default_manager.bulk_create(missing)
    if differing:
        names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
        model._default_manager.bulk_update(differing, names)
    return replace(report, created=len(missing), changed=len(differing))
