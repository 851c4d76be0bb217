"""What moves the due time without moving the dossier: the apology, a changed calendar, a reformed unit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.dossiers import policies
from motcua.dossiers.actions.clocks import count, events_of, regime_of
from motcua.dossiers.actions.core import begin, finish, place, stamp_of
from motcua.dossiers.data import Action, Done
from motcua.dossiers.models import Extension
from motcua.units import api as units


class NothingToTransfer(DomainError):
    """Every agency of this dossier still exists: there is nothing to transfer."""

    message_vi = "Các cơ quan của hồ sơ vẫn đang hoạt động, không có gì để chuyển."


def apologise_and_extend(
    *, by: Actor, at: datetime, dossier_id: UUID, to: datetime, reason: str, expected_seq: int | None = None
) -> Done:
    """Apologise, say why, and promise a later time: once, at least a day before the due time (NĐ 61/2018 Đ.19.9).

    Raises `NoDueTime`, `ExtendedBefore`, `NotLater`, and from the clock `ExtensionTooLate`, `ExtensionInvalid`.
    """
    why = policies.check_reason(reason)
    with transaction.atomic():
        move = begin(action=Action.EXTEND, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        earlier = list(Extension.objects.filter(dossier=row))
        before = policies.check_extension(row, earlier, regime_of(row), to)
        done = finish(
            move,
            {"reason": why, "due_before": stamp_of(before), "apology_to": row.applicant_name},
            extend_to=to,
            why=why,
        )
        Extension.objects.create(
            dossier=row,
            number=len(earlier) + 1,
            asked_at=at,
            asked_by=by.ref,
            reason=why,
            due_before=before,
            due_after=row.due_at or to,
        )
        return done


def re_date(
    *, by: Actor, at: datetime, dossier_id: UUID, reason: str, expected_seq: int | None = None
) -> Done:
    """Count the due time again by the calendar as known now, and promise the new one.

    The promise on the receipt stays in the ledger; only open dossiers are re-dated, each by its own entry.
    Raises `NothingToRedate` when the count gives what is promised already.
    """
    why = policies.check_reason(reason)
    with transaction.atomic():
        move = begin(action=Action.RE_DATE, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        state = count(row, events_of(row), known_at=at)
        after = state.due if state is not None else row.due_at
        policies.check_redate(row.due_at, after)
        before, promised = row.due_at, row.promised_due
        row.due_at = row.promised_due = after
        place(row)
        return finish(
            move,
            {"reason": why, "due_before": stamp_of(before), "promised_before": stamp_of(promised)},
        )


def transfer_to_successor(
    *,
    by: Actor,
    at: datetime,
    dossier_id: UUID,
    handling_agency: str = "",
    desk_agency: str = "",
    expected_seq: int | None = None,
) -> Done:
    """After a reform, hand the open dossier to the agencies that carry on (1 July 2025 and alike).

    The receiving agency stays as it was, the successor is recorded, nothing is done twice and the clock goes on.
    Where the law names no single successor, the keys say who. Raises `NoSingleSuccessor`, `NothingToTransfer`.
    """
    with transaction.atomic():
        move = begin(action=Action.TRANSFER, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row, day = move.row, at.astimezone(VN).date()
        old = (row.handling_agency, row.desk_agency, row.return_agency)
        handler = handling_agency or units.agency_successor(row.handling_agency, day).key
        desk = desk_agency or units.agency_successor(row.desk_agency, day).key
        returning = desk if row.return_agency == row.desk_agency else row.return_agency
        returning = units.agency_successor(returning, day).key
        if (handler, desk, returning) == old:
            raise NothingToTransfer(row.code)
        if handler != row.handling_agency:
            row.successor_of, row.assignee = row.handling_agency, ""
        row.handling_agency, row.desk_agency, row.return_agency = handler, desk, returning
        return finish(
            move,
            {
                "handling_before": old[0],
                "desk_before": old[1],
                "receiving_agency": row.receiving_agency,
                "desk_agency": desk,
                "return_agency": returning,
            },
        )
