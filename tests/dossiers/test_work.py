"""The work on a dossier: supplements, opinions, steps back, signatures, ends, money, paper; and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.deadlines.api import ExtensionInvalid, ExtensionTooLate
from motcua.documents.data import SigningUnavailable
from motcua.dossiers import api
from motcua.dossiers.api import HowProvided, Outcome, State, Step
from motcua.dossiers.models import Dossier, Extension, ResultLink, SupplementRequest
from motcua.fees.api import PaymentMethod, PaymentNotPossible, WrongAmount
from motcua.procedures.data import DoorKind

from .factories import (
    CENTRE,
    COMMITTEE,
    JUSTICE,
    MORNING,
    OTHER_CENTRE,
    PAPER,
    QUICK,
    RubberStamp,
    World,
    receive,
    resolve,
    take_in,
    to_step,
)

pytestmark = pytest.mark.django_db


def day(number: int, hour: int = 9) -> datetime:
    """A moment of March 2026 (the 2nd is a Monday)."""
    return datetime(2026, 3, number, hour, 0, tzinfo=VN)


def ask(world: World, filed: api.Filed, *, at: datetime, **changes: Any) -> api.Done:
    """The desk asks for what is missing."""
    values: dict[str, Any] = {"by": world.lead, "what": "Thiếu giấy ủy quyền", "papers": ["TP-02"]}
    return api.request_supplement(at=at, dossier_id=filed.dossier_id, **{**values, **changes})


class TestSupplement:
    """NĐ 61/2018 Đ.15.3, Đ.17.1a, Đ.19.4: once, in full, within three working days, counted anew."""

    def test_counted_from_the_beginning(self, world: World) -> None:
        """Five working days from the day the dossier was full, not from the first day."""
        filed = receive(world)
        done = ask(world, filed, at=day(3))
        assert (done.state, done.due_at) == (State.SUPPLEMENT, filed.due_at)
        done = api.supply(by=world.citizen, at=day(10), dossier_id=filed.dossier_id, components=[PAPER])
        assert done.state is State.ACCEPTED
        assert done.due_at == day(17, 17)
        row = SupplementRequest.objects.get(dossier_id=filed.dossier_id)
        assert (row.late, row.again, row.due_before, row.due_after) == (
            False,
            False,
            filed.due_at,
            day(17, 17),
        )

    def test_back_to_the_step_it_came_from(self, world: World) -> None:
        """The officer in charge goes on where the work stopped."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SOLVING, at=day(2, 10))
        ask(world, filed, at=day(3), by=world.solver)
        done = api.supply(by=world.reception, at=day(4), dossier_id=filed.dossier_id)
        assert (done.state, done.step) == (State.IN_PROGRESS, Step.SOLVING)
        assert Dossier.objects.get(id=filed.dossier_id).assignee == world.solver.ref

    def test_before_acceptance_no_clock(self, world: World) -> None:
        """Asked at reception: back to the acceptance queue, nothing was running."""
        filed = take_in(world)
        ask(world, filed, at=day(2, 10))
        done = api.supply(by=world.portal, at=day(5), dossier_id=filed.dossier_id)
        assert (done.state, done.due_at) == (State.REGISTERED, None)
        page = api.worklist(by=world.reception, at=day(5), queue=api.Queue.ACCEPT)
        assert page.rows[0].queue_due == day(6)

    def test_a_second_time_is_refused(self, world: World) -> None:
        """The citizen is guided once."""
        filed = receive(world)
        ask(world, filed, at=day(3))
        api.supply(by=world.citizen, at=day(4), dossier_id=filed.dossier_id)
        with pytest.raises(api.AlreadyAskedOnce) as caught:
            ask(world, filed, at=day(5))
        assert "03/03/2026" in caught.value.public()
        with pytest.raises(api.AlreadyAskedOnce):
            ask(world, filed, at=day(5), by=world.reception, exceptional_reason="chưa đúng")

    def test_a_second_time_with_a_reason_is_flagged(self, world: World) -> None:
        """Only by who answers for the desk, and it counts against the agency."""
        filed = receive(world)
        ask(world, filed, at=day(3))
        api.supply(by=world.citizen, at=day(4), dossier_id=filed.dossier_id)
        ask(world, filed, at=day(5), exceptional_reason="bản bổ sung không đọc được")
        view = api.get_for(by=world.lead, at=day(5), dossier_id=filed.dossier_id)
        assert [(s.number, s.again) for s in view.supplements] == [(1, False), (2, True)]

    def test_after_three_working_days_it_is_late(self, world: World) -> None:
        """The request stands, the control slip says that it came too late."""
        filed = receive(world)
        ask(world, filed, at=day(6))
        assert SupplementRequest.objects.get(dossier_id=filed.dossier_id).late
        other = receive(world)
        ask(world, other, at=day(5, 16))
        assert not SupplementRequest.objects.get(dossier_id=other.dossier_id).late

    def test_without_words(self, world: World) -> None:
        """What is missing must be said."""
        with pytest.raises(api.ReasonMissing):
            ask(world, receive(world), at=day(3), what="  ")

    def test_late_paper_replaces_the_earlier(self, world: World) -> None:
        """The better scan counts; the first stays as evidence."""
        filed = receive(world)
        ask(world, filed, at=day(3))
        api.supply(by=world.citizen, at=day(4), dossier_id=filed.dossier_id, components=[PAPER])
        view = api.get_for(by=world.lead, at=day(4), dossier_id=filed.dossier_id)
        assert [(c.code, c.how, c.provided_at) for c in view.components] == [
            ("TP-01", HowProvided.PAPER, day(4))
        ]

    def test_corrected_answers_are_checked(self, world: World) -> None:
        """The form's rules hold for a supplement too."""
        filed = receive(world)
        ask(world, filed, at=day(3))
        with pytest.raises(api.AnswersInvalid):
            api.supply(by=world.citizen, at=day(4), dossier_id=filed.dossier_id, answers={"purpose": ""})


