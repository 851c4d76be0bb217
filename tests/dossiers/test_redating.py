"""A change of the working calendar, from its publication to the due time of every open dossier; and standing in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.base.clock import VN
from motcua.base.data import SYSTEM, Certainty, Source, Validity
from motcua.base.duties import duties
from motcua.deadlines import api as deadlines
from motcua.deadlines.api import CalendarDay, DayKind
from motcua.dossiers import api
from motcua.dossiers.actions import redating
from motcua.dossiers.api import Outcome, Queue, State, Step
from motcua.dossiers.jobs import ReDateOpen
from motcua.dossiers.models import CalendarTask, Dossier
from motcua.ledger import api as ledger
from motcua.staff import api as staff
from motcua.staff.data import Role

from .factories import COMMITTEE, JUSTICE, JUSTICE_PAPER, MORNING, OFFICE, World, receive, resolve, to_step

pytestmark = pytest.mark.django_db

NEWS = datetime(2026, 3, 4, 10, 0, tzinfo=VN)
DUE = datetime(2026, 3, 9, 17, 0, tzinfo=VN)
REASON = "Quyết định nghỉ 06/3/2026"


def close(world: World, day: date, *, agency: str | None = None, at: datetime = NEWS) -> None:
    """The controller publishes a day off that nobody knew of."""
    fact = CalendarDay(
        day=day,
        kind=DayKind.CLOSED if agency else DayKind.HOLIDAY,
        name="Nghỉ do bão",
        source=Source(text="Công điện", certainty=Certainty.OWN),
        known_from=at,
        agency_key=agency,
    )
    deadlines.publish_calendar_change(
        by=world.at(OFFICE, "controller"), at=at, reason="Nghỉ do bão", days=[fact]
    )


class TestCalendarChange:
    """Design: a change re-dates open dossiers only, each by an entry of its own; the promise stays a fact."""

    def test_open_dossiers_move_with_their_own_entry(self, world: World) -> None:
        """Two open ones move by a day; the ended one and the one promised before the day do not."""
        moving = [receive(world), receive(world)]
        ended = receive(world)
        resolve(world, ended.dossier_id, at=MORNING + timedelta(hours=1))
        early = receive(world, at=datetime(2026, 2, 25, 9, 0, tzinfo=VN))  # due on 4 March
        close(world, date(2026, 3, 6))
        found = api.re_date_all(by=SYSTEM, at=NEWS + timedelta(minutes=1), reason=REASON)
        assert {done.dossier_id for done in found.moved} == {one.dossier_id for one in moving}
        assert (found.looked_at, found.left) == (3, ())
        for one in moving:
            row = Dossier.objects.get(id=one.dossier_id)
            assert (row.due_at, row.promised_due) == (DUE + timedelta(days=1), DUE)
            assert row.queue_due == row.due_at
            last = api.history(one.dossier_id)[-1]
            assert last.kind == "dossier.redated"
            assert last.payload["reason"] == REASON
            assert last.payload["due_before"] == DUE.astimezone(UTC).isoformat()
            standing = api.replayed(one.dossier_id)
            assert (standing.due_at, standing.promised_due) == (row.due_at, row.promised_due)
        assert Dossier.objects.get(id=ended.dossier_id).due_at == DUE
        assert Dossier.objects.get(id=early.dossier_id).seq == 1

    def test_a_second_run_moves_nothing(self, world: World) -> None:
        """Broken off and run again: each dossier has one entry of it."""
        filed = receive(world)
        close(world, date(2026, 3, 6))
        api.re_date_all(by=SYSTEM, at=NEWS, reason=REASON)
        again = api.re_date_all(by=SYSTEM, at=NEWS + timedelta(hours=1), reason=REASON)
        assert again.moved == ()
        assert [e.kind for e in api.history(filed.dossier_id)].count("dossier.redated") == 1

    def test_only_the_agency_that_closes(self, world: World) -> None:
        """A storm at one commune moves nothing at the department."""
        here, there = receive(world), receive(world, procedure_code=JUSTICE_PAPER)
        close(world, date(2026, 3, 6), agency=COMMITTEE)
        found = api.re_date_all(by=SYSTEM, at=NEWS, reason=REASON, agencies=[COMMITTEE, JUSTICE])
        assert [done.dossier_id for done in found.moved] == [here.dossier_id]
        assert Dossier.objects.get(id=there.dossier_id).due_at == DUE

    def test_a_later_entry_is_left_for_the_next_run(self, world: World) -> None:
        """Somebody worked on it after the moment of the job."""
        filed = receive(world)
        close(world, date(2026, 3, 6))
        to_step(world, filed.dossier_id, Step.ASSIGNED, at=NEWS + timedelta(hours=2))
        assert api.re_date_all(by=SYSTEM, at=NEWS, reason=REASON).left == (filed.dossier_id,)
        assert len(api.re_date_all(by=SYSTEM, at=NEWS + timedelta(hours=3), reason=REASON).moved) == 1

    def test_not_before_it_was_known(self, world: World) -> None:
        """A dossier received after the news counts with it at once, and is not moved."""
        close(world, date(2026, 3, 6))
        filed = receive(world, at=NEWS + timedelta(hours=1))
        assert filed.due_at == datetime(2026, 3, 12, 17, 0, tzinfo=VN)
        found = api.re_date_all(by=SYSTEM, at=NEWS + timedelta(hours=2), reason=REASON)
        assert (found.looked_at, found.moved) == (1, ())

    def test_an_officer_does_not(self, world: World) -> None:
        """All at once is a job; one dossier is its head's."""
        with pytest.raises(api.NotAllowed):
            api.re_date_all(by=world.at(COMMITTEE, "leader"), at=NEWS, reason=REASON)
        with pytest.raises(api.ReasonMissing):
            api.re_date_all(by=SYSTEM, at=NEWS, reason=" ")


