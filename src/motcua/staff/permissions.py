"""Do these held roles include the one that is needed in that agency?"""

from __future__ import annotations

from collections.abc import Set
from typing import ClassVar

from motcua.base.errors import DomainError
from motcua.staff.data import ROLE_NAMES, Role


class MissingRole(DomainError):
    """This needs the role “{role_en}” in this agency."""

    message_vi: ClassVar[str] = "Việc này cần vai trò “{role_vi}” tại cơ quan này."


def holds(held: Set[tuple[str, Role]], role: Role, agency_key: str | None) -> bool:
    """Is the role among those held? `agency_key` None asks for the role in any agency."""
    return any(role is one and agency_key in (None, agency) for agency, one in held)


def check_holds(held: Set[tuple[str, Role]], role: Role, agency_key: str | None) -> None:
    """The raising twin of `holds`."""
    if not holds(held, role, agency_key):
        name_vi, name_en = ROLE_NAMES[role]
        raise MissingRole(role_vi=name_vi, role_en=name_en)
