"""Worklists, counts and searches: always within what the actor may see, always a fixed number of queries."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError
from motcua.base.vietnamese import fold
from motcua.dossiers.data import Channel, ConsultationRow, DossierCard, Page, Queue, State
from motcua.dossiers.models import Consultation, Dossier
from motcua.dossiers.permissions import NotAllowed
from motcua.dossiers.queries.access import place_of, stands_in_for
from motcua.dossiers.queries.cards import CARD_FIELDS, card
from motcua.dossiers.rules import numbers

MOST_ROWS = 200
MOST_COUNTED = 1000  # a count stops here: "1000" on a screen means "1000 or more"

# Which worklists a role has, in the order of the tabs (design.md; the queue of a dossier is one column).
ROLE_QUEUES: dict[str, tuple[Queue, ...]] = {
    "reception": (Queue.ACCEPT, Queue.RETURN, Queue.WAITING, Queue.ASSIGN),
    "desk_lead": (Queue.ACCEPT, Queue.ASSIGN, Queue.RETURN, Queue.WAITING, Queue.SOLVE),
    "support": (Queue.RETURN,),
    "solver": (Queue.SOLVE, Queue.CONSULT, Queue.ASSIGN),
    "reviewer": (Queue.REVIEW, Queue.ASSIGN, Queue.SOLVE, Queue.CONSULT),
    "signer": (Queue.SIGN,),
    "clerk": (Queue.STAMP,),
    "leader": (Queue.SIGN, Queue.REVIEW, Queue.ASSIGN, Queue.SOLVE),
}


class BadMark(DomainError):
    """The page mark cannot be read; start again from the first page."""

    message_vi = "Không đọc được vị trí trang; hãy quay lại trang đầu."


def queues_of(by: Actor) -> tuple[Queue, ...]:
    """The worklists that the actor's role has."""
    return ROLE_QUEUES.get(by.role or "", ()) if by.kind is ActorKind.OFFICER else ()


def worklist(
    *,
    by: Actor,
    at: datetime,
    queue: Queue | None = None,
    mine: bool = False,
    procedure_code: str = "",
    channel: Channel | None = None,
    late_only: bool = False,
    after: str | None = None,
    limit: int = 30,
) -> Page:
    """One worklist of the officer's agency by what is due first; one query, whatever the size of the table.

    `queue` defaults to the role's first. `mine`: only what is assigned to the officer, or to whom the officer
    stands in for (one query more). Raises `NotAllowed` for a worklist that the role does not have.
    """
    allowed = queues_of(by)
    wanted = queue if queue is not None else (allowed[0] if allowed else None)
    if wanted is None or wanted not in allowed or not by.unit:
        raise NotAllowed(f"{by.role} has no worklist {queue}")
    rows = Dossier.objects.filter(queue_agency=by.unit, queue=wanted)
    if mine:
        rows = rows.filter(assignee__in={by.ref, *stands_in_for(by, at)})
    rows = _narrowed(rows, procedure_code, channel)
    if late_only:
        rows = rows.filter(queue_due__lt=at)
    return _page(rows, at=at, after=after, limit=limit)


def _narrowed(rows: QuerySet[Dossier], procedure_code: str, channel: Channel | None) -> QuerySet[Dossier]:
    if procedure_code:
        rows = rows.filter(procedure_code=procedure_code)
    if channel is not None:
        rows = rows.filter(channel=channel)
    return rows


def _page(rows: QuerySet[Dossier], *, at: datetime, after: str | None, limit: int) -> Page:
    """Keyset pages: a page costs the same at the start and a million rows further on."""
    limit = max(1, min(limit, MOST_ROWS))
    if after:
        due, last = _unmark(after)
        rows = rows.filter(Q(queue_due__gt=due) | Q(queue_due=due, id__gt=last), queue_due__gte=due)
    found = list(rows.order_by("queue_due", "id").only(*CARD_FIELDS)[: limit + 1])
    following = _mark(found[limit - 1]) if len(found) > limit else None
    return Page(rows=tuple(card(row, at) for row in found[:limit]), next=following)


def _mark(row: Dossier) -> str:
    return base64.urlsafe_b64encode(f"{row.queue_due.isoformat()} {row.id}".encode()).decode().rstrip("=")


def _unmark(mark: str) -> tuple[datetime, UUID]:
    try:
        text = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode()
        due, last = text.split(" ")
        moment = datetime.fromisoformat(due)
        if moment.tzinfo is None:
            raise ValueError("no zone")
        return moment, UUID(last)
    except (ValueError, binascii.Error, UnicodeDecodeError) as error:
        raise BadMark(mark[:40]) from error


_COUNTS = """
    SELECT q.queue,
           (SELECT count(*) FROM (SELECT 1 FROM dossiers_dossier d
             WHERE d.queue_agency = %(unit)s AND d.queue = q.queue AND d.queue <> '' LIMIT %(most)s) n),
           (SELECT count(*) FROM (SELECT 1 FROM dossiers_dossier d
             WHERE d.queue_agency = %(unit)s AND d.queue = q.queue AND d.queue <> '' AND d.queue_due < %(at)s
             ORDER BY d.queue_due LIMIT %(most)s) n)
      FROM unnest(%(queues)s::text[]) AS q(queue)
    UNION ALL
    SELECT 'consult',
           (SELECT count(*) FROM (SELECT 1 FROM dossiers_consultation c
             WHERE c.agency = %(unit)s AND c.answered_at IS NULL AND c.closed_at IS NULL LIMIT %(most)s) n),
           (SELECT count(*) FROM (SELECT 1 FROM dossiers_consultation c
             WHERE c.agency = %(unit)s AND c.answered_at IS NULL AND c.closed_at IS NULL
               AND c.answer_by < %(at)s LIMIT %(most)s) n)
"""


