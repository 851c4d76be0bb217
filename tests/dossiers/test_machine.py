"""Any sequence of actions, by right and wrong people: never an illegal state, and the ledger tells it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from motcua.base.clock import VN
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.dossiers import api
from motcua.dossiers.data import Action, State, Step
from motcua.dossiers.models import ClockFact, Dossier
from motcua.dossiers.rules.transitions import possible_actions
from motcua.fees.api import PaymentMethod
from motcua.procedures.data import DoorKind

from .factories import COMMITTEE, JUSTICE, MORNING, OTHER_CENTRE, PAPER, World, receive, take_in
from .test_transitions import MOVES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

Call = Callable[[World, Actor, Any, datetime], api.Done]


def _pay(world: World, by: Actor, dossier: Any, at: datetime) -> api.Done:
    return api.record_counter_payment(
        by=by, at=at, dossier_id=dossier, amount=8000, method=PaymentMethod.CASH
    )


CALLS: dict[Action, tuple[str, Call]] = {
    Action.ACCEPT: ("reception", lambda w, b, d, t: api.accept(by=b, at=t, dossier_id=d)),
    Action.REFUSE: ("reception", lambda w, b, d, t: api.refuse(by=b, at=t, dossier_id=d, reason="vì")),
    Action.REQUEST_SUPPLEMENT: (
        "lead",
        lambda w, b, d, t: api.request_supplement(by=b, at=t, dossier_id=d, what="thiếu"),
    ),
    Action.SUPPLY: ("citizen", lambda w, b, d, t: api.supply(by=b, at=t, dossier_id=d, components=[PAPER])),
    Action.ASSIGN: (
        "head",
        lambda w, b, d, t: api.assign(by=b, at=t, dossier_id=d, assignee=w.solver.ref),
    ),
    Action.TAKE_UP: ("solver", lambda w, b, d, t: api.take_up(by=b, at=t, dossier_id=d)),
    Action.FORWARD: (
        "lead",
        lambda w, b, d, t: api.forward(by=b, at=t, dossier_id=d, to_agency=COMMITTEE),
    ),
    Action.CONSULT: (
        "solver",
        lambda w, b, d, t: api.consult(by=b, at=t, dossier_id=d, agency=JUSTICE, question="ý kiến?"),
    ),
    Action.ANSWER_CONSULTATION: (
        "justice",
        lambda w, b, d, t: api.answer_consultation(by=b, at=t, dossier_id=d, answer="đồng ý"),
    ),
    Action.RETURN_STEP: ("signer", lambda w, b, d, t: api.return_step(by=b, at=t, dossier_id=d, reason="vì")),
    Action.PROPOSE: ("solver", lambda w, b, d, t: api.propose(by=b, at=t, dossier_id=d, opinion="đạt")),
    Action.APPROVE: ("reviewer", lambda w, b, d, t: api.approve(by=b, at=t, dossier_id=d)),
    Action.SIGN_RESULT: ("signer", lambda w, b, d, t: api.sign_result(by=b, at=t, dossier_id=d)),
    Action.STAMP: ("clerk", lambda w, b, d, t: api.stamp(by=b, at=t, dossier_id=d)),
    Action.RETURN_RESULT: ("reception", lambda w, b, d, t: api.return_result(by=b, at=t, dossier_id=d)),
    Action.WITHDRAW: ("citizen", lambda w, b, d, t: api.withdraw(by=b, at=t, dossier_id=d)),
    Action.STOP: ("head", lambda w, b, d, t: api.stop(by=b, at=t, dossier_id=d, reason="vì")),
    Action.REOPEN: ("head", lambda w, b, d, t: api.reopen(by=b, at=t, dossier_id=d, reason="vì")),
    Action.EXTEND: (
        "head",
        lambda w, b, d, t: api.apologise_and_extend(
            by=b, at=t, dossier_id=d, to=datetime(2026, 4, 15, 17, 0, tzinfo=VN), reason="vì"
        ),
    ),
    Action.REQUEST_PAYMENT: ("reception", lambda w, b, d, t: api.request_payment(by=b, at=t, dossier_id=d)),
    Action.RECORD_PAYMENT: ("reception", _pay),
    Action.CORRECT: (
        "lead",
        lambda w, b, d, t: api.correct(
            by=b, at=t, dossier_id=d, reason="vì", changes={"quantity": t.minute + 1}
        ),
    ),
    Action.MOVE_PAPER: ("reception", lambda w, b, d, t: api.move_paper(by=b, at=t, dossier_id=d, place="tủ")),
}

ENDING = {Action.REFUSE, Action.WITHDRAW, Action.STOP}


def people(world: World) -> dict[str, Actor]:
    """Everybody who may try, and some who may not."""
    return {
        "reception": world.reception,
        "lead": world.lead,
        "head": world.at(COMMITTEE, "leader"),
        "solver": world.solver,
        "reviewer": world.reviewer,
        "signer": world.signer,
        "clerk": world.clerk,
        "justice": world.at(JUSTICE, "solver"),
        "elsewhere": world.at(OTHER_CENTRE, "reception"),
        "citizen": world.citizen,
        "outsider": world.outsider,
        "portal": world.portal,
        "admin": world.at("vp-ubnd-tinh", "system_admin"),
    }


def machine(world: World, reached: set[tuple[State, Step]]) -> type[RuleBasedStateMachine]:
    """The machine over this world; `reached` gathers where its dossiers came to stand."""
    everybody = people(world)
    # How a life comes in (at the desk or not) and means to end: no chance, or a run without some end would be luck.
    plans = cycle(
        ((True, None), (False, Action.REFUSE), (False, None), (True, Action.WITHDRAW), (True, Action.STOP))
    )

    class Dossiers(RuleBasedStateMachine):
        """One dossier, from the desk or from the portal, through whatever comes."""

        def __init__(self) -> None:
            super().__init__()
            self.savepoint = transaction.savepoint()
            self.clock = MORNING
            self.dossier: Any = None
            self.entries = 1
            self.asked: Counter[Action] = Counter()
            self.at_desk, self.end = next(plans)

        def teardown(self) -> None:
            """Back to the world as it was."""
            transaction.savepoint_rollback(self.savepoint)

        def row(self) -> Dossier:
            """The row as it is stored."""
            return Dossier.objects.get(id=self.dossier)

        def start(self, at_desk: bool) -> None:
            """The dossier comes in."""
            filed = (
                receive(world, at=self.clock)
                if at_desk
                else take_in(world, at=self.clock, channel=api.Channel.DIRECT, door=DoorKind.DESK)
            )
            self.dossier = filed.dossier_id

        def tried(self, call: Call, by: Actor) -> api.Done | None:
            """What came of it; None when it was refused with a sentence in both languages."""
            refused: DomainError | None = None
            try:
                with transaction.atomic():
                    return call(world, by, self.dossier, self.clock)
            except DomainError as error:
                refused = error
            assert refused.public()
            assert refused.public("en")
            return None

        @rule(
            action=st.sampled_from(sorted(CALLS)),
            wrong=st.none() | st.sampled_from(sorted(everybody)),
            minutes=st.integers(0, 200),
            lucky=st.integers(0, 40),
        )
        def act(self, action: Action, wrong: str | None, minutes: int, lucky: int) -> None:
            """Try something; it works by the table or changes nothing."""
            if self.dossier is None:
                self.start(self.at_desk)
            before = self.row()
            held = State(before.held_state) if before.held_state else None
            fitting = sorted(possible_actions(State(before.state), Step(before.step), held) & set(CALLS))
            onward = sorted((a for a in fitting if a not in ENDING), key=lambda a: self.asked[a])
            if self.end in fitting:
                action, self.end = self.end, None
            elif lucky < 28 and onward:  # mostly what this life has not seen yet, or it would end at the door
                action = onward[0]
            elif lucky < 36 and fitting:
                action = fitting[lucky % len(fitting)]
            self.asked[action] += 1
            self.clock += timedelta(minutes=minutes)
            right, call = CALLS[action]
            by = everybody[wrong if wrong and minutes % 5 == 0 else right]
            done = self.tried(call, by)
            if done is None:
                after = self.row()
                assert (after.seq, after.state, after.step) == (before.seq, before.state, before.step)
                return
            assert (State(before.state), done.state) in MOVES[action]
            assert done.seq == before.seq + 1
            reached.add((done.state, done.step))

        @invariant()
        def row_is_what_the_ledger_tells(self) -> None:
            """State, step, what is held, due times, assignee and clock: all follow from the entries."""
            if self.dossier is None:
                return
            row = self.row()
            told = api.replayed(self.dossier)
            assert (told.state, told.step, told.seq) == (State(row.state), Step(row.step), row.seq)
            assert told.held_state == (State(row.held_state) if row.held_state else None)
            assert told.held_step == Step(row.held_step)
            assert (told.due_at, told.promised_due) == (row.due_at, row.promised_due)
            assert (told.assignee, told.handling_agency) == (row.assignee, row.handling_agency)
            facts = ClockFact.objects.filter(dossier_id=self.dossier)
            assert [f["kind"] for f in told.clock] == [f.kind for f in facts]
            seqs = [entry.subject_seq for entry in api.history(self.dossier)]
            assert seqs == list(range(1, len(seqs) + 1))

    return Dossiers


def test_no_sequence_leads_astray(world: World) -> None:
    """Many lives, many deeds each."""
    reached: set[tuple[State, Step]] = set()
    run_state_machine_as_test(
        machine(world, reached),
        settings=settings(
            max_examples=24,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    # A machine that never gets anywhere would prove nothing.
    assert {state for state, _ in reached} == set(State)
    assert {step for _, step in reached} == set(Step) - {Step.OUTSIDE}  # test_linked goes there