class TestSteps:
    """Who does what inside state 4."""

    def test_no_review_in_the_process(self, world: World) -> None:
        """A short internal process goes straight to signature."""
        filed = receive(world, procedure_code=QUICK)
        to_step(world, filed.dossier_id, Step.SOLVING, at=day(2, 10))
        done = api.propose(by=world.solver, at=day(2, 11), dossier_id=filed.dossier_id, opinion="đạt")
        assert done.step is Step.SIGNING
        with pytest.raises(api.NotPossibleNow):
            api.approve(by=world.reviewer, at=day(2, 12), dossier_id=filed.dossier_id)

    def test_only_solvers_of_the_deciding_agency(self, world: World) -> None:
        """Not the desk, not another commune's officer."""
        filed = receive(world)
        for wrong in (world.reception.ref, world.at("ubnd-xa-16690", "solver").ref, "nobody"):
            with pytest.raises(api.WrongOfficer):
                api.assign(
                    by=world.at(COMMITTEE, "leader"), at=day(3), dossier_id=filed.dossier_id, assignee=wrong
                )

    def test_solver_takes_but_gives_not_away(self, world: World) -> None:
        """A solver may take a free dossier."""
        filed = receive(world)
        done = api.assign(by=world.solver, at=day(3), dossier_id=filed.dossier_id, assignee=world.solver.ref)
        assert done.step is Step.ASSIGNED

    def test_opinions_hold_the_work(self, world: World) -> None:
        """Two agencies asked: the work goes on when the last has answered (Đ.19.5)."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SOLVING, at=day(2, 10))
        for agency in (JUSTICE, "ubnd-xa-16690"):
            api.consult(
                by=world.solver, at=day(3), dossier_id=filed.dossier_id, agency=agency, question="Có ý kiến?"
            )
        with pytest.raises(api.AskedAlready):
            api.consult(
                by=world.solver, at=day(3), dossier_id=filed.dossier_id, agency=JUSTICE, question="Nữa?"
            )
        justice = world.at(JUSTICE, "solver")
        assert [c.dossier_code for c in api.consultations_for(by=justice)] == [filed.code]
        done = api.answer_consultation(by=justice, at=day(4), dossier_id=filed.dossier_id, answer="Đồng ý")
        assert done.step is Step.CONSULTING
        with pytest.raises(api.NotAsked):
            api.answer_consultation(by=justice, at=day(4), dossier_id=filed.dossier_id, answer="Lại")
        other = world.at("ubnd-xa-16690", "solver")
        done = api.answer_consultation(
            by=other, at=day(4), dossier_id=filed.dossier_id, answer="Không ý kiến"
        )
        assert done.step is Step.SOLVING
        assert done.due_at == filed.due_at, "asking for an opinion gives no time away"

    def test_consulting_oneself_or_nobody(self, world: World) -> None:
        """Another agency, one that exists, and some time to answer."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SOLVING, at=day(2, 10))
        for changes, error in (
            ({"agency": COMMITTEE}, api.SameAgency),
            ({"agency": "nowhere"}, api.UnknownAgencyChosen),
            ({"agency": JUSTICE, "answer_by": day(3)}, api.AnswerDateInvalid),
            ({"agency": JUSTICE, "question": ""}, api.ReasonMissing),
        ):
            values: dict[str, Any] = {"question": "Có ý kiến?", **changes}
            with pytest.raises(error):
                api.consult(by=world.solver, at=day(3), dossier_id=filed.dossier_id, **values)

    def test_sent_back(self, world: World) -> None:
        """Review to examination, signature to review, with the reason on the slip."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SIGNING, at=day(2, 10))
        done = api.return_step(by=world.signer, at=day(3), dossier_id=filed.dossier_id, reason="Sai tên")
        assert done.step is Step.REVIEWING
        done = api.return_step(by=world.reviewer, at=day(3), dossier_id=filed.dossier_id, reason="Sửa")
        assert done.step is Step.SOLVING
        notes = [i.note for i in api.timeline(by=world.solver, at=day(3), dossier_id=filed.dossier_id)]
        assert "Sai tên" in notes

    def test_stamping_sent_back_withdraws_the_paper(self, world: World) -> None:
        """A signed paper that was wrong does not stand; the next one has its own number."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.STAMPING, at=day(2, 10))
        api.return_step(by=world.clerk, at=day(3), dossier_id=filed.dossier_id, reason="Thiếu trang")
        api.sign_result(by=world.signer, at=day(3, 10), dossier_id=filed.dossier_id)
        done = api.stamp(by=world.clerk, at=day(3, 11), dossier_id=filed.dossier_id)
        assert done.state is State.RESOLVED
        first, second = ResultLink.objects.filter(dossier_id=filed.dossier_id)
        assert (first.withdrawn_at, first.stamped_at) == (day(3), None)
        assert (second.withdrawn_at, second.stamped_at) == (None, day(3, 11))
        assert first.full_number != second.full_number

    def test_four_eyes(self, world: World) -> None:
        """Nobody approves their own proposal, whatever hats they wear."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.REVIEWING, at=day(2, 10))
        row = Dossier.objects.get(id=filed.dossier_id)
        row.proposed_by = world.reviewer.ref
        row.save()
        with pytest.raises(api.OwnProposal):
            api.approve(by=world.reviewer, at=day(3), dossier_id=filed.dossier_id)

    def test_refused_in_substance(self, world: World) -> None:
        """Đ.19.8: a refusal during solving is a signed paper too, inside the limit."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SOLVING, at=day(2, 10))
        api.propose(
            by=world.solver,
            at=day(3),
            dossier_id=filed.dossier_id,
            opinion="Không đủ điều kiện",
            outcome=Outcome.REJECTED,
        )
        api.approve(by=world.reviewer, at=day(3), dossier_id=filed.dossier_id)
        api.sign_result(by=world.signer, at=day(3), dossier_id=filed.dossier_id)
        api.stamp(by=world.clerk, at=day(3), dossier_id=filed.dossier_id)
        view = api.get_for(by=world.solver, at=day(3), dossier_id=filed.dossier_id)
        assert view.outcome is Outcome.REJECTED
        assert "từ chối" in view.results[0].title

    def test_signature_service_down(self, world: World, stamp: RubberStamp) -> None:
        """Nothing is signed, no number is used, the dossier stands where it stood."""
        filed = receive(world)
        before = to_step(world, filed.dossier_id, Step.SIGNING, at=day(2, 10))
        stamp.broken = True
        with pytest.raises(SigningUnavailable):
            api.sign_result(by=world.signer, at=day(3), dossier_id=filed.dossier_id)
        view = api.get_for(by=world.signer, at=day(3), dossier_id=filed.dossier_id)
        assert (view.card.step, view.card.seq, view.results) == (Step.SIGNING, before.seq, ())
        stamp.broken = False
        api.sign_result(by=world.signer, at=day(3), dossier_id=filed.dossier_id)
        assert ResultLink.objects.get().full_number.startswith("01/")

    def test_forwarded(self, world: World) -> None:
        """To the department: its own people assign, the commune's see it no more as theirs to decide."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SOLVING, at=day(2, 10))
        done = api.forward(by=world.solver, at=day(3), dossier_id=filed.dossier_id, to_agency=JUSTICE)
        assert done.step is Step.UNASSIGNED
        with pytest.raises((api.NotAllowed, api.NotYours)):
            api.assign(
                by=world.at(COMMITTEE, "leader"),
                at=day(3),
                dossier_id=filed.dossier_id,
                assignee=world.solver.ref,
            )
        justice = world.at(JUSTICE, "leader")
        page = api.worklist(by=justice, at=day(3), queue=api.Queue.ASSIGN)
        assert [row.id for row in page.rows] == [filed.dossier_id]


class TestConflicts:
    """Two officers at once, a step taken twice, a clock moved back."""

    def test_stale_page(self, world: World) -> None:
        """What the officer saw is no longer so."""
        filed = take_in(world)
        api.accept(by=world.reception, at=day(2, 10), dossier_id=filed.dossier_id, expected_seq=filed.seq)
        with pytest.raises(api.StaleVersion) as caught:
            api.refuse(
                by=world.lead, at=day(2, 11), dossier_id=filed.dossier_id, reason="x", expected_seq=filed.seq
            )
        assert "chưa được thực hiện" in caught.value.public()

    def test_step_taken_twice(self, world: World) -> None:
        """Accepting what is accepted says where it stands."""
        filed = receive(world)
        with pytest.raises(api.NotPossibleNow) as caught:
            api.accept(by=world.reception, at=day(3), dossier_id=filed.dossier_id)
        assert "Được tiếp nhận" in caught.value.public()

    def test_clock_moved_back(self, world: World) -> None:
        """An entry cannot be earlier than the one before."""
        filed = receive(world)
        with pytest.raises(api.TimeMovedBack) as caught:
            api.stop(
                by=world.at(COMMITTEE, "leader"),
                at=MORNING - timedelta(hours=1),
                dossier_id=filed.dossier_id,
                reason="x",
            )
        assert "08:00 02/03/2026" in caught.value.public()

    def test_naive_time(self, world: World) -> None:
        """A moment without its zone is a programming error."""
        with pytest.raises(ValueError, match="zone"):
            receive(world, at=datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001 the naive time is the point


class TestEnds:
    """Refused, withdrawn, stopped, and opened again."""

    def test_refusal_has_a_reason(self, world: World) -> None:
        """The slip without a reason does not exist."""
        filed = take_in(world)
        with pytest.raises(api.ReasonMissing):
            api.refuse(by=world.reception, at=day(2, 10), dossier_id=filed.dossier_id, reason=" ")
        done = api.refuse(
            by=world.reception, at=day(2, 10), dossier_id=filed.dossier_id, reason="Không thuộc thẩm quyền"
        )
        assert done.state is State.REFUSED

    def test_withdrawn_until_signed(self, world: World) -> None:
        """The citizen may take it back while nothing is signed; afterwards not."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.STAMPING, at=day(2, 10))
        with pytest.raises(api.NotPossibleNow):
            api.withdraw(by=world.citizen, at=day(3), dossier_id=filed.dossier_id)
        other = receive(world)
        assert api.withdraw(by=world.citizen, at=day(3), dossier_id=other.dossier_id).state is State.WITHDRAWN

    def test_opened_again_without_losing_or_winning_time(self, world: World) -> None:
        """Stopped by mistake on the 3rd, open again on the 5th: the two days are given back, no more."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SOLVING, at=day(2, 10))
        leader = world.at(COMMITTEE, "leader")
        api.stop(by=leader, at=day(3), dossier_id=filed.dossier_id, reason="Nhầm hồ sơ")
        done = api.reopen(by=leader, at=day(5), dossier_id=filed.dossier_id, reason="Dừng nhầm")
        assert (done.state, done.step) == (State.IN_PROGRESS, Step.SOLVING)
        assert done.due_at == day(11, 17)
        assert api.replayed(filed.dossier_id).due_at == done.due_at

    def test_ending_closes_what_was_waited_for(self, world: World) -> None:
        """No opinion is owed on a withdrawn dossier."""
        filed = receive(world)
        to_step(world, filed.dossier_id, Step.SOLVING, at=day(2, 10))
        api.consult(
            by=world.solver, at=day(3), dossier_id=filed.dossier_id, agency=JUSTICE, question="Có ý kiến?"
        )
        api.withdraw(by=world.citizen, at=day(3), dossier_id=filed.dossier_id)
        assert api.consultations_for(by=world.at(JUSTICE, "solver")) == []


class TestDueTime:
    """NĐ 61/2018 Đ.19.9: an apology, once, a day before; a promise is a fact."""

    def extend(self, world: World, filed: api.Filed, **changes: Any) -> api.Done:
        """The officer in charge apologises on the 4th for a dossier due on the 9th."""
        values: dict[str, Any] = {
            "by": world.at(COMMITTEE, "leader"),
            "at": day(4),
            "to": day(12, 17),
            "reason": "Chờ xác minh",
        }
        return api.apologise_and_extend(dossier_id=filed.dossier_id, **{**values, **changes})

    def test_once(self, world: World) -> None:
        """The new date is promised; a second time is refused."""
        filed = receive(world)
        assert self.extend(world, filed).due_at == day(12, 17)
        row = Extension.objects.get(dossier_id=filed.dossier_id)
        assert (row.due_before, row.due_after) == (filed.due_at, day(12, 17))
        with pytest.raises(api.ExtendedBefore):
            self.extend(world, filed, at=day(5), to=day(20, 17))

    def test_a_day_before_at_the_latest(self, world: World) -> None:
        """On the last day it is too late."""
        filed = receive(world)
        with pytest.raises(ExtensionTooLate):
            self.extend(world, filed, at=day(9))

    def test_to_a_later_working_day(self, world: World) -> None:
        """Not earlier, not on a Sunday, not without a reason."""
        filed = receive(world)
        with pytest.raises(api.NotLater):
            self.extend(world, filed, to=day(6, 17))
        with pytest.raises(ExtensionInvalid):
            self.extend(world, filed, to=day(15, 17))
        with pytest.raises(api.ReasonMissing):
            self.extend(world, filed, reason="")

    def test_nothing_to_put_off(self, world: World) -> None:
        """A dossier that waits for the citizen is not late."""
        filed = receive(world)
        ask(world, filed, at=day(3))
        with pytest.raises(api.NotPossibleNow):
            self.extend(world, filed)

    def test_nothing_to_redate(self, world: World) -> None:
        """The calendar has not changed."""
        filed = receive(world)
        with pytest.raises(api.NothingToRedate):
            api.re_date(
                by=world.at(COMMITTEE, "leader"), at=day(3), dossier_id=filed.dossier_id, reason="Lịch mới"
            )

    def test_explained_day_by_day(self, world: World) -> None:
        """Why the 9th: the days, the promise, the facts."""
        filed = receive(world)
        why = api.explain_clock(by=world.citizen, at=day(3), dossier_id=filed.dossier_id)
        assert why.due_at == why.promised_due == filed.due_at
        assert why.limit == "05 ngày làm việc"
        assert sum(bool(d["counted"]) for d in why.days) == 5
        assert [f["kind"] for f in why.facts] == ["start"]


class TestReform:
    """1 July 2025: no step is done twice, the clock goes on, the receiving agency stays what it was."""

    def test_transferred(self, world: World) -> None:
        """The merged ward's dossier goes on at the new ward."""
        old_desk = "motcua-xa-16663-cu"
        may = datetime(2025, 6, 27, 9, 0, tzinfo=VN)
        filed = api.take_in_from_outside(
            by=world.portal,
            at=may,
            outside_system="dvcqg",
            outside_code="A1",
            procedure_code="9.000001",
            receiving_agency=old_desk,
            applicant=world.party(),
            answers={"purpose": "x"},
            door=DoorKind.DESK,
            channel=api.Channel.DIRECT,
        )
        accepted = api.accept(by=SYSTEM, at=may + timedelta(hours=1), dossier_id=filed.dossier_id)
        july = datetime(2025, 7, 1, 8, 0, tzinfo=VN)
        done = api.transfer_to_successor(by=SYSTEM, at=july, dossier_id=filed.dossier_id)
        row = Dossier.objects.get(id=filed.dossier_id)
        assert row.receiving_agency == old_desk
        assert row.handling_agency == COMMITTEE
        assert row.successor_of == "ubnd-xa-16663-cu"
        assert row.desk_agency == CENTRE
        assert done.due_at == accepted.due_at
        assert done.state is State.ACCEPTED
        assert api.get_for(by=world.reception, at=july, dossier_id=filed.dossier_id).successor_of
        with pytest.raises(api.NothingToTransfer):
            api.transfer_to_successor(by=SYSTEM, at=july, dossier_id=filed.dossier_id)


