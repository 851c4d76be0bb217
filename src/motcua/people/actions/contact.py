"""A changed phone or e-mail: the way back for somebody who can no longer be reached where the mirror says."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor, ActorKind, require_aware
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.ledger.api import Subject, append
from motcua.people.data import Contact
from motcua.people.models import OwnContact
from motcua.people.queries.persons import contact, get
from motcua.people.rules.persons import check_email, check_phone, mask_email, mask_phone


class EvidenceRequired(DomainError):
    """Say which paper of the citizen was seen before changing how to reach them."""

    message_vi: ClassVar[str] = "Hãy ghi giấy tờ đã đối chiếu trước khi đổi thông tin liên hệ của công dân."


class NotYourContact(DomainError):
    """Only the person themselves, or an officer who saw their papers, may change how to reach them."""

    message_vi: ClassVar[str] = (
        "Chỉ chính chủ, hoặc cán bộ đã đối chiếu giấy tờ, được đổi thông tin liên hệ này."
    )


def change_contact(
    *,
    by: Actor,
    at: datetime,
    person_id: UUID,
    phone: str | None = None,
    email: str | None = None,
    evidence: str = "",
) -> Contact:
    """Set where to reach a person; None leaves a part as it is, an empty text goes back to the mirror's.

    The person themselves once signed in, or an officer who says which paper was seen (`evidence`).
    Ledger: `person.contact_changed`, the old ones masked. Raises `InvalidPhone`, `InvalidEmail`,
    `EvidenceRequired`, `NotYourContact`.
    """
    require_aware(at)
    if by.kind is ActorKind.CITIZEN and by.ref != str(person_id):
        raise NotYourContact
    if by.kind not in (ActorKind.CITIZEN, ActorKind.OFFICER):
        raise NotYourContact
    if by.kind is ActorKind.OFFICER and not evidence.strip():
        raise EvidenceRequired
    changes = {}
    if phone is not None:
        changes["phone"] = check_phone(phone) if phone else ""
    if email is not None:
        changes["email"] = check_email(email) if email else ""
    with transaction.atomic():
        advisory_lock("people", "contact", str(person_id))
        get(person_id)
        before = contact(person_id)
        OwnContact.objects.update_or_create(
            person_id=person_id,
            defaults={**changes, "evidence": evidence[:300], "changed_by": by.ref, "changed_at": at},
        )
        append(
            kind="person.contact_changed",
            subject=Subject(kind="person", id=str(person_id)),
            by=by,
            at=at,
            person=person_id,
            payload={
                **changes,
                "before": {"phone": mask_phone(before.phone), "email": mask_email(before.email)},
                "evidence": evidence[:300],
            },
        )
        return contact(person_id)