class TestSubstitution:
    """While the officer in charge is absent, who stands in works on and sees the officer's dossiers."""

    def stand_in(self, world: World, *, start: date, end: date) -> None:
        """The department's solver stands in for the committee's solver."""
        (held,) = [
            p
            for p in staff.officers(COMMITTEE, Role.SOLVER, on=start)
            if str(p.account_id) == world.solver.ref
        ]
        staff.substitute(
            by=SYSTEM,
            at=MORNING,
            position_id=held.id,
            substitute_id=staff.account_by_username(f"{JUSTICE}.solver").id,  # type: ignore[union-attr]
            validity=Validity(start=start, end=end),
            reason="Nghỉ phép",
        )

    def test_works_in_the_colleagues_place(self, world: World) -> None:
        """Sees "mine" of the absent colleague, proposes; the ledger names who did it."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SOLVING, at=MORNING)
        self.stand_in(world, start=date(2026, 3, 3), end=date(2026, 3, 6))
        other = world.at(JUSTICE, "solver")
        by = staff.actor_for(
            staff.account_by_username(f"{JUSTICE}.solver"),  # type: ignore[arg-type]
            next(
                p
                for p in staff.usable_positions(_id(other.ref), on=date(2026, 3, 4))
                if p.agency_key == COMMITTEE
            ),
        )
        assert (by.ref, by.unit) == (other.ref, COMMITTEE)
        page = api.worklist(by=by, at=NEWS, queue=Queue.SOLVE, mine=True)
        assert [row.id for row in page.rows] == [filed.dossier_id]
        done = api.propose(
            by=by, at=NEWS, dossier_id=filed.dossier_id, outcome=Outcome.GRANTED, opinion="đủ điều kiện"
        )
        assert (done.state, done.step) == (State.IN_PROGRESS, Step.REVIEWING)
        assert api.history(filed.dossier_id)[-1].actor.ref == other.ref

    def test_not_after_the_absence(self, world: World) -> None:
        """On the day after, the colleague's dossiers are no longer "mine"."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SOLVING, at=MORNING)
        self.stand_in(world, start=date(2026, 3, 3), end=date(2026, 3, 6))
        by = world.at(JUSTICE, "solver")
        later = datetime(2026, 3, 6, 9, 0, tzinfo=VN)
        assert staff.stood_in_for(_id(by.ref), agency_key=COMMITTEE, on=date(2026, 3, 5)) == {
            _id(world.solver.ref)
        }
        assert staff.stood_in_for(_id(by.ref), agency_key=COMMITTEE, on=date(2026, 3, 6)) == frozenset()
        with pytest.raises(api.NotYours):
            api.propose(by=by, at=later, dossier_id=filed.dossier_id, opinion="đủ điều kiện")


