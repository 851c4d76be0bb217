"""The shape of a row of the transition table: from where, to where, what the clock does, who may."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from motcua.dossiers.data import Action, State, Step


class Clock(StrEnum):
    """What a transition does to the dossier's clock."""

    NONE = ""
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"
    EXTEND = "extend"
    END = "end"


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of the table.

    `sources` empty: the action creates the dossier. `steps` restricts the steps inside state 4; empty: any.
    `target` None: the state stays. `target_step` None: the step stays (or comes back from what was held).
    `held` restricts rows that lead back from a supplement, a payment or an end to what was going on before.
    """

    action: Action
    sources: frozenset[State] = frozenset()
    steps: frozenset[Step] = frozenset()
    target: State | None = None
    target_step: Step | None = None
    clock: Clock = Clock.NONE
    grants: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    held: State | None = None
    law: str = ""

    def starts_from(self, state: State, step: Step, held: State | None) -> bool:
        """May the row be taken by a dossier that stands here?"""
        if state not in self.sources:
            return False
        if state is State.IN_PROGRESS and self.steps and step not in self.steps:
            return False
        return self.held is None or self.held is held

    def leads_to(self, state: State, step: Step, held_step: Step) -> tuple[State, Step]:
        """Where a dossier that stands here comes to stand."""
        target = state if self.target is None else self.target
        if target is not State.IN_PROGRESS:
            return target, Step.NONE
        if self.target_step is not None:
            return target, self.target_step
        return target, (step if state is State.IN_PROGRESS else held_step)
