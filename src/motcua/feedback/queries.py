"""Reads of petitions and ratings: for officers, and for counting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from motcua.base.clock import VN
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.deadlines.api import calendar_for
from motcua.feedback.data import (
    About,
    Mark,
    PetitionFact,
    PetitionState,
    PetitionTimes,
    PetitionView,
    RatingView,
    Way,
)
from motcua.feedback.models import Petition, Rating
from motcua.feedback.permissions import check_may_handle
from motcua.feedback.rules.limits import judge


class NoSuchPetition(DomainError):
    """There is no such petition."""

    message_vi = "Không tìm thấy phản ánh, kiến nghị này."


def times_of(row: Petition) -> PetitionTimes:
    """The moments of a petition."""
    return PetitionTimes(
        since=row.since,
        asked_at=row.asked_at,
        supplied_at=row.supplied_at,
        refused_at=row.refused_at,
        resolved_at=row.resolved_at,
        published_at=row.published_at,
    )


def view(row: Petition) -> PetitionView:
    """The petition with everything that its agency may see."""
    return PetitionView(
        id=row.id,
        code=row.code,
        about=About(row.about),
        agency_key=row.agency_key,
        procedure_code=row.procedure_code,
        dossier_id=row.dossier_id,
        content=row.content,
        sender_name=row.sender_name,
        sender_contact=row.sender_contact,
        state=PetitionState(row.state),
        times=times_of(row),
        sent_at=row.sent_at,
        answer=row.answer,
        satisfied=row.satisfied,
        follows=row.follows_id,
        same_as=row.same_as_id,
    )


def petition(*, by: Actor, petition_id: UUID) -> PetitionView:
    """One petition for the agency that handles it. Raises `NoSuchPetition`, `MayNotHandle`."""
    row = Petition.objects.filter(id=petition_id).first()
    if row is None:
        raise NoSuchPetition(str(petition_id))
    check_may_handle(by, row.agency_key)
    return view(row)


def petitions_of(*, by: Actor, agency_key: str, limit: int = 100) -> list[PetitionView]:
    """The latest petitions of an agency. Raises `MayNotHandle`."""
    check_may_handle(by, agency_key)
    return [view(row) for row in Petition.objects.filter(agency_key=agency_key).order_by("-sent_at")[:limit]]


def petition_facts(
    *, start: datetime, end: datetime, at: datetime, agencies: Sequence[str] | None = None
) -> list[PetitionFact]:
    """Petitions received in a span, judged at `at`, without their senders.

    Satisfied (5.3): not marked unsatisfied, not followed by another, not late.
    """
    rows = Petition.objects.filter(sent_at__gte=start, sent_at__lt=end).order_by("sent_at", "id")
    if agencies is not None:
        rows = rows.filter(agency_key__in=agencies)
    found = list(rows)
    followed = set(
        Petition.objects.filter(follows__in=[r.id for r in found]).values_list("follows_id", flat=True)
    )
    return [_fact(row, at, again=row.id in followed) for row in found]


def _fact(row: Petition, at: datetime, *, again: bool) -> PetitionFact:
    judged = judge(times_of(row), at=at, calendar=calendar_for(row.agency_key, known_at=at))
    return PetitionFact(
        id=row.id,
        code=row.code,
        about=About(row.about),
        agency_key=row.agency_key,
        dossier_id=row.dossier_id,
        received_on=row.sent_at.astimezone(VN).date(),
        in_time=judged.in_time,
        satisfied=judged.in_time and row.satisfied is not False and not again,
        why_vi=judged.why_vi,
    )


def complained(dossiers: Iterable[UUID]) -> set[UUID]:
    """Which of the dossiers were rated badly or have a petition (index 766, 5.4)."""
    ids = list(dossiers)
    rated = Rating.objects.filter(dossier_id__in=ids, mark=Mark.BAD).values_list("dossier_id", flat=True)
    about = Petition.objects.filter(dossier_id__in=ids).filter(~Q(state="refused"))
    return set(rated) | {x for x in about.values_list("dossier_id", flat=True) if x is not None}


def crowded(dossiers: Iterable[UUID], *, most: int = 10) -> set[UUID]:
    """Which of the dossiers were rated from a place that gave more than `most` ratings: a sign of gaming."""
    from_where = dict(
        Rating.objects.filter(dossier_id__in=list(dossiers)).values_list("dossier_id", "place_hash")
    )
    crowds: dict[str, int] = {}
    for place in Rating.objects.filter(place_hash__in=set(from_where.values()), way=Way.LINK).values_list(
        "place_hash", flat=True
    ):
        crowds[place] = crowds.get(place, 0) + 1
    return {dossier for dossier, place in from_where.items() if crowds.get(place, 0) > most}


def rating_of(dossier_id: UUID) -> RatingView | None:
    """The dossier's rating, if it was rated."""
    row = Rating.objects.filter(dossier_id=dossier_id).first()
    if row is None:
        return None
    day = row.at.astimezone(VN).replace(hour=0, minute=0, second=0, microsecond=0)
    crowd = Rating.objects.filter(place_hash=row.place_hash, at__gte=day).count()
    return RatingView(
        dossier_id=row.dossier_id,
        agency_key=row.agency_key,
        mark=Mark(row.mark),
        way=Way(row.way),
        at=row.at,
        crowd=crowd,
    )
