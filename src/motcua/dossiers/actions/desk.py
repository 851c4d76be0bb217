"""The desk's small things: queue tickets and the drafts of a citizen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind, Json, require_aware
from motcua.base.errors import DomainError
from motcua.dossiers.actions.numbering import next_number
from motcua.dossiers.data import DraftView, TicketView
from motcua.dossiers.models import Dossier, Draft, Ticket
from motcua.dossiers.permissions import NotAllowed
from motcua.dossiers.queries.drafts import NoSuchDraft, draft_view
from motcua.dossiers.queries.handovers import ticket_view
from motcua.ledger.api import Subject, append

MOST_DRAFT_BYTES = 400_000


class NobodyWaits(DomainError):
    """Nobody is waiting."""

    message_vi = "Không còn ai đang chờ."


class DraftOvertaken(DomainError):
    """This draft was changed on another device. Reload it; what you typed here is still on this page."""

    message_vi = (
        "Bản nháp đã được sửa trên thiết bị khác. Hãy tải lại; nội dung bạn vừa nhập vẫn còn trên trang này."
    )


def take_ticket(*, by: Actor, at: datetime, agency: str, lane: str = "A") -> TicketView:
    """Draw the next number of the day in a lane; ledger entry "ticket.taken"."""
    require_aware(at)
    day = at.astimezone(VN).date()
    with transaction.atomic():
        row = Ticket.objects.create(
            id=uuid4(),
            agency=agency,
            day=day,
            lane=lane[:20],
            number=next_number(f"T-{agency[:30]}-{lane[:8]}-{day:%y%m%d}-"),
            taken_at=at,
        )
        _write("ticket.taken", row, by, at)
    return ticket_view(row)


def call_next(*, by: Actor, at: datetime, counter: str, lane: str | None = None) -> TicketView:
    """Call the next waiting ticket of the officer's agency to a counter. Raises `NobodyWaits`."""
    require_aware(at)
    day = at.astimezone(VN).date()
    if by.kind is not ActorKind.OFFICER:
        raise NotAllowed("only the desk calls")
    with transaction.atomic():
        waiting = Ticket.objects.select_for_update(skip_locked=True).filter(
            agency=by.unit, day=day, called_at__isnull=True
        )
        if lane is not None:
            waiting = waiting.filter(lane=lane)
        row = waiting.order_by("taken_at", "lane", "number").first()
        if row is None:
            raise NobodyWaits
        row.called_at, row.called_by, row.counter = at, by.ref, counter[:20]
        row.save()
        _write("ticket.called", row, by, at)
    return ticket_view(row)


def finish_ticket(*, by: Actor, at: datetime, ticket_id: UUID) -> TicketView:
    """The citizen was served (or did not come)."""
    require_aware(at)
    with transaction.atomic():
        row = Ticket.objects.select_for_update().filter(id=ticket_id, agency=by.unit).first()
        if row is None or row.called_at is None:
            raise NotAllowed("not a called ticket of this agency")
        row.served_at = at
        row.save()
        _write("ticket.served", row, by, at)
    return ticket_view(row)


def _write(kind: str, row: Ticket, by: Actor, at: datetime) -> None:
    append(
        kind=kind,
        subject=Subject(kind="ticket", id=str(row.id)),
        by=by,
        at=at,
        unit=row.agency,
        payload={"lane": row.lane, "number": row.number, "counter": row.counter},
    )


def save_draft(
    *,
    by: Actor,
    at: datetime,
    procedure_code: str,
    version_id: UUID,
    answers: Mapping[str, Json],
    context: Mapping[str, Json] | None = None,
    title: str = "",
    draft_id: UUID | None = None,
    expected_revision: int | None = None,
) -> DraftView:
    """Keep what a citizen typed, valid or not. Autosave: no ledger entry, for nothing has been said to the state.

    `expected_revision` guards against two devices: raises `DraftOvertaken`. Raises `NoSuchDraft` for others' drafts.
    """
    require_aware(at)
    owner = owner_of(by)
    if len(repr(answers)) > MOST_DRAFT_BYTES:
        raise NotAllowed("the draft is too large")
    with transaction.atomic():
        if draft_id is None:
            row = Draft(id=uuid4(), owner_id=owner, revision=0, created_at=at)
        else:
            found = (
                Draft.objects.select_for_update().filter(id=draft_id, owner_id=owner, dossier=None).first()
            )
            if found is None:
                raise NoSuchDraft(str(draft_id))
            row = found
            if expected_revision is not None and expected_revision != row.revision:
                raise DraftOvertaken(str(draft_id))
        row.procedure_code, row.version_id, row.title = procedure_code, version_id, title[:300]
        row.answers, row.context = dict(answers), dict(context or {})
        row.revision += 1
        row.saved_at = at
        row.save()
    return draft_view(row)


def delete_draft(*, by: Actor, draft_id: UUID) -> None:
    """Throw a draft away; raises `NoSuchDraft`."""
    gone, _ = Draft.objects.filter(id=draft_id, owner_id=owner_of(by), dossier=None).delete()
    if not gone:
        raise NoSuchDraft(str(draft_id))


def mark_filed(*, by: Actor, draft_id: UUID, dossier_id: UUID) -> None:
    """The draft became this dossier: it leaves the list of drafts."""
    dossier = Dossier.objects.get(id=dossier_id)
    done = Draft.objects.filter(id=draft_id, owner_id=owner_of(by), dossier=None).update(dossier=dossier)
    if not done and not Draft.objects.filter(id=draft_id, dossier=dossier).exists():
        raise NoSuchDraft(str(draft_id))


def owner_of(by: Actor) -> UUID:
    """The citizen's person id; raises `NotAllowed` for anybody else."""
    if by.kind is not ActorKind.CITIZEN:
        raise NotAllowed("drafts belong to citizens")
    return UUID(by.ref)
