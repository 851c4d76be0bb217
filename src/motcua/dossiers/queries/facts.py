"""Many dossiers at once, as indices count them: a fixed number of queries for any number, and no personal data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from motcua.dossiers.data import Channel, HowProvided, State, Step
from motcua.dossiers.data.facts import DossierFacts, PaperFact, Wait
from motcua.dossiers.models import Component, Dossier, Extension, PaymentLink, ResultLink, SupplementRequest

_NAMES = (
    "id",
    "code",
    "seq",
    "procedure_version_id",
    "procedure_code",
    "procedure_name",
    "channel",
    "handling_agency",
    "receiving_agency",
    "state",
    "step",
    "assignee",
    "identity_proven",
    "imported",
    "limit_amount",
    "limit_unit",
    "submitted_at",
    "accepted_at",
    "promised_due",
    "ended_at",
    "returned_at",
)


def facts_of(ids: Sequence[UUID]) -> list[DossierFacts]:
    """The facts of these dossiers, by id; ids that name none are left out."""
    apologies = Extension.objects.filter(dossier=OuterRef("pk"))
    rows = Dossier.objects.filter(id__in=ids).order_by("id").annotate(moved=Exists(apologies))
    waits: dict[UUID, list[Wait]] = defaultdict(list)
    for wait in SupplementRequest.objects.filter(dossier__in=ids).order_by("number"):
        waits[wait.dossier_id].append(
            Wait(
                asked_at=wait.asked_at,
                supplied_at=wait.supplied_at,
                closed_at=wait.closed_at,
                due_before=wait.due_before,
            )
        )
    papers: dict[UUID, list[PaperFact]] = defaultdict(list)
    found = Component.objects.filter(dossier__in=ids, replaced_at__isnull=True)
    for owner, how, file_id, fact in found.values_list("dossier_id", "how", "file_id", "fact"):
        source = str(fact.get("source", "")) if isinstance(fact, dict) else ""
        papers[owner].append(PaperFact(how=HowProvided(how), file_id=file_id, source=source))
    results: dict[UUID, list[UUID]] = defaultdict(list)
    stamped = ResultLink.objects.filter(dossier__in=ids, withdrawn_at__isnull=True, stamped_at__isnull=False)
    for owner, one in stamped.values_list("dossier_id", "result_id"):
        results[owner].append(one)
    payments: dict[UUID, list[UUID]] = defaultdict(list)
    for owner, one in PaymentLink.objects.filter(dossier__in=ids).values_list("dossier_id", "payment_id"):
        payments[owner].append(one)
    return [
        _facts(row, waits[row["id"]], papers[row["id"]], results[row["id"]], payments[row["id"]])
        for row in rows.values(*_NAMES, "moved")
    ]


def all_facts(*, portion: int = 2000) -> Iterator[list[DossierFacts]]:
    """The facts of every dossier, in portions, in order of id."""
    last: UUID | None = None
    while True:
        rows = Dossier.objects.order_by("id")
        if last is not None:
            rows = rows.filter(id__gt=last)
        ids = list(rows.values_list("id", flat=True)[:portion])
        if not ids:
            return
        yield facts_of(ids)
        last = ids[-1]


def _facts(
    row: dict[str, Any],
    waits: list[Wait],
    papers: list[PaperFact],
    results: list[UUID],
    payments: list[UUID],
) -> DossierFacts:
    version = row.pop("procedure_version_id")
    row.update(channel=Channel(row["channel"]), state=State(row["state"]), step=Step(row["step"]))
    return DossierFacts(
        **row,
        procedure_version=version,
        waits=tuple(waits),
        papers=tuple(papers),
        results=tuple(results),
        payments=tuple(payments),
    )
