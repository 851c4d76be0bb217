"""Who sees what: the matrix, worklists, searches, tracking, timeline, control slip, reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from motcua.base.clock import VN
from motcua.base.data import SYSTEM, Actor, ActorKind
from motcua.dossiers import api
from motcua.dossiers.api import Queue, Sight, State, Step
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries.lists import _unmark
from motcua.ledger.api import Subject, readings_of

from .factories import (
    CENTRE,
    COMMITTEE,
    JUSTICE,
    MORNING,
    OFFICE,
    OTHER_CENTRE,
    OTHER_COMMITTEE,
    World,
    receive,
    resolve,
    take_in,
    to_step,
)

DAY = timedelta(days=1)
ANYBODY = Actor(kind=ActorKind.ANONYMOUS, ref="")


@pytest.mark.django_db
class TestSight:
    """The matrix of roles × relation, written again by hand."""

    SEES: tuple[tuple[str, str, Sight], ...] = (
        (CENTRE, "reception", Sight.FULL),
        (CENTRE, "desk_lead", Sight.FULL),
        (COMMITTEE, "solver", Sight.FULL),
        (COMMITTEE, "signer", Sight.FULL),
        (COMMITTEE, "clerk", Sight.FULL),
        (OTHER_CENTRE, "reception", Sight.BRIEF),
        (OTHER_COMMITTEE, "solver", Sight.NONE),
        (OTHER_COMMITTEE, "signer", Sight.NONE),
        (JUSTICE, "solver", Sight.NONE),
        (OFFICE, "controller", Sight.FULL),
        (OFFICE, "leader", Sight.BRIEF),
        (OFFICE, "system_admin", Sight.NONE),
    )

    @pytest.mark.parametrize(("agency", "role", "sight"), SEES)
    def test_officers(self, world: World, agency: str, role: str, sight: Sight) -> None:
        """An administrator of the system sees no dossier; another commune sees none of this one's."""
        filed = receive(world)
        by = world.at(agency, role)
        if sight is Sight.NONE:
            with pytest.raises(api.NotYours):
                api.get_for(by=by, at=MORNING, dossier_id=filed.dossier_id)
            return
        assert api.get_for(by=by, at=MORNING, dossier_id=filed.dossier_id).sight is sight

    def test_citizens(self, world: World) -> None:
        """Only one's own; whether another exists is not told."""
        filed = receive(world)
        assert api.get_for(by=world.citizen, at=MORNING, dossier_id=filed.dossier_id).sight is Sight.OWNER
        for by in (world.outsider, ANYBODY):
            with pytest.raises(api.NotYours) as caught:
                api.get_for(by=by, at=MORNING, dossier_id=filed.dossier_id)
            with pytest.raises(api.NotYours) as unknown:
                api.get_by_code(by=by, at=MORNING, code="H41.50.01.01-260302-9999")
            assert caught.value.public() == unknown.value.public()
        assert [c.id for c in api.of_person(by=world.citizen, at=MORNING)] == [filed.dossier_id]
        assert api.of_person(by=world.outsider, at=MORNING) == ()

    def test_owner_reads_no_internal_words(self, world: World) -> None:
        """Unit, person and time of each step: yes. Opinions and proposals: no."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.REVIEWING, at=MORNING)
        view = api.get_for(by=world.citizen, at=MORNING, dossier_id=filed.dossier_id)
        assert (view.proposal, view.consultations) == ({}, ())
        items = api.timeline(by=world.citizen, at=MORNING, dossier_id=filed.dossier_id)
        assert [i.who for i in items][-1] == world.solver.ref
        assert "đủ điều kiện" not in repr(items)

    def test_consulted_agency_sees_what_it_was_asked_about(self, world: World) -> None:
        """From the question on."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SOLVING, at=MORNING)
        api.consult(
            by=world.solver, at=MORNING + DAY, dossier_id=filed.dossier_id, agency=JUSTICE, question="?"
        )
        by = world.at(JUSTICE, "solver")
        assert api.get_for(by=by, at=MORNING + DAY, dossier_id=filed.dossier_id).sight is Sight.FULL

    def test_every_reading_is_recorded(self, world: World) -> None:
        """Who, when, why; one's own reading is nobody's business."""
        filed = receive(world)
        api.get_for(by=world.citizen, at=MORNING, dossier_id=filed.dossier_id)
        api.get_for(by=world.solver, at=MORNING, dossier_id=filed.dossier_id, purpose="kiểm tra")
        seen = readings_of(Subject(kind="dossier", id=str(filed.dossier_id)))
        assert [(r.actor.ref, r.purpose) for r in seen] == [(world.solver.ref, "kiểm tra")]

    def test_allowed_actions_follow_role_and_state(self, world: World) -> None:
        """What a screen may offer."""
        filed = take_in(world)
        at_desk = api.get_for(by=world.reception, at=MORNING, dossier_id=filed.dossier_id).allowed.actions
        assert {api.Action.ACCEPT, api.Action.REFUSE, api.Action.REQUEST_SUPPLEMENT} <= at_desk
        assert api.Action.STAMP not in at_desk
        own = api.get_for(by=world.citizen, at=MORNING, dossier_id=filed.dossier_id).allowed.actions
        assert own == {api.Action.WITHDRAW}

    def test_strangers_can_do_nothing(self, world: World) -> None:
        """Every action with a dossier, by people without a part in it."""
        filed = receive(world)
        for by in (
            world.outsider,
            ANYBODY,
            world.at(OTHER_COMMITTEE, "solver"),
            world.at(OFFICE, "system_admin"),
        ):
            for call in (api.withdraw, api.take_up, api.stamp, api.approve, api.accept):
                with pytest.raises((api.NotYours, api.NotAllowed)):
                    call(by=by, at=MORNING, dossier_id=filed.dossier_id)