class TestMoney:
    """Paid at the counter or waited for; whole đồng, the exact sum, one receipt."""

    def test_waited_for(self, world: World) -> None:
        """The clock stands still until it is paid and goes on, not anew."""
        filed = receive(world)
        done = api.request_payment(by=world.reception, at=day(3), dossier_id=filed.dossier_id)
        assert done.state is State.PAYMENT_DUE
        view = api.get_for(by=world.citizen, at=day(3), dossier_id=filed.dossier_id)
        (payment,) = view.payments
        assert (payment.amount, payment.state) == (8000, "due")
        pay: dict[str, Any] = {
            "by": world.reception,
            "dossier_id": filed.dossier_id,
            "payment_id": payment.payment_id,
            "method": PaymentMethod.CASH,
        }
        with pytest.raises(WrongAmount):
            api.record_payment(at=day(5), amount=7000, **pay)
        done = api.record_payment(at=day(5), amount=8000, **pay)
        assert done.state is State.ACCEPTED
        assert done.due_at == day(11, 17)
        with pytest.raises(PaymentNotPossible):
            api.record_payment(at=day(5), amount=8000, **pay)

    def test_at_the_counter(self, world: World) -> None:
        """Asked and paid in one, receipts without a gap, the state stays."""
        numbers = []
        for _ in range(2):
            filed = receive(world)
            done = api.record_counter_payment(
                by=world.reception, at=day(2, 10), dossier_id=filed.dossier_id, amount=8000
            )
            assert done.state is State.ACCEPTED
            view = api.get_for(by=world.reception, at=day(3), dossier_id=filed.dossier_id)
            numbers.append(view.payments[0].receipt_number)
        assert numbers == ["2026-0000001", "2026-0000002"]

    def test_free_online(self, world: World) -> None:
        """NQ 09/2025 of the province: nothing to pay online."""
        filed = take_in(world)
        with pytest.raises(api.NothingToPay):
            api.request_payment(by=world.reception, at=day(2, 10), dossier_id=filed.dossier_id)

    def test_demand_of_another_dossier(self, world: World) -> None:
        """A payment pays its own dossier."""
        first, second = receive(world), receive(world)
        api.request_payment(by=world.reception, at=day(3), dossier_id=first.dossier_id)
        view = api.get_for(by=world.reception, at=day(3), dossier_id=first.dossier_id)
        with pytest.raises(api.NoSuchDemand):
            api.record_payment(
                by=world.reception,
                at=day(3),
                dossier_id=second.dossier_id,
                payment_id=view.payments[0].payment_id,
                amount=8000,
                method=PaymentMethod.CASH,
            )


