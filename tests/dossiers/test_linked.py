"""Dossiers of several parts, and parts that a ministry's own system works on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.dossiers import api
from motcua.dossiers.api import Action, Outcome, Queue, State, Step
from motcua.dossiers.models import Dossier

from .factories import (
    CERTIFY,
    COMMITTEE,
    MORNING,
    PAIR,
    QUICK,
    World,
    content,
    publish,
    receive,
    resolve,
    take_in,
    to_step,
)

pytestmark = pytest.mark.django_db

THEIRS = "9.000006"  # a ministry's own system works on it
BUNDLE = "9.000007"  # opens QUICK at once and THEIRS after it
SYSTEM_NAME = "Hệ thống của Bộ Thử nghiệm"
HOUR = timedelta(hours=1)


@pytest.fixture
def theirs(world: World) -> None:
    """A procedure of a ministry's own system, and a bundle that leads to it."""
    door = {"validity": {"start": "2018-06-21"}, "source": {"text": "thử nghiệm", "certainty": "own"}}
    doors = [{"kind": "ministry_system", "system": SYSTEM_NAME, **door}, {"kind": "desk", **door}]
    publish(content(THEIRS, doors=doors), start=date(2025, 1, 1))
    linked = [{"code": QUICK, "name": "Phần nhanh"}, {"code": THEIRS, "name": "Phần của bộ", "after": QUICK}]
    publish(content(BUNDLE, linked=linked), start=date(2025, 1, 1))


def parts_of(filed: api.Filed) -> dict[str, Dossier]:
    return {row.procedure_code: row for row in Dossier.objects.filter(parent_id=filed.dossier_id)}


def whole_of(filed: api.Filed) -> Dossier:
    return Dossier.objects.get(id=filed.dossier_id)


def rejected(world: World, dossier_id: UUID, *, at: datetime) -> None:
    """Examined, and not granted in substance."""
    to_step(world, dossier_id, Step.SOLVING, at=at)
    api.propose(
        by=world.solver,
        at=at + timedelta(minutes=5),
        dossier_id=dossier_id,
        outcome=Outcome.REJECTED,
        opinion="không đủ điều kiện cư trú",
    )
    step = Dossier.objects.get(id=dossier_id).step
    if step == Step.REVIEWING:
        api.approve(by=world.reviewer, at=at + timedelta(minutes=6), dossier_id=dossier_id)
    api.sign_result(by=world.signer, at=at + timedelta(minutes=7), dossier_id=dossier_id)
    api.stamp(by=world.clerk, at=at + timedelta(minutes=8), dossier_id=dossier_id)


