"""The transition table off the main way: ends before a result, time and money, what changes no state."""

from __future__ import annotations

from motcua.dossiers.data import Action, State, Step

from .grants import ANY_DESK, BEFORE_SIGNED, DESK, HEADS, OWNER, SOLVER, WORK, states
from .shape import Clock, Transition

_S = State
_MIRRORS = (*DESK, "solver@handling", "system@system", "portal@system", "gateway@system")

OFF_THE_MAIN_WAY: tuple[Transition, ...] = (
    # -- a ministry's own system, and dossiers of several parts ----------------------------------------------
    Transition(
        action=Action.HAND_OVER,
        sources=states(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=WORK,
        target=_S.IN_PROGRESS,
        target_step=Step.OUTSIDE,
        grants=(*DESK, *HEADS, *SOLVER, "system@system"),
        conditions=("ministry_door_open",),
        law="NĐ 61/2018 Đ.18; a procedure of a ministry's own system is handed over and mirrored",
    ),
    Transition(
        action=Action.MIRROR,
        sources=states(_S.IN_PROGRESS),
        steps=frozenset({Step.OUTSIDE}),
        target_step=Step.OUTSIDE,
        grants=_MIRRORS,
        law="NĐ 61/2018 Đ.18",
    ),
    Transition(
        action=Action.MIRROR,
        sources=states(_S.IN_PROGRESS),
        steps=frozenset({Step.OUTSIDE}),
        target=_S.RESOLVED,
        target_step=Step.NONE,
        clock=Clock.END,
        grants=_MIRRORS,
        law="NĐ 61/2018 Đ.18",
    ),
    Transition(
        action=Action.RETURN_STEP,
        sources=states(_S.IN_PROGRESS),
        steps=frozenset({Step.OUTSIDE}),
        target_step=Step.UNASSIGNED,
        grants=("desk_lead@receiving", *HEADS),
        conditions=("reason_given",),
        law="handed over by mistake: taken back, with the reason",
    ),
    Transition(
        action=Action.CONCLUDE,
        sources=states(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=frozenset({Step.UNASSIGNED}),
        target=_S.RESOLVED,
        clock=Clock.END,
        grants=("system@system",),
        conditions=("parts_ended",),
        law="QĐ 766/QĐ-TTg; a linked dossier ends when its last part has",
    ),
    # -- the ends before a result --------------------------------------------------------------------------
    Transition(
        action=Action.WITHDRAW,
        sources=states(_S.REGISTERED, _S.ACCEPTED, _S.IN_PROGRESS, _S.SUPPLEMENT, _S.PAYMENT_DUE),
        steps=BEFORE_SIGNED,
        target=_S.WITHDRAWN,
        clock=Clock.END,
        grants=(*OWNER, *DESK, "portal@system", "gateway@system"),
        law="TT 01/2018; state 7 of the national list",
    ),
    Transition(
        action=Action.STOP,
        sources=states(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=BEFORE_SIGNED,
        target=_S.STOPPED,
        clock=Clock.END,
        grants=(*HEADS, *SOLVER),
        conditions=("reason_given",),
        law="TT 03/2025/TT-VPCP form 05",
    ),
    *(
        Transition(
            action=Action.STOP,
            sources=states(_S.SUPPLEMENT, _S.PAYMENT_DUE),
            held=held,
            target=_S.STOPPED,
            clock=Clock.END,
            grants=(*HEADS, *SOLVER),
            conditions=("reason_given",),
            law="TT 03/2025/TT-VPCP form 05",
        )
        for held in (_S.ACCEPTED, _S.IN_PROGRESS)
    ),
    *(
        Transition(
            action=Action.REOPEN,
            sources=states(ended),
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
        sources=states(_S.ACCEPTED, _S.IN_PROGRESS),
        clock=Clock.EXTEND,
        grants=(*HEADS, *SOLVER, "signer@handling"),
        conditions=("reason_given", "extended_once_only", "told_in_time", "later_date"),
        law="NĐ 61/2018 Đ.19.9; TT 03/2025 form 04",
    ),
    Transition(
        action=Action.REQUEST_PAYMENT,
        sources=states(_S.REGISTERED),
        target=_S.PAYMENT_DUE,
        grants=(*DESK, "system@system"),
        law="NĐ 61/2018 Đ.22",
    ),
    Transition(
        action=Action.REQUEST_PAYMENT,
        sources=states(_S.ACCEPTED, _S.IN_PROGRESS),
        steps=WORK,
        target=_S.PAYMENT_DUE,
        clock=Clock.PAUSE,
        grants=(*DESK, *SOLVER, *HEADS, "system@system"),
        law="NĐ 61/2018 Đ.22; QĐ 766/QĐ-TTg group 2 (the wait does not count)",
    ),
    *(
        Transition(
            action=Action.RECORD_PAYMENT,
            sources=states(_S.PAYMENT_DUE),
            held=held,
            target=held,
            clock=Clock.NONE if held is _S.REGISTERED else Clock.RESUME,
            grants=(*ANY_DESK, *DESK, "system@system", "gateway@system", "portal@system"),
            law="NĐ 61/2018 Đ.22",
        )
        for held in (_S.REGISTERED, _S.ACCEPTED, _S.IN_PROGRESS)
    ),
    Transition(
        action=Action.RECORD_PAYMENT,
        sources=states(_S.REGISTERED, _S.ACCEPTED, _S.IN_PROGRESS, _S.SUPPLEMENT, _S.RESOLVED, _S.RETURNED),
        grants=(*ANY_DESK, *DESK, "system@system", "gateway@system", "portal@system"),
        law="NĐ 61/2018 Đ.22 (paid, and nothing was waiting for it)",
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
        grants=(*DESK, *ANY_DESK, *SOLVER, "clerk@handling", "reviewer@handling"),
        law="NĐ 61/2018 Đ.18",
    ),
    Transition(
        action=Action.RE_DATE,
        sources=states(_S.ACCEPTED, _S.IN_PROGRESS),
        grants=("system@system", "leader@handling", "desk_lead@receiving"),
        conditions=("due_time_changed",),
        law="a change of the working calendar re-dates open dossiers only, by an entry of its own",
    ),
    Transition(
        action=Action.TRANSFER,
        sources=states(
            _S.REGISTERED, _S.ACCEPTED, _S.IN_PROGRESS, _S.SUPPLEMENT, _S.PAYMENT_DUE, _S.RESOLVED
        ),
        grants=("system@system", "system_admin@province"),
        conditions=("successor_known",),
        law="Luật 72/2025/QH15: no step is done twice and the clock is not restarted",
    ),
)
