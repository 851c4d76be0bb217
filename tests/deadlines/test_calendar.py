"""The calendar in the database: loading, publishing a change, asking as it was known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from motcua.base.data import SYSTEM, Actor, ActorKind, Certainty, Source, Validity
from motcua.base.db import lock_number
from motcua.deadlines import actions
from motcua.deadlines.api import (
    CalendarChangeInvalid,
    CalendarDay,
    CalendarUnknown,
    CalendarYear,
    DayKind,
    HoursUnknown,
    MayNotChangeCalendar,
    TimeLimit,
    WorkWeek,
    calendar_for,
    due_time,
    known_facts,
    load_reference_data,
    publish_calendar_change,
    regime,
)
from motcua.deadlines.models import CalendarDayRow, CalendarRevision
from motcua.deadlines.rules import law
from motcua.deadlines.rules.law import UncitedSwap, reference_facts
from motcua.deadlines.rules.regimes import read_law
from motcua.ledger.api import Subject, entries
from motcua.units.api import UnknownAgency

from .factories import SOURCE, TODAY, calendar, moment

RULES = regime("nd118-2025")
CONTROLLER = Actor(kind=ActorKind.OFFICER, ref="a-controller", unit="vp-ubnd-tinh", role="controller")
CALENDAR = Subject(kind="calendar", id="vn")


@pytest.fixture
def loaded(db: None) -> None:
    """The reference data in the database, loaded an hour ago."""
    load_reference_data(by=SYSTEM, at=TODAY - timedelta(hours=1))


def fact(day: date, kind: DayKind = DayKind.HOLIDAY, **more: Any) -> CalendarDay:
    """A dated fact known from today."""
    given: dict[str, Any] = {"day": day, "kind": kind, "name": "nghỉ", "source": SOURCE, "known_from": TODAY}
    return CalendarDay(**(given | more))


def publish(*days: CalendarDay, **more: Any) -> int:
    """Publish today, as the controller."""
    given: dict[str, Any] = {"by": CONTROLLER, "at": TODAY, "reason": "Công văn thử", "days": days}
    return publish_calendar_change(**(given | more))


def one_working_day(start: str, agency: str = "so-tu-phap", known_at: datetime = TODAY) -> datetime:
    """When one working day from `start` ends."""
    known = calendar_for(agency, known_at=known_at)
    return due_time(moment(start), TimeLimit.parse("1wd"), known, RULES).due


# --- loading


@pytest.mark.django_db
def test_loading_twice_changes_nothing() -> None:
    first = load_reference_data(by=SYSTEM, at=TODAY)
    assert first.created > 100
    again = load_reference_data(by=SYSTEM, at=TODAY)
    assert (again.created, again.changed, again.unchanged) == (0, 0, first.created)
    assert [entry.kind for entry in entries(CALENDAR)] == ["deadlines.reference_loaded"]
    assert CalendarRevision.objects.count() == 1


@pytest.mark.django_db
def test_loading_puts_a_spoiled_row_right(loaded: None) -> None:
    CalendarDayRow.objects.filter(day=date(2026, 1, 2)).update(name="hỏng")
    report = load_reference_data(by=SYSTEM, at=TODAY)
    assert (report.created, report.changed) == (0, 1)
    assert not CalendarDayRow.objects.filter(name="hỏng").exists()


@pytest.mark.django_db
def test_the_database_gives_what_the_files_say(loaded: None) -> None:
    assert set(known_facts().days) == set(reference_facts().days)
    assert set(known_facts().weeks) == set(reference_facts().weeks)
    for agency in ("so-tu-phap", "ttpvhcc-tinh"):
        assert calendar_for(agency, known_at=TODAY) == calendar(agency)


def test_an_exchange_that_nobody_cited_stops_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = read_law("calendar_vn.yaml")
    raw["days"] = [entry for entry in raw["days"] if entry["day"] != date(2026, 8, 31)]
    monkeypatch.setattr(law, "read_law", lambda _name: raw)
    with pytest.raises(UncitedSwap, match="2026-08-31"):
        reference_facts.__wrapped__()


def test_the_second_hand_day_is_marked_and_2027_is_a_projection() -> None:
    known = calendar()
    view = known.day(date(2026, 11, 24))
    assert view.fact is not None
    assert view.fact.source.certainty is Certainty.SECOND_HAND
    assert known.projected(2027)
    assert not known.projected(2026)


def test_exchanges_come_in_pairs() -> None:
    days = {fact.day: fact for fact in reference_facts().days}
    worked = [fact for fact in days.values() if fact.hours_of is not None]
    assert len(worked) >= 4
    for saturday in worked:
        assert saturday.hours_of is not None
        assert days[saturday.hours_of].kind is DayKind.SWAPPED_OFF
        assert saturday.source == days[saturday.hours_of].source


# --- asking


@pytest.mark.django_db
def test_nothing_loaded_is_an_error_and_not_a_guess() -> None:
    with pytest.raises((CalendarUnknown, HoursUnknown)):
        one_working_day("2026-11-23T09:00")


@pytest.mark.django_db
def test_asking_again_costs_one_small_query(loaded: None) -> None:
    calendar_for("so-tu-phap", known_at=TODAY)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        first = calendar_for("so-tu-phap", known_at=TODAY)
        second = calendar_for("so-tu-phap", known_at=TODAY + timedelta(days=1))
    assert len(asked) == 2
    assert first is second, "nothing became known in between"


# --- publishing


@pytest.mark.django_db
def test_a_published_day_off_is_known_from_then_on_and_not_before(loaded: None) -> None:
    storm = date(2026, 12, 1)
    revision = publish(fact(storm, name="bão số 12"))
    assert one_working_day("2026-11-30T09:00") == moment("2026-12-02T17:00")
    before = TODAY - timedelta(seconds=1)
    assert one_working_day("2026-11-30T09:00", known_at=before) == moment("2026-12-01T17:00")
    last = entries(CALENDAR)[-1]
    assert last.kind == "deadlines.calendar_changed"
    assert last.payload is not None
    assert last.payload["reason"] == "Công văn thử"
    assert [d["day"] for d in last.payload["days"]] == ["2026-12-01"]  # type: ignore[index,union-attr,call-overload]
    assert last.actor.ref == "a-controller"
    assert CalendarRevision.objects.latest("id").pk == revision


@pytest.mark.django_db
def test_one_agency_shut_leaves_the_others_open(loaded: None) -> None:
    publish(fact(date(2026, 12, 1), DayKind.CLOSED, agency_key="ubnd-xa-17329", name="ngập lụt"))
    assert one_working_day("2026-11-30T09:00", "ubnd-xa-17329") == moment("2026-12-02T17:00")
    assert one_working_day("2026-11-30T09:00") == moment("2026-12-01T17:00")


@pytest.mark.django_db
def test_a_fact_is_withdrawn_by_a_later_one(loaded: None) -> None:
    publish(fact(date(2026, 12, 1)))
    later = TODAY + timedelta(hours=1)
    publish(fact(date(2026, 12, 1), DayKind.ORDINARY, known_from=later), at=later)
    assert one_working_day("2026-11-30T09:00", known_at=later) == moment("2026-12-01T17:00")
    assert one_working_day("2026-11-30T09:00", known_at=TODAY) == moment("2026-12-02T17:00")


@pytest.mark.django_db
def test_an_agency_that_opens_again_keeps_the_holidays_of_all(loaded: None) -> None:
    key, day = "ubnd-xa-17329", date(2026, 12, 1)
    publish(fact(day), fact(day, DayKind.CLOSED, agency_key=key))
    later = TODAY + timedelta(hours=1)
    publish(fact(day, DayKind.ORDINARY, agency_key=key, known_from=later), at=later)
    assert one_working_day("2026-11-30T09:00", key, known_at=later) == moment("2026-12-02T17:00")


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_wait_for_each_other(database_urls: dict[str, str]) -> None:
    load_reference_data(by=SYSTEM, at=TODAY - timedelta(hours=1))
    with psycopg.connect(database_urls["app"]) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(actions.LOCK)])
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
            publish(fact(date(2026, 12, 1)))
    publish(fact(date(2026, 12, 1)))


@pytest.mark.django_db
def test_an_exchange_is_published_whole(loaded: None) -> None:
    off, worked = date(2026, 12, 31), date(2026, 12, 26)
    lonely = fact(worked, DayKind.SWAPPED_WORKING, hours_of=off)
    with pytest.raises(CalendarChangeInvalid) as refused:
        publish(lonely)
    assert "26/12/2026" in refused.value.public("vi")
    publish(fact(off, DayKind.SWAPPED_OFF), lonely)
    assert one_working_day("2026-12-25T09:00") == moment("2026-12-26T17:00")


@pytest.mark.django_db
def test_a_year_is_announced(loaded: None) -> None:
    assert calendar_for("so-tu-phap", known_at=TODAY).projected(2027)
    year = CalendarYear(year=2027, projected=False, source=SOURCE, known_from=TODAY)
    publish(years=[year])
    assert not calendar_for("so-tu-phap", known_at=TODAY).projected(2027)


@pytest.mark.django_db
def test_new_hours_of_one_agency(loaded: None) -> None:
    winter = next(w for w in reference_facts().weeks if w.season and w.season.start == (10, 16))
    short = tuple(replace(day, spans=day.spans[:1]) for day in winter.days)
    week = WorkWeek(
        validity=Validity(start=date(2026, 12, 1)),
        days=short,
        source=SOURCE,
        known_from=TODAY,
        agency_key="ubnd-xa-17329",
    )
    publish(weeks=[week])
    assert one_working_day("2026-11-30T09:00", "ubnd-xa-17329") == moment("2026-12-01T12:00")
    assert one_working_day("2026-11-26T09:00", "ubnd-xa-17329") == moment("2026-11-27T17:00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"reason": "  "}, "lý do"),
        ({"days": ()}, "chưa có nội dung"),
        ({"days": [fact(date(2026, 12, 1), known_from=moment("2026-11-01T00:00"))]}, "lùi ngày"),
        ({"days": [fact(date(2026, 12, 1)), fact(date(2026, 12, 1))]}, "hai lần"),
        ({"days": [fact(date(2026, 12, 1), name=" ")]}, "thiếu tên"),
        (
            {"days": [fact(date(2026, 12, 1), source=Source(text=" ", certainty=Certainty.OWN))]},
            "thiếu tên hoặc căn cứ",
        ),
        (
            {
                "at": moment("2026-11-01T00:00"),
                "days": [fact(date(2026, 12, 1), known_from=moment("2026-11-01T00:00"))],
            },
            "sau thời điểm này",
        ),
    ],
)
def test_a_change_that_is_not_valid(loaded: None, given: dict[str, Any], why: str) -> None:
    before = CalendarDayRow.objects.count()
    with pytest.raises(CalendarChangeInvalid) as refused:
        publish(fact(date(2026, 12, 1)), **given)
    assert why in refused.value.public("vi")
    assert CalendarDayRow.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "by",
    [
        Actor(kind=ActorKind.CITIZEN, ref="c"),
        Actor(kind=ActorKind.ANONYMOUS, ref="?", role="controller"),
        Actor(kind=ActorKind.OFFICER, ref="o", role="reception"),
    ],
)
def test_who_may_not_change_it(loaded: None, by: Actor) -> None:
    with pytest.raises(MayNotChangeCalendar):
        publish(fact(date(2026, 12, 1)), by=by)


@pytest.mark.django_db
def test_a_ledger_that_fails_takes_the_change_back(loaded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: Any) -> None:
        raise RuntimeError("ledger")

    monkeypatch.setattr(actions, "append", fails)
    before = CalendarDayRow.objects.count()
    with pytest.raises(RuntimeError, match="ledger"), transaction.atomic():
        publish(fact(date(2026, 12, 1)))
    assert CalendarDayRow.objects.count() == before
    assert one_working_day("2026-11-30T09:00") == moment("2026-12-01T17:00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"kind": "swapped_working", "hours_of": None},
        {"kind": "holiday", "hours_of": date(2026, 12, 2)},
        {"kind": "swapped_working", "hours_of": date(2026, 12, 1)},
        {"kind": "feast", "hours_of": None},
    ],
)
def test_the_database_refuses_what_the_law_cannot_mean(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDayRow.objects.create(
            day=date(2026, 12, 1), name="x", known_from=TODAY, source=SOURCE.as_json(), **values
        )


@pytest.mark.django_db
def test_one_fact_for_a_day_an_agency_and_a_moment() -> None:
    values = {"day": date(2026, 12, 1), "kind": "holiday", "name": "x", "known_from": TODAY}
    CalendarDayRow.objects.create(**values, source=SOURCE.as_json())
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDayRow.objects.create(**values, source=SOURCE.as_json())


@pytest.mark.django_db
def test_an_agency_that_nobody_knows(loaded: None) -> None:
    with pytest.raises(UnknownAgency):
        calendar_for("so-tu-phep", known_at=TODAY)
    with pytest.raises(UnknownAgency):
        publish(fact(date(2026, 12, 1), DayKind.CLOSED, agency_key="so-tu-phep"))
