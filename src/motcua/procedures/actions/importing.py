"""Takes files of the national catalogue: every record becomes part of the catalogue or lies in quarantine."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.base.clock import VN
from motcua.base.data import Actor, Certainty, Json, Source, require_aware
from motcua.procedures.data import (
    Difference,
    ImportReport,
    Origin,
    ProcedureContent,
    Quarantined,
    VersionStatus,
    decode,
    encode,
)
from motcua.procedures.models import Procedure, ProcedureVersion, Quarantine
from motcua.procedures.permissions import check_may_keep_catalogue
from motcua.procedures.rules.diffs import diff
from motcua.procedures.rules.importing.building import Parsed, Rejected
from motcua.procedures.rules.importing.mapping import FieldMap
from motcua.procedures.rules.importing.merging import merge
from motcua.procedures.rules.importing.reading import Record, UnreadableFile, read_records
from motcua.procedures.rules.importing.shapes import code_of, parse

from .storing import content_hash, lock_catalogue, log, new_version, touch

BATCH = 250
EXCERPT = 500
LIVE = (VersionStatus.DRAFT.value, VersionStatus.CHECKED.value, VersionStatus.PUBLISHED.value)


@dataclass
class _Known:
    """What the database holds of one code: its versions (without contents), the newest import among the living."""

    procedure: Procedure
    highest: int = 0
    published: list[ProcedureVersion] = field(default_factory=list)
    imported: ProcedureVersion | None = None


@dataclass
class _Pending:
    """What this run makes of one code."""

    content: ProcedureContent
    hash: str
    first_state: str
    parsed: Parsed


@dataclass
class _Run:
    by: Actor
    at: datetime
    valid_from: date
    mapping: FieldMap | None
    known: dict[str, _Known] = field(default_factory=dict)
    pending: dict[str, _Pending] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)
    quarantine: list[Quarantine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@transaction.atomic
def import_files(
    *,
    by: Actor,
    at: datetime,
    paths: Sequence[Path],
    mapping: FieldMap | None = None,
    valid_from: date | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> ImportReport:
    """Import records of any known shape; the report accounts for each one.

    A new code becomes a published, unreviewed version valid from `valid_from` (default: the day of `at`); a changed
    text makes a new version. A reviewed version is never overwritten: the imported text waits beside it as a draft,
    and the report tells the difference. The same record is quarantined once. One transaction, one ledger entry.
    """
    require_aware(at)
    check_may_keep_catalogue(by)
    lock_catalogue()
    run = _Run(by=by, at=at, valid_from=valid_from or at.astimezone(VN).date(), mapping=mapping)
    run.known = _known()
    for path in paths:
        _read_file(run, path, progress)
    waiting = _write(run)
    _keep_quarantined(run)
    report = ImportReport(
        read=run.counts.total(),
        new=run.counts["new"],
        unchanged=run.counts["unchanged"],
        changed=run.counts["changed"],
        waiting=tuple(waiting),
        quarantined=tuple(
            Quarantined(file=q.file, position=q.position, code=q.code, reason=q.reason)
            for q in run.quarantine
        ),
        notes=tuple(run.notes),
        shapes=dict(run.shapes),
    )
    payload: dict[str, Json] = {
        "files": [p.name for p in paths],
        "read": report.read,
        "new": report.new,
        "unchanged": report.unchanged,
        "changed": report.changed,
        "waiting": len(waiting),
        "quarantined": len(report.quarantined),
    }
    log("catalogue.imported", subject_id="catalogue", by=by, at=at, payload=payload, what="catalogue")
    return report


def _known() -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    by_id = {}
    for procedure in Procedure.objects.all():
        found[procedure.code] = by_id[procedure.id] = _Known(procedure=procedure)
    rows = ProcedureVersion.objects.defer("content", "digest").order_by("number")
    for row in rows.iterator():
        one = by_id[row.procedure_id]
        one.highest = max(one.highest, row.number)
        if row.status == VersionStatus.PUBLISHED:
            one.published.append(row)
        if row.origin == Origin.IMPORT and row.status in LIVE:
            one.imported = row
    return found


def _read_file(run: _Run, path: Path, progress: Callable[[str, int], None] | None) -> None:
    seen: dict[str, str] = {}
    count = 0
    try:
        for record in read_records(path):
            count += 1
            if progress is not None and count % 200 == 0:
                progress(path.name, count)
            _take(run, path.name, record, seen)
    except UnreadableFile as error:
        run.notes.append(f"{path.name}: {error}")
        _reject(run, path.name, Record(position=0), str(error))
    if count == 0 and not any(n.startswith(f"{path.name}:") for n in run.notes):
        run.notes.append(f"{path.name}: tệp không có bản ghi nào")


def _take(run: _Run, file: str, record: Record, seen: dict[str, str]) -> None:
    if record.reason:
        _reject(run, file, record, record.reason)
        return
    value = run.mapping.apply(record.value) if run.mapping else record.value
    try:
        parsed = parse(value)
    except Rejected as error:
        _reject(run, file, record, str(error), code=code_of(value))
        return
    code = parsed.content.code
    own_hash = content_hash(encode(parsed.content))
    if code in seen and seen[code] != own_hash:
        _reject(run, file, record, f"mã {code} đã có trong tệp này với nội dung khác", code=code)
        return
    repeated = code in seen
    seen[code] = own_hash
    run.shapes[parsed.shape] += 1
    run.counts["unchanged" if repeated else _compare(run, parsed)] += 1


def _compare(run: _Run, parsed: Parsed) -> str:
    """Lay one record beside what is known; says what became of it."""
    code = parsed.content.code
    known, pending = run.known.get(code), run.pending.get(code)
    if pending is not None:
        earlier: ProcedureContent | None = pending.content
        before = pending.hash
    else:
        earlier = _imported_content(known, parsed)
        before = known.imported.content_hash if known and known.imported else ""
    content = merge(earlier, parsed)
    now = content_hash(encode(content))
    if now == before:
        return "unchanged"
    state = "new" if known is None and pending is None else "changed"
    if known is not None and not known.published and known.imported is None and pending is None:
        state = "new"
    first = pending.first_state if pending else state
    run.pending[code] = _Pending(content=content, hash=now, first_state=first, parsed=parsed)
    return state


def _imported_content(known: _Known | None, parsed: Parsed) -> ProcedureContent | None:
    """The newest imported content; read from the database only when it can matter."""
    if known is None or known.imported is None:
        return None
    if content_hash(encode(parsed.content)) == known.imported.content_hash:
        return parsed.content
    raw = ProcedureVersion.objects.values_list("content", flat=True).get(pk=known.imported.pk)
    return decode(ProcedureContent, raw)


def _write(run: _Run) -> list[Difference]:
    fresh_codes = [c for c in run.pending if c not in run.known]
    made = Procedure.objects.bulk_create([Procedure(code=c) for c in fresh_codes], batch_size=1000)
    for procedure in made:
        run.known[procedure.code] = _Known(procedure=procedure)
    rows: list[ProcedureVersion] = []
    touched: list[ProcedureVersion] = []
    beside: list[tuple[ProcedureVersion, ProcedureVersion]] = []
    for code, pending in run.pending.items():
        known = run.known[code]
        row = _row(run, known, pending)
        guard = next((p for p in known.published if _guarded(p)), None)
        if guard is not None:
            if pending.hash == guard.content_hash:
                continue
            if known.imported is not None and known.imported.status != VersionStatus.PUBLISHED:
                touched.append(_withdrawn(known.imported, row, run.at))
            beside.append((guard, row))
        else:
            row.status = VersionStatus.PUBLISHED.value
            row.published_at = run.at
            touched += _room(known, row, run.at)
        rows.append(row)
    for one in touched:
        one.save(
            update_fields=["status", "withdrawn_at", "withdrawn_why", "valid", "cut_at", "valid_before_cut"]
        )
    ProcedureVersion.objects.bulk_create(rows, batch_size=BATCH)
    if rows:
        touch()
    return [_difference(guard, row) for guard, row in beside]


def _guarded(row: ProcedureVersion) -> bool:
    """Did an officer review or write this version? Then an import may not replace it."""
    return row.reviewed or row.origin != Origin.IMPORT


def _row(run: _Run, known: _Known, pending: _Pending) -> ProcedureVersion:
    decision = f", quyết định công bố {pending.parsed.decision}" if pending.parsed.decision else ""
    source = Source(
        text=f"Cơ sở dữ liệu quốc gia về thủ tục hành chính{decision}",
        certainty=Certainty.SECOND_HAND,
        note=" ".join(x for x in (f"nhập dạng {pending.parsed.shape}", pending.parsed.url) if x),
    )
    return new_version(
        procedure=known.procedure,
        number=known.highest + 1,
        content=pending.content,
        origin=Origin.IMPORT,
        start=run.valid_from,
        end=None,
        known_from=run.at,
        source=source,
        at=run.at,
    )


def _room(known: _Known, row: ProcedureVersion, at: datetime) -> list[ProcedureVersion]:
    """Imported versions still in force end where the new one starts, or are withdrawn when they began later."""
    start = row.valid.lower
    touched = []
    for other in known.published:
        first, last = other.valid.lower, other.valid.upper
        if last is not None and last <= start:
            continue
        if first >= start:
            touched.append(_withdrawn(other, row, at))
        else:
            other.valid_before_cut = [first.isoformat(), last.isoformat() if last else None]
            other.valid = DateRange(first, start)
            other.cut_at = at
            touched.append(other)
    return touched


def _withdrawn(old: ProcedureVersion, new: ProcedureVersion, at: datetime) -> ProcedureVersion:
    old.status = VersionStatus.WITHDRAWN.value
    old.withdrawn_at = at
    old.withdrawn_why = f"Thay bằng bản nhập mới ({new.number})"
    return old


def _difference(guard: ProcedureVersion, row: ProcedureVersion) -> Difference:
    kept = decode(
        ProcedureContent, ProcedureVersion.objects.values_list("content", flat=True).get(pk=guard.pk)
    )
    return Difference(
        code=kept.code,
        name=kept.name,
        draft_id=row.id,
        changes=diff(kept, decode(ProcedureContent, row.content)),
    )


def _reject(run: _Run, file: str, record: Record, reason: str, *, code: str = "") -> None:
    run.counts["quarantined"] += 1
    excerpt = record.excerpt or _excerpt(record.value)
    key = hashlib.sha256("\x1f".join((file, code, reason, excerpt)).encode()).hexdigest()
    run.quarantine.append(
        Quarantine(
            key=key,
            file=file[:300],
            position=record.position,
            code=code.replace("\x00", ""),
            reason=reason.replace("\x00", "")[:2000],
            excerpt=excerpt[:EXCERPT],
            first_seen_at=run.at,
        )
    )


def _excerpt(value: Any) -> str:
    """The beginning of a record as text that a database can hold."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=True)[: EXCERPT * 4]
    return text.replace("\\u0000", "")[:EXCERPT]


def _keep_quarantined(run: _Run) -> None:
    Quarantine.objects.bulk_create(run.quarantine, batch_size=BATCH, ignore_conflicts=True)
