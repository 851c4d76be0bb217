"""Reads: imports, records beside their persons, corrections, reports by commune, the four words, the export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.ledger import api as ledger
from motcua.ledger.api import Subject
from motcua.quality.data import (
    CommuneRow,
    CorrectionState,
    CorrectionView,
    Difference,
    Heap,
    ImportState,
    ImportView,
    Measure,
    RecordView,
    Verdict,
    VoteView,
)
from motcua.quality.models import Correction, Import, MeasureRow, Record, Vote
from motcua.quality.permissions import agencies_for
from motcua.quality.rules.columns import propose
from motcua.quality.rules.differing import differences

_COUNTS = ("total", "given", "fabricated", "correct", "tidy", "events", "live")


class CleaningNotFound(DomainError):
    """There is no such import or record, or it is not yours to see."""

    message_vi = "Không tìm thấy, hoặc bạn không có quyền xem."


def _import(by: Actor, import_id: UUID) -> Import:
    scope = agencies_for(by)
    found = Import.objects.filter(id=import_id)
    row = (found if scope is None else found.filter(agency__in=scope)).first()
    if row is None:
        raise CleaningNotFound(str(import_id))
    return row


def _view(row: Import, counts: dict[Heap, int]) -> ImportView:
    return ImportView(
        id=row.id,
        register=row.register,
        file_name=row.file_name,
        agency=row.agency,
        owner=row.owner,
        state=ImportState(row.state),
        stage=row.stage,
        share=row.share,
        rows=row.rows,
        counts=counts,
        header=tuple(row.header),
        mapping=row.mapping,
        trouble=row.trouble,
        uploaded_at=row.uploaded_at,
        finished_at=row.finished_at,
    )


def _counts(ids: Sequence[UUID]) -> dict[UUID, dict[Heap, int]]:
    out: dict[UUID, dict[Heap, int]] = {one: dict.fromkeys(Heap, 0) for one in ids}
    for of, heap, number in (
        Record.objects.filter(of__in=ids)
        .values("of", "heap")
        .annotate(n=Count("id"))
        .values_list("of", "heap", "n")
    ):
        out[of][Heap(heap)] = number
    return out


def imports(*, by: Actor, limit: int = 50) -> list[ImportView]:
    """The imports that `by` may clean, the newest first. Raises `NotYourCleaning`."""
    scope = agencies_for(by)
    found = Import.objects.order_by("-uploaded_at", "id")
    rows = list((found if scope is None else found.filter(agency__in=scope))[:limit])
    counts = _counts([row.id for row in rows])
    return [_view(row, counts[row.id]) for row in rows]


def get_import(*, by: Actor, import_id: UUID) -> ImportView:
    """One import. Raises `CleaningNotFound`, `NotYourCleaning`."""
    row = _import(by, import_id)
    return _view(row, _counts([row.id])[row.id])


def proposal(*, by: Actor, at: datetime, import_id: UUID) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Field → proposed (or already chosen) column, and some values of every column. The reading is written down."""
    row = _import(by, import_id)
    ledger.record_access(
        by=by, at=at, subject=_subject(row.id), purpose="đặt tên cột", fields=list(row.header)[:40]
    )
    values = {
        name: list(dict.fromkeys(cells[at] for cells in row.sample if at < len(cells) and cells[at]))[:3]
        for at, name in enumerate(row.header)
    }
    return dict(row.mapping) or propose(row.header, row.sample), values


def _subject(import_id: UUID) -> Subject:
    return Subject(kind="cleaning", id=str(import_id))


def records(
    *, by: Actor, at: datetime, import_id: UUID, heap: Heap, unit: str | None = None, doubles: bool = False,
    limit: int = 50, offset: int = 0,
) -> tuple[list[RecordView], int]:  # fmt: skip
    """A page of a heap, or of the `doubles` of all heaps, and how many there are. Reading is logged."""
    row = _import(by, import_id)
    found = Record.objects.filter(of=row) if doubles else Record.objects.filter(of=row, heap=heap.value)
    if unit is not None:
        found = found.filter(unit_key=unit)
    if doubles:
        found = found.filter(cluster__isnull=False)
    order = (
        ("cluster", "row")
        if doubles
        else ("doubtful", "-probability", "row")
        if heap is Heap.REVIEW
        else ("row",)
    )
    rows = list(found.order_by(*order)[offset : offset + limit])
    if rows:
        ledger.record_access(
            by=by,
            at=at,
            subject=_subject(row.id),
            purpose=f"làm sạch: {'trùng' if doubles else heap.value}",
            fields=sorted(row.mapping),
        )
    return [_record(one, ()) for one in rows], found.count()


