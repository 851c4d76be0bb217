"""Has this officer the role in that agency on this day?"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.staff.data import ROLE_NAMES, Role
from motcua.staff.queries.officers import roles_of


class MissingRole(DomainError):
    """This needs the role “{role_en}” in this agency."""

    message_vi: ClassVar[str] = "Việc này cần vai trò “{role_vi}” tại cơ quan này."


def has_role(actor: Actor, role: Role, agency_key: str | None, *, on: date) -> bool:
    """Has the officer this role on that day, themselves or as a substitute? `agency_key` None: in any agency."""
    held = roles_of(actor, on=on)
    return any(role is one and agency_key in (None, agency) for agency, one in held)


def check_role(actor: Actor, role: Role, agency_key: str | None, *, on: date) -> None:
    """The raising twin of `has_role`."""
    if not has_role(actor, role, agency_key, on=on):
        name_vi, name_en = ROLE_NAMES[role]
        raise MissingRole(role_vi=name_vi, role_en=name_en)