def counts(*, by: Actor, at: datetime) -> dict[Queue, tuple[int, int]]:
    """For every worklist of the role: how many lie in it, and how many of them are late; each up to
    `MOST_COUNTED`, which then means "or more". One query, bounded also for an agency that has everything.

    Under CONSULT stand the opinions that the officer's agency owes to others.
    """
    wanted = queues_of(by)
    if not wanted or not by.unit:
        return {}
    queues = [queue.value for queue in wanted if queue is not Queue.CONSULT]
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"unit": by.unit, "at": at, "queues": queues, "most": MOST_COUNTED})
        found = {Queue(queue): (n, late) for queue, n, late in cursor.fetchall()}
    return {queue: found[queue] for queue in wanted}


def consultations_for(*, by: Actor, limit: int = 50) -> list[ConsultationRow]:
    """Opinions that the officer's agency still owes, the first due first. One query."""
    if by.kind is not ActorKind.OFFICER or not by.unit:
        return []
    rows = Consultation.objects.filter(agency=by.unit, answered_at__isnull=True, closed_at__isnull=True)
    return [
        consultation_row(row)
        for row in rows.select_related("dossier").order_by("answer_by", "id")[: min(limit, MOST_ROWS)]
    ]


def consultation_row(row: Consultation) -> ConsultationRow:
    """The row as screens see it; `row.dossier` should be selected with it."""
    return ConsultationRow(
        id=row.id,
        dossier_id=row.dossier_id,
        dossier_code=row.dossier.code,
        agency=row.agency,
        question=row.question,
        asked_at=row.asked_at,
        answer_by=row.answer_by,
        answered_at=row.answered_at,
        answer=row.answer,
    )


def visible_to(by: Actor, at: datetime) -> Q:
    """The condition that a dossier must meet to be found by this actor: what lists and searches add."""
    if by.kind is ActorKind.CITIZEN:
        return Q(applicant_person_id=by.ref) | Q(submitter_person_id=by.ref)
    if by.kind in (ActorKind.SYSTEM, ActorKind.PORTAL, ActorKind.GATEWAY):
        return Q()
    if (
        by.kind is not ActorKind.OFFICER
        or not by.unit
        or by.role in ("system_admin", "catalogue_admin", None)
    ):
        return Q(pk__in=[])
    if by.role in ("controller", "leader") and place_of(by, at).is_province:
        return Q()
    own = Q(receiving_agency=by.unit) | Q(desk_agency=by.unit)
    if by.role not in ("reception", "desk_lead", "support"):
        own |= Q(consultations__agency=by.unit)
    return own | Q(handling_agency=by.unit) | Q(return_agency=by.unit)


def search(
    *, by: Actor, at: datetime, text: str, state: State | None = None, limit: int = 20
) -> tuple[DossierCard, ...]:
    """Dossiers by code, outside code, personal number, tax code or a part of the name, accents or not.

    An exact code is found by every desk of the province (NĐ 118/2025: any centre receives and returns); names and
    numbers only among what the actor may see. Fewer than three letters find nothing.
    """
    text = numbers.as_typed(text)
    if len(text) < 3:
        return ()
    limit = max(1, min(limit, MOST_ROWS))
    parsed = numbers.parse(text)
    if parsed is not None or _like_outside_code(text):
        wanted = Q(code__iexact=text) if parsed is None else Q(code=text.upper())
        rows = Dossier.objects.filter(wanted | Q(outside_code=text))
        at_desk = by.kind is ActorKind.OFFICER and place_of(by, at).is_centre
        if not (at_desk and by.role in ("reception", "desk_lead", "support")):
            rows = rows.filter(visible_to(by, at))
    elif text.replace(" ", "").isdigit():
        rows = Dossier.objects.filter(visible_to(by, at), applicant_number=text.replace(" ", ""))
    else:
        rows = Dossier.objects.filter(visible_to(by, at), applicant_fold__contains=fold(text))
    if state is not None:
        rows = rows.filter(state=state)
    found = rows.distinct().order_by(F("submitted_at").desc(), "id").only(*CARD_FIELDS)[:limit]
    return tuple(card(row, at) for row in found)


def _like_outside_code(text: str) -> bool:
    return "-" in text and any(letter.isdigit() for letter in text) and " " not in text


def of_person(*, by: Actor, at: datetime, limit: int = 50) -> tuple[DossierCard, ...]:
    """A citizen's own dossiers, newest first; two indexed reads in one query."""
    if by.kind is not ActorKind.CITIZEN:
        raise NotAllowed("own dossiers are a citizen's")
    rows = Dossier.objects.filter(visible_to(by, at)).order_by(F("submitted_at").desc(), "id")
    return tuple(card(row, at) for row in rows.only(*CARD_FIELDS)[: min(limit, MOST_ROWS)])


def waiting_on_calendar(
    *, agencies: Iterable[str] | None = None, after: UUID | None = None, limit: int | None = None
) -> list[UUID]:
    """Ids of the open dossiers whose due time a change of these agencies' calendar (default: of any) may move.

    In the order of their ids; `after` and `limit` give a portion.
    """
    rows: Any = Dossier.objects.filter(
        state__in=[State.ACCEPTED, State.IN_PROGRESS], due_at__isnull=False, limit_amount__isnull=False
    ).exclude(queue="")
    if agencies is not None:
        rows = rows.filter(handling_agency__in=list(agencies))
    if after is not None:
        rows = rows.filter(id__gt=after)
    return list(rows.order_by("id").values_list("id", flat=True)[:limit])
