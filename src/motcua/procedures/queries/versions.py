"""Finds the version of a procedure that was in force on a day, as known at a moment."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime
from threading import Lock
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection
from django.db.models import Q

from motcua.base.data import Source, Validity
from motcua.base.errors import DomainError
from motcua.procedures.data import (
    Change,
    DecisionRef,
    OpenDoor,
    Origin,
    ProcedureContent,
    Quarantined,
    VersionInfo,
    VersionLine,
    VersionStatus,
    decode,
)
from motcua.procedures.models import ProcedureVersion, Quarantine
from motcua.procedures.rules.diffs import diff as content_diff


class VersionUnknown(DomainError):
    """There is no such version of a procedure."""

    message_vi: ClassVar[str] = "Không có phiên bản thủ tục này."


class NoVersionInForce(DomainError):
    """No version of procedure {code} is in force on {on}."""

    message_vi: ClassVar[str] = "Thủ tục {code} không có phiên bản nào có hiệu lực vào ngày {on}."


def to_info(row: ProcedureVersion) -> VersionInfo:
    """The frozen view of a row."""
    decision = row.decision
    return VersionInfo(
        id=row.id,
        code=row.procedure.code,
        number=row.number,
        status=VersionStatus(row.status),
        origin=Origin(row.origin),
        reviewed=row.reviewed,
        content=_content(row),
        validity=validity_of(row.valid),
        known_from=row.known_from,
        source=Source.from_mapping(row.source),
        decision=None
        if decision is None
        else DecisionRef(
            number=decision.number, agency=decision.agency, signed_on=decision.signed_on, note=decision.note
        ),
        content_hash=row.content_hash,
    )


# Contents are frozen and named by their hash: reading one again costs nothing. Big enough for the reviewed ones.
_KEPT = 256
_contents: OrderedDict[str, ProcedureContent] = OrderedDict()
_contents_lock = Lock()


def _content(row: ProcedureVersion) -> ProcedureContent:
    with _contents_lock:
        known = _contents.get(row.content_hash)
        if known is not None:
            _contents.move_to_end(row.content_hash)
            return known
    read: ProcedureContent = decode(ProcedureContent, row.content)
    with _contents_lock:
        _contents[row.content_hash] = read
        while len(_contents) > _KEPT:
            _contents.popitem(last=False)
    return read


def validity_of(valid: Any) -> Validity:
    """Half-open span of a database range (the end is not inside)."""
    return Validity(start=valid.lower, end=valid.upper)


# A row as it stood: its id and the marks that the database gives to every state of it (and of its decision).
_State = tuple[UUID, str, str]
_infos: OrderedDict[_State, VersionInfo] = OrderedDict()
_STATE = """
    SELECT v.id, v.xmin::text || v.ctid::text, coalesce(d.xmin::text || d.ctid::text, '')
      FROM procedures_version v LEFT JOIN procedures_decision d ON d.id = v.decision_id
"""


def _one(where: str, values: Sequence[str | UUID | date]) -> VersionInfo | None:
    """The version that the condition names: read whole the first time, then known by its row's state."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_STATE} {where}", values)
        state: _State | None = cursor.fetchone()
    if state is None:
        return None
    with _contents_lock:
        known = _infos.get(state)
        if known is not None:
            _infos.move_to_end(state)
            return known
    row = ProcedureVersion.objects.select_related("procedure", "decision").get(pk=state[0])
    info = to_info(row)
    with _contents_lock:
        _infos[state] = info
        while len(_infos) > _KEPT:
            _infos.popitem(last=False)
    return info


def version(version_id: UUID) -> VersionInfo:
    """One version by its id; raises `VersionUnknown`."""
    found = _one("WHERE v.id = %s", [version_id])
    if found is None:
        raise VersionUnknown
    return found


def version_on(code: str, on: date, known_at: datetime | None = None) -> VersionInfo:
    """The version of `code` in force on `on`; with `known_at`, as the catalogue stood at that moment.

    Raises `NoVersionInForce`.
    """
    if known_at is None:
        info = _one(
            """
            JOIN procedures_procedure p ON p.id = v.procedure_id
            WHERE p.code = %s AND v.status = 'published' AND v.valid @> %s::date
            """,
            [code, on],
        )
    else:
        rows = ProcedureVersion.objects.select_related("procedure", "decision").filter(procedure__code=code)
        row = _as_known(rows.filter(known_from__lte=known_at, published_at__isnull=False), on, known_at)
        info = to_info(row) if row is not None else None
    if info is None:
        raise NoVersionInForce(code=code, on=f"{on:%d/%m/%Y}")
    return info


