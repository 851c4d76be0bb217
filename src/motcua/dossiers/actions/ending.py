"""Ends before a decision: withdrawn by the citizen, stopped by the agency; and opening again what was a mistake."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor
from motcua.dossiers import policies
from motcua.dossiers.actions import linked
from motcua.dossiers.actions.core import begin, finish
from motcua.dossiers.actions.reception import close_open_requests
from motcua.dossiers.data import Action, Done


def withdraw(
    *, by: Actor, at: datetime, dossier_id: UUID, reason: str = "", expected_seq: int | None = None
) -> Done:
    """The citizen takes the dossier back: state 7. Possible until the result is signed; no reason is owed."""
    with transaction.atomic():
        move = begin(action=Action.WITHDRAW, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        row.reason = reason.strip()
        close_open_requests(row, at)
        done = finish(move, {"reason": row.reason}, why=row.reason or "công dân rút hồ sơ")
        linked.end_parts(row, Action.WITHDRAW, by=by, at=at, reason=row.reason)
        linked.part_ended(row, at=at)
        return done


def stop(*, by: Actor, at: datetime, dossier_id: UUID, reason: str, expected_seq: int | None = None) -> Done:
    """The agency stops deciding and tells why: state 8 (TT 03/2025/TT-VPCP form 05)."""
    why = policies.check_reason(reason)
    with transaction.atomic():
        move = begin(action=Action.STOP, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        policies.check_whole(row)
        row.reason = why
        close_open_requests(row, at)
        done = finish(move, {"reason": why}, why=why)
        linked.part_ended(row, at=at)
        return done


def reopen(
    *, by: Actor, at: datetime, dossier_id: UUID, reason: str, expected_seq: int | None = None
) -> Done:
    """Undo a refusal, withdrawal or stop that was a mistake: back to where it was; the clock goes on, not anew."""
    why = policies.check_reason(reason)
    with transaction.atomic():
        move = begin(action=Action.REOPEN, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        move.row.reason = ""
        return finish(move, {"reason": why}, why=why)