@pytest.mark.django_db
class TestWorklists:
    """By role, by what is due first, page after page."""

    def test_role_has_its_own(self, world: World) -> None:
        """A clerk has nothing to sign."""
        with pytest.raises(api.NotAllowed):
            api.worklist(by=world.clerk, at=MORNING, queue=Queue.SIGN)
        with pytest.raises(api.NotAllowed):
            api.worklist(by=world.citizen, at=MORNING)

    def test_pages_cover_all_once_in_order(self, world: World) -> None:
        """Seven dossiers, pages of three."""
        filed = [receive(world, at=MORNING + timedelta(days=n)) for n in (0, 3, 1, 1, 2, 0, 4)]
        seen: list[Any] = []
        mark = None
        for _ in range(3):
            page = api.worklist(by=world.lead, at=MORNING, queue=Queue.ASSIGN, limit=3, after=mark)
            seen += page.rows
            mark = page.next
        assert mark is None
        assert seen == []  # at the committee's queue, not the desk's
        head = world.at(COMMITTEE, "leader")
        for _ in range(3):
            page = api.worklist(by=head, at=MORNING, queue=Queue.ASSIGN, limit=3, after=mark)
            seen += page.rows
            mark = page.next
        assert len({row.id for row in seen}) == len(filed)
        assert [row.queue_due for row in seen] == sorted(row.queue_due for row in seen)

    def test_one_query_however_many(self, world: World) -> None:
        """The first page costs one query."""
        for _ in range(5):
            receive(world)
        with CaptureQueriesContext(connection) as queries:
            page = api.worklist(by=world.at(COMMITTEE, "leader"), at=MORNING, queue=Queue.ASSIGN)
            assert all(row.applicant_name for row in page.rows)
        assert len(queries) == 1

    def test_counts_with_the_late(self, world: World) -> None:
        """How many, and how many too late."""
        receive(world)
        receive(world, at=MORNING + 7 * DAY)
        head = world.at(COMMITTEE, "leader")
        assert api.counts(by=head, at=MORNING + 8 * DAY)[Queue.ASSIGN] == (2, 1)

    @given(mark=st.text(max_size=80))
    def test_a_broken_mark_is_refused(self, mark: str) -> None:
        """Whatever stands in the address bar: no mark, no page."""
        with pytest.raises(api.BadMark):
            _unmark(f"{mark}!")

    def test_mine(self, world: World) -> None:
        """Only what is assigned to me."""
        first, _ = receive(world), receive(world)
        to_step(world, first.dossier_id, Step.ASSIGNED, at=MORNING)
        page = api.worklist(by=world.solver, at=MORNING, queue=Queue.SOLVE, mine=True)
        assert [row.id for row in page.rows] == [first.dossier_id]


