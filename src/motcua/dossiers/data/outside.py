"""What another system is told of a dossier: the row and every evidence row, with the times that prove them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .asks import Party
from .states import Channel, HowProvided, Outcome, State


@dataclass(frozen=True, kw_only=True)
class PaperEvidence:
    """A paper as provided. `registry` names the register whose fact replaced it, "" otherwise."""

    code: str
    name: str
    how: HowProvided
    copies: int
    file_id: UUID | None
    wallet_ref: str
    registry: str
    digitised_at: datetime | None
    provided_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SupplementEvidence:
    """A request for papers and, when it was, its answer."""

    id: UUID
    number: int
    asked_at: datetime
    asked_by: str
    what: str
    papers: tuple[str, ...]
    supplied_at: datetime | None
    supplied_by: str
    due_before: datetime | None
    due_after: datetime | None


@dataclass(frozen=True, kw_only=True)
class ResultEvidence:
    """A result of the dossier: it counts from `stamped_at` until `withdrawn_at`."""

    result_id: UUID
    title: str
    full_number: str
    stamped_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class OutsideFacts:
    """Everything that a national system may be told of one dossier, as it stands after entry `seq`."""

    id: UUID
    code: str
    outside_system: str
    outside_code: str
    seq: int
    state: State
    procedure_code: str
    procedure_name: str
    procedure_version: UUID
    field: str
    channel: Channel
    door: str
    receiving_agency: str
    handling_agency: str
    applicant: Party
    identity_proven: bool
    outcome: Outcome
    reason: str
    quantity: int
    imported: bool
    submitted_at: datetime
    accepted_at: datetime | None
    promised_due: datetime | None
    ended_at: datetime | None
    returned_at: datetime | None
    papers: tuple[PaperEvidence, ...]
    supplements: tuple[SupplementEvidence, ...]
    results: tuple[ResultEvidence, ...]
    payment_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class OutsideHead:
    """Which dossier it is, who received it and from where."""

    id: UUID
    code: str
    procedure_name: str
    receiving_agency: str
    outside_system: str
    outside_code: str
    submitted_at: datetime
