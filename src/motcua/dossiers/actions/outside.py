"""What a ministry's own system says of a dossier that was handed over to it, mirrored here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor
from motcua.dossiers import policies
from motcua.dossiers.actions import linked
from motcua.dossiers.actions.core import begin, finish, stamp_of
from motcua.dossiers.actions.results import start_waiting_parts
from motcua.dossiers.data import Action, Done, Outcome, Step


def mirror(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    status: str,
    outcome: Outcome = Outcome.NONE,
    their_code: str = "",
    expected_seq: int | None = None,
) -> Done:
    """Write down what the ministry's system says. `status`: its words, for the citizen to read; `outcome`: granted
    or rejected once it has decided, then state 9 and the clock ends. Linked parts that waited for it start."""
    said = policies.check_reason(status)[:300]
    decided = outcome is not Outcome.NONE
    with transaction.atomic():
        move = begin(
            action=Action.MIRROR,
            by=by,
            at=at,
            dossier_id=dossier_id,
            expected_seq=expected_seq,
            to_step=Step.NONE if decided else Step.OUTSIDE,
        )
        row = move.row
        row.handed_state = said
        row.handed_code = their_code.strip()[:80] or row.handed_code
        told = {"system": row.handed_to, "their_code": row.handed_code, "note": said}
        if not decided:
            return finish(move, told)
        row.outcome = outcome
        row.reason = said if outcome is Outcome.REJECTED else ""
        on_time = None if row.due_at is None else at <= row.due_at
        done = finish(move, told | {"outcome": str(outcome), "on_time": on_time, "ended_at": stamp_of(at)})
        start_waiting_parts(row, at=at)
        linked.part_ended(row, at=at)
        return done
