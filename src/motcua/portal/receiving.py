"""Finds the one-stop centre that receives a filing: by the procedure's level and the place the citizen names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from motcua.base.errors import DomainError
from motcua.procedures.data import AgencyPart, Level, ProcedureContent
from motcua.units import api as units


class NoCentreThere(DomainError):
    """No one-stop centre of this place receives this procedure. Choose the commune again."""

    message_vi = "Chưa tìm thấy bộ phận một cửa nhận thủ tục này ở nơi bạn chọn. Hãy chọn lại xã, phường."


@dataclass(frozen=True, kw_only=True)
class Reception:
    """Who may receive: one fixed centre (`agency`), or the centre of a place that the citizen names."""

    level: Level
    agency: units.AgencyInfo | None

    @property
    def asks_place(self) -> bool:
        """Must the citizen say which commune?"""
        return self.agency is None


def reception(content: ProcedureContent, *, on: date) -> Reception:
    """What the procedure's own rule says, else the lowest of its levels (the nearest to the citizen)."""
    rule = next((one for one in content.agencies if one.part is AgencyPart.RECEIVES), None)
    if rule is not None and rule.key:
        try:
            return Reception(level=rule.level or Level.PROVINCE, agency=units.agency(rule.key))
        except units.UnknownAgency:
            pass  # an agency that only the imported text knows: go by the level
    level = rule.level if rule is not None and rule.level is not None else _lowest(content.levels)
    if level in (Level.COMMUNE, Level.DISTRICT):
        return Reception(level=level, agency=None)
    centres = units.agencies(on=on, kind=units.AgencyKind.ONE_STOP_CENTRE, level=units.Level.PROVINCE)
    return Reception(level=level, agency=centres[0] if centres else None)


def _lowest(levels: tuple[Level, ...]) -> Level:
    for level in (Level.COMMUNE, Level.DISTRICT, Level.PROVINCE):
        if level in levels:
            return level
    return Level.PROVINCE


def home_unit(key: str, *, on: date) -> str:
    """The commune of today for an address in the population base ("" when it cannot be told)."""
    if not key:
        return ""
    try:
        if units.unit(key).validity.contains(on):
            return key
        return units.successor_on(key, on).key
    except (units.UnknownUnit, units.NoSingleSuccessor, units.WrongVintage):
        return ""


def centre_of(wanted: Reception, unit_key: str, *, on: date) -> units.AgencyInfo:
    """The centre of the commune (or of its district) `unit_key`. Raises `NoCentreThere`."""
    if wanted.agency is not None:
        return wanted.agency
    try:
        place: units.UnitInfo | None = units.unit(unit_key)
        if wanted.level is Level.DISTRICT and place is not None and place.level is units.Level.COMMUNE:
            place = units.unit(place.parent_key) if place.parent_key else None
    except units.UnknownUnit:
        place = None
    if place is None or not place.validity.contains(on):
        raise NoCentreThere
    found = units.agencies(on=on, kind=units.AgencyKind.ONE_STOP_CENTRE, unit_key=place.key)
    if not found or place.level is units.Level.PROVINCE:
        raise NoCentreThere
    return found[0]
