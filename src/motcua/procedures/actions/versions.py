"""Writes, checks, publishes and withdraws versions of procedures."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from motcua.base.data import Actor, Json, Source, require_aware
from motcua.base.errors import DomainError
from motcua.procedures.data import (
    DecisionRef,
    Origin,
    Problem,
    ProcedureContent,
    VersionInfo,
    VersionStatus,
    encode,
)
from motcua.procedures.models import Procedure, ProcedureVersion
from motcua.procedures.permissions import check_may_keep_catalogue
from motcua.procedures.queries.versions import VersionUnknown, to_info
from motcua.procedures.rules.checks import problems
from motcua.procedures.rules.lexicon import life_event_keys

from .storing import decision_row, fill, lock_procedure, log, new_version, touch


class VersionNotEditable(DomainError):
    """Version {number} of {code} is {status}; only a draft can be changed. Make a new draft from it."""

    message_vi: ClassVar[str] = (
        "Phiên bản {number} của {code} đã {status}; hãy tạo bản nháp mới từ phiên bản này."
    )


class VersionNotChecked(DomainError):
    """Version {number} of {code} is {status}; check it first, then publish."""

    message_vi: ClassVar[str] = "Phiên bản {number} của {code} đang {status}; hãy kiểm tra rồi mới công bố."


class CodeChanged(DomainError):
    """The draft is of {code}; its content names {other}."""

    message_vi: ClassVar[str] = "Bản nháp thuộc thủ tục {code} nhưng nội dung ghi mã {other}."


class OverlapsLater(DomainError):
    """From {start} a later version {number} is already published; end this one before that day, or withdraw it."""

    message_vi: ClassVar[str] = (
        "Từ {start} đã có phiên bản {number} công bố; hãy đặt ngày hết hiệu lực trước ngày đó hoặc rút phiên bản kia."
    )


class EndBeforeStart(DomainError):
    """The version would end on {end}, before it starts on {start}."""

    message_vi: ClassVar[str] = "Ngày hết hiệu lực {end} phải sau ngày có hiệu lực {start}."


class ReasonMissing(DomainError):
    """Say why the version is withdrawn."""

    message_vi: ClassVar[str] = "Hãy ghi lý do rút phiên bản."


STATUS_VI = {
    VersionStatus.DRAFT.value: "là bản nháp",
    VersionStatus.CHECKED.value: "được kiểm tra",
    VersionStatus.PUBLISHED.value: "công bố",
    VersionStatus.WITHDRAWN.value: "bị rút",
}


@transaction.atomic
def create_draft(
    *,
    by: Actor,
    at: datetime,
    content: ProcedureContent,
    valid_from: date,
    source: Source,
    known_from: datetime | None = None,
    origin: Origin = Origin.EDITOR,
) -> VersionInfo:
    """Start a new version of the procedure `content.code` names; the procedure is made when it is new."""
    require_aware(at)
    check_may_keep_catalogue(by)
    lock_procedure(content.code)
    procedure, _ = Procedure.objects.get_or_create(code=content.code)
    row = new_version(
        procedure=procedure,
        number=next_number(procedure),
        content=content,
        origin=origin,
        start=valid_from,
        end=None,
        known_from=known_from or at,
        source=source,
        at=at,
    )
    row.save(force_insert=True)
    payload: dict[str, Json] = {
        "version": str(row.id),
        "code": content.code,
        "number": row.number,
        "hash": row.content_hash,
    }
    log("procedure.drafted", subject_id=procedure.id, by=by, at=at, payload=payload)
    return to_info(row)


def next_number(procedure: Procedure) -> int:
    """The number after the highest this procedure has."""
    highest = ProcedureVersion.objects.filter(procedure=procedure).aggregate(most=Max("number"))["most"]
    return int(highest or 0) + 1


def _locked(version_id: UUID) -> ProcedureVersion:
    found = ProcedureVersion.objects.select_related("procedure").filter(pk=version_id).first()
    if found is None:
        raise VersionUnknown
    lock_procedure(found.procedure.code)
    return ProcedureVersion.objects.select_related("procedure", "decision").get(pk=version_id)


@transaction.atomic
def edit_draft(*, by: Actor, at: datetime, version_id: UUID, content: ProcedureContent) -> VersionInfo:
    """Replace a draft's content; a checked one becomes a draft again. Raises `VersionNotEditable`, `CodeChanged`."""
    require_aware(at)
    check_may_keep_catalogue(by)
    row = _locked(version_id)
    code = row.procedure.code
    if row.status not in (VersionStatus.DRAFT, VersionStatus.CHECKED):
        raise VersionNotEditable(number=row.number, code=code, status=STATUS_VI[row.status])
    if content.code != code:
        raise CodeChanged(code=code, other=content.code)
    before = row.content_hash
    fill(row, content)
    row.status = VersionStatus.DRAFT.value
    row.save()
    payload = {"version": str(row.id), "before": before, "after": row.content_hash}
    log("procedure.edited", subject_id=row.procedure_id, by=by, at=at, payload=payload)
    return to_info(row)