@pytest.mark.django_db
class TestSearch:
    """By code, number, name; never more than one may see."""

    def test_accents_or_not(self, world: World) -> None:
        """Nguyen finds Nguyễn."""
        filed = receive(world)
        for text in ("nguyen thi", "NGUYỄN THỊ HOA", filed.code, filed.code.lower(), "040190000112"):
            assert [c.id for c in api.search(by=world.solver, at=MORNING, text=text)] == [filed.dossier_id], (
                text
            )

    def test_not_the_neighbours(self, world: World) -> None:
        """Another commune's solver finds nothing by name, number or code."""
        filed = receive(world)
        by = world.at(OTHER_COMMITTEE, "solver")
        for text in ("nguyen thi", filed.code, "040190000112"):
            assert api.search(by=by, at=MORNING, text=text) == ()

    def test_any_centre_finds_an_exact_code(self, world: World) -> None:
        """NĐ 118/2025: but a name is not a code."""
        filed = receive(world)
        by = world.at(OTHER_CENTRE, "reception")
        assert [c.id for c in api.search(by=by, at=MORNING, text=filed.code)] == [filed.dossier_id]
        assert api.search(by=by, at=MORNING, text="nguyen thi hoa") == ()

    @pytest.mark.parametrize("text", ["", "ab", "%%%", "___", "'; DROP TABLE", "\\", "0" * 300])
    def test_nonsense_finds_nothing(self, world: World, text: str) -> None:
        """Wildcards are letters."""
        receive(world)
        assert api.search(by=world.solver, at=MORNING, text=text) == ()


class Guard:
    """Lets a client look three times."""

    def __init__(self) -> None:
        self.asked = 0

    def allow(self, *, client: str, at: datetime, found: bool | None) -> bool:
        """Counts the asking."""
        self.asked += found is None
        return self.asked <= 3


@pytest.mark.django_db
class TestTracking:
    """How far it is, nothing else, and not for the taking one after the other."""

    def test_says_only_how_far(self, world: World) -> None:
        """No name, no agency."""
        filed = receive(world)
        told = api.track_public(f" {filed.code.lower()} ", at=MORNING)
        assert (told.stage, told.due_on) == (2, filed.due_at.date() if filed.due_at else None)
        assert "Nguyễn" not in repr(told)
        assert CENTRE not in repr(told)

    @pytest.mark.parametrize("code", ["", "x", "H41.50.01.01-260302-0002", "' OR 1=1", "\x00", "9" * 500])
    def test_uniform_for_the_unknown(self, world: World, code: str) -> None:
        """Every code without an answer gets the same."""
        receive(world)
        assert api.track_public(code, at=MORNING) == api.track_public("H41-000000-0000", at=MORNING)

    def test_limited(self) -> None:
        """The fourth look is refused with a sentence."""
        guard = Guard()
        for _ in range(3):
            api.track_public("x", at=MORNING, client="a", limiter=guard)
        with pytest.raises(api.TooManyLookups):
            api.track_public("x", at=MORNING, client="a", limiter=guard)


