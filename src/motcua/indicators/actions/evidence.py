"""Keeps the evidence: judged anew when the ledger says something of a dossier, when a due time passes, or all at once.

The counts follow from the evidence: live by differences, in a rebuild by sums. Both are whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from motcua.base.clock import VN
from motcua.base.data import require_aware
from motcua.base.db import advisory_lock
from motcua.dossiers.api import all_facts
from motcua.indicators.actions import counting
from motcua.indicators.data import Counted, Holds, Sign
from motcua.indicators.models import Evidence, Standing
from motcua.indicators.queries.gathering import inputs_by_id, inputs_of, sync_sources
from motcua.indicators.rules.evidence import judge
from motcua.indicators.rules.tallies import differences
from motcua.ledger.api import EntryView

LOCK = "indicators.evidence"
_RECENT = 92  # days: a quarter, the longest period that is still looked at every day
NAMES = tuple(f.name for f in fields(Counted) if f.name != "dossier_id")
_RATED = ("dossier.rated", "petition.")


def refresh(ids: Sequence[UUID], *, at: datetime) -> int:
    """Judge these dossiers anew and move the counts by what changed; how many changed."""
    require_aware(at)
    if not ids:
        return 0
    with transaction.atomic():
        advisory_lock(LOCK)
        before = {row.dossier_id: row for row in counted(ids)}
        after = {c.dossier_id: c for c in (judge(i, at=at) for i in inputs_by_id(list(ids), at=at))}
        changed = [c for key, c in after.items() if before.get(key) != c]
        gone = [key for key in before if key not in after]
        store(changed)
        Evidence.objects.filter(dossier_id__in=gone).delete()
        old = [before[c.dossier_id] for c in changed if c.dossier_id in before] + [before[k] for k in gone]
        counting.add(differences(old, changed))
        _stand(at)
    return len(changed) + len(gone)


def take_news(batch: Sequence[EntryView], *, at: datetime) -> None:
    """What a batch of ledger entries says of dossiers: the handler of the ledger's consumer."""
    told: dict[UUID, int] = {}
    asked: set[UUID] = set()
    for entry in batch:
        dossier_id = _dossier_of(entry)
        if dossier_id is None:
            continue
        if entry.subject.kind == "dossier":
            told[dossier_id] = max(entry.subject_seq, told.get(dossier_id, 0))
        else:
            asked.add(dossier_id)
    # What was judged after an entry was written has seen it: catching up after a rebuild costs a look.
    seen = dict(Evidence.objects.filter(dossier_id__in=list(told)).values_list("dossier_id", "seq"))
    refresh(sorted(asked | {i for i, seq in told.items() if seen.get(i, -1) < seq}), at=at)


def _dossier_of(entry: EntryView) -> UUID | None:
    if entry.subject.kind == "dossier":
        text: object = entry.subject.id
    elif entry.kind.startswith((*_RATED, "payment.", "result.", "national.")) and entry.payload:
        text = entry.payload.get("dossier") or entry.payload.get("dossier_id") or ""
    else:
        return None
    try:
        return UUID(str(text))
    except ValueError:
        return None


def pass_due(*, at: datetime, limit: int = 2000) -> int:
    """Judge anew the dossiers whose due time has passed since they were last looked at; how many."""
    due = Evidence.objects.filter(check_at__lt=at).order_by("check_at").values_list("dossier_id", flat=True)
    ids = list(due[:limit])
    refresh(ids, at=at)
    return len(ids)


def notice_synchronised(*, at: datetime, limit: int = 5000) -> int:
    """Judge anew the recent dossiers that the national portal has confirmed since; how many.

    A confirmation is the exchange's matter and writes no entry of the dossier, so it is asked for.
    """
    since = at.astimezone(VN).date() - timedelta(days=_RECENT)
    waiting = Evidence.objects.filter(received_day__gte=since, sync_waits=True)
    newest = waiting.order_by("-received_day", "dossier_id").values_list("dossier_id", flat=True)
    ids = list(newest[:limit])
    known: set[UUID] = set().union(*(source.acknowledged(ids) for _, source in sync_sources.all()))
    refresh(sorted(known), at=at)
    return len(known)


def rebuild(*, at: datetime) -> int:
    """Drop all evidence and counts and compute them from dossiers, payments, documents and the ledger; how many."""
    require_aware(at)
    total = 0
    with transaction.atomic():
        advisory_lock(LOCK)
        Evidence.objects.all().delete()
        for portion in all_facts():
            some = [judge(known, at=at) for known in inputs_of(portion, at=at)]
            store(some, fresh=True)
            total += len(some)
        counting.recount()
        _stand(at, rebuilt=True)
    return total


def store(some: Iterable[Counted], *, fresh: bool = False) -> None:
    """Write evidence rows; `fresh`: none of them is there."""
    rows = [_row(one) for one in some]
    if fresh:
        Evidence.objects.bulk_create(rows)
    elif rows:
        Evidence.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["dossier_id"], update_fields=[*NAMES, "sync_waits"]
        )


def counted(ids: Sequence[UUID]) -> list[Counted]:
    """The evidence as it is kept."""
    return [of_row(row) for row in Evidence.objects.filter(dossier_id__in=list(ids))]


def of_row(row: Evidence) -> Counted:
    """A row as a frozen value."""
    plain = {name: getattr(row, name) for name in NAMES}
    return Counted(
        dossier_id=row.dossier_id,
        **{**plain, "holds": Holds(row.holds), "can": Holds(row.can), "signs": Sign(row.signs)},
    )


def _row(one: Counted) -> Evidence:
    plain = {name: getattr(one, name) for name in NAMES}
    bits = {name: int(plain[name]) for name in ("holds", "can", "signs")}
    waits = one.received_day is not None and one.sync_known and not one.holds & Holds.SYNCHRONISED
    return Evidence(dossier_id=one.dossier_id, sync_waits=waits, **{**plain, **bits})


def _stand(at: datetime, *, rebuilt: bool = False) -> None:
    """Evidence is as of the latest judging; a late batch never sets it back."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO indicators_standing (id, as_of, rebuilt_at) VALUES (1, %s, %s)
            ON CONFLICT (id) DO UPDATE SET as_of = greatest(indicators_standing.as_of, excluded.as_of),
                   rebuilt_at = coalesce(excluded.rebuilt_at, indicators_standing.rebuilt_at)
            """,
            [at, at if rebuilt else None],
        )


def standing() -> Standing | None:
    """Up to when the evidence is judged; None before the first."""
    return Standing.objects.filter(id=1).first()