def get_record(*, by: Actor, at: datetime, record_id: UUID) -> RecordView:
    """One record beside its person; the reading is written to the access log. Raises `CleaningNotFound`."""
    scope = agencies_for(by)
    found = Record.objects.select_related("of").filter(id=record_id)
    row = (found if scope is None else found.filter(of__agency__in=scope)).first()
    if row is None:
        raise CleaningNotFound(str(record_id))
    fields = sorted({*row.facts, *row.person})
    ledger.record_access(
        by=by, at=at, subject=_subject(row.of_id), purpose=f"đối chiếu hàng {row.row}", fields=fields
    )
    votes = Vote.objects.filter(record=row, withdrawn_at__isnull=True).order_by("said_at")
    return _record(
        row,
        [
            VoteView(verdict=Verdict(v.verdict), who=v.said_by, name=v.said_name, at=v.said_at, note=v.note)
            for v in votes
        ],
    )


def _record(row: Record, votes: Sequence[VoteView]) -> RecordView:
    return RecordView(
        id=row.id,
        import_id=row.of_id,
        row=row.row,
        key=row.key,
        facts=row.facts,
        extra=row.extra,
        person=row.person,
        person_ref=row.person_ref,
        heap=Heap(row.heap),
        found=Heap(row.found),
        probability=row.probability,
        doubtful=row.doubtful,
        reasons=row.reasons,
        problem=row.problem,
        unit_key=row.unit_key,
        differences=tuple(differences(row.facts, row.person)),
        votes=tuple(votes),
    )


def next_to_review(*, by: Actor, import_id: UUID, after: UUID | None = None) -> UUID | None:
    """The next record on which `by` has not spoken yet; behind `after` first, then from the beginning."""
    row = _import(by, import_id)
    spoken = Vote.objects.filter(said_by=by.ref, withdrawn_at__isnull=True).values("record")
    waiting = Record.objects.filter(of=row, heap=Heap.REVIEW.value).exclude(id__in=spoken)
    waiting = waiting.order_by("doubtful", "-probability", "row")
    ids = list(waiting.values_list("id", "row"))
    if after is not None:
        own = Record.objects.filter(id=after, of=row).values_list("doubtful", "probability", "row").first()
        if own is not None:
            doubtful, probability, number = own
            later = waiting.exclude(id=after).filter(
                Q(doubtful__gt=doubtful)
                | Q(doubtful=doubtful, probability__lt=probability)
                | Q(doubtful=doubtful, probability=probability, row__gt=number)
            )
            behind = later.values_list("id", flat=True).first()
            if behind is not None:
                return behind
            ids = [one for one in ids if one[0] != after]
    return ids[0][0] if ids else None


def corrections(
    *, by: Actor, at: datetime, today: date, open_only: bool = True, limit: int = 100
) -> list[CorrectionView]:
    """The corrections that the agency of `by` keeps the registers of, the most pressing first; reading is logged."""
    scope = agencies_for(by)
    found: QuerySet[Correction] = Correction.objects.select_related("record__of").order_by(
        "due", "sent_at", "id"
    )
    found = found if scope is None else found.filter(owner__in=scope)
    rows = list((found.filter(state=CorrectionState.OPEN.value) if open_only else found)[:limit])
    if rows:
        ledger.record_access(
            by=by, at=at, subject=Subject(kind="corrections", id=by.unit or "system"), purpose="đính chính",
            fields=sorted({d["field"] for one in rows for d in one.differences}),
        )  # fmt: skip
    return [
        CorrectionView(
            id=one.id,
            record_id=one.record_id,
            register=one.record.of.register,
            row=one.record.row,
            key=one.record.key,
            owner=one.owner,
            differences=tuple(Difference(**d) for d in one.differences),
            days=one.days,
            due=one.due,
            state=CorrectionState(one.state),
            sent_at=one.sent_at,
            answer=one.answer,
            late=one.state == CorrectionState.OPEN.value and one.due < today,
        )
        for one in rows
    ]


