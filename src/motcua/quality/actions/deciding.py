"""What people say of proposed matches: one officer where it is clear, two where it is doubtful."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.ledger import api as ledger
from motcua.quality.actions.importing import ImportNotFound, subject
from motcua.quality.data import CorrectionState, Heap, Verdict
from motcua.quality.models import Correction, Record, Vote
from motcua.quality.permissions import check_may_clean


class NothingToDecide(DomainError):
    """This record is not waiting for a decision: somebody decided it meanwhile, or there is nobody to compare with."""

    message_vi = "Bản ghi này không chờ quyết định: đã có người quyết, hoặc không có ai để so."


class AlreadySaid(DomainError):
    """You have said what you think of this record; a doubtful one needs a second person."""

    message_vi = "Bạn đã cho ý kiến về bản ghi này; trường hợp còn ngờ cần người thứ hai."


class NothingToUndo(DomainError):
    """There is no decision on this record that could be undone."""

    message_vi = "Bản ghi này chưa có quyết định nào để hủy."


class ReasonMissing(DomainError):
    """Say why, in a few words."""

    message_vi = "Hãy ghi lý do, vài chữ cũng được."


def locked_record(record_id: UUID, by: Actor) -> Record:
    """The record, locked, for somebody who may clean it. Raises `ImportNotFound`, `NotYourCleaning`."""
    row = Record.objects.select_for_update(of=("self",)).select_related("of").filter(id=record_id).first()
    if row is None:
        raise ImportNotFound(str(record_id))
    check_may_clean(by, row.of.agency)
    return row


def person_of(row: Record) -> UUID | None:
    """Under whose key the ledger keeps what concerns this record."""
    try:
        return UUID(row.person_ref)
    except ValueError:
        return None


@transaction.atomic
def decide_record(*, by: Actor, at: datetime, record_id: UUID, verdict: Verdict, note: str = "") -> Heap:
    """Say whether the record and the proposed person are one; gives the heap in which the record then lies.

    A doubtful match is settled when two officers say the same. Raises `NothingToDecide`, `AlreadySaid`.
    """
    row = locked_record(record_id, by)
    if row.heap != Heap.REVIEW.value:
        raise NothingToDecide(row.heap)
    standing = Vote.objects.filter(record=row, withdrawn_at__isnull=True)
    if standing.filter(said_by=by.ref).exists():
        raise AlreadySaid(by.ref)
    note = note.replace("\x00", "").strip()[:300]
    Vote.objects.create(
        record=row, verdict=verdict.value, said_by=by.ref, said_name=by.name[:100], said_at=at, note=note
    )
    agreed = standing.filter(verdict=verdict.value).count()
    if agreed >= (2 if row.doubtful else 1):
        row.heap = (Heap.MATCHED if verdict is Verdict.SAME else Heap.NONE).value
        row.save(update_fields=["heap"])
    ledger.append(
        kind="cleaning.decided",
        subject=subject(row.of_id),
        by=by,
        at=at,
        unit=row.of.agency,
        payload={"record": str(row.id), "verdict": verdict.value, "heap": row.heap, "note": note},
        person=person_of(row),
    )
    return Heap(row.heap)


@transaction.atomic
def undo(*, by: Actor, at: datetime, record_id: UUID, why: str) -> None:
    """Put a decided record, or one the machine matched, back to review; its votes and open correction are withdrawn.

    Nothing is erased: the undoing is an entry of its own. Raises `NothingToUndo`, `ReasonMissing`.
    """
    row = locked_record(record_id, by)
    why = why.replace("\x00", "").strip()[:300]
    if not why:
        raise ReasonMissing
    votes = Vote.objects.filter(record=row, withdrawn_at__isnull=True)
    if not row.person_ref or (row.heap != Heap.MATCHED.value and not votes.exists()):
        raise NothingToUndo(row.heap)
    withdrawn = votes.update(withdrawn_by=by.ref, withdrawn_at=at)
    open_ = Correction.objects.filter(record=row, state=CorrectionState.OPEN.value)
    closed = open_.update(state=CorrectionState.WITHDRAWN.value, closed_by=by.ref, closed_at=at, answer=why)
    before, row.heap = row.heap, Heap.REVIEW.value
    row.save(update_fields=["heap"])
    ledger.append(
        kind="cleaning.undone",
        subject=subject(row.of_id),
        by=by,
        at=at,
        unit=row.of.agency,
        payload={
            "record": str(row.id), "before": before, "votes": withdrawn, "corrections": closed, "why": why,
        },
        person=person_of(row),
    )  # fmt: skip
