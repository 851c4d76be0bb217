"""Finds communes and wards for the unit picker: from a chosen key, or from words with or without accents."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from motcua.base.vietnamese import fold
from motcua.ui.data import UnitOption
from motcua.ui.rules import day as write_day
from motcua.units import api as units

_MOST = 8


def find_units(typed: str, *, on: date) -> tuple[UnitOption, ...]:
    """What `typed` may mean on the day `on`: one option for a key or a clear name, several where names collide.

    A commune of an earlier structure is offered with its years: papers keep the names of their time.
    """
    if "@" in typed:
        try:
            return (_option(units.unit(typed), on=on),)
        except units.UnknownUnit:
            return ()
    text = typed.strip()[:200]
    if not text:
        return ()
    found = units.resolve_address(text, on=on).units or units.resolve_address(text).units
    communes = [one for one in found if one.level is units.Level.COMMUNE]
    return tuple(_option(one, on=on) for one in communes[:_MOST])


def _option(one: units.UnitInfo, *, on: date) -> UnitOption:
    return UnitOption(key=one.key, name=one.name, parent=_parents(one), vintage=_years(one, on))


def _parents(one: units.UnitInfo) -> str:
    names = []
    key = one.parent_key
    while key:
        above = units.unit(key)
        names.append(above.name)
        key = above.parent_key
    return ", ".join(names)


def _years(one: units.UnitInfo, on: date) -> str:
    if one.validity.contains(on):
        return ""
    if one.validity.end is not None:
        return _("tên dùng đến %(day)s") % {"day": write_day(one.validity.end)}
    return _("tên dùng từ %(day)s") % {"day": write_day(one.validity.start)}


def find_unit_key(typed: str, chosen: str, *, on: date) -> str:
    """What a unit field holds after a page was sent: a unit's key, or the words when they are not clear yet.

    `typed` is the box's text, `chosen` the key of the option that was picked. The choice counts unless other words
    were typed since; words that mean one commune alone become its key.
    """
    text = typed.strip()[:200]
    if not text:
        return ""
    found = units.resolve_address(text, on=on)
    if "@" in chosen:
        try:
            name = units.unit(chosen).name
        except units.UnknownUnit:
            return text
        if fold(text) == fold(name) or any(one.key == chosen for one in found.units):
            return chosen
    if found.unit is not None and found.unit.level is units.Level.COMMUNE:
        return found.unit.key
    return text
