"""What every action does alike: lock, check, move by the table, run the clock, write one ledger entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from motcua.base.data import Actor, Json, require_aware
from motcua.base.db import require_transaction
from motcua.base.errors import DomainError
from motcua.dossiers.actions import rows
from motcua.dossiers.actions.clocks import ClockMove, advance, as_payload, store
from motcua.dossiers.data import Action, Done, Queue, Relation, State, Step
from motcua.dossiers.models import Dossier
from motcua.dossiers.permissions import (
    NotAllowed,
    NotYours,
    check_action,
    check_sight,
    granted,
    may_act,
    may_see,
)
from motcua.dossiers.queries.access import relations_at_hand, relations_of
from motcua.dossiers.rules.kinds import KINDS, SUBJECT
from motcua.dossiers.rules.replay import moved
from motcua.dossiers.rules.transitions import Clock, Transition, pick, queue_of
from motcua.ledger.api import Subject, append

_ENDED = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RESOLVED, State.RETURNED})


class StaleVersion(DomainError):
    """Somebody else changed this dossier in the meantime. Reload it; nothing of yours was applied."""

    message_vi = (
        "Hồ sơ vừa được người khác cập nhật. Hãy tải lại để xem; thao tác của bạn chưa được thực hiện."
    )


class TimeMovedBack(DomainError):
    """The time {at} is before the dossier's last entry ({last}); check the machine's clock."""

    message_vi = "Thời điểm {at} sớm hơn thao tác gần nhất của hồ sơ ({last}); hãy kiểm tra đồng hồ máy."


class HistoryMismatch(RuntimeError):
    """The ledger and the dossier's row disagree about how many entries there are."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """A checked intention: the locked row, the row of the table to take, who and when."""

    action: Action
    row: Dossier
    transition: Transition
    relations: frozenset[Relation]  # enough to permit the action; not always all of them
    by: Actor
    at: datetime


def stamp_of(moment: datetime | None) -> str | None:
    """A moment as payloads write it: ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat() if moment else None


def held_of(row: Dossier) -> State | None:
    """The interrupted state, if any."""
    return State(row.held_state) if row.held_state else None


def begin(
    *,
    action: Action,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    expected_seq: int | None = None,
    to_step: Step | Callable[[Dossier], Step] | None = None,
) -> Move:
    """Lock the dossier and check, in this order: seen, permitted, unchanged since read, time, table.

    `to_step` may be worked out from the locked row. What an actor is to a dossier only ever adds rights, so what
    must be looked up (an opinion asked for, an absent colleague) is looked up when what is at hand is not enough.

    Raises `NotYours`, `NotAllowed`, `StaleVersion`, `TimeMovedBack`, `NotPossibleNow`.
    """
    require_aware(at)
    row = locked(dossier_id)
    has, whole = relations_at_hand(by, row), False
    if not (may_see(by, has) and may_act(by, action, has)):
        has, whole = relations_of(by, row, at), True
        check_sight(by, has)
        check_action(by, action, has)
    if expected_seq is not None and expected_seq != row.seq:
        raise StaleVersion(f"expected {expected_seq}, is {row.seq}")
    if at < row.changed_at:
        raise TimeMovedBack(
            at=f"{at:%H:%M %d/%m/%Y}", last=f"{row.changed_at.astimezone(at.tzinfo):%H:%M %d/%m/%Y}"
        )
    target = to_step(row) if callable(to_step) else to_step
    transition = pick(action, state=State(row.state), step=Step(row.step), held=held_of(row), to_step=target)
    if not whole and not granted(by, has, transition.grants):
        has = relations_of(by, row, at)
    if not granted(by, has, transition.grants):
        raise NotAllowed(f"{by.role} may not {action} from {State(row.state).name}")
    return Move(action=action, row=row, transition=transition, relations=has, by=by, at=at)


def locked(dossier_id: UUID) -> Dossier:
    """The row, held until the transaction ends; raises `NotYours` when there is none."""
    require_transaction()
    row = rows.hold(dossier_id)
    if row is None:
        raise NotYours(str(dossier_id))
    return row


def finish(
    move: Move,
    payload: Mapping[str, Json] | None = None,
    *,
    extend_to: datetime | None = None,
    why: str = "",
) -> Done:
    """Take the table's row: state, step, clock, queue; write the entry and the dossier."""
    row, at = move.row, move.at
    before = State(row.state)
    target, step = move.transition.leads_to(before, Step(row.step), Step(row.held_step))
    state, new_step, held, held_step = moved(
        before, Step(row.step), held_of(row), Step(row.held_step), (target, step)
    )
    row.state, row.step = state, new_step
    row.held_state, row.held_step = held, held_step
    _times(row, before, state, at)
    clock = advance(
        row, move.transition.clock, ended_well=state is State.RESOLVED, at=at, to=extend_to, why=why
    )
    if clock is not None:
        row.due_at = clock.due if clock.due is not None else row.due_at
        if move.transition.clock in (Clock.START, Clock.RESTART, Clock.RESUME, Clock.EXTEND):
            # What is handed to the citizen now (receipt, slip, apology) promises this.
            row.promised_due = row.due_at
    place(row)
    return write(row, move.action, by=move.by, at=at, payload=payload or {}, clock=clock)


