"""The transition table of a dossier: which action leads from which state to which, as data.

A row says: action, states (and steps inside state 4) it may start from, where it leads, what it does to the
clock, who may do it ("role@relation"), and which conditions `policies` checks. Law: NĐ 61/2018/NĐ-CP Đ.17–20
until 2025-06-30, NĐ 118/2025/NĐ-CP since; the ten states are the national status codes.
"""

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


_S = State
_WORK = frozenset({Step.UNASSIGNED, Step.ASSIGNED, Step.SOLVING})
_DOING = frozenset({Step.ASSIGNED, Step.SOLVING})
_BEFORE_SIGNED = frozenset(Step) - {Step.NONE, Step.STAMPING}
_DESK = ("reception@receiving", "desk_lead@receiving")
_ANY_DESK = ("reception@centre", "desk_lead@centre", "support@centre")
_SOLVER = ("solver@assignee", "solver@handling")
_HEADS = ("desk_lead@handling", "reviewer@handling", "leader@handling")
_OWNER = ("citizen@owner",)
_HELD = ((_S.REGISTERED, Clock.NONE), (_S.ACCEPTED, Clock.RESTART), (_S.IN_PROGRESS, Clock.RESTART))


def _set(*states: State) -> frozenset[State]:
    return frozenset(states)