class TestLinkedPair:
    """One filing, several dossiers: one receipt, each its own clock (liên thông)."""

    def test_parts_start_when_they_can(self, world: World) -> None:
        """The part without a predecessor starts at once; the other waits for its result."""
        filed = receive(world, procedure_code=PAIR)
        view = api.get_for(by=world.reception, at=MORNING, dossier_id=filed.dossier_id)
        parts = {card.procedure_code: card for card in view.children}
        assert parts[QUICK].state is State.ACCEPTED
        assert parts[CERTIFY].state is State.REGISTERED
        assert parts[QUICK].due_at == datetime(2026, 3, 2, 17, 0, tzinfo=VN)
        resolve(world, parts[QUICK].id, at=MORNING + timedelta(hours=1))
        second = Dossier.objects.get(id=parts[CERTIFY].id)
        assert second.state == State.ACCEPTED
        assert second.due_at == datetime(2026, 3, 9, 17, 0, tzinfo=VN)
        assert api.replayed(second.id).state is State.ACCEPTED

    def test_from_outside(self, world: World) -> None:
        """Accepting the parent accepts the part that can start."""
        filed = take_in(world, procedure_code=PAIR)
        api.accept(by=world.reception, at=MORNING + timedelta(hours=1), dossier_id=filed.dossier_id)
        states = {row.procedure_code: row.state for row in Dossier.objects.filter(parent_id=filed.dossier_id)}
        assert states == {QUICK: State.ACCEPTED, CERTIFY: State.REGISTERED}

    def test_the_whole_ends_with_its_last_part(self, world: World) -> None:
        """One receipt, each part's own clock; nobody ends the whole by hand."""
        filed = receive(world, procedure_code=PAIR)
        parts = parts_of(filed)
        resolve(world, parts[QUICK].id, at=MORNING + HOUR)
        assert whole_of(filed).state == State.ACCEPTED
        done_at = MORNING + 3 * HOUR
        resolve(world, parts[CERTIFY].id, at=done_at)
        whole = whole_of(filed)
        assert (whole.state, whole.outcome, whole.reason) == (State.RESOLVED, Outcome.GRANTED, "")
        assert whole.ended_at is not None
        assert whole.ended_at >= done_at
        last = api.history(filed.dossier_id)[-1]
        assert (last.kind, last.actor.ref) == ("dossier.concluded", SYSTEM.ref)
        told = last.payload["parts"]  # type: ignore[index]
        assert [part["outcome"] for part in told] == ["granted", "granted"]  # type: ignore[index, union-attr]
        assert api.replayed(filed.dossier_id).state is State.RESOLVED

    def test_a_part_that_is_not_granted_is_said_in_the_whole(self, world: World) -> None:
        filed = receive(world, procedure_code=PAIR)
        parts = parts_of(filed)
        resolve(world, parts[QUICK].id, at=MORNING + HOUR)
        rejected(world, parts[CERTIFY].id, at=MORNING + 2 * HOUR)
        whole = whole_of(filed)
        assert (whole.state, whole.outcome) == (State.RESOLVED, Outcome.GRANTED)
        assert "không được giải quyết. Lý do: không đủ điều kiện cư trú." in whole.reason
        seen = api.get_for(by=world.citizen, at=MORNING + 4 * HOUR, dossier_id=filed.dossier_id)
        assert seen.reason == whole.reason

    def test_what_waited_for_a_result_that_never_comes_ends_too(self, world: World) -> None:
        """The first part is not granted: the second never starts, and the whole ends without a result."""
        filed = receive(world, procedure_code=PAIR)
        parts = parts_of(filed)
        rejected(world, parts[QUICK].id, at=MORNING + HOUR)
        second = parts_of(filed)[CERTIFY]
        assert second.state == State.REFUSED
        assert "Phần nhanh" in second.reason
        whole = whole_of(filed)
        assert (whole.state, whole.outcome) == (State.RESOLVED, Outcome.REJECTED)
        assert len(whole.reason.splitlines()) == 2

    @pytest.mark.parametrize("how", ["stop", "withdraw"])
    def test_a_part_that_is_stopped_or_withdrawn_ends_what_waits_for_it(self, world: World, how: str) -> None:
        filed = receive(world, procedure_code=PAIR)
        first = parts_of(filed)[QUICK].id
        if how == "stop":
            to_step(world, first, Step.SOLVING, at=MORNING + HOUR)
            api.stop(by=world.solver, at=MORNING + 2 * HOUR, dossier_id=first, reason="thiếu căn cứ")
        else:
            api.withdraw(by=world.citizen, at=MORNING + 2 * HOUR, dossier_id=first, reason="không cần nữa")
        assert parts_of(filed)[CERTIFY].state == State.REFUSED
        assert whole_of(filed).outcome == Outcome.REJECTED

    def test_withdrawing_the_whole_withdraws_its_parts(self, world: World) -> None:
        """But for a part that is signed: that one is finished."""
        filed = receive(world, procedure_code=PAIR)
        first = parts_of(filed)[QUICK].id
        api.withdraw(by=world.citizen, at=MORNING + HOUR, dossier_id=filed.dossier_id)
        assert {row.state for row in parts_of(filed).values()} == {State.WITHDRAWN}
        assert whole_of(filed).state == State.WITHDRAWN

        again = receive(world, procedure_code=PAIR, at=MORNING + 2 * HOUR)
        first = parts_of(again)[QUICK].id
        to_step(world, first, Step.STAMPING, at=MORNING + 3 * HOUR)
        api.withdraw(by=world.citizen, at=MORNING + 4 * HOUR, dossier_id=again.dossier_id)
        assert Dossier.objects.get(id=first).state == State.IN_PROGRESS

    def test_refused_at_the_door_with_all_its_parts(self, world: World) -> None:
        filed = take_in(world, procedure_code=PAIR)
        api.refuse(by=world.reception, at=MORNING + HOUR, dossier_id=filed.dossier_id, reason="sai nơi nộp")
        assert {row.state for row in parts_of(filed).values()} == {State.REFUSED}

    def test_the_whole_is_nobodys_work(self, world: World) -> None:
        """It lies with the desk, waiting; who would assign, forward or stop it is told to open the part."""
        filed = receive(world, procedure_code=PAIR)
        whole = whole_of(filed)
        assert (whole.queue, whole.queue_agency) == (Queue.WAITING, whole.desk_agency)
        lead = world.at(COMMITTEE, "desk_lead")
        view = api.get_for(by=lead, at=MORNING + HOUR, dossier_id=filed.dossier_id)
        assert not {Action.ASSIGN, Action.FORWARD, Action.STOP} & view.allowed.actions
        with pytest.raises(api.WorkedInParts):
            api.assign(by=lead, at=MORNING + HOUR, dossier_id=filed.dossier_id, assignee=world.solver.ref)
        with pytest.raises(api.WorkedInParts):
            api.stop(by=lead, at=MORNING + HOUR, dossier_id=filed.dossier_id, reason="x là lý do")

    def test_nobody_concludes_what_still_runs(self, world: World) -> None:
        filed = receive(world, procedure_code=PAIR)
        with pytest.raises(api.PartsStillRunning):
            api.conclude(by=SYSTEM, at=MORNING + HOUR, dossier_id=filed.dossier_id)
        with pytest.raises(api.NotAllowed):
            api.conclude(by=world.reception, at=MORNING + HOUR, dossier_id=filed.dossier_id)

    def test_a_part_ends_while_the_whole_waits_for_a_paper(self, world: World) -> None:
        """The whole waits for a supplement when its last part ends: it is concluded when the paper has come."""
        filed = receive(world, procedure_code=PAIR)
        resolve(world, parts_of(filed)[QUICK].id, at=MORNING + HOUR)
        api.request_supplement(
            by=world.reception, at=MORNING + 2 * HOUR, dossier_id=filed.dossier_id, what="bản sao căn cước"
        )
        resolve(world, parts_of(filed)[CERTIFY].id, at=MORNING + 3 * HOUR)
        assert whole_of(filed).state == State.SUPPLEMENT
        api.supply(by=world.citizen, at=MORNING + 5 * HOUR, dossier_id=filed.dossier_id)
        assert whole_of(filed).state == State.RESOLVED

    def test_cards_know_their_whole(self, world: World) -> None:
        filed = receive(world, procedure_code=PAIR, quantity=2)
        cards = {one.id: one for one in api.of_person(by=world.citizen, at=MORNING)}
        part = parts_of(filed)[QUICK]
        assert cards[part.id].parent_id == filed.dossier_id
        assert (cards[filed.dossier_id].parent_id, cards[filed.dossier_id].quantity) == (None, 2)
        assert cards[part.id].phone == ""  # only the register book asks for it


