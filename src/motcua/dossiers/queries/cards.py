"""Turns rows into the frozen cards that lists show."""

from __future__ import annotations

from datetime import datetime

from motcua.dossiers.data import Channel, DossierCard, Queue, State, Step
from motcua.dossiers.models import Dossier

# What a card needs; lists fetch no more than this, so that answers and papers stay where they are.
CARD_FIELDS = (
    "id",
    "code",
    "outside_code",
    "procedure_code",
    "procedure_name",
    "applicant_name",
    "state",
    "step",
    "queue",
    "channel",
    "receiving_agency",
    "handling_agency",
    "assignee",
    "submitted_at",
    "accepted_at",
    "due_at",
    "queue_due",
    "ended_at",
    "seq",
    "quantity",
    "parent_id",
)
CONTACT_FIELDS = (*CARD_FIELDS, "applicant")


def card(row: Dossier, at: datetime, *, contact: bool = False) -> DossierCard:
    """The row as a list shows it at `at`; `contact` adds where the applicant lives and is reached."""
    party = row.applicant if contact else {}
    return DossierCard(
        id=row.id,
        code=row.code,
        outside_code=row.outside_code,
        procedure_code=row.procedure_code,
        procedure_name=row.procedure_name,
        applicant_name=row.applicant_name,
        state=State(row.state),
        step=Step(row.step),
        queue=Queue(row.queue),
        channel=Channel(row.channel),
        receiving_agency=row.receiving_agency,
        handling_agency=row.handling_agency,
        assignee=row.assignee,
        submitted_at=row.submitted_at,
        accepted_at=row.accepted_at,
        due_at=row.due_at,
        queue_due=row.queue_due,
        seq=row.seq,
        is_late=is_late(row, at),
        quantity=row.quantity,
        parent_id=row.parent_id,
        address=str(party.get("address") or ""),
        phone=str(party.get("phone") or ""),
    )


def is_late(row: Dossier, at: datetime) -> bool:
    """Is the deciding late at `at`, or was it when it ended? Waiting for the citizen is never late."""
    if row.queue == Queue.ACCEPT:
        return at > row.queue_due
    if row.due_at is None or row.state in (State.SUPPLEMENT, State.PAYMENT_DUE):
        return False
    return (row.ended_at or at) > row.due_at
