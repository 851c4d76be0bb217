"""Reads for those who tell others about dossiers: whom each concerns, and which come due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from motcua.dossiers.data import Party, State
from motcua.dossiers.data.telling import Concerned
from motcua.dossiers.models import Dossier

_FIELDS = (
    "id",
    "code",
    "procedure_name",
    "state",
    "applicant",
    "submitter",
    "desk_agency",
    "handling_agency",
    "return_agency",
    "assignee",
    "due_at",
)


def concerned(dossier_ids: Iterable[UUID]) -> dict[UUID, Concerned]:
    """Whom these dossiers concern; unknown ids are left out. For the system's own work, never for a screen."""
    return {row.id: _view(row) for row in Dossier.objects.filter(id__in=list(dossier_ids)).only(*_FIELDS)}


def due_between(start: datetime, end: datetime) -> list[Concerned]:
    """Dossiers being decided whose due time lies in [start, end), the first due first."""
    rows = Dossier.objects.filter(
        state__in=[State.ACCEPTED, State.IN_PROGRESS], queue__gt="", due_at__gte=start, due_at__lt=end
    )
    return [_view(row) for row in rows.order_by("due_at", "id").only(*_FIELDS)]


def _view(row: Dossier) -> Concerned:
    return Concerned(
        dossier_id=row.id,
        code=row.code,
        procedure_name=row.procedure_name,
        state=State(row.state),
        applicant=Party.from_json(row.applicant),
        submitter=Party.from_json(row.submitter) if row.submitter else None,
        desk_agency=row.desk_agency,
        handling_agency=row.handling_agency,
        return_agency=row.return_agency,
        assignee=row.assignee,
        due_at=row.due_at,
    )