class TestCounts:
    """What stands on the tabs: bounded, one query, opinions owed included."""

    def test_opinions_owed(self, world: World) -> None:
        """The asked agency sees one to answer, late after its day; the asking one owes nothing."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SOLVING, at=MORNING)
        api.consult(by=world.solver, at=NEWS, dossier_id=filed.dossier_id, agency=JUSTICE, question="Ý kiến?")
        asked = world.at(JUSTICE, "solver")
        with CaptureQueriesContext(connection) as queries:
            assert api.counts(by=asked, at=NEWS)[Queue.CONSULT] == (1, 0)
        assert len(queries) == 1
        assert api.counts(by=asked, at=NEWS + timedelta(days=60))[Queue.CONSULT] == (1, 1)
        assert api.counts(by=world.solver, at=NEWS)[Queue.CONSULT] == (0, 0)

    def test_stops_at_its_bound(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """Three lie there and the bound is two: "two or more"."""
        monkeypatch.setattr("motcua.dossiers.queries.lists.MOST_COUNTED", 2)
        for _ in range(3):
            receive(world)
        head = world.at(COMMITTEE, "leader")
        assert api.counts(by=head, at=MORNING + timedelta(days=30))[Queue.ASSIGN] == (2, 2)


def _id(ref: str) -> UUID:
    return UUID(ref)


class TestDuty:
    """The system re-dates without being asked: from the ledger's entry, in portions, each change once."""

    def run(self, at: datetime) -> None:
        """The entries as the sequencer gives them, then the duty until nothing is left."""
        found = ledger.entries(ledger.Subject(kind="calendar", id="vn"))
        api.take_up_changes([replace(one, position=one.subject_seq) for one in found], at=at)
        duty = ReDateOpen()
        while duty.run(at=at) > 0:
            pass

    def test_a_published_change_reaches_the_open_dossiers(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(redating, "PORTION", 2)
        moving = [receive(world) for _ in range(5)]
        self.run(NEWS - timedelta(minutes=1))
        close(world, date(2026, 3, 6))
        self.run(NEWS + timedelta(minutes=1))
        rows = Dossier.objects.filter(id__in=[one.dossier_id for one in moving])
        assert {row.due_at for row in rows} == {datetime(2026, 3, 10, 17, 0, tzinfo=VN)}
        assert {api.history(row.id)[-1].kind for row in rows} == {"dossier.redated"}
        (task,) = CalendarTask.objects.all()
        assert task.done_at is not None
        assert "Nghỉ do bão" in task.reason
        self.run(NEWS + timedelta(minutes=2))
        assert {len(api.history(row.id)) for row in rows} == {2}

    def test_a_change_of_one_agency_touches_its_dossiers_only(self, world: World) -> None:
        here = receive(world)
        there = receive(world, procedure_code=JUSTICE_PAPER)
        close(world, date(2026, 3, 6), agency=JUSTICE)
        self.run(NEWS + timedelta(minutes=1))
        (task,) = CalendarTask.objects.all()
        assert task.agencies == [JUSTICE]
        assert len(api.history(here.dossier_id)) == 1
        assert len(api.history(there.dossier_id)) == 2

    def test_a_dossier_with_a_later_entry_is_not_forgotten(self, world: World) -> None:
        """A clock that runs ahead elsewhere: it is tried again until it can be done, and the rest is not held up."""
        one, ahead = receive(world), receive(world)
        close(world, date(2026, 3, 6))
        Dossier.objects.filter(id=ahead.dossier_id).update(changed_at=NEWS + timedelta(hours=1))
        self.run(NEWS + timedelta(minutes=1))
        (task,) = CalendarTask.objects.all()
        assert (task.left, task.done_at) == ([str(ahead.dossier_id)], None)
        assert len(api.history(one.dossier_id)) == 2
        self.run(NEWS + timedelta(hours=2))
        task.refresh_from_db()
        assert (task.left, task.done_at) == ([], NEWS + timedelta(hours=2))
        assert len(api.history(ahead.dossier_id)) == 2

    def test_it_is_registered(self) -> None:
        assert isinstance(dict(duties.all())["dossiers.calendar"], ReDateOpen)
