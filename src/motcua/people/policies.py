"""Does one of these grounds let a citizen act for that person or organisation, in that procedure?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from motcua.base.errors import DomainError
from motcua.people.data import Principal


class MayNotActFor(DomainError):
    """Nothing recorded lets this person act for the other; bring the authorisation or guardianship paper."""

    message_vi: ClassVar[str] = (
        "Chưa có căn cứ cho phép bạn làm thay người này. Hãy mang văn bản uỷ quyền hoặc giám hộ đến Bộ phận Một cửa."
    )


def check_ground(
    grounds: Iterable[Principal],
    *,
    person_id: UUID | None,
    organisation_id: UUID | None,
    procedure: str | None,
) -> Principal:
    """The first ground that fits, or `MayNotActFor`. A ground limited to procedures fits only when one is named."""
    if (person_id is None) == (organisation_id is None):
        raise ValueError("name either a person or an organisation")
    for ground in grounds:
        fits = ground.person_id == person_id and ground.organisation_id == organisation_id
        if fits and (not ground.procedures or procedure in ground.procedures):
            return ground
    raise MayNotActFor
