"""A rating: one tap about one dossier, once, by the citizen's link or at a kiosk, never by staff."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction

from motcua.base.data import Actor, require_aware
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.dossiers.api import State, facts_of
from motcua.feedback.actions.petitions import NoSuchDossier
from motcua.feedback.data import Mark, PetitionView, RatingView, Way
from motcua.feedback.models import Petition, Rating
from motcua.feedback.permissions import check_may_rate
from motcua.feedback.queries import NoSuchPetition, rating_of, view
from motcua.ledger.api import Subject, append

_SALT = "motcua.feedback.rating"
_PETITION_SALT = "motcua.feedback.petition"


class RatedBefore(DomainError):
    """This dossier was rated before; each dossier is rated once."""

    message_vi = "Hồ sơ này đã được đánh giá; mỗi hồ sơ đánh giá một lần."


class NoResultYet(DomainError):
    """A dossier can be rated after its result."""

    message_vi = "Hồ sơ chưa có kết quả nên chưa đánh giá được."


class BadLink(DomainError):
    """This rating link is not valid."""

    message_vi = "Đường dẫn đánh giá không đúng."


def rating_token(dossier_id: UUID) -> str:
    """The unguessable part of the link that the citizen gets with the result."""
    return signing.dumps(str(dossier_id), salt=_SALT)


def dossier_of_token(token: str) -> UUID:
    """The dossier of a rating link. Raises `BadLink`."""
    try:
        return UUID(signing.loads(token[:300], salt=_SALT))
    except (signing.BadSignature, ValueError):
        raise BadLink from None


def petition_token(petition_id: UUID) -> str:
    """The unguessable part of the link by which a sender follows a petition."""
    return signing.dumps(str(petition_id), salt=_PETITION_SALT)


def petition_of_token(token: str) -> PetitionView:
    """The petition of such a link. Raises `BadLink`, `NoSuchPetition`."""
    try:
        found = UUID(signing.loads(token[:300], salt=_PETITION_SALT))
    except (signing.BadSignature, ValueError):
        raise BadLink from None
    row = Petition.objects.filter(id=found).first()
    if row is None:
        raise NoSuchPetition(str(found))
    return view(row)


def rate(*, by: Actor, at: datetime, dossier_id: UUID, mark: Mark, way: Way, place: str) -> RatingView:
    """Rate a dossier that has its result; ledger entry "dossier.rated". `place`: where it came from (an address).

    Raises `StaffDoNotRate`, `NoSuchDossier`, `NoResultYet`, `RatedBefore`.
    """
    require_aware(at)
    check_may_rate(by)
    facts = next(iter(facts_of([dossier_id])), None)
    if facts is None:
        raise NoSuchDossier(str(dossier_id))
    if facts.state not in (State.RESOLVED, State.RETURNED, State.REFUSED):
        raise NoResultYet(facts.code)
    with transaction.atomic():
        advisory_lock("rating", str(dossier_id))
        if Rating.objects.filter(dossier_id=dossier_id).exists():
            raise RatedBefore(facts.code)
        Rating.objects.create(
            dossier_id=dossier_id,
            agency_key=facts.handling_agency,
            mark=mark,
            way=way,
            at=at,
            place_hash=hashlib.sha256(f"{settings.SECRET_KEY}\x1f{place}".encode()).hexdigest()[:32],
        )
        append(
            kind="dossier.rated",
            subject=Subject(kind="rating", id=str(dossier_id)),
            by=by,
            at=at,
            unit=facts.handling_agency,
            payload={"dossier": str(dossier_id), "mark": mark.value, "way": way.value},
        )
    found = rating_of(dossier_id)
    assert found is not None
    return found
