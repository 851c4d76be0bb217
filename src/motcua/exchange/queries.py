"""Reads for screens: what a person must mend, the synchronised share of each unit, what comparisons found."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from motcua.base.data import Actor
from motcua.dossiers import api as dossiers
from motcua.exchange.data import DifferenceRow, ReconciliationView, ShareOfUnit, SyncState, TroubleRow
from motcua.exchange.models import Difference, Reconciliation, Track
from motcua.exchange.national import codes
from motcua.exchange.national.consuming import lag
from motcua.exchange.permissions import agencies_for
from motcua.exchange.reconciliation import causes

TROUBLES = ("data", "mapping", "clash", "retry")
MOST = 5000


def troubles(
    *, by: Actor, trouble: str = "", error_code: str = "", agency: str = "", limit: int = 100
) -> list[TroubleRow]:
    """What is in trouble, the oldest first, within what `by` looks after. Raises `NotYourExchange`."""
    rows = _troubled(by, trouble=trouble, error_code=error_code, agency=agency)
    found = []
    for row in rows.order_by("troubled_at", "dossier")[: min(limit, MOST)]:
        said = codes.words(row.error_code)
        found.append(
            TroubleRow(
                dossier=row.dossier,
                code=row.code,
                agency=row.agency,
                trouble=row.trouble,
                error_code=row.error_code,
                cause_vi=said.vi,
                cause_en=said.en,
                fields=tuple(
                    dict.fromkeys(codes.field_words(str(one.get("field", ""))) for one in row.errors)
                ),
                since=row.troubled_at or row.next_try_at,
                tries=row.tries,
                next_try_at=None if row.blocked else row.next_try_at,
            )
        )
    return found


def count_troubles(*, by: Actor, agency: str = "") -> dict[str, int]:
    """How many are in each kind of trouble."""
    rows = (
        _troubled(by, trouble="", error_code="", agency=agency).values_list("trouble").annotate(n=Count("*"))
    )
    counted = {str(trouble): int(n) for trouble, n in rows}
    return {trouble: counted.get(trouble, 0) for trouble in TROUBLES}


def _troubled(by: Actor, *, trouble: str, error_code: str, agency: str) -> QuerySet[Track]:
    mine = agencies_for(by)
    rows = Track.objects.exclude(trouble="")
    if mine is not None:
        rows = rows.filter(agency__in=mine)
    if agency:
        rows = rows.filter(agency=agency)
    if trouble in TROUBLES:
        rows = rows.filter(trouble=trouble)
    if error_code:
        rows = rows.filter(error_code=error_code)
    return rows


def shares(*, by: Actor) -> list[ShareOfUnit]:
    """Each unit's share of dossiers that the portal has as they are now, the lowest first."""
    mine = agencies_for(by)
    tracks = Track.objects.all() if mine is None else Track.objects.filter(agency__in=mine)
    counted = {
        row[0]: row[1:]
        for row in tracks.values_list("agency").annotate(
            done=Count("dossier", filter=Q(known=True, todo=False)),
            blocked=Count("dossier", filter=Q(blocked=True)),
        )
    }
    total = dossiers.counts_by_agency()
    found = []
    for agency, n in total.items():
        if mine is not None and agency not in mine:
            continue
        done, blocked = counted.get(agency, (0, 0))
        found.append(
            ShareOfUnit(
                agency=agency,
                dossiers=n,
                synchronised=min(done, n),
                waiting=max(0, n - done - blocked),
                failed=blocked,
            )
        )
    return sorted(found, key=lambda one: (one.per_cent if one.per_cent is not None else 101.0, -one.dossiers))


def sync_state(*, at: datetime) -> SyncState:
    """How much waits, how much is blocked, and how far behind the portal is."""
    counted = Track.objects.aggregate(
        waiting=Count("dossier", filter=Q(todo=True, blocked=False)),
        blocked=Count("dossier", filter=Q(blocked=True)),
        retrying=Count("dossier", filter=Q(trouble="retry")),
    )
    return SyncState(
        waiting=counted["waiting"],
        blocked=counted["blocked"],
        retrying=counted["retrying"],
        lag_seconds=lag(at=at).total_seconds(),
    )


def latest_reconciliation() -> ReconciliationView | None:
    """The last comparison of everything, None before the first."""
    row = Reconciliation.objects.filter(agency="", start=None, end=None).order_by("-at").first()
    if row is None:
        return None
    counted = row.found.values_list("cause").annotate(n=Count("*")).order_by("-n", "cause")
    return ReconciliationView(
        id=row.id,
        at=row.at,
        ours=row.ours,
        theirs=row.theirs,
        same=row.same,
        differences=row.differences,
        by_cause=tuple((str(c), causes.words(c).vi, causes.words(c).en, int(n)) for c, n in counted),
    )


def proof_text() -> str:
    """The proof of the last comparison of everything; "" before the first."""
    row = Reconciliation.objects.filter(agency="", start=None, end=None).order_by("-at").first()
    return row.proof if row else ""


def differences(*, by: Actor, cause: str = "", limit: int = 200) -> list[DifferenceRow]:
    """What the last comparison of everything found within what `by` looks after."""
    mine = agencies_for(by)
    last = Reconciliation.objects.filter(agency="", start=None, end=None).order_by("-at").first()
    if last is None:
        return []
    rows = Difference.objects.filter(reconciliation=last)
    if mine is not None:
        rows = rows.filter(agency__in=mine)
    if cause:
        rows = rows.filter(cause=cause)
    return [_difference(row) for row in rows.order_by("code")[:limit]]


def _difference(row: Difference) -> DifferenceRow:
    said = causes.words(row.cause)
    return DifferenceRow(
        dossier=row.dossier,
        code=row.code,
        kind=row.kind,
        cause=row.cause,
        cause_vi=said.vi,
        cause_en=said.en,
        cure_vi=said.cure_vi,
        cure_en=said.cure_en,
        fields=tuple(str(one.get("field", "")) for one in row.fields),
    )
