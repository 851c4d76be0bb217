"""What systems outside are told: the evidence of many dossiers in a fixed number of queries, and counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count

from motcua.base.data import Json
from motcua.dossiers.data import Channel, HowProvided, Outcome, Party, State
from motcua.dossiers.data.outside import (
    OutsideFacts,
    OutsideHead,
    PaperEvidence,
    ResultEvidence,
    SupplementEvidence,
)
from motcua.dossiers.models import Component, Dossier, PaymentLink, ResultLink, SupplementRequest


def outside_facts(ids: Sequence[UUID]) -> dict[UUID, OutsideFacts]:
    """The dossiers of `ids` that exist; five queries however many they are, and outside of a transaction of one moment.

    For the system's own consumers: nobody's right to see is asked here.
    """
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        rows = list(Dossier.objects.filter(id__in=list(ids)))
        papers = _papers(ids)
        supplements = _supplements(ids)
        results = _results(ids)
        payments: dict[UUID, list[UUID]] = defaultdict(list)
        for dossier_id, payment_id in PaymentLink.objects.filter(dossier_id__in=list(ids)).values_list(
            "dossier_id", "payment_id"
        ):
            payments[dossier_id].append(payment_id)
    return {
        row.id: _facts(
            row, tuple(papers[row.id]), tuple(supplements[row.id]), tuple(results[row.id]), payments[row.id]
        )
        for row in rows
    }


def _facts(
    row: Dossier,
    papers: tuple[PaperEvidence, ...],
    supplements: tuple[SupplementEvidence, ...],
    results: tuple[ResultEvidence, ...],
    payments: list[UUID],
) -> OutsideFacts:
    return OutsideFacts(
        id=row.id,
        code=row.code,
        outside_system=row.outside_system,
        outside_code=row.outside_code,
        seq=row.seq,
        state=State(row.state),
        procedure_code=row.procedure_code,
        procedure_name=row.procedure_name,
        procedure_version=row.procedure_version_id,
        field=row.field,
        channel=Channel(row.channel),
        door=row.door,
        receiving_agency=row.receiving_agency,
        handling_agency=row.handling_agency,
        applicant=Party.from_json(row.applicant),
        identity_proven=row.identity_proven,
        outcome=Outcome(row.outcome),
        reason=row.reason,
        quantity=row.quantity,
        imported=row.imported,
        submitted_at=row.submitted_at,
        accepted_at=row.accepted_at,
        promised_due=row.promised_due,
        ended_at=row.ended_at,
        returned_at=row.returned_at,
        papers=papers,
        supplements=supplements,
        results=results,
        payment_ids=tuple(payments),
    )


def _papers(ids: Sequence[UUID]) -> dict[UUID, list[PaperEvidence]]:
    found: dict[UUID, list[PaperEvidence]] = defaultdict(list)
    for one in Component.objects.filter(dossier_id__in=list(ids)).order_by("seq", "code", "id"):
        fact: dict[str, Json] = one.fact or {}
        found[one.dossier_id].append(
            PaperEvidence(
                code=one.code,
                name=one.name,
                how=HowProvided(one.how),
                copies=one.copies,
                file_id=one.file_id,
                wallet_ref=one.wallet_ref,
                registry=str(fact.get("registry") or ""),
                digitised_at=one.digitised_at,
                provided_at=one.provided_at,
                replaced_at=one.replaced_at,
            )
        )
    return found


def _supplements(ids: Sequence[UUID]) -> dict[UUID, list[SupplementEvidence]]:
    found: dict[UUID, list[SupplementEvidence]] = defaultdict(list)
    for one in SupplementRequest.objects.filter(dossier_id__in=list(ids)).order_by("number"):
        found[one.dossier_id].append(
            SupplementEvidence(
                id=one.id,
                number=one.number,
                asked_at=one.asked_at,
                asked_by=one.asked_by,
                what=one.what,
                papers=tuple(one.papers),
                supplied_at=one.supplied_at,
                supplied_by=one.supplied_by,
                due_before=one.due_before,
                due_after=one.due_after,
            )
        )
    return found


def _results(ids: Sequence[UUID]) -> dict[UUID, list[ResultEvidence]]:
    found: dict[UUID, list[ResultEvidence]] = defaultdict(list)
    for one in ResultLink.objects.filter(dossier_id__in=list(ids)).order_by("id"):
        found[one.dossier_id].append(
            ResultEvidence(
                result_id=one.result_id,
                title=one.title,
                full_number=one.full_number,
                stamped_at=one.stamped_at,
                withdrawn_at=one.withdrawn_at,
            )
        )
    return found


def counts_by_agency() -> dict[str, int]:
    """How many dossiers each agency received, ever; part of a linked dossier counts by itself."""
    rows = Dossier.objects.values_list("receiving_agency").annotate(n=Count("id"))
    return {str(agency): int(n) for agency, n in rows}


def heads_of(ids: Sequence[UUID]) -> dict[UUID, OutsideHead]:
    """Which dossiers these are and where they came from; one query."""
    rows = Dossier.objects.filter(id__in=list(ids)).values_list(
        "id", "code", "procedure_name", "receiving_agency", "outside_system", "outside_code", "submitted_at"
    )
    return {
        row[0]: OutsideHead(
            id=row[0],
            code=row[1],
            procedure_name=row[2],
            receiving_agency=row[3],
            outside_system=row[4],
            outside_code=row[5],
            submitted_at=row[6],
        )
        for row in rows
    }


_COMPARED = """
    SELECT CASE WHEN d.outside_system = '{system}' THEN d.outside_code ELSE d.code END AS code,
           d.receiving_agency AS agency, d.procedure_code AS procedure, d.state, d.channel,
           d.submitted_at AS submitted, d.accepted_at AS accepted, d.promised_due AS promised,
           d.returned_at AS returned, d.ended_at AS ended, d.applicant->>'kind' AS kind,
           d.applicant_name AS name, d.applicant_number AS number, d.id, d.seq
      FROM dossiers_dossier d
"""


def comparison_sql(*, system: str) -> str:
    """The SELECT that gives every dossier as the list of another `system` is compared with it.

    Columns: code (its code there, where it came from there), agency (receiving), procedure, state, channel, the
    times submitted, accepted, promised, returned, ended, the applicant's kind, name and number, id, seq. For
    readers of millions of rows who cannot go through objects; to be used as a sub-select only.
    """
    if not system.replace("-", "").isalnum():
        raise ValueError(f"not the name of a system: {system!r}")
    return _COMPARED.format(system=system)


def ids_by_outside_code(system: str, codes: Sequence[str]) -> dict[str, UUID]:
    """Which dossier each code of another system became here; codes that none has are left out."""
    rows = Dossier.objects.filter(outside_system=system, outside_code__in=list(codes))
    return dict(rows.values_list("outside_code", "id"))


def last_entries(ids: Sequence[UUID]) -> dict[UUID, int]:
    """The number of each dossier's last ledger entry; one query."""
    return dict(Dossier.objects.filter(id__in=list(ids)).values_list("id", "seq"))
