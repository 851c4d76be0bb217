"""Reads of a citizen's drafts."""

from __future__ import annotations

from uuid import UUID

from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError
from motcua.dossiers.data import DraftView
from motcua.dossiers.models import Draft


class NoSuchDraft(DomainError):
    """There is no such draft, or it is not yours, or it has been filed."""

    message_vi = "Không tìm thấy bản nháp, hoặc bản nháp đã được nộp."


def draft_view(row: Draft) -> DraftView:
    """The draft as its owner sees it."""
    return DraftView(
        id=row.id,
        procedure_code=row.procedure_code,
        version_id=row.version_id,
        title=row.title,
        answers=row.answers,
        context=row.context,
        revision=row.revision,
        saved_at=row.saved_at,
    )


def draft(*, by: Actor, draft_id: UUID) -> DraftView:
    """One draft of one's own; raises `NoSuchDraft`."""
    row = None
    if by.kind is ActorKind.CITIZEN:
        row = Draft.objects.filter(id=draft_id, owner_id=UUID(by.ref), dossier=None).first()
    if row is None:
        raise NoSuchDraft(str(draft_id))
    return draft_view(row)


def drafts_of(*, by: Actor, limit: int = 50) -> list[DraftView]:
    """One's own drafts, last saved first."""
    if by.kind is not ActorKind.CITIZEN:
        return []
    rows = Draft.objects.filter(owner_id=UUID(by.ref), dossier=None).order_by("-saved_at", "id")[:limit]
    return [draft_view(row) for row in rows]


def filed_from(*, by: Actor, draft_id: UUID) -> UUID | None:
    """The dossier that one's own draft became, on whichever device it was sent; `None` while it is a draft."""
    if by.kind is not ActorKind.CITIZEN:
        return None
    became = Draft.objects.filter(id=draft_id, owner_id=UUID(by.ref), dossier__isnull=False)
    return became.values_list("dossier_id", flat=True).first()
