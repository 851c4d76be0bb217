"""What counting needs of a dossier: times, papers, results and payments, and nothing about the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .states import Channel, HowProvided, State, Step


@dataclass(frozen=True, kw_only=True)
class Wait:
    """One request for papers: from when to when the citizen was waited for; `due_before` it stood open."""

    asked_at: datetime
    supplied_at: datetime | None
    closed_at: datetime | None
    due_before: datetime | None


@dataclass(frozen=True, kw_only=True)
class PaperFact:
    """How one required paper was provided; `source` names the registry when a fact replaced it."""

    how: HowProvided
    file_id: UUID | None
    source: str


@dataclass(frozen=True, kw_only=True)
class DossierFacts:
    """A dossier as indices count it. `promised_due` is what the last paper handed to the citizen says."""

    id: UUID
    code: str
    seq: int
    procedure_version: UUID
    procedure_code: str
    procedure_name: str
    channel: Channel
    handling_agency: str
    receiving_agency: str
    state: State
    step: Step
    assignee: str
    identity_proven: bool
    imported: bool
    limit_amount: int | None
    limit_unit: str
    submitted_at: datetime
    accepted_at: datetime | None
    promised_due: datetime | None
    ended_at: datetime | None
    returned_at: datetime | None
    waits: tuple[Wait, ...]
    papers: tuple[PaperFact, ...]
    results: tuple[UUID, ...]
    payments: tuple[UUID, ...]
    moved: bool = False  # an apology gave another due time than the one first promised
