"""The words that rows of the transition table share: who stands behind a desk, who examines, who heads."""

from __future__ import annotations

from motcua.dossiers.data import State, Step

from .shape import Clock

WORK = frozenset({Step.UNASSIGNED, Step.ASSIGNED, Step.SOLVING})
DOING = frozenset({Step.ASSIGNED, Step.SOLVING})
BEFORE_SIGNED = frozenset(Step) - {Step.NONE, Step.STAMPING}
DESK = ("reception@receiving", "desk_lead@receiving")
ANY_DESK = ("reception@centre", "desk_lead@centre", "support@centre")
SOLVER = ("solver@assignee", "solver@handling")
HEADS = ("desk_lead@handling", "reviewer@handling", "leader@handling")
OWNER = ("citizen@owner",)
HELD = ((State.REGISTERED, Clock.NONE), (State.ACCEPTED, Clock.RESTART), (State.IN_PROGRESS, Clock.RESTART))


def states(*names: State) -> frozenset[State]:
    """The states named."""
    return frozenset(names)