TRANSITIONS: tuple[Transition, ...] = (
    # -- how a dossier comes in --------------------------------------------------------------------------
    Transition(
        action=Action.SUBMIT,
        target=_S.REGISTERED,
        grants=(*_OWNER, *_ANY_DESK),
        conditions=("version_in_force", "door_open", "answers_valid"),
        law="NĐ 61/2018 Đ.16; NĐ 118/2025",
    ),
    Transition(
        action=Action.RECEIVE_AT_DESK,
        target=_S.ACCEPTED,
        clock=Clock.START,
        grants=("reception@receiving", "desk_lead@receiving", "support@receiving"),
        conditions=("version_in_force", "door_open", "answers_valid"),
        law="NĐ 61/2018 Đ.17.1c",
    ),
    Transition(
        action=Action.TAKE_IN,
        target=_S.REGISTERED,
        grants=("portal@system", "gateway@system", "system@system"),
        conditions=("version_in_force", "door_open"),
        law="NĐ 118/2025",
    ),
    Transition(
        action=Action.AT_ONCE,
        target=_S.RETURNED,
        grants=("reception@receiving", "desk_lead@receiving", "signer@receiving"),
        conditions=("version_in_force", "door_open"),
        law="NĐ 61/2018 Đ.17 (no receipt where the result is given at once)",
    ),
    Transition(
        action=Action.BRING_TO_SIGN,
        target=_S.IN_PROGRESS,
        target_step=Step.SIGNING,
        clock=Clock.START,
        grants=("reception@receiving", "desk_lead@receiving"),
        conditions=("version_in_force", "door_open"),
        law="NĐ 61/2018 Đ.17; NĐ 45/2020 Đ.10 (the electronic copy is signed by who certifies, not by the desk)",
    ),
    *(
        Transition(
            action=Action.IMPORT,
            target=state,
            target_step=Step.UNASSIGNED if state is _S.IN_PROGRESS else None,
            clock=Clock.NONE if state in (_S.REGISTERED, _S.REFUSED) else Clock.START,
            grants=("system_admin@province", "system@system"),
        )
        for state in State
    ),
    # -- reception -----------------------------------------------------------------------------------------
    Transition(
        action=Action.ACCEPT,
        sources=_set(_S.REGISTERED),
        target=_S.ACCEPTED,
        clock=Clock.START,
        grants=(*_DESK, "system@system"),
        law="NĐ 61/2018 Đ.17.1c",
    ),
    Transition(
        action=Action.REFUSE,
        sources=_set(_S.REGISTERED),
        target=_S.REFUSED,
        grants=_DESK,
        conditions=("reason_given",),
        law="NĐ 61/2018 Đ.17.1b",
    ),
    Transition(
        action=Action.REFUSE,
        sources=_set(_S.SUPPLEMENT),
        held=_S.REGISTERED,
        target=_S.REFUSED,
        grants=_DESK,
        conditions=("reason_given",),
        law="NĐ 61/2018 Đ.17.1b",
    ),
    Transition(
        action=Action.REQUEST_SUPPLEMENT,
        sources=_set(_S.REGISTERED),
        target=_S.SUPPLEMENT,
        grants=_DESK,
        conditions=("reason_given", "supplement_once"),
        law="NĐ 61/2018 Đ.17.1a, Đ.15.3",
    ),
    Transition(
        action=Action.REQUEST_SUPPLEMENT,
        sources=_set(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=_WORK,
        target=_S.SUPPLEMENT,
        clock=Clock.PAUSE,
        grants=(*_SOLVER, *_HEADS, *_DESK),
        conditions=("reason_given", "supplement_once"),
        law="NĐ 61/2018 Đ.19.4, Đ.15.3",
    ),
    *(
        Transition(
            action=Action.SUPPLY,
            sources=_set(_S.SUPPLEMENT),
            held=held,
            target=held,
            clock=clock,
            grants=(*_OWNER, *_ANY_DESK, "portal@system", "gateway@system"),
            law="NĐ 61/2018 Đ.19.4",
        )
        for held, clock in _HELD
    ),
    # -- the internal process ------------------------------------------------------------------------------
    Transition(
        action=Action.ASSIGN,
        sources=_set(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=_WORK,
        target=_S.IN_PROGRESS,
        target_step=Step.ASSIGNED,
        grants=(*_HEADS, "solver@handling", "system@system"),
        law="TT 01/2018 Đ.8",
    ),
    Transition(
        action=Action.TAKE_UP,
        sources=_set(_S.IN_PROGRESS),
        steps=frozenset({Step.ASSIGNED}),
        target_step=Step.SOLVING,
        grants=("solver@assignee",),
        law="TT 01/2018 Đ.8",
    ),
    Transition(
        action=Action.FORWARD,
        sources=_set(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=_WORK,
        target=_S.IN_PROGRESS,
        target_step=Step.UNASSIGNED,
        grants=(*_DESK, *_HEADS, *_SOLVER, "system@system"),
        conditions=("other_agency",),
        law="NĐ 61/2018 Đ.18.2, Đ.19.6, Đ.19.7",
    ),
    Transition(
        action=Action.CONSULT,
        sources=_set(_S.IN_PROGRESS),
        steps=frozenset({Step.ASSIGNED, Step.SOLVING, Step.CONSULTING}),
        target_step=Step.CONSULTING,
        grants=(*_SOLVER, *_HEADS),
        conditions=("other_agency", "answer_date_given"),
        law="NĐ 61/2018 Đ.19.5",
    ),
    Transition(
        action=Action.ANSWER_CONSULTATION,
        sources=_set(_S.IN_PROGRESS),
        steps=frozenset({Step.CONSULTING}),
        target_step=Step.CONSULTING,
        grants=("solver@consulted", "reviewer@consulted", "leader@consulted", "signer@consulted"),
        conditions=("others_still_open",),
        law="NĐ 61/2018 Đ.19.5",
    ),
    Transition(
        action=Action.ANSWER_CONSULTATION,
        sources=_set(_S.IN_PROGRESS),
        steps=frozenset({Step.CONSULTING}),
        target_step=Step.SOLVING,
        grants=("solver@consulted", "reviewer@consulted", "leader@consulted", "signer@consulted"),
        conditions=("last_answer",),
        law="NĐ 61/2018 Đ.19.5",
    ),
    Transition(
        action=Action.PROPOSE,
        sources=_set(_S.IN_PROGRESS),
        steps=_DOING,
        target_step=Step.REVIEWING,
        grants=_SOLVER,
        conditions=("process_has_review",),
        law="TT 01/2018 Đ.8",
    ),
    Transition(
        action=Action.PROPOSE,
        sources=_set(_S.IN_PROGRESS),
        steps=_DOING,
        target_step=Step.SIGNING,
        grants=_SOLVER,
        conditions=("process_without_review",),
        law="TT 01/2018 Đ.8",
    ),
    Transition(
        action=Action.APPROVE,
        sources=_set(_S.IN_PROGRESS),
        steps=frozenset({Step.REVIEWING}),
        target_step=Step.SIGNING,
        grants=("reviewer@handling", "leader@handling"),
        conditions=("not_own_proposal",),
        law="TT 01/2018 Đ.8",
    ),
    *(
        Transition(
            action=Action.RETURN_STEP,
            sources=_set(_S.IN_PROGRESS),
            steps=frozenset({came_from}),
            target_step=back_to,
            grants=grants,
            conditions=("reason_given",),
            law="TT 01/2018 Đ.8",
        )
        for came_from, back_to, grants in (
            (Step.REVIEWING, Step.SOLVING, ("reviewer@handling", "leader@handling")),
            (Step.SIGNING, Step.REVIEWING, ("signer@handling", "leader@handling")),
            (Step.SIGNING, Step.SOLVING, ("signer@handling", "leader@handling")),
            (Step.STAMPING, Step.SIGNING, ("clerk@handling",)),
        )
    ),
    Transition(
        action=Action.SIGN_RESULT,
        sources=_set(_S.IN_PROGRESS),
        steps=frozenset({Step.SIGNING}),
        target_step=Step.STAMPING,
        grants=("signer@handling", "leader@handling"),
        law="NĐ 30/2020 Đ.5, Đ.13",
    ),
    Transition(
        action=Action.STAMP,
        sources=_set(_S.IN_PROGRESS),
        steps=frozenset({Step.STAMPING}),
        target=_S.RESOLVED,
        clock=Clock.END,
        grants=("clerk@handling",),
        law="NĐ 30/2020 Đ.5",
    ),
    Transition(
        action=Action.RETURN_RESULT,
        sources=_set(_S.RESOLVED),
        target=_S.RETURNED,
        grants=(*_ANY_DESK, "reception@returning", "system@system", "citizen@owner"),
        law="NĐ 61/2018 Đ.20",
    ),
    # -- the ends before a result --------------------------------------------------------------------------
    Transition(
        action=Action.WITHDRAW,
        sources=_set(_S.REGISTERED, _S.ACCEPTED, _S.IN_PROGRESS, _S.SUPPLEMENT, _S.PAYMENT_DUE),
        steps=_BEFORE_SIGNED,
        target=_S.WITHDRAWN,
        clock=Clock.END,
        grants=(*_OWNER, *_DESK, "portal@system", "gateway@system"),
        law="TT 01/2018; state 7 of the national list",
    ),
    Transition(
        action=Action.STOP,
        sources=_set(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=_BEFORE_SIGNED,
        target=_S.STOPPED,
        clock=Clock.END,
        grants=(*_HEADS, *_SOLVER),
        conditions=("reason_given",),
        law="TT 03/2025/TT-VPCP form 05",
    ),
    *(
        Transition(
            action=Action.STOP,
            sources=_set(_S.SUPPLEMENT, _S.PAYMENT_DUE),
            held=held,
            target=_S.STOPPED,
            clock=Clock.END,
            grants=(*_HEADS, *_SOLVER),
            conditions=("reason_given",),
            law="TT 03/2025/TT-VPCP form 05",
        )
        for held in (_S.ACCEPTED, _S.IN_PROGRESS)
    ),
    *(
        Transition(
            action=Action.REOPEN,
            sources=_set(ended),
            held=held,
            target=held,
            clock=Clock.NONE if held is _S.REGISTERED else Clock.RESUME,
            grants=("desk_lead@receiving", "leader@receiving", "leader@handling"),
            conditions=("reason_given",),
            law="correction of a mistake, with its reason on the control slip",
        )
        for ended, held in (
            (_S.REFUSED, _S.REGISTERED),
            (_S.WITHDRAWN, _S.REGISTERED),
            (_S.WITHDRAWN, _S.ACCEPTED),
            (_S.WITHDRAWN, _S.IN_PROGRESS),
            (_S.STOPPED, _S.ACCEPTED),
            (_S.STOPPED, _S.IN_PROGRESS),
        )
    ),
    # -- time and money ------------------------------------------------------------------------------------
    Transition(
        action=Action.EXTEND,
        sources=_set(_S.ACCEPTED, _S.IN_PROGRESS),
        clock=Clock.EXTEND,
        grants=(*_HEADS, *_SOLVER, "signer@handling"),
        conditions=("reason_given", "extended_once_only", "told_in_time", "later_date"),
        law="NĐ 61/2018 Đ.19.9; TT 03/2025 form 04",
    ),
    Transition(
        action=Action.REQUEST_PAYMENT,
        sources=_set(_S.REGISTERED),
        target=_S.PAYMENT_DUE,
        grants=(*_DESK, "system@system"),
        law="NĐ 61/2018 Đ.22",
    ),
    Transition(
        action=Action.REQUEST_PAYMENT,
        sources=_set(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=_WORK,
        target=_S.PAYMENT_DUE,
        clock=Clock.PAUSE,
        grants=(*_DESK, *_SOLVER, *_HEADS, "system@system"),
        law="NĐ 61/2018 Đ.22; QĐ 766/QĐ-TTg group 2 (the wait does not count)",
    ),
    *(
        Transition(
            action=Action.RECORD_PAYMENT,
            sources=_set(_S.PAYMENT_DUE),
            held=held,
            target=held,
            clock=Clock.NONE if held is _S.REGISTERED else Clock.RESUME,
            grants=(*_ANY_DESK, *_DESK, "system@system", "gateway@system", "portal@system"),
            law="NĐ 61/2018 Đ.22",
        )
        for held in (_S.REGISTERED, _S.ACCEPTED, _S.IN_PROGRESS)
    ),
    Transition(
        action=Action.RECORD_PAYMENT,
        sources=_set(_S.REGISTERED, _S.ACCEPTED, _S.IN_PROGRESS, _S.RESOLVED, _S.RETURNED),
        grants=(*_ANY_DESK, *_DESK, "system@system", "gateway@system", "portal@system"),
        law="NĐ 61/2018 Đ.22 (paid at the counter, nothing was waiting for it)",
    ),
    # -- what changes no state -----------------------------------------------------------------------------
    Transition(
        action=Action.CORRECT,
        sources=frozenset(State),
        grants=("reception@receiving", "desk_lead@receiving", "solver@assignee", "leader@handling"),
        conditions=("reason_given",),
        law="a mistake is corrected openly, never overwritten",
    ),
    Transition(
        action=Action.MOVE_PAPER,
        sources=frozenset(State),
        grants=(*_DESK, *_ANY_DESK, *_SOLVER, "clerk@handling", "reviewer@handling"),
        law="NĐ 61/2018 Đ.18",
    ),
    Transition(
        action=Action.RE_DATE,
        sources=_set(_S.ACCEPTED, _S.IN_PROGRESS),
        grants=("system@system", "leader@handling", "desk_lead@receiving"),
        conditions=("due_time_changed",),
        law="a change of the working calendar re-dates open dossiers only, by an entry of its own",
    ),
    Transition(
        action=Action.TRANSFER,
        sources=_set(_S.REGISTERED, _S.ACCEPTED, _S.IN_PROGRESS, _S.SUPPLEMENT, _S.PAYMENT_DUE, _S.RESOLVED),
        grants=("system@system", "system_admin@province"),
        conditions=("successor_known",),
        law="Luật 72/2025/QH15: no step is done twice and the clock is not restarted",
    ),
)
