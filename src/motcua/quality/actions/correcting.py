"""Corrections: a register's owner is told what differs and by when; the register is theirs, nobody overwrites it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.deadlines import api as deadlines
from motcua.ledger import api as ledger
from motcua.quality.actions.deciding import ReasonMissing, locked_record, person_of
from motcua.quality.actions.importing import subject
from motcua.quality.data import CorrectionState, Heap
from motcua.quality.models import Correction
from motcua.quality.permissions import check_may_clean
from motcua.quality.rules.differing import differences
from motcua.quality.rules.law import rules_on


class NothingToCorrect(DomainError):
    """The record is not matched, or agrees with the base, or was already sent."""

    message_vi = "Không có gì để đính chính: bản ghi chưa khớp, không lệch, hoặc đã gửi rồi."


class CorrectionNotFound(DomainError):
    """There is no such correction waiting for your agency."""

    message_vi = "Không có yêu cầu đính chính nào như vậy đang chờ cơ quan của bạn."


@transaction.atomic
def send_correction(*, by: Actor, at: datetime, record_id: UUID) -> UUID:
    """Ask the register's owner to look at what differs; the limit is the longest of the errors' (working days).

    Raises `NothingToCorrect`, `NotYourCleaning`, `ImportNotFound`.
    """
    row = locked_record(record_id, by)
    found = differences(row.facts, row.person) if row.heap == Heap.MATCHED.value else []
    waiting = Correction.objects.filter(record=row, state=CorrectionState.OPEN.value)
    if not found or waiting.exists():
        raise NothingToCorrect(str(record_id))
    day = at.astimezone(VN).date()
    rules = rules_on(day)
    days = rules.limit({one.group for one in found})
    calendar = deadlines.calendar_for(row.of.owner, known_at=at)
    made = Correction.objects.create(
        record=row,
        owner=row.of.owner,
        differences=[
            {"field": one.field, "register": one.register, "base": one.base, "group": one.group}
            for one in found
        ],
        days=days,
        due=deadlines.add_working_days(day, days, calendar),
        rules=rules.key,
        sent_by=by.ref,
        sent_at=at,
    )
    ledger.append(
        kind="cleaning.correction_sent",
        subject=subject(row.of_id),
        by=by,
        at=at,
        unit=row.of.agency,
        payload={
            "record": str(row.id), "correction": str(made.id), "owner": made.owner, "due": made.due.isoformat(),
            "groups": sorted({one.group for one in found}), "rules": rules.key,
        },
        person=person_of(row),
    )  # fmt: skip
    return made.id


@transaction.atomic
def answer_correction(
    *, by: Actor, at: datetime, correction_id: UUID, outcome: CorrectionState, answer: str = ""
) -> None:
    """The register's owner says that it is mended (`FIXED`), or why the register is right (`STANDS`).

    Raises `CorrectionNotFound`, `NotYourCleaning`, `ReasonMissing`.
    """
    row = (
        Correction.objects.select_for_update(of=("self",))
        .select_related("record__of")
        .filter(id=correction_id, state=CorrectionState.OPEN.value)
        .first()
    )
    if row is None or outcome not in (CorrectionState.FIXED, CorrectionState.STANDS):
        raise CorrectionNotFound(str(correction_id))
    check_may_clean(by, row.owner)
    answer = answer.replace("\x00", "").strip()[:500]
    if outcome is CorrectionState.STANDS and not answer:
        raise ReasonMissing
    row.state, row.closed_by, row.closed_at, row.answer = outcome.value, by.ref, at, answer
    row.save(update_fields=["state", "closed_by", "closed_at", "answer"])
    ledger.append(
        kind="cleaning.correction_answered",
        subject=subject(row.record.of_id),
        by=by,
        at=at,
        unit=row.owner,
        payload={"correction": str(row.id), "outcome": outcome.value, "answer": answer},
        person=person_of(row.record),
    )