@pytest.mark.django_db
class TestHistory:
    """The control slip and the past as it was known."""

    def test_control_slip(self, world: World) -> None:
        """Who held it, from when to when, inside the hours of the internal process or not."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.REVIEWING, at=MORNING + timedelta(hours=1))
        api.approve(by=world.reviewer, at=MORNING + 3 * DAY, dossier_id=filed.dossier_id)
        rows = api.control_slip(by=world.solver, at=MORNING + 3 * DAY, dossier_id=filed.dossier_id)
        assert [(r.step, r.verdict) for r in rows] == [
            ("bàn giao", ""),
            ("Đã phân công", "on_time"),
            ("Đang thẩm định", "on_time"),
            ("Chờ duyệt", "late"),
            ("Chờ ký", ""),
        ]
        with pytest.raises(api.NotYours):
            api.control_slip(by=world.citizen, at=MORNING, dossier_id=filed.dossier_id)

    def test_as_known(self, world: World) -> None:
        """Before the first entry was recorded nothing was known."""
        filed = receive(world)
        recorded = api.history(filed.dossier_id)[0].recorded_at
        assert api.as_known(filed.dossier_id, recorded).state is State.ACCEPTED
        with pytest.raises(api.NotYours):
            api.as_known(filed.dossier_id, recorded - timedelta(seconds=1))


@pytest.mark.django_db
class TestReports:
    """Counted from what happened; every figure opens the dossiers behind it."""

    def test_figures(self, world: World) -> None:
        """One in time, one late, one still waiting, one carried over, one online."""
        early, late = receive(world), receive(world)
        resolve(world, early.dossier_id, at=MORNING + DAY)
        resolve(world, late.dossier_id, at=MORNING + 10 * DAY)
        receive(world, at=MORNING - 10 * DAY)
        take_in(world)
        what = api.ReportFilter(start=MORNING - DAY, end=MORNING + 20 * DAY)
        (row,) = api.report(by=world.lead, at=MORNING + 20 * DAY, what=what)
        assert (row.direct, row.online, row.carried_over, row.received) == (2, 1, 1, 4)
        assert (row.early, row.on_time, row.late, row.resolved) == (1, 0, 1, 2)
        assert row.open == 2
        behind = api.behind(by=world.lead, at=MORNING + 20 * DAY, what=what, measure="late")
        assert [card.id for card in behind] == [late.dossier_id]

    def test_by_channel_and_last_year(self, world: World) -> None:
        """Broken down, side by side with the year before."""
        receive(world)
        take_in(world)
        what = api.ReportFilter(start=MORNING - DAY, end=MORNING + DAY)
        rows = api.against_last_year(by=world.lead, at=MORNING, what=what, group_by=api.GroupBy.CHANNEL)
        assert [(now.key, now.received, then.received) for now, then in rows] == [
            ("direct", 1, 0),
            ("online", 1, 0),
        ]

    def test_series_has_no_holes(self, world: World) -> None:
        """A month without any is a zero."""
        receive(world)
        start = datetime(2026, 1, 1, tzinfo=VN)
        what = api.ReportFilter(start=start, end=datetime(2026, 5, 1, tzinfo=VN))
        series = api.received_by_period(by=world.lead, at=MORNING, what=what)
        assert [count for _, count in series] == [0, 0, 1, 0]

    def test_own_agency_only(self, world: World) -> None:
        """The neighbours' figures are theirs; the province's controller sees all; a clerk none."""
        receive(world)
        what = api.ReportFilter(start=MORNING - DAY, end=MORNING + DAY)
        (other,) = api.report(by=world.at(OTHER_CENTRE, "desk_lead"), at=MORNING, what=what)
        (all_,) = api.report(by=world.at(OFFICE, "controller"), at=MORNING, what=what)
        assert (other.received, all_.received) == (0, 1)
        with pytest.raises(api.NotAllowed):
            api.report(by=world.clerk, at=MORNING, what=what)


@pytest.mark.django_db
class TestDeskThings:
    """Tickets and drafts."""

    def test_tickets(self, world: World) -> None:
        """Drawn, called, served, in order; then nobody waits."""
        for _ in range(2):
            api.take_ticket(by=SYSTEM, at=MORNING, agency=CENTRE)
        called = api.call_next(by=world.reception, at=MORNING, counter="Quầy 3")
        assert (called.number, called.counter) == (1, "Quầy 3")
        api.finish_ticket(by=world.reception, at=MORNING, ticket_id=called.id)
        assert [t.number for t in api.tickets_waiting(CENTRE, MORNING.date())] == [2]
        api.call_next(by=world.reception, at=MORNING, counter="Quầy 1")
        with pytest.raises(api.NobodyWaits):
            api.call_next(by=world.reception, at=MORNING, counter="Quầy 1")

    def test_drafts(self, world: World) -> None:
        """Kept as typed, guarded against two devices, nobody else's."""
        version = Dossier.objects.get(id=receive(world).dossier_id).filed_version_id
        save: dict[str, Any] = {
            "by": world.citizen,
            "at": MORNING,
            "procedure_code": "9.000001",
            "version_id": version,
        }
        first = api.save_draft(answers={"born": "31/02/1990"}, **save)
        again = api.save_draft(
            answers={"born": "1990"}, draft_id=first.id, expected_revision=first.revision, **save
        )
        with pytest.raises(api.DraftOvertaken):
            api.save_draft(answers={}, draft_id=first.id, expected_revision=first.revision, **save)
        assert api.draft(by=world.citizen, draft_id=first.id).answers == again.answers == {"born": "1990"}
        with pytest.raises(api.NoSuchDraft):
            api.draft(by=world.outsider, draft_id=first.id)
        with pytest.raises(api.NoSuchDraft):
            api.delete_draft(by=world.outsider, draft_id=first.id)
        api.delete_draft(by=world.citizen, draft_id=first.id)
        assert api.drafts_of(by=world.citizen) == []
