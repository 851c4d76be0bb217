"""Dossiers of several parts: what the end of one part means to the others and to the whole (liên thông).

Each part has its own clock and result; the whole has one receipt and ends when its last part has.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import SYSTEM, Actor, Json
from motcua.base.errors import DomainError
from motcua.dossiers.actions.core import begin, finish, locked, stamp_of
from motcua.dossiers.data import Action, Done, Outcome, State
from motcua.dossiers.models import Dossier
from motcua.dossiers.permissions import NotAllowed
from motcua.dossiers.rules.transitions import NotPossibleNow
from motcua.procedures import api as procedures

_RUNNING = (State.REGISTERED, State.ACCEPTED, State.IN_PROGRESS, State.SUPPLEMENT, State.PAYMENT_DUE)
_SIGNED = (State.RESOLVED, State.RETURNED)


class PartsStillRunning(DomainError):
    """A linked dossier ends when its last part has."""

    message_vi = "Hồ sơ liên thông chỉ kết thúc khi mọi phần đã kết thúc."


def conclude(*, by: Actor, at: datetime, dossier_id: UUID, expected_seq: int | None = None) -> Done:
    """End the whole: state 9, with how each part ended; a part that was not granted is said so in the reason.

    The system's own: `NotAllowed` for others. Raises `PartsStillRunning`.
    """
    with transaction.atomic():
        move = begin(action=Action.CONCLUDE, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        parts = list(row.children.order_by("code"))
        if not parts or any(part.state in _RUNNING for part in parts):
            raise PartsStillRunning(row.code)
        row.outcome = Outcome.GRANTED if any(granted(part) for part in parts) else Outcome.REJECTED
        row.reason = "\n".join(_not_granted(part) for part in parts if not granted(part))
        return finish(
            move,
            {
                "outcome": str(row.outcome),
                "reason": row.reason,
                "parts": [_told(part) for part in parts],
                "on_time": None if row.due_at is None else at <= row.due_at,
                "ended_at": stamp_of(at),
            },
        )


def granted(part: Dossier) -> bool:
    """Did the part end with what was applied for?"""
    return part.state in _SIGNED and part.outcome == Outcome.GRANTED


def part_ended(row: Dossier, *, at: datetime) -> None:
    """A part has ended: those that waited for a result that will not come end too, then perhaps the whole."""
    if row.parent_id is None:
        return
    whole = locked(row.parent_id)
    if not granted(row):
        _refuse_waiting(whole, row, at=at)
    conclude_if_done(whole, at=at)


def conclude_if_done(whole: Dossier, *, at: datetime) -> None:
    """End the whole when it is being worked on and no part of it is any more."""
    if not whole.has_parts or whole.state not in (State.ACCEPTED, State.IN_PROGRESS):
        return
    if not whole.children.filter(state__in=_RUNNING).exists():
        conclude(by=SYSTEM, at=max(at, whole.changed_at), dossier_id=whole.id)


def end_parts(row: Dossier, action: Action, *, by: Actor, at: datetime, reason: str) -> None:
    """The whole was withdrawn or refused: so are its parts, but for those that are signed or beyond."""
    for part in row.children.filter(state__in=_RUNNING).order_by("code"):
        try:
            move = begin(action=action, by=by, at=at, dossier_id=part.id)
        except (NotPossibleNow, NotAllowed):
            continue
        _end(move.row, reason, at=at)
        finish(move, {"reason": reason, "with": row.code}, why=reason or "cùng hồ sơ liên thông")


def _refuse_waiting(whole: Dossier, row: Dossier, *, at: datetime) -> None:
    linked = procedures.version(whole.filed_version_id).content.linked
    codes = [part.code for part in linked if part.after == row.procedure_code]
    name = next((part.name for part in linked if part.code == row.part_code), row.procedure_name)
    why = f"Phần “{name}” không được giải quyết nên phần này không tiếp tục được."
    for waiting in whole.children.filter(part_code__in=codes, state=State.REGISTERED).order_by("code"):
        move = begin(action=Action.REFUSE, by=SYSTEM, at=at, dossier_id=waiting.id)
        _end(move.row, why, at=at)
        finish(move, {"reason": why}, why=why)
        _refuse_waiting(whole, move.row, at=at)


def _end(row: Dossier, reason: str, *, at: datetime) -> None:
    row.reason = reason
    row.supplements.filter(supplied_at__isnull=True, closed_at__isnull=True).update(closed_at=at)
    row.consultations.filter(answered_at__isnull=True, closed_at__isnull=True).update(closed_at=at)


def _why(part: Dossier) -> str:
    return part.reason or str(part.proposal.get("opinion") or "")


def _not_granted(part: Dossier) -> str:
    how = {
        State.REFUSED: "không được tiếp nhận",
        State.WITHDRAWN: "đã rút",
        State.STOPPED: "dừng giải quyết",
    }.get(State(part.state), "không được giải quyết")
    why = _why(part).rstrip(". ")
    return f"{part.procedure_name}: {how}." + (f" Lý do: {why}." if why else "")


def _told(part: Dossier) -> dict[str, Json]:
    return {
        "code": part.code,
        "procedure": part.procedure_code,
        "state": int(part.state),
        "outcome": str(part.outcome),
        "reason": _why(part) if not granted(part) else "",
    }