@transaction.atomic
def check(*, by: Actor, at: datetime, version_id: UUID) -> tuple[Problem, ...]:
    """Look for what stands in the way; a draft without blocking problems becomes checked. Returns every problem."""
    require_aware(at)
    check_may_keep_catalogue(by)
    row = _locked(version_id)
    if row.status not in (VersionStatus.DRAFT, VersionStatus.CHECKED):
        raise VersionNotEditable(number=row.number, code=row.procedure.code, status=STATUS_VI[row.status])
    found = problems(to_info(row).content, life_event_keys())
    blocking = sum(p.blocking for p in found)
    row.status = VersionStatus.DRAFT.value if blocking else VersionStatus.CHECKED.value
    row.save(update_fields=["status"])
    payload: dict[str, Json] = {
        "version": str(row.id),
        "blocking": blocking,
        "to_look_at": len(found) - blocking,
    }
    log("procedure.checked", subject_id=row.procedure_id, by=by, at=at, payload=payload)
    return found


@transaction.atomic
def publish(
    *,
    by: Actor,
    at: datetime,
    version_id: UUID,
    decision: DecisionRef,
    valid_from: date,
    valid_to: date | None = None,
    source: Source | None = None,
) -> VersionInfo:
    """Put a checked version in force from `valid_from` (until the day before `valid_to`).

    An earlier version that is still open ends on `valid_from`; one that began on the same day is withdrawn as
    replaced. Raises `VersionNotChecked`, `OverlapsLater`, `EndBeforeStart`.
    """
    require_aware(at)
    check_may_keep_catalogue(by)
    row = _locked(version_id)
    code = row.procedure.code
    if row.status != VersionStatus.CHECKED:
        raise VersionNotChecked(number=row.number, code=code, status=STATUS_VI[row.status])
    if valid_to is not None and valid_to <= valid_from:
        raise EndBeforeStart(start=f"{valid_from:%d/%m/%Y}", end=f"{valid_to:%d/%m/%Y}")
    make_room(row.procedure, start=valid_from, end=valid_to, at=at, by_number=row.number)
    row.valid = DateRange(valid_from, valid_to)
    row.status = VersionStatus.PUBLISHED.value
    row.published_at = at
    row.known_from = min(row.known_from, at)
    row.decision = decision_row(decision)
    if source is not None:
        row.source = source.as_json()
    row.save()
    touch()
    payload: dict[str, Json] = {
        "version": str(row.id),
        "code": code,
        "number": row.number,
        "hash": row.content_hash,
        "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else None,
        "decision": encode(decision),
    }
    log("procedure.published", subject_id=row.procedure_id, by=by, at=at, payload=payload)
    return to_info(row)


def make_room(procedure: Procedure, *, start: date, end: date | None, at: datetime, by_number: int) -> None:
    """Cut or replace what is published from `start` on; raises `OverlapsLater` when a later version begins inside."""
    published = ProcedureVersion.objects.filter(
        procedure=procedure, status=VersionStatus.PUBLISHED.value, valid__overlap=DateRange(start, end)
    )
    for other in published:
        first, last = other.valid.lower, other.valid.upper
        if first > start:
            raise OverlapsLater(start=f"{first:%d/%m/%Y}", number=other.number)
        if first == start:
            other.status = VersionStatus.WITHDRAWN.value
            other.withdrawn_at = at
            other.withdrawn_why = f"Thay bằng phiên bản {by_number}"
        else:
            other.valid_before_cut = [first.isoformat(), last.isoformat() if last else None]
            other.valid = DateRange(first, start)
            other.cut_at = at
        other.save()


@transaction.atomic
def withdraw(*, by: Actor, at: datetime, version_id: UUID, why: str) -> VersionInfo:
    """Take a version back: a draft is given up, a published one is no longer in force. Raises `ReasonMissing`."""
    require_aware(at)
    check_may_keep_catalogue(by)
    if not why.strip():
        raise ReasonMissing
    row = _locked(version_id)
    if row.status == VersionStatus.WITHDRAWN:
        raise VersionNotEditable(number=row.number, code=row.procedure.code, status=STATUS_VI[row.status])
    row.status = VersionStatus.WITHDRAWN.value
    row.withdrawn_at = at
    row.withdrawn_why = why.strip()
    row.save()
    touch()
    payload: dict[str, Json] = {"version": str(row.id), "number": row.number, "why": why.strip()}
    log("procedure.withdrawn", subject_id=row.procedure_id, by=by, at=at, payload=payload)
    return to_info(row)
