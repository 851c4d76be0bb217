"""What citizens said about their mirrored facts."""

from __future__ import annotations

from uuid import UUID

from motcua.people.data import ClaimState, ClaimView
from motcua.people.models import Claim


def view_claim(row: Claim) -> ClaimView:
    """The frozen form of a row."""
    return ClaimView(
        id=row.id,
        person_id=row.person_id,
        key=row.key,
        mirrored=row.mirrored,
        said=row.said,
        reason=row.reason,
        state=ClaimState(row.state),
        at=row.said_at,
    )


def claims_of(person_id: UUID) -> list[ClaimView]:
    """What the person has said, latest first."""
    return [view_claim(row) for row in Claim.objects.filter(person_id=person_id).order_by("-said_at", "id")]
