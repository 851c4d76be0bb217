"""Plays a dossier's ledger entries again and says where the dossier stands: the check that the row is true.

Each entry's payload holds `action`, `state`, `step` and what the action decided. Replay walks the transition
table from one entry to the next: a history that the table does not allow raises `BrokenHistory`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from motcua.base.data import Json
from motcua.dossiers.data import Action, State, Step

from .transitions import creating_rows, rows_for

_WORK_STATES = frozenset({State.REGISTERED, State.ACCEPTED, State.IN_PROGRESS})
_HOLDING = frozenset({State.SUPPLEMENT, State.PAYMENT_DUE, State.REFUSED, State.WITHDRAWN, State.STOPPED})


class BrokenHistory(Exception):
    """The entries of a dossier contradict the transition table or one another."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One ledger entry as replay needs it."""

    seq: int
    at: datetime
    payload: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a dossier stands after its entries so far."""

    state: State
    step: Step
    held_state: State | None = None
    held_step: Step = Step.NONE
    seq: int
    assignee: str = ""
    handling_agency: str = ""
    receiving_agency: str = ""
    due_at: datetime | None = None
    promised_due: datetime | None = None
    clock: tuple[Mapping[str, Json], ...] = field(default=())


def moved(
    state: State, step: Step, held_state: State | None, held_step: Step, target: tuple[State, Step]
) -> tuple[State, Step, State | None, Step]:
    """State, step and what is held after a move: a hold remembers the work it interrupted, an end too."""
    new_state, new_step = target
    if new_state not in _HOLDING:
        return new_state, new_step, None, Step.NONE
    if state in _WORK_STATES:
        return new_state, new_step, state, step
    return new_state, new_step, held_state, held_step


def replay(facts: Iterable[Fact]) -> Standing:
    """Fold the entries of one dossier, oldest first. Raises `BrokenHistory`."""
    standing: Standing | None = None
    for fact in facts:
        standing = _first(fact) if standing is None else _next(standing, fact)
    if standing is None:
        raise BrokenHistory("a dossier without entries")
    return standing


def _first(fact: Fact) -> Standing:
    action, state, step = _words(fact)
    if fact.seq != 1:
        raise BrokenHistory(f"the first entry has number {fact.seq}")
    rows = [r for r in creating_rows(action) if r.target is state]
    if not rows:
        raise BrokenHistory(f"{action} brings no dossier into state {state.name}")
    held = fact.payload.get("held")
    standing = Standing(
        state=state,
        step=step,
        held_state=State(int(str(held))) if held else None,
        held_step=Step(str(fact.payload.get("held_step") or "")),
        seq=1,
    )
    return _details(standing, fact)


def _next(before: Standing, fact: Fact) -> Standing:
    action, state, step = _words(fact)
    if fact.seq != before.seq + 1:
        raise BrokenHistory(f"entry {fact.seq} follows entry {before.seq}")
    rows = rows_for(action, before.state, before.step, before.held_state)
    if not rows:
        raise BrokenHistory(f"{action} from {before.state.name}/{before.step} is not in the table")
    targets = {row.leads_to(before.state, before.step, before.held_step) for row in rows}
    if (state, step) not in targets:
        raise BrokenHistory(f"{action} from {before.state.name}/{before.step} to {state.name}/{step}")
    new_state, new_step, held_state, held_step = moved(
        before.state, before.step, before.held_state, before.held_step, (state, step)
    )
    standing = replace(
        before,
        state=new_state,
        step=new_step,
        held_state=held_state,
        held_step=held_step,
        seq=fact.seq,
    )
    return _details(standing, fact)


def _details(standing: Standing, fact: Fact) -> Standing:
    payload = fact.payload
    added = tuple(one for key in ("clock", "clock_then") if isinstance(one := payload.get(key), Mapping))
    return replace(
        standing,
        assignee=str(payload.get("assignee", standing.assignee) or ""),
        handling_agency=str(payload.get("handling_agency", standing.handling_agency) or ""),
        receiving_agency=str(payload.get("receiving_agency", standing.receiving_agency) or ""),
        due_at=_moment(payload["due_at"]) if "due_at" in payload else standing.due_at,
        promised_due=_moment(payload["promised_due"]) if "promised_due" in payload else standing.promised_due,
        clock=(*standing.clock, *added),
    )


def _words(fact: Fact) -> tuple[Action, State, Step]:
    try:
        return (
            Action(str(fact.payload["action"])),
            State(int(str(fact.payload["state"]))),
            Step(str(fact.payload.get("step") or "")),
        )
    except (KeyError, ValueError) as error:
        raise BrokenHistory(f"entry {fact.seq} cannot be read: {error}") from error


def _moment(raw: Json) -> datetime | None:
    return datetime.fromisoformat(str(raw)) if raw else None
