"""What readers receive: frozen rows for worklists, pages, the control slip, tracking and reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from motcua.base.data import Json

from .asks import Party, Quarantined
from .states import Action, Channel, HowProvided, Outcome, Queue, Relation, Sight, State, Step


@dataclass(frozen=True, kw_only=True)
class Filed:
    """The answer to a filing: the dossier's id and code; `created` is false when it was already there."""

    dossier_id: UUID
    code: str
    state: State
    seq: int
    created: bool
    due_at: datetime | None = None
    outside_code: str = ""


@dataclass(frozen=True, kw_only=True)
class Done:
    """Where a dossier stands after an action; `seq` is what the next action may expect."""

    dossier_id: UUID
    code: str
    state: State
    step: Step
    seq: int
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ReDated:
    """What a change of the calendar moved: how many were looked at, which moved, which wait for the next run."""

    looked_at: int
    moved: tuple[Done, ...]
    left: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class DossierCard:
    """One row of a worklist or of a search. `queue_due` is the moment by which the next act is due.

    `quantity` counts sets; `parent_id` is the whole of which this is a linked part. Address and phone stand only
    where the list asks for them (the register book).
    """

    id: UUID
    code: str
    outside_code: str
    procedure_code: str
    procedure_name: str
    applicant_name: str
    state: State
    step: Step
    queue: Queue
    channel: Channel
    receiving_agency: str
    handling_agency: str
    assignee: str
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    queue_due: datetime
    seq: int
    is_late: bool
    quantity: int = 1
    parent_id: UUID | None = None
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of a list; `next` is the opaque mark to hand in for the following page, None at the end."""

    rows: tuple[DossierCard, ...]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class ComponentRow:
    """A required paper of the dossier and how it was provided, with its evidence."""

    id: UUID
    code: str
    name: str
    how: HowProvided
    copies: int
    original: bool
    file_id: UUID | None
    wallet_ref: str
    fact: Mapping[str, Json]
    digitised_at: datetime | None
    provided_at: datetime
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SupplementRow:
    """One request for papers. `late`: asked after the lawful three working days; `again`: not the first."""

    id: UUID
    number: int
    asked_at: datetime
    asked_by: str
    what: str
    papers: tuple[str, ...]
    late: bool
    again: bool
    supplied_at: datetime | None
    due_before: datetime | None
    due_after: datetime | None


@dataclass(frozen=True, kw_only=True)
class ConsultationRow:
    """An opinion asked of another agency, with the time it was given to answer."""

    id: UUID
    dossier_id: UUID
    dossier_code: str
    agency: str
    question: str
    asked_at: datetime
    answer_by: datetime
    answered_at: datetime | None
    answer: str


@dataclass(frozen=True, kw_only=True)
class ExtensionRow:
    """The one apology with its new date."""

    asked_at: datetime
    reason: str
    due_before: datetime
    due_after: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentRow:
    """A fee of the dossier; the amount in whole đồng."""

    payment_id: UUID
    amount: int
    state: str
    receipt_number: str
    online: bool
    paid_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ResultRow:
    """A result of the dossier: the id of the document and how it is called."""

    result_id: UUID
    title: str
    full_number: str
    signed_at: datetime | None
    stamped_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PaperRow:
    """Where the paper lies, and since when."""

    agency: str
    place: str
    holder: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What this actor may do to this dossier now, by the table and the matrix of permissions."""

    actions: frozenset[Action]
    relations: frozenset[Relation]
    sight: Sight


@dataclass(frozen=True, kw_only=True)
class DossierView:
    """A dossier as `sight` lets its reader see it: BRIEF leaves answers, papers and notes empty."""

    card: DossierCard
    sight: Sight
    procedure_version: UUID
    filed_version: UUID
    applicant: Party
    submitter: Party | None
    acting_as: str
    answers: Mapping[str, Json]
    outcome: Outcome
    promised_due: datetime | None
    ended_at: datetime | None
    returned_at: datetime | None
    return_agency: str
    return_by: str
    reason: str
    quantity: int
    proposal: Mapping[str, Json]
    components: tuple[ComponentRow, ...]
    supplements: tuple[SupplementRow, ...]
    consultations: tuple[ConsultationRow, ...]
    extension: ExtensionRow | None
    payments: tuple[PaymentRow, ...]
    results: tuple[ResultRow, ...]
    paper: PaperRow | None
    parent_id: UUID | None
    has_parts: bool
    handed_to: str
    handed_code: str
    handed_state: str
    children: tuple[DossierCard, ...]
    successor_of: str
    allowed: Allowed


