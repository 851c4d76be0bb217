"""What moves the due time without moving the dossier: the apology, a changed calendar, a reformed unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError
from motcua.dossiers import policies
from motcua.dossiers.actions.clocks import count, events_of, regime_of
from motcua.dossiers.actions.core import TimeMovedBack, begin, finish, place, stamp_of
from motcua.dossiers.data import Action, Done, ReDated
from motcua.dossiers.models import Extension
from motcua.dossiers.permissions import NotAllowed
from motcua.dossiers.queries.lists import waiting_on_calendar
from motcua.dossiers.rules.transitions import NotPossibleNow
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
    """Count the due time again by the calendar as known now.

    What the receipt promised stays promised until another paper is handed to the citizen: officers work towards
    the new due time, the citizen may come on the promised day. Only open dossiers are re-dated, each by its own
    entry. Raises `NothingToRedate` when the count gives what stands already.
    """
    why = policies.check_reason(reason)
    with transaction.atomic():
        move = begin(action=Action.RE_DATE, by=by, at=at, dossier_id=dossier_id, expected_seq=expected_seq)
        row = move.row
        state = count(row, events_of(row), known_at=at)
        after = state.due if state is not None else row.due_at
        policies.check_redate(row.due_at, after)
        before = row.due_at
        row.due_at = after
        place(row)
        return finish(
            move,
            {"reason": why, "due_before": stamp_of(before)},
        )


def re_date_all(
    *, by: Actor, at: datetime, reason: str, agencies: Sequence[str] = (), among: Sequence[UUID] | None = None
) -> ReDated:
    """After a published change of the calendar: re-date every open dossier that it moves, each in a transaction
    and with an entry of its own. `agencies` (default all) whose calendar changed; `among`: only these dossiers.

    A job's: `by` is the system. What it moved before, or an officer ended meanwhile, is passed over, so that it
    can be broken off and run again; a dossier with an entry later than `at` is left, for the next run.
    Raises `NotAllowed` for an officer, `ReasonMissing`.
    """
    why = policies.check_reason(reason)
    if by.kind is not ActorKind.SYSTEM:
        raise NotAllowed("re-dating all is the system's work")
    moved, looked_at, left = [], 0, []
    for dossier_id in waiting_on_calendar(agencies=agencies or None) if among is None else among:
        looked_at += 1
        try:
            moved.append(re_date(by=by, at=at, dossier_id=dossier_id, reason=why))
        except (policies.NothingToRedate, NotPossibleNow):
            continue
        except TimeMovedBack:
            left.append(dossier_id)
    return ReDated(looked_at=looked_at, moved=tuple(moved), left=tuple(left))


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
