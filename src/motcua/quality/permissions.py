"""Who may clean: solving officers, their heads and controllers, each the registers of their own agency.

The controller of the province's office sees all. Administrators of the system see no record at all.
"""

from __future__ import annotations

from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError
from motcua.staff.data import Role
from motcua.units import api as units
from motcua.units.data import AgencyKind, Level

CLEANERS = (Role.SOLVER, Role.REVIEWER, Role.CONTROLLER)


class NotYourCleaning(DomainError):
    """Only solving officers, heads of division and controllers clean, each the registers of their own agency."""

    message_vi = (
        "Chỉ công chức giải quyết, lãnh đạo phòng và cán bộ kiểm soát được làm sạch dữ liệu, "
        "mỗi người trong cơ quan của mình."
    )


def agencies_for(by: Actor) -> list[str] | None:
    """The agencies whose registers `by` cleans: None for all. Raises `NotYourCleaning`."""
    if by.kind is ActorKind.SYSTEM:
        return None
    if by.kind is not ActorKind.OFFICER or by.role not in CLEANERS or not by.unit:
        raise NotYourCleaning(f"{by.kind} {by.role}")
    if by.role == Role.CONTROLLER:
        agency = units.agency(by.unit)
        if agency.level is Level.PROVINCE and agency.kind in (AgencyKind.PEOPLE_COMMITTEE, AgencyKind.OFFICE):
            return None
    return [by.unit]


def may_clean(by: Actor, agency: str) -> bool:
    """May `by` clean the imports of the agency?"""
    try:
        scope = agencies_for(by)
    except NotYourCleaning:
        return False
    return scope is None or agency in scope


def check_may_clean(by: Actor, agency: str) -> None:
    """Raise `NotYourCleaning` unless `by` may."""
    if not may_clean(by, agency):
        raise NotYourCleaning(f"{by.role} {by.unit} {agency}")
