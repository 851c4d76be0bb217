"""Asks the transition table: may this be done here, where does it lead, whose turn is it then?"""

from __future__ import annotations

from motcua.base.errors import DomainError
from motcua.dossiers.data import Action, Queue, State, Step

from .table import TRANSITIONS, Clock, Transition

__all__ = [
    "TRANSITIONS",
    "Clock",
    "NotPossibleNow",
    "Transition",
    "creating_rows",
    "pick",
    "possible_actions",
    "queue_of",
    "rows_for",
]


class NotPossibleNow(DomainError):
    """This cannot be done now: the dossier is "{state_en}". Reload the page to see where it stands."""

    message_vi = (
        "Chưa thực hiện được: hồ sơ đang ở trạng thái “{state_vi}”. Tải lại trang để xem tình trạng mới nhất."
    )


def rows_for(action: Action, state: State, step: Step, held: State | None) -> tuple[Transition, ...]:
    """The rows by which a dossier that stands here may take the action; empty when it may not."""
    return tuple(r for r in TRANSITIONS if r.action is action and r.starts_from(state, step, held))


def creating_rows(action: Action) -> tuple[Transition, ...]:
    """The rows by which the action brings a dossier into being."""
    return tuple(r for r in TRANSITIONS if r.action is action and not r.sources)


def pick(
    action: Action,
    *,
    state: State,
    step: Step = Step.NONE,
    held: State | None = None,
    to_step: Step | None = None,
) -> Transition:
    """The one row to take; `to_step` chooses where the table offers several. Raises `NotPossibleNow`."""
    rows = rows_for(action, state, step, held)
    if to_step is not None and len(rows) > 1:
        rows = tuple(r for r in rows if r.target_step is to_step)
    if not rows:
        label_vi = state.label_vi if not step else f"{state.label_vi} – {step.label_vi}"
        label_en = state.label_en if not step else f"{state.label_en}: {step.label_en}"
        raise NotPossibleNow(f"{action} from {state.name}/{step}", state_vi=label_vi, state_en=label_en)
    if len(rows) > 1:
        raise LookupError(f"{action} from {state.name}/{step} leads to several places: name the step")
    return rows[0]


def possible_actions(state: State, step: Step, held: State | None) -> frozenset[Action]:
    """Every action of the table that may start here, whoever asks."""
    return frozenset(r.action for r in TRANSITIONS if r.starts_from(state, step, held))


_STEP_QUEUES = {
    Step.UNASSIGNED: Queue.ASSIGN,
    Step.ASSIGNED: Queue.SOLVE,
    Step.SOLVING: Queue.SOLVE,
    Step.CONSULTING: Queue.CONSULT,
    Step.REVIEWING: Queue.REVIEW,
    Step.SIGNING: Queue.SIGN,
    Step.STAMPING: Queue.STAMP,
    Step.OUTSIDE: Queue.WAITING,
}
_STATE_QUEUES = {
    State.REGISTERED: Queue.ACCEPT,
    State.ACCEPTED: Queue.ASSIGN,
    State.SUPPLEMENT: Queue.WAITING,
    State.PAYMENT_DUE: Queue.WAITING,
    State.RESOLVED: Queue.RETURN,
}


def queue_of(state: State, step: Step) -> Queue:
    """The worklist in which a dossier lies that stands here; none once all is over."""
    if state is State.IN_PROGRESS:
        return _STEP_QUEUES[step]
    return _STATE_QUEUES.get(state, Queue.NONE)
