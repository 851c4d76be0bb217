"""Reads: a unit by its code and a date, what followed it, what lies below it, which agency serves it.

The answers come from the frozen tables that the loader mirrors into the database: a look-up costs a
microsecond and needs no query.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from motcua.base.errors import DomainError
from motcua.base.vietnamese import fold
from motcua.units.data import (
    AgencyInfo,
    AgencyKind,
    Change,
    Level,
    Reform,
    Resolution,
    Succession,
    UnitInfo,
)
from motcua.units.rules import shipped
from motcua.units.rules.addresses import resolve


class UnknownUnit(DomainError):
    """No administrative unit {code} is known."""

    message_vi = "Không tìm thấy đơn vị hành chính {code}."


class WrongVintage(DomainError):
    """Unit {code} did not exist on {on}; it is known as: {spans}."""

    message_vi = "Đơn vị hành chính {code} không tồn tại vào ngày {on}; mã này được biết là: {spans}."


class AmbiguousCode(DomainError):
    """Code {code} has been given to more than one unit ({spans}); say on which date."""

    message_vi = "Mã {code} đã được cấp cho nhiều đơn vị hành chính ({spans}); cần cho biết ngày."

    def __init__(self, detail: str = "", *, candidates: tuple[UnitInfo, ...], **context: object) -> None:
        super().__init__(detail, **context)
        self.candidates = candidates


class NoSingleSuccessor(DomainError):
    """{name} was not followed by one unit or agency alone on {on}."""

    message_vi = "{name} không có một đơn vị, cơ quan kế thừa duy nhất vào ngày {on}."


class UnknownAgency(DomainError):
    """No agency {key} is known."""

    message_vi = "Không tìm thấy cơ quan {key}."


def _described(units: tuple[UnitInfo, ...]) -> str:
    return "; ".join(
        f"{unit.name} ({unit.validity.start:%d/%m/%Y} - "
        + (f"{unit.validity.end:%d/%m/%Y})" if unit.validity.end else "nay)")
        for unit in units
    )


def unit(key: str) -> UnitInfo:
    """The unit of a key ("16681@20250701"). Raises `UnknownUnit`."""
    try:
        return shipped().units[key]
    except KeyError:
        raise UnknownUnit(code=key) from None


def lookup_code(code: str, *, on: date | None) -> UnitInfo:
    """The unit that `code` stood for on the day `on`.

    Without a date a code that ever stood for two units is refused (`AmbiguousCode`, with all of them):
    every commune code of 1 July 2025 is such a code. Raises `UnknownUnit` for a code that never was, and
    `WrongVintage` for one that was not on that day.
    """
    spans = shipped().by_code.get(code, ())
    if not spans:
        raise UnknownUnit(code=code)
    if on is None:
        if len(spans) > 1:
            raise AmbiguousCode(candidates=spans, code=code, spans=_described(spans))
        return spans[0]
    for one in spans:
        if one.validity.contains(on):
            return one
    raise WrongVintage(code=code, on=f"{on:%d/%m/%Y}", spans=_described(spans))


def successors(key: str) -> tuple[UnitInfo, ...]:
    """The units that directly followed `key`; empty while it exists, or when its tier was abolished."""
    unit(key)
    tables = shipped()
    return tuple(tables.units[s.to_key] for s in tables.after.get(key, ()))


def predecessors(key: str) -> tuple[UnitInfo, ...]:
    """The units that `key` directly followed, whole or merged."""
    unit(key)
    tables = shipped()
    return tuple(tables.units[s.from_key] for s in tables.before.get(key, ()))


def changes_after(key: str) -> tuple[Succession, ...]:
    """How, when and by which source `key` was followed."""
    unit(key)
    return shipped().after.get(key, ())


def changes_before(key: str) -> tuple[Succession, ...]:
    """How, when and by which source `key` followed others."""
    unit(key)
    return shipped().before.get(key, ())


def successor_on(key: str, on: date) -> UnitInfo:
    """The unit that held the ground of `key` on the later day `on`, through every reform between.

    The unit itself when it existed that day. Raises `WrongVintage` for a day before it existed, and
    `NoSingleSuccessor` for a district after 30 June 2025 or ground that was divided.
    """
    tables = shipped()
    start = unit(key)
    if on < start.validity.start:
        raise WrongVintage(code=start.code, on=f"{on:%d/%m/%Y}", spans=_described((start,)))
    found: set[str] = set()
    ahead = [key]
    while ahead:
        at = ahead.pop()
        if tables.units[at].validity.contains(on):
            found.add(at)
            continue
        following = tables.after.get(at, ())
        if not following:
            raise NoSingleSuccessor(name=start.name, on=f"{on:%d/%m/%Y}")
        ahead.extend(s.to_key for s in following)
    if len(found) != 1:
        raise NoSingleSuccessor(name=start.name, on=f"{on:%d/%m/%Y}")
    return tables.units[found.pop()]


def children(key: str, on: date) -> tuple[UnitInfo, ...]:
    """The units directly below `key` on the day `on`, by code (before July 2025: a province's districts)."""
    unit(key)
    return tuple(u for u in shipped().by_parent.get(key, ()) if u.validity.contains(on))


def units(*, on: date, level: Level | None = None) -> tuple[UnitInfo, ...]:
    """Every unit of the province on the day `on`, by code."""
    return tuple(u for u in _units_on(on) if level in (None, u.level))


@lru_cache(maxsize=64)
def _units_on(on: date) -> tuple[UnitInfo, ...]:
    found = (u for u in shipped().units.values() if u.validity.contains(on))
    return tuple(sorted(found, key=lambda u: (len(u.code), u.code)))


def search_units(text: str, *, on: date, level: Level | None = None, limit: int = 10) -> tuple[UnitInfo, ...]:
    """Units of the province on the day `on` for somebody who is typing: accents or not, any part of the name.

    Names that begin with the text come first; an empty text finds nothing.
    """
    typed = fold(text[:100])
    if not typed:
        return ()
    ranked = []
    for one in units(on=on, level=level):
        short, full = fold(one.short_name), fold(one.name)
        if short.startswith(typed) or full.startswith(typed):
            ranked.append((typed not in (short, full), short, one))
        elif f" {typed}" in full:
            ranked.append((True, f"~{short}", one))
    ranked.sort(key=lambda found: found[:2])
    return tuple(one for _, _, one in ranked[:limit])


def reforms() -> tuple[Reform, ...]:
    """The days on which the units changed, and how many there were since."""
    return shipped().reforms


def resolve_address(text: str, *, on: date | None = None) -> Resolution:
    """The unit that a free text names, in the whole country: exact, candidates or none, never a guess.

    `on` chooses between readings that only differ in time; an address in the old structure is still read
    as such (then `successor_on` gives today's unit).
    """
    return resolve(text, on=on)


def agency(key: str) -> AgencyInfo:
    """The agency of a key such as "so-tu-phap" or "ttpvhcc-xa-16681". Raises `UnknownAgency`."""
    try:
        return shipped().agencies[key]
    except KeyError:
        raise UnknownAgency(key=key) from None


def agencies(
    *,
    on: date,
    kind: AgencyKind | str | None = None,
    level: Level | str | None = None,
    unit_key: str | None = None,
) -> tuple[AgencyInfo, ...]:
    """The agencies that existed on the day `on`, by kind, level and unit, in order of their code."""
    return _agencies_like(on, kind, level, unit_key)


@lru_cache(maxsize=4096)
def _agencies_like(
    on: date, kind: AgencyKind | str | None, level: Level | str | None, unit_key: str | None
) -> tuple[AgencyInfo, ...]:
    return tuple(
        a
        for a in _agencies_on(on)
        if (kind is None or a.kind == kind)
        and (level is None or a.level == level)
        and (unit_key is None or a.unit_key == unit_key)
    )


@lru_cache(maxsize=64)
def _agencies_on(on: date) -> tuple[AgencyInfo, ...]:
    found = (a for a in shipped().agencies.values() if a.validity.contains(on))
    return tuple(sorted(found, key=lambda a: (a.agency_code, a.key)))


def agency_changes(key: str) -> tuple[Succession, ...]:
    """What directly followed an agency; `Change.PART` took over some of its tasks only."""
    agency(key)
    return shipped().agency_after.get(key, ())


def agency_predecessors(key: str) -> tuple[AgencyInfo, ...]:
    """The agencies that `key` followed, whole or in part."""
    agency(key)
    tables = shipped()
    return tuple(tables.agencies[s.from_key] for s in tables.agency_successions if s.to_key == key)


def agency_successor(key: str, on: date) -> AgencyInfo:
    """The agency that carried on the main tasks of `key` on the day `on`; itself while it existed.

    Raises `NoSingleSuccessor` when nothing on record did: the tasks of a district's bodies went to the
    province or the communes, matter by matter.
    """
    tables = shipped()
    at = agency(key)
    while not at.validity.contains(on):
        main = [s for s in tables.agency_after.get(at.key, ()) if s.how is not Change.PART]
        if on < at.validity.start or len(main) != 1:
            raise NoSingleSuccessor(name=agency(key).name, on=f"{on:%d/%m/%Y}")
        at = tables.agencies[main[0].to_key]
    return at
