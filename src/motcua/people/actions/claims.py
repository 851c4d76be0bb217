"""What a citizen says is wrong, kept apart from the mirror until the source of the fact itself is corrected."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor, Json, require_aware
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.ledger.api import Subject, append
from motcua.people.data import ClaimState, ClaimView
from motcua.people.models import Claim
from motcua.people.queries.claims import view_claim
from motcua.people.queries.facts import check_fact_key, read_facts


class NothingDisputed(DomainError):
    """What you say is the same as what is recorded, so nothing was noted."""

    message_vi: ClassVar[str] = "Thông tin bạn nêu giống thông tin đang có, nên không cần ghi nhận."


class ClaimNotOpen(DomainError):
    """This report was settled already."""

    message_vi: ClassVar[str] = "Phản ánh này đã được giải quyết trước đó."


def dispute_fact(
    *, by: Actor, at: datetime, person_id: UUID, key: str, said: Json, reason: str = ""
) -> ClaimView:
    """“Không đúng?”: keep what the citizen says about a fact; the mirror stays as it is.

    A second word on the same fact replaces the first while it is open. Ledger: `person.fact_disputed`.
    Raises `UnknownFact`, `PersonNotFound`, `NothingDisputed`.
    """
    require_aware(at)
    check_fact_key(key)
    with transaction.atomic():
        advisory_lock("people", "claim", str(person_id))
        held = read_facts(person_id, [key]).get(key)
        mirrored = held.value if held else None
        if said == mirrored:
            raise NothingDisputed
        claim, _ = Claim.objects.update_or_create(
            person_id=person_id,
            key=key,
            state=ClaimState.OPEN.value,
            defaults={
                "mirrored": mirrored,
                "said": said,
                "reason": reason[:500],
                "said_by": by.ref,
                "said_at": at,
            },
        )
        append(
            kind="person.fact_disputed",
            subject=Subject(kind="person", id=str(person_id)),
            by=by,
            at=at,
            person=person_id,
            payload={
                "claim": str(claim.id),
                "key": key,
                "mirrored": mirrored,
                "source": held.source if held else None,
                "said": said,
                "reason": reason[:500],
            },
        )
    return view_claim(claim)


def settle_claim(*, by: Actor, at: datetime, claim_id: UUID, upheld: bool, why: str) -> ClaimView:
    """An officer answers a claim: `upheld` when its source will be (or was) corrected. Raises `ClaimNotOpen`."""
    require_aware(at)
    with transaction.atomic():
        claim = Claim.objects.select_for_update().filter(pk=claim_id, state=ClaimState.OPEN.value).first()
        if claim is None:
            raise ClaimNotOpen(str(claim_id))
        claim.state = (ClaimState.UPHELD if upheld else ClaimState.REJECTED).value
        claim.settled_by, claim.settled_at, claim.settled_why = by.ref, at, why[:500]
        claim.save()
        append(
            kind="person.claim_settled",
            subject=Subject(kind="person", id=str(claim.person_id)),
            by=by,
            at=at,
            person=claim.person_id,
            payload={"claim": str(claim.id), "key": claim.key, "upheld": upheld, "why": why[:500]},
        )
    return view_claim(claim)
