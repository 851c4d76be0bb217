"""The transition table: every allowed pair is walked, every other is refused, the diagram is the table's own."""

from __future__ import annotations

import inspect
import itertools
from pathlib import Path

import pytest

from motcua.dossiers import api, policies
from motcua.dossiers.data import Action, Queue, State, Step
from motcua.dossiers.rules.kinds import KINDS
from motcua.dossiers.rules.transitions import (
    TRANSITIONS,
    NotPossibleNow,
    creating_rows,
    pick,
    possible_actions,
    queue_of,
    rows_for,
)
from motcua.staff.data import Role

WORK = (State.REGISTERED, State.ACCEPTED, State.IN_PROGRESS)
HOLDING = (State.SUPPLEMENT, State.PAYMENT_DUE, State.REFUSED, State.WITHDRAWN, State.STOPPED)


def standings() -> list[tuple[State, Step, State | None]]:
    """Every place at which a dossier can stand."""
    steps = [step for step in Step if step]
    inside: list[tuple[State, Step, State | None]] = [(State.IN_PROGRESS, step, None) for step in steps]
    plain = [(s, Step.NONE, None) for s in State if s is not State.IN_PROGRESS and s not in HOLDING]
    held = [(s, Step.NONE, was) for s, was in itertools.product(HOLDING, WORK)]
    return [*inside, *plain, *held]


# Written by hand from the national states and NĐ 61/2018 Đ.17-20, not from the table: what may change the state.
MOVES: dict[Action, set[tuple[State, State]]] = {
    Action.ACCEPT: {(State.REGISTERED, State.ACCEPTED)},
    Action.REFUSE: {(State.REGISTERED, State.REFUSED), (State.SUPPLEMENT, State.REFUSED)},
    Action.REQUEST_SUPPLEMENT: {(s, State.SUPPLEMENT) for s in WORK},
    Action.SUPPLY: {(State.SUPPLEMENT, s) for s in WORK},
    Action.ASSIGN: {(State.ACCEPTED, State.IN_PROGRESS), (State.IN_PROGRESS, State.IN_PROGRESS)},
    Action.FORWARD: {(State.ACCEPTED, State.IN_PROGRESS), (State.IN_PROGRESS, State.IN_PROGRESS)},
    Action.TAKE_UP: {(State.IN_PROGRESS, State.IN_PROGRESS)},
    Action.CONSULT: {(State.IN_PROGRESS, State.IN_PROGRESS)},
    Action.ANSWER_CONSULTATION: {(State.IN_PROGRESS, State.IN_PROGRESS)},
    Action.PROPOSE: {(State.IN_PROGRESS, State.IN_PROGRESS)},
    Action.APPROVE: {(State.IN_PROGRESS, State.IN_PROGRESS)},
    Action.RETURN_STEP: {(State.IN_PROGRESS, State.IN_PROGRESS)},
    Action.SIGN_RESULT: {(State.IN_PROGRESS, State.IN_PROGRESS)},
    Action.STAMP: {(State.IN_PROGRESS, State.RESOLVED)},
    Action.RETURN_RESULT: {(State.RESOLVED, State.RETURNED)},
    Action.WITHDRAW: {(s, State.WITHDRAWN) for s in (*WORK, State.SUPPLEMENT, State.PAYMENT_DUE)},
    Action.STOP: {
        (s, State.STOPPED) for s in (State.ACCEPTED, State.IN_PROGRESS, State.SUPPLEMENT, State.PAYMENT_DUE)
    },
    Action.REOPEN: {
        (State.REFUSED, State.REGISTERED),
        *((State.WITHDRAWN, s) for s in WORK),
        (State.STOPPED, State.ACCEPTED),
        (State.STOPPED, State.IN_PROGRESS),
    },
    Action.EXTEND: {(s, s) for s in (State.ACCEPTED, State.IN_PROGRESS)},
    Action.RE_DATE: {(s, s) for s in (State.ACCEPTED, State.IN_PROGRESS)},
    Action.REQUEST_PAYMENT: {(s, State.PAYMENT_DUE) for s in WORK},
    Action.RECORD_PAYMENT: {
        *((State.PAYMENT_DUE, s) for s in WORK),
        *((s, s) for s in (*WORK, State.SUPPLEMENT, State.RESOLVED, State.RETURNED)),
    },
    Action.HAND_OVER: {(State.ACCEPTED, State.IN_PROGRESS), (State.IN_PROGRESS, State.IN_PROGRESS)},
    Action.MIRROR: {(State.IN_PROGRESS, State.IN_PROGRESS), (State.IN_PROGRESS, State.RESOLVED)},
    Action.CONCLUDE: {(State.ACCEPTED, State.RESOLVED), (State.IN_PROGRESS, State.RESOLVED)},
    Action.CORRECT: {(s, s) for s in State},
    Action.MOVE_PAPER: {(s, s) for s in State},
    Action.TRANSFER: {
        (s, s) for s in State if s not in (State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RETURNED)
    },
}