def _as_known(rows: Any, on: date, known_at: datetime) -> ProcedureVersion | None:
    """Undo what was learned after `known_at`: cuts and withdrawals. The latest known of several wins."""
    found: list[ProcedureVersion] = []
    for row in rows.filter(
        Q(status=VersionStatus.PUBLISHED.value)
        | Q(status=VersionStatus.WITHDRAWN.value, withdrawn_at__gt=known_at)
    ):
        start, end = row.valid.lower, row.valid.upper
        if row.cut_at is not None and row.cut_at > known_at:
            first, last = row.valid_before_cut or (start.isoformat(), None)
            start, end = date.fromisoformat(first), date.fromisoformat(last) if last else None
        if Validity(start=start, end=end).contains(on):
            found.append(row)
    return max(found, key=lambda r: (r.known_from, r.number), default=None)


def open_doors(info: VersionInfo, on: date) -> tuple[OpenDoor, ...]:
    """Doors through which a dossier of this version may lawfully come in on `on`."""
    return tuple(
        OpenDoor(
            kind=d.kind.value,
            system=d.system,
            since=d.validity.start,
            until=d.validity.end,
            source=d.source,
        )
        for d in info.content.doors
        if d.validity.contains(on)
    )


def diff(before: UUID, after: UUID) -> tuple[Change, ...]:
    """How two versions differ, in words."""
    return content_diff(version(before).content, version(after).content)


def versions_of(code: str) -> tuple[VersionLine, ...]:
    """All versions of one procedure, the newest first."""
    return _lines(ProcedureVersion.objects.filter(procedure__code=code).order_by("-number"))


def list_versions(
    *,
    status: VersionStatus | None = None,
    reviewed: bool | None = None,
    flag: str = "",
    field: str = "",
    offset: int = 0,
    limit: int = 50,
) -> tuple[VersionLine, ...]:
    """A page of versions for the administrator's list, by code."""
    rows = ProcedureVersion.objects.order_by("procedure__code", "-number")
    if status is not None:
        rows = rows.filter(status=status.value)
    if reviewed is not None:
        rows = rows.filter(reviewed=reviewed)
    if flag:
        rows = rows.filter(flags__contains=[flag])
    if field:
        rows = rows.filter(field=field)
    return _lines(rows[offset : offset + min(limit, 500)])


def last_change() -> tuple[object, ...]:
    """Differs whenever other versions are published, or their validity is another: what was read may be kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), bit_xor(hashtextextended(id::text || valid::text, 0)) "
            "FROM procedures_version WHERE status = %s",
            [VersionStatus.PUBLISHED.value],
        )
        return tuple(cursor.fetchone() or ())


def in_force(on: date, codes: Sequence[str] | None = None) -> tuple[VersionLine, ...]:
    """Published versions valid on `on`, by code; all of them or those of `codes`."""
    rows = ProcedureVersion.objects.filter(status=VersionStatus.PUBLISHED.value, valid__contains=on)
    if codes is not None:
        rows = rows.filter(procedure__code__in=codes)
    return _lines(rows.order_by("procedure__code"))


def _lines(rows: Any) -> tuple[VersionLine, ...]:
    wanted = rows.select_related("procedure").defer("content", "digest", "source")
    return tuple(
        VersionLine(
            id=row.id,
            code=row.procedure.code,
            name=row.name,
            field=row.field,
            number=row.number,
            status=VersionStatus(row.status),
            origin=Origin(row.origin),
            reviewed=row.reviewed,
            validity=validity_of(row.valid),
            flags=tuple(row.flags),
            waiting=row.origin == Origin.IMPORT and row.status == VersionStatus.DRAFT,
        )
        for row in wanted
    )


def quarantined(*, offset: int = 0, limit: int = 50) -> tuple[Quarantined, ...]:
    """Records that imports kept out, the newest first."""
    rows = Quarantine.objects.order_by("-first_seen_at", "file", "position")[
        offset : offset + min(limit, 500)
    ]
    return tuple(Quarantined(file=r.file, position=r.position, code=r.code, reason=r.reason) for r in rows)