def _times(row: Dossier, before: State, state: State, at: datetime) -> None:
    if state in _ENDED and before not in _ENDED:
        row.ended_at = at
    elif state not in _ENDED:
        row.ended_at = None
    if state is State.RETURNED and before is not State.RETURNED:
        row.returned_at = at


def place(row: Dossier) -> None:
    """Put the dossier into the worklist of who must act next."""
    queue = queue_of(State(row.state), Step(row.step))
    if row.has_parts and queue is Queue.ASSIGN:
        queue = Queue.WAITING  # its parts are worked on; the desk watches the whole
    row.queue = queue
    if queue is Queue.NONE:
        row.queue_agency = ""
        return
    if queue in (Queue.ACCEPT, Queue.WAITING):
        row.queue_agency = row.desk_agency
    elif queue is Queue.RETURN:
        row.queue_agency = row.return_agency
    else:
        row.queue_agency = row.handling_agency
    if queue is not Queue.ACCEPT:
        row.queue_due = row.due_at or row.accepted_at or row.queue_due


def write(
    row: Dossier,
    action: Action,
    *,
    by: Actor,
    at: datetime,
    payload: Mapping[str, Json],
    clock: ClockMove | None = None,
    clock_then: ClockMove | None = None,
    creating: bool = False,
) -> Done:
    """Append the one ledger entry and save the row with its number. Raises `HistoryMismatch`."""
    body: dict[str, Json] = {
        "action": action.value,
        "code": row.code,
        "procedure": row.procedure_code,
        "state": int(row.state),
        "step": str(row.step),
        "assignee": row.assignee,
        "handling_agency": row.handling_agency,
        "due_at": stamp_of(row.due_at),
        "promised_due": stamp_of(row.promised_due),
        **payload,
    }
    if clock is not None:
        body["clock"] = as_payload(clock)
    if clock_then is not None:
        body["clock_then"] = as_payload(clock_then)
    entry = append(
        kind=KINDS[action],
        subject=Subject(kind=SUBJECT, id=str(row.id)),
        by=by,
        at=at,
        unit=by.unit or row.desk_agency,
        payload=body,
        person=row.applicant_person_id,
    )
    expected = 1 if creating else row.seq + 1
    if entry.subject_seq != expected:
        raise HistoryMismatch(f"{row.code}: entry {entry.subject_seq}, row expects {expected}")
    row.seq = entry.subject_seq
    row.changed_at = at
    if creating:
        rows.insert(row)
        rows.remember(row)
    else:
        rows.update(row)
    if clock is not None:
        store(row, clock)
    if clock_then is not None:
        store(row, clock_then, part=1)
    return Done(
        dossier_id=row.id,
        code=row.code,
        state=State(row.state),
        step=Step(row.step),
        seq=row.seq,
        due_at=row.due_at,
    )