def open_correction_of(record_id: UUID) -> CorrectionState | None:
    """The state of the newest correction of a record that its page shows; None where none was sent."""
    found = (
        Correction.objects.filter(record=record_id)
        .order_by("-sent_at")
        .values_list("state", flat=True)
        .first()
    )
    return CorrectionState(found) if found else None


def by_commune(*, by: Actor, import_id: UUID) -> list[CommuneRow]:
    """The heaps of every commune, the most records first. Raises `CleaningNotFound`, `NotYourCleaning`."""
    row = _import(by, import_id)
    heaps: dict[str, dict[Heap, int]] = {}
    for unit, heap, number in (
        Record.objects.filter(of=row).values("unit_key", "heap").annotate(n=Count("id"))
        .values_list("unit_key", "heap", "n")
    ):  # fmt: skip
        heaps.setdefault(unit, dict.fromkeys(Heap, 0))[Heap(heap)] = number
    sent = {
        unit: (waiting, done)
        for unit, waiting, done in Correction.objects.filter(record__of=row)
        .values(unit=F("record__unit_key"))
        .annotate(waiting=Count("id", filter=Q(state="open")))
        .annotate(done=Count("id", filter=Q(state__in=["fixed", "stands"])))
        .values_list("unit", "waiting", "done")
    }  # fmt: skip
    rows = [
        CommuneRow(
            unit=unit,
            heaps=counts,
            corrections_open=sent.get(unit, (0, 0))[0],
            corrections_done=sent.get(unit, (0, 0))[1],
        )
        for unit, counts in heaps.items()
    ]
    return sorted(rows, key=lambda one: (-one.total, one.unit))


def export_rows(*, by: Actor, at: datetime, import_id: UUID) -> Iterator[RecordView]:
    """Every record with its match, in the order of the file; the export is written to the access log."""
    row = _import(by, import_id)
    ledger.record_access(
        by=by, at=at, subject=_subject(row.id), purpose="xuất kết quả đối chiếu", fields=sorted(row.mapping)
    )
    return (
        _record(one, ()) for one in Record.objects.filter(of=row).order_by("row").iterator(chunk_size=2000)
    )


def latest_imports(owner: str | None = None) -> list[tuple[UUID, str, str, datetime]]:
    """The newest finished import of every register: id, register, owner, when. Figures only: no personal data."""
    found = Import.objects.filter(state=ImportState.DONE.value, finished_at__isnull=False)
    if owner is not None:
        found = found.filter(Q(owner=owner) | Q(agency=owner))
    newest: dict[tuple[str, str], tuple[UUID, str, str, datetime]] = {}
    for row in found.order_by("uploaded_at"):
        if row.finished_at is not None:
            newest[row.register, row.owner] = (row.id, row.register, row.owner, row.finished_at)
    return sorted(newest.values(), key=lambda one: (one[1], one[2]))


def measures(import_id: UUID, *, by_unit: bool = False, unit: str | None = None) -> list[Measure]:
    """The four words of an import by field, or by unit and field; or the fields of one unit."""
    found = MeasureRow.objects.filter(of=import_id)
    if unit is not None:
        found = found.filter(unit=unit)
    keys = ("unit", "field") if by_unit else ("field",)
    rows = (
        found.values("of__register", *keys)
        .annotate(**{f"n_{name}": Sum(name) for name in _COUNTS})
        .order_by(*keys)
    )
    return [
        Measure(
            register=one["of__register"],
            unit=one.get("unit", unit or ""),
            field=one["field"],
            **{("clean" if name == "tidy" else name): one[f"n_{name}"] for name in _COUNTS},
        )
        for one in rows
    ]