@pytest.mark.usefixtures("theirs")
class TestMinistrysSystem:
    """Handed over with the clock running, and what their system says is mirrored."""

    def handed(self, world: World) -> api.Filed:
        filed = receive(world, procedure_code=BUNDLE)
        resolve(world, parts_of(filed)[QUICK].id, at=MORNING + HOUR)
        return filed

    def test_a_linked_part_goes_over_by_itself_and_comes_back(self, world: World) -> None:
        filed = self.handed(world)
        part = parts_of(filed)[THEIRS]
        assert (part.state, part.step, part.handed_to) == (State.IN_PROGRESS, Step.OUTSIDE, SYSTEM_NAME)
        assert part.due_at is not None
        assert part.queue == Queue.WAITING
        said = {"by": SYSTEM, "dossier_id": part.id}
        api.mirror(at=MORNING + 3 * HOUR, status="Công an đang xác minh nơi ở", their_code="BCA-1", **said)
        part = parts_of(filed)[THEIRS]
        assert (part.step, part.handed_state) == (Step.OUTSIDE, "Công an đang xác minh nơi ở")
        api.mirror(at=MORNING + 4 * HOUR, status="Đã đăng ký", outcome=Outcome.GRANTED, **said)
        part = parts_of(filed)[THEIRS]
        assert (part.state, part.outcome, part.handed_code) == (State.RESOLVED, Outcome.GRANTED, "BCA-1")
        assert whole_of(filed).state == State.RESOLVED
        assert api.replayed(part.id).state is State.RESOLVED

    def test_their_refusal_is_said_in_the_whole(self, world: World) -> None:
        filed = self.handed(world)
        api.mirror(
            by=SYSTEM,
            at=MORNING + 4 * HOUR,
            dossier_id=parts_of(filed)[THEIRS].id,
            status="Chưa có chỗ ở hợp pháp",
            outcome=Outcome.REJECTED,
        )
        assert "Chưa có chỗ ở hợp pháp" in whole_of(filed).reason

    def test_they_ask_for_a_paper(self, world: World) -> None:
        """The desk asks for them; supplied, it is with them again."""
        part = parts_of(self.handed(world))[THEIRS].id
        api.request_supplement(
            by=world.reception, at=MORNING + 3 * HOUR, dossier_id=part, what="giấy tờ chỗ ở"
        )
        done = api.supply(by=world.citizen, at=MORNING + 5 * HOUR, dossier_id=part)
        assert (done.state, done.step) == (State.IN_PROGRESS, Step.OUTSIDE)

    def test_by_hand_and_taken_back(self, world: World) -> None:
        """A dossier of its own is handed over by the desk; by mistake: back, with the reason."""
        filed = receive(world, procedure_code=THEIRS)
        done = api.hand_over(by=world.reception, at=MORNING + HOUR, dossier_id=filed.dossier_id)
        assert done.step is Step.OUTSIDE
        back = api.return_step(
            by=world.lead, at=MORNING + 2 * HOUR, dossier_id=filed.dossier_id, reason="chuyển nhầm"
        )
        assert back.step is Step.UNASSIGNED

    def test_only_where_a_ministry_has_a_system(self, world: World) -> None:
        filed = receive(world)
        with pytest.raises(api.NotAMinistrysProcedure):
            api.hand_over(by=world.reception, at=MORNING + HOUR, dossier_id=filed.dossier_id)

    @pytest.mark.parametrize("who", ["citizen", "clerk", "outsider"])
    def test_who_mirrors(self, world: World, who: str) -> None:
        part = parts_of(self.handed(world))[THEIRS].id
        with pytest.raises((api.NotAllowed, api.NotYours)):
            api.mirror(by=getattr(world, who), at=MORNING + 3 * HOUR, dossier_id=part, status="xong rồi nhé")

    def test_nothing_is_mirrored_without_words_or_beyond_the_table(self, world: World) -> None:
        filed = self.handed(world)
        part = parts_of(filed)[THEIRS].id
        with pytest.raises(api.ReasonMissing):
            api.mirror(by=SYSTEM, at=MORNING + 3 * HOUR, dossier_id=part, status="  ")
        quick = parts_of(filed)[QUICK].id
        with pytest.raises(api.NotPossibleNow):
            api.mirror(
                by=SYSTEM, at=MORNING + 3 * HOUR, dossier_id=quick, status="đã xong", outcome=Outcome.GRANTED
            )
