"""Handing a dossier over to a ministry's own system, which works on it from then on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor
from motcua.dossiers import policies
from motcua.dossiers.actions.core import begin, finish
from motcua.dossiers.data import Action, Done
from motcua.dossiers.models import Dossier
from motcua.procedures import api as procedures
from motcua.procedures.data import DoorKind


def hand_over(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    their_code: str = "",
    note: str = "",
    expected_seq: int | None = None,
) -> Done:
    """Hand the accepted dossier to the ministry's own system that the catalogue names for the day.

    The clock goes on: the citizen's due time is the same wherever it is worked on. `their_code`: the dossier's
    code there, when it is known already. Raises `NotAMinistrysProcedure`, `WorkedInParts`.
    """
    with transaction.atomic():
        move = begin(action=Action.HAND_OVER, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        policies.check_whole(row)
        row.handed_to = system_of(row, at)
        row.handed_code, row.handed_state = their_code.strip()[:80], ""
        return finish(move, {"system": row.handed_to, "their_code": row.handed_code, "note": note})


def system_of(row: Dossier, at: datetime) -> str:
    """The ministry's system that takes the procedure on the day; raises `NotAMinistrysProcedure`."""
    found = ministry_system(row, at)
    if not found:
        raise policies.NotAMinistrysProcedure(row.procedure_code)
    return found


def ministry_system(row: Dossier, at: datetime) -> str:
    """The ministry's own system whose door for the procedure is open on the day; "" where there is none."""
    version = procedures.version(row.procedure_version_id)
    doors = procedures.open_doors(version, at.astimezone(VN).date())
    return next((door.system for door in doors if door.kind == DoorKind.MINISTRY_SYSTEM), "")[:200]
