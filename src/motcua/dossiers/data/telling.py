"""Whom a dossier concerns and how far it is: what messages and mirrors need, without its content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .asks import Party
from .states import State


@dataclass(frozen=True, kw_only=True)
class Concerned:
    """Who is told about a dossier, and where it lies. Addresses are as the people wrote them on the day."""

    dossier_id: UUID
    code: str
    procedure_name: str
    state: State
    applicant: Party
    submitter: Party | None
    desk_agency: str
    handling_agency: str
    return_agency: str
    assignee: str
    due_at: datetime | None