class TestPaper:
    """Where the paper is, corrections, hand-over lists signed on both sides."""

    def test_moved(self, world: World) -> None:
        """One place at a time."""
        filed = receive(world)
        for place in ("Tủ 1", "Tủ 2"):
            api.move_paper(by=world.reception, at=day(3), dossier_id=filed.dossier_id, place=place)
        view = api.get_for(by=world.reception, at=day(3), dossier_id=filed.dossier_id)
        assert view.paper is not None
        assert (view.paper.agency, view.paper.place) == (CENTRE, "Tủ 2")

    def test_handed_over(self, world: World) -> None:
        """Sent, received, one missing named; who sent does not sign for it."""
        filed = [receive(world, return_agency=OTHER_CENTRE) for _ in range(3)]
        ids = [f.dossier_id for f in filed]
        sheet = api.send_handover(by=world.reception, at=day(3), to_agency=OTHER_CENTRE, dossier_ids=ids)
        assert sheet.codes == tuple(sorted(f.code for f in filed))
        with pytest.raises(api.HandoverInvalid, match=r"travelling"):
            api.send_handover(by=world.reception, at=day(3), to_agency=OTHER_CENTRE, dossier_ids=ids[:1])
        receiver = world.at(OTHER_CENTRE, "reception")
        with pytest.raises(api.NotAllowed):
            api.receive_handover(by=world.lead, at=day(4), handover_id=sheet.id)
        done = api.receive_handover(by=receiver, at=day(4), handover_id=sheet.id, missing=[ids[2]])
        assert done.missing == (filed[2].code,)
        with pytest.raises(api.AlreadyReceived):
            api.receive_handover(by=receiver, at=day(4), handover_id=sheet.id)
        view = api.get_for(by=world.reception, at=day(4), dossier_id=ids[0])
        assert view.paper is not None
        assert view.paper.agency == OTHER_CENTRE
        kinds = [i.kind for i in api.timeline(by=world.reception, at=day(4), dossier_id=ids[0])]
        assert kinds == ["dossier.received_at_desk", "handover.sent", "handover.received"]

    def test_corrected_openly(self, world: World) -> None:
        """What stood there stays in the ledger; dates and states cannot be touched."""
        filed = receive(world)
        with pytest.raises(api.NotCorrectable):
            api.correct(
                by=world.lead, at=day(3), dossier_id=filed.dossier_id, reason="x", changes={"state": 9}
            )
        with pytest.raises(api.NothingToCorrect):
            api.correct(
                by=world.lead, at=day(3), dossier_id=filed.dossier_id, reason="x", changes={"quantity": 1}
            )
        api.correct(
            by=world.lead,
            at=day(3),
            dossier_id=filed.dossier_id,
            reason="Gõ sai tên",
            changes={"applicant": world.party(name="Nguyễn Thị Hòa")},
        )
        entry = api.history(filed.dossier_id)[-1]
        assert entry.payload is not None
        assert entry.payload["before"]["applicant"]["name"] == "Nguyễn Thị Hoa"  # type: ignore[index,call-overload]
        assert api.search(by=world.lead, at=day(3), text="nguyen thi hoa")[0].applicant_name.endswith("Hòa")

    def test_result_fetched_at_another_centre(self, world: World) -> None:
        """NĐ 118/2025: any centre of the province hands it out, seeing only what that takes."""
        filed = receive(world)
        resolve(world, filed.dossier_id, at=day(3))
        elsewhere = world.at(OTHER_CENTRE, "reception")
        view = api.get_by_code(by=elsewhere, at=day(4), code=filed.code.lower())
        assert view.sight is api.Sight.BRIEF
        assert (view.answers, view.components, view.applicant.personal_number) == ({}, (), "")
        assert api.return_result(by=elsewhere, at=day(4), dossier_id=filed.dossier_id).state is State.RETURNED