@pytest.mark.parametrize("action", list(MOVES))
def test_a_pair_is_possible_exactly_when_the_law_knows_it(action: Action) -> None:
    """All ten states against all ten, for every action: 100 pairs, none forgotten."""
    possible = set()
    for state, step, held in standings():
        for row in rows_for(action, state, step, held):
            held_step = Step.SOLVING if held is State.IN_PROGRESS else Step.NONE
            possible.add((state, row.leads_to(state, step, held_step)[0]))
    assert possible == MOVES[action]


@pytest.mark.parametrize(("state", "step", "held"), standings())
def test_what_the_table_does_not_name_is_refused(state: State, step: Step, held: State | None) -> None:
    """Every forbidden pair raises, with the state in the words of both languages."""
    for action in Action:
        if action in possible_actions(state, step, held):
            continue
        with pytest.raises(NotPossibleNow) as caught:
            pick(action, state=state, step=step, held=held)
        assert state.label_vi in caught.value.public()
        assert state.label_en in caught.value.public("en")


def test_nothing_leaves_the_last_state() -> None:
    """A returned dossier stays returned."""
    assert {r.target for r in TRANSITIONS if State.RETURNED in r.sources} <= {None}


def test_signing_and_stamping_cannot_be_passed_by() -> None:
    """The only way into state 9 is the agency's signature on what a person signed (NĐ 30/2020 Đ.5).

    What a ministry's own system decides is signed there, and a linked dossier is decided in its parts.
    """
    into = {(r.action, r.steps) for r in TRANSITIONS if r.target is State.RESOLVED}
    assert into - {(Action.IMPORT, frozenset())} == {
        (Action.STAMP, frozenset({Step.STAMPING})),
        (Action.MIRROR, frozenset({Step.OUTSIDE})),
        (Action.CONCLUDE, frozenset({Step.UNASSIGNED})),
    }
    whole = next(r for r in TRANSITIONS if r.action is Action.CONCLUDE)
    assert whole.grants == ("system@system",)
    stamping = [r for r in TRANSITIONS if r.target_step is Step.STAMPING]
    assert [r.action for r in stamping] == [Action.SIGN_RESULT]


def test_every_open_dossier_lies_in_somebodys_worklist() -> None:
    """Nobody's turn means nobody's fault: only ended dossiers have no queue."""
    for state, step, _ in standings():
        ended = state in (State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RETURNED)
        assert (queue_of(state, step) is Queue.NONE) == ended


def test_every_action_has_a_function_a_kind_and_words() -> None:
    """The table, the ledger and the code speak of the same actions; actions are keyword-only with by and at."""
    for action in Action:
        assert action in KINDS
        assert action.label_vi
        assert action.label_en
        function = getattr(api, action.value)
        parameters = inspect.signature(function).parameters
        assert {"by", "at"} <= set(parameters)
        assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in parameters.values())
        assert creating_rows(action) or any(r.action is action for r in TRANSITIONS)
    assert len(set(KINDS.values())) == len(Action)


def test_grants_name_roles_and_relations_that_exist() -> None:
    """A misspelt grant would silently let nobody in."""
    roles = {role.value for role in Role} | {"citizen", "system", "portal", "gateway"}
    relations = {relation.value for relation in api.Relation}
    for row in TRANSITIONS:
        assert row.grants, row.action
        for grant in row.grants:
            role, _, relation = grant.partition("@")
            assert role in roles, grant
            assert relation in relations, grant


def test_conditions_are_described() -> None:
    """Every condition of the table is one that `policies` explains."""
    named = {condition for row in TRANSITIONS for condition in row.conditions}
    assert named == set(policies.CONDITIONS)


def test_diagram_in_the_docs_is_the_tables() -> None:
    """docs/dossier-states.md is generated: `motcua dossiers diagram --write docs/dossier-states.md`."""
    kept = Path(__file__).parents[2] / "docs" / "dossier-states.md"
    assert kept.read_text(encoding="utf-8") == api.state_diagram()
