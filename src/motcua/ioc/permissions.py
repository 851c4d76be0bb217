"""Who may look at which unit: the province's watchers at all of them, an agency's leader at the own one.

Scores and ranks are not personal; the dossiers behind them are shown by code only, and only of units one may open.
"""

from __future__ import annotations

from datetime import date

from motcua.base.errors import DomainError
from motcua.indicators import api as indicators
from motcua.staff.api import PositionView, Role
from motcua.units import api as units
from motcua.units.data import AgencyKind, Level

READERS = (Role.LEADER, Role.CONTROLLER)


class NotForYou(DomainError):
    """Only leaders and controllers of procedures see these pages, each of their own unit."""

    message_vi = "Trang này dành cho lãnh đạo và cán bộ kiểm soát thủ tục hành chính, của đơn vị mình."


def may_read(position: PositionView) -> bool:
    """Does the position open the operations centre at all?"""
    return any(role in READERS for role in position.roles)


def watches_province(position: PositionView) -> bool:
    """Does the position watch over the whole province?"""
    agency = units.agency(position.agency_key)
    return agency.level is Level.PROVINCE and agency.kind in (AgencyKind.PEOPLE_COMMITTEE, AgencyKind.OFFICE)


def own_unit(position: PositionView, on: date) -> str:
    """The unit for which the position's agency counts."""
    return indicators.unit_of(position.agency_key, on)


def may_open(position: PositionView, unit_key: str, on: date) -> bool:
    """May the position open the unit's indicators and the dossiers behind them?"""
    return may_read(position) and (watches_province(position) or own_unit(position, on) == unit_key)


def check_may_open(position: PositionView, unit_key: str, on: date) -> None:
    """Raise `NotForYou` unless the position may."""
    if not may_open(position, unit_key, on):
        raise NotForYou(f"{position.agency_key} {unit_key}")