@dataclass(frozen=True, kw_only=True)
class TimelineItem:
    """One thing that happened, from its ledger entry. `who` is the actor's reference, "" when withheld."""

    seq: int
    at: datetime
    kind: str
    action: Action | None
    label_vi: str
    label_en: str
    who: str
    role: str
    unit: str
    state: State | None
    step: Step
    note: str
    due_at: datetime | None
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SlipRow:
    """A line of the control slip (TT 01/2018 form 05, TT 03/2025 form 06): one stay with one unit.

    `hours` are working hours spent; `limit_hours` what the internal process gives to the step, if it says.
    `verdict` is "early", "on_time", "late" or "" while the stay lasts.
    """

    step: str
    unit: str
    who: str
    received_at: datetime
    handed_at: datetime | None
    limit_hours: int | None
    verdict: str
    note: str


@dataclass(frozen=True, kw_only=True)
class ClockExplanation:
    """Why the dossier is due when it is: the facts, the day-by-day count and the promise on the receipt."""

    due_at: datetime | None
    promised_due: datetime | None
    state: str
    regime: str
    limit: str
    facts: tuple[Mapping[str, Json], ...]
    days: tuple[Mapping[str, Json], ...]


@dataclass(frozen=True, kw_only=True)
class Track:
    """How far a dossier is, for anybody who has its code (TT 01/2018 Đ.16): nothing else.

    `stage` runs from 1 (received) to 4 (result handed out); 0 for every code that does not answer, whatever
    the reason. `due_on` is the promised day.
    """

    stage: int
    label_vi: str
    label_en: str
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class HandoverView:
    """A list of paper dossiers that goes from one centre to another, signed on both sides."""

    id: UUID
    number: str
    from_agency: str
    to_agency: str
    sent_at: datetime
    sent_by: str
    received_at: datetime | None
    received_by: str
    codes: tuple[str, ...]
    missing: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class TicketView:
    """A queue ticket of a centre: its number of the day and where it is called to."""

    id: UUID
    agency: str
    day: date
    number: int
    lane: str
    taken_at: datetime
    called_at: datetime | None
    counter: str
    served_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """A filing not yet sent: what was typed, kept as it was typed."""

    id: UUID
    procedure_code: str
    version_id: UUID
    title: str
    answers: Mapping[str, Json]
    context: Mapping[str, Json]
    revision: int
    saved_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReportFilter:
    """Which dossiers a centre's report counts. `start` is in, `end` is not."""

    start: datetime
    end: datetime
    agency: str = ""
    field: str = ""
    channel: Channel | None = None
    procedure_code: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """A line of the centre's report: numbers of dossiers by how they came and how they ended.

    received = online + direct + post + carried_over; resolved = early + on_time + late (+ no_date);
    open = open_in_time + open_late + waiting.
    """

    key: str
    online: int = 0
    direct: int = 0
    post: int = 0
    carried_over: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    no_date: int = 0
    refused: int = 0
    withdrawn: int = 0
    stopped: int = 0
    open_in_time: int = 0
    open_late: int = 0
    waiting: int = 0

    @property
    def received(self) -> int:
        """All that the period had to deal with."""
        return self.online + self.direct + self.post + self.carried_over

    @property
    def resolved(self) -> int:
        """Those that ended with a decision in the period."""
        return self.early + self.on_time + self.late + self.no_date

    @property
    def open(self) -> int:
        """Those still open at the end of the period."""
        return self.open_in_time + self.open_late + self.waiting


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did: every record is in one of these."""

    created: int = 0
    unchanged: int = 0
    quarantined: tuple[Quarantined, ...] = ()
