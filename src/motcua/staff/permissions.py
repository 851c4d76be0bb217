"""May this officer do it: the roles that are held in an agency, and who keeps the roster of officers."""

from __future__ import annotations

from collections.abc import Set
from typing import ClassVar

from motcua.base.data import Actor, ActorKind
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


class MayNotKeepRoster(DomainError):
    """Only an administrator of the system makes, closes or activates officers' accounts."""

    message_vi: ClassVar[str] = "Chỉ quản trị hệ thống được lập, đóng hoặc kích hoạt tài khoản cán bộ."


class MayNotSubstitute(DomainError):
    """Only a head or who signs at the agency itself says who stands in for an absent officer there."""

    message_vi: ClassVar[str] = (
        "Chỉ người đứng đầu, người ký hoặc người duyệt của chính cơ quan đó được ghi người làm thay."
    )


# Who says who stands in, at the own agency (TT 01/2018/TT-VPCP Đ.8: heads organise the work).
SUBSTITUTION_ROLES = frozenset({Role.LEADER, Role.SIGNER, Role.REVIEWER, Role.DESK_LEAD})


def may_keep_roster(by: Actor) -> bool:
    """May `by` make, change, activate and close accounts?"""
    if by.kind is ActorKind.SYSTEM:
        return True
    return by.kind is ActorKind.OFFICER and by.role == Role.SYSTEM_ADMIN


def check_may_keep_roster(by: Actor) -> None:
    """The raising twin of `may_keep_roster`."""
    if not may_keep_roster(by):
        raise MayNotKeepRoster(f"{by.kind}/{by.role}")


def may_substitute(by: Actor, agency_key: str) -> bool:
    """May `by` say who stands in for an absent officer of this agency?"""
    if may_keep_roster(by):
        return True
    return by.kind is ActorKind.OFFICER and by.unit == agency_key and by.role in SUBSTITUTION_ROLES


def check_may_substitute(by: Actor, agency_key: str) -> None:
    """The raising twin of `may_substitute`."""
    if not may_substitute(by, agency_key):
        raise MayNotSubstitute(f"{by.kind}/{by.role} for {agency_key}")
