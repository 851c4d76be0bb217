"""The transition table of a dossier: which action leads from which state to which, as data.

A row says: action, states (and steps inside state 4) it may start from, where it leads, what it does to the
clock, who may do it ("role@relation"), and which conditions `policies` checks. Law: NĐ 61/2018/NĐ-CP Đ.17–20
until 2025-06-30, NĐ 118/2025/NĐ-CP since; the ten states are the national status codes.
"""

from __future__ import annotations

from motcua.dossiers.data import Action, State, Step

from .grants import ANY_DESK, DESK, DOING, HEADS, HELD, OWNER, SOLVER, WORK, states
from .off_the_main_way import OFF_THE_MAIN_WAY
from .shape import Clock, Transition

__all__ = ["TRANSITIONS", "Clock", "Transition"]

_S = State

TRANSITIONS: tuple[Transition, ...] = (
    # -- how a dossier comes in --------------------------------------------------------------------------
    Transition(
        action=Action.SUBMIT,
        target=_S.REGISTERED,
        grants=(*OWNER, *ANY_DESK),
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
        sources=states(_S.REGISTERED),
        target=_S.ACCEPTED,
        clock=Clock.START,
        grants=(*DESK, "system@system"),
        law="NĐ 61/2018 Đ.17.1c",
    ),
    Transition(
        action=Action.REFUSE,
        sources=states(_S.REGISTERED),
        target=_S.REFUSED,
        grants=(*DESK, "system@system"),
        conditions=("reason_given",),
        law="NĐ 61/2018 Đ.17.1b (the system: a linked part whose predecessor was not granted)",
    ),
    Transition(
        action=Action.REFUSE,
        sources=states(_S.SUPPLEMENT),
        held=_S.REGISTERED,
        target=_S.REFUSED,
        grants=DESK,
        conditions=("reason_given",),
        law="NĐ 61/2018 Đ.17.1b",
    ),
    Transition(
        action=Action.REQUEST_SUPPLEMENT,
        sources=states(_S.REGISTERED),
        target=_S.SUPPLEMENT,
        grants=DESK,
        conditions=("reason_given", "supplement_once"),
        law="NĐ 61/2018 Đ.17.1a, Đ.15.3",
    ),
    Transition(
        action=Action.REQUEST_SUPPLEMENT,
        sources=states(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=WORK | {Step.OUTSIDE},
        target=_S.SUPPLEMENT,
        clock=Clock.PAUSE,
        grants=(*SOLVER, *HEADS, *DESK),
        conditions=("reason_given", "supplement_once"),
        law="NĐ 61/2018 Đ.19.4, Đ.15.3",
    ),
    *(
        Transition(
            action=Action.SUPPLY,
            sources=states(_S.SUPPLEMENT),
            held=held,
            target=held,
            clock=clock,
            grants=(*OWNER, *ANY_DESK, "portal@system", "gateway@system"),
            law="NĐ 61/2018 Đ.19.4",
        )
        for held, clock in HELD
    ),
    # -- the internal process ------------------------------------------------------------------------------
    Transition(
        action=Action.ASSIGN,
        sources=states(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=WORK,
        target=_S.IN_PROGRESS,
        target_step=Step.ASSIGNED,
        grants=(*HEADS, "solver@handling", "system@system"),
        law="TT 01/2018 Đ.8",
    ),
    Transition(
        action=Action.TAKE_UP,
        sources=states(_S.IN_PROGRESS),
        steps=frozenset({Step.ASSIGNED}),
        target_step=Step.SOLVING,
        grants=("solver@assignee",),
        law="TT 01/2018 Đ.8",
    ),
    Transition(
        action=Action.FORWARD,
        sources=states(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=WORK,
        target=_S.IN_PROGRESS,
        target_step=Step.UNASSIGNED,
        grants=(*DESK, *HEADS, *SOLVER, "system@system"),
        conditions=("other_agency",),
        law="NĐ 61/2018 Đ.18.2, Đ.19.6, Đ.19.7",
    ),
    Transition(
        action=Action.CONSULT,
        sources=states(_S.IN_PROGRESS),
        steps=frozenset({Step.ASSIGNED, Step.SOLVING, Step.CONSULTING}),
        target_step=Step.CONSULTING,
        grants=(*SOLVER, *HEADS),
        conditions=("other_agency", "answer_date_given"),
        law="NĐ 61/2018 Đ.19.5",
    ),
    Transition(
        action=Action.ANSWER_CONSULTATION,
        sources=states(_S.IN_PROGRESS),
        steps=frozenset({Step.CONSULTING}),
        target_step=Step.CONSULTING,
        grants=("solver@consulted", "reviewer@consulted", "leader@consulted", "signer@consulted"),
        conditions=("others_still_open",),
        law="NĐ 61/2018 Đ.19.5",
    ),
    Transition(
        action=Action.ANSWER_CONSULTATION,
        sources=states(_S.IN_PROGRESS),
        steps=frozenset({Step.CONSULTING}),
        target_step=Step.SOLVING,
        grants=("solver@consulted", "reviewer@consulted", "leader@consulted", "signer@consulted"),
        conditions=("last_answer",),
        law="NĐ 61/2018 Đ.19.5",
    ),
    Transition(
        action=Action.PROPOSE,
        sources=states(_S.IN_PROGRESS),
        steps=DOING,
        target_step=Step.REVIEWING,
        grants=SOLVER,
        conditions=("process_has_review",),
        law="TT 01/2018 Đ.8",
    ),
    Transition(
        action=Action.PROPOSE,
        sources=states(_S.IN_PROGRESS),
        steps=DOING,
        target_step=Step.SIGNING,
        grants=SOLVER,
        conditions=("process_without_review",),
        law="TT 01/2018 Đ.8",
    ),
    Transition(
        action=Action.APPROVE,
        sources=states(_S.IN_PROGRESS),
        steps=frozenset({Step.REVIEWING}),
        target_step=Step.SIGNING,
        grants=("reviewer@handling", "leader@handling"),
        conditions=("not_own_proposal",),
        law="TT 01/2018 Đ.8",
    ),
    *(
        Transition(
            action=Action.RETURN_STEP,
            sources=states(_S.IN_PROGRESS),
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
        sources=states(_S.IN_PROGRESS),
        steps=frozenset({Step.SIGNING}),
        target_step=Step.STAMPING,
        grants=("signer@handling", "leader@handling"),
        law="NĐ 30/2020 Đ.5, Đ.13",
    ),
    Transition(
        action=Action.STAMP,
        sources=states(_S.IN_PROGRESS),
        steps=frozenset({Step.STAMPING}),
        target=_S.RESOLVED,
        clock=Clock.END,
        grants=("clerk@handling",),
        law="NĐ 30/2020 Đ.5",
    ),
    Transition(
        action=Action.RETURN_RESULT,
        sources=states(_S.RESOLVED),
        target=_S.RETURNED,
        grants=(*ANY_DESK, "reception@returning", "system@system", "citizen@owner"),
        law="NĐ 61/2018 Đ.20",
    ),
    *OFF_THE_MAIN_WAY,
)
