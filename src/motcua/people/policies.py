"""May this citizen act for that person or organisation on this day?"""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from motcua.base.errors import DomainError
from motcua.people.data import Principal
from motcua.people.queries.authority import acting_for


class MayNotActFor(DomainError):
    """Nothing recorded lets this person act for the other; bring the authorisation or guardianship paper."""

    message_vi: ClassVar[str] = (
        "Chưa có căn cứ cho phép bạn làm thay người này. Hãy mang văn bản uỷ quyền hoặc giám hộ đến Bộ phận Một cửa."
    )


def check_may_act_for(
    agent_id: UUID,
    *,
    on: date,
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
    procedure: str | None = None,
) -> Principal:
    """Return the ground on which `agent_id` acts, or raise `MayNotActFor`. Name a person or an organisation."""
    if (person_id is None) == (organisation_id is None):
        raise ValueError("name either a person or an organisation")
    for ground in acting_for(agent_id, on=on):
        fits = ground.person_id == person_id and ground.organisation_id == organisation_id
        if fits and (not ground.procedures or procedure in ground.procedures):
            return ground
    raise MayNotActFor


def may_act_for(
    agent_id: UUID,
    *,
    on: date,
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
    procedure: str | None = None,
) -> bool:
    """The boolean twin of `check_may_act_for`."""
    try:
        check_may_act_for(
            agent_id, on=on, person_id=person_id, organisation_id=organisation_id, procedure=procedure
        )
    except MayNotActFor:
        return False
    return True
