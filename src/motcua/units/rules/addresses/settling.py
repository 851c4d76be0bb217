"""Lists of addresses: what the strict reading leaves open is settled where one unit is clearly the nearest.

For a screen, candidates are shown and a person chooses. For a list of a hundred thousand lines nobody chooses, so here
a text of two levels is read as the structure of two levels, and a name with a letter wrong is looked for among
the few names that can stand there. Two that are equally near stay open.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from motcua.base.vietnamese import tone_key
from motcua.units.data import Decision, Level, Resolution, UnitInfo
from motcua.units.rules.addresses.deciding import vintage
from motcua.units.rules.addresses.gazetteer import REFORM, Gazetteer, Place, gazetteer, name_key
from motcua.units.rules.addresses.parts import parted, smalls
from motcua.units.rules.addresses.strays import stray
from motcua.units.rules.addresses.words import tokens

_REMEMBERED = 300_000
_LETTER_WRONG = "one unit is nearest to the text, some letters differ"


_NUMBER = re.compile(r"[0-9]+$")


def _numbered(name: str) -> str | None:
    found = _NUMBER.search(name)
    return found[0] if found and found[0] != name else "" if found else None


@dataclass
class Names:
    """Names of places that can stand at one spot: keys (with and without the kind) to places."""

    places: dict[str, set[Place]] = field(default_factory=lambda: defaultdict(set))
    _near: dict[str, tuple[int, frozenset[Place]]] = field(default_factory=dict)
    _by_length: dict[tuple[int, int], list[str]] = field(default_factory=dict)

    def add(self, place: Place) -> None:
        """One place under its names."""
        short = name_key(place.info.short_name)
        self.places[short].add(place)
        self.places[name_key(place.info.name)].add(place)

    def near(self, key: str) -> tuple[int, frozenset[Place]]:
        """The nearest places and how many letters they are away; nothing when too far."""
        exact = self.places.get(key)
        if exact:
            return 0, frozenset(exact)
        known = self._near.get(key)
        if known is None:
            if len(self._near) > _REMEMBERED:
                self._near.clear()
            known = self._near[key] = self._search(key)
        return known

    def _long_as(self, length: int, most: int) -> list[str]:
        """Names whose length differs by no more than `most`."""
        known = self._by_length.get((length, most))
        if known is None:
            known = [name for name in self.places if abs(len(name) - length) <= most]
            self._by_length[length, most] = known
        return known

    def _search(self, key: str) -> tuple[int, frozenset[Place]]:
        most = 0 if len(key) < 4 or key.isdigit() else 1 if len(key) < 7 else 2
        number = _NUMBER.search(key)
        names = self._long_as(len(key), most)
        best, found = most, set[Place]()
        for name, apart, _ in process.extract(key, names, scorer=OSA.distance, score_cutoff=most, limit=None):
            if apart > best:
                break  # the nearest come first
            if (name[-1].isdigit() or number) and _numbered(name) != (number and number[0]):
                continue  # a slip of a finger is not looked for among numbers: "Bảo Lâm 4" is not "Bảo Lâm 3"
            best = int(apart)
            found |= self.places[name]
        return (best, frozenset(found)) if found else (99, frozenset())


class Settler:
    """Looks for the nearest unit, from the province down."""

    def __init__(self, known: Gazetteer) -> None:
        self.provinces, self.districts = Names(), Names()
        self.below: Mapping[Place, Names] = defaultdict(Names)
        self.direct: Mapping[str, Names] = defaultdict(Names)  # communes of a province, by the province's key
        for key, names in known.names.items():
            for name in names:
                if name.place.tier == 0:
                    self.provinces.places[key].add(name.place)
        for place in known.places:
            if place.tier == 0:
                self.provinces.add(place)
                continue
            parent = place.chain[1]
            self.below[parent].add(place)
            if place.tier == 1:
                self.districts.add(place)
            else:
                self.direct[name_key(place.chain[-1].info.short_name)].add(place)

    def nearest(self, text: str) -> Place | None:
        """The commune that the text is nearest to, if there is one and only one."""
        parts = parted(text)
        if not parts:
            return None
        typed = "" if text.isascii() else tone_key(text.lower())
        if len(parts) > 1:
            keys, small = ["".join(part) for part in parts], smalls(parts)
            if keys[0] in self.provinces.places and keys[-1] not in self.provinces.places and not small[0]:
                keys.reverse()
                small.reverse()
            read, found = self._parted(typed, keys, small)
            if read:
                return found
        named = [part for part, small in zip(parts, smalls(parts), strict=True) if not small]
        return self._run(typed, [word for part in named for word in part])

    def _parted(self, typed: str, keys: list[str], small: list[bool]) -> tuple[bool, Place | None]:
        """Whether the parts could be read as names from the province down, and the commune if one is clear."""
        end = len(keys)
        _, provinces = self.provinces.near(keys[end - 1])
        if provinces:
            end -= 1
        for at in range(end - 1, max(end - 3, 0), -1):
            far, districts = self._district(keys[at], provinces)
            if not districts or small[at]:
                continue
            above = [before for before in range(at - 1, max(at - 3, -1), -1) if not small[before]]
            for before in above:
                far = far if provinces else 2 * far  # without a province the district must be all the clearer
                place = _only(typed, self._below(keys[before], districts), far)
                if place is not None:
                    return True, place
            if above:  # a name stands before the district: what is meant is not the district's own name
                return True, None
        for at in range(end - 1, -1, -1):
            if not small[at] and provinces:
                if at and keys[at] in self.districts.places and not keys[at - 1].isdigit():
                    return (
                        True,
                        None,
                    )  # "bạn Phái, Phổ Yên, Thái Nguyên": a name that nobody read stands before it
                return True, self._without_district(typed, keys[at], provinces)
        return False, None

    def _district(self, key: str, provinces: frozenset[Place]) -> tuple[int, frozenset[Place]]:
        if not provinces:
            return self.districts.near(key)
        found = [self.below[province].near(key) for province in provinces]
        best = min((far for far, _ in found), default=99)
        places = frozenset(p for far, some in found if far == best for p in some if p.tier == 1)
        return best, places

    def _below(self, key: str, districts: Iterable[Place]) -> tuple[int, frozenset[Place]]:
        found = [self.below[district].near(key) for district in districts]
        best = min((far for far, _ in found), default=99)
        return best, frozenset(place for far, some in found if far == best for place in some)

    def _without_district(self, typed: str, key: str, provinces: frozenset[Place]) -> Place | None:
        found = [self.direct[name_key(p.info.short_name)].near(key) for p in provinces]
        best = min((far for far, _ in found), default=99)
        places = frozenset(place for far, some in found if far == best for place in some if place.tier == 2)
        return _only(typed, (best, places), 0)

    def _run(self, typed: str, words: list[str]) -> Place | None:
        """A text without separators: names are taken off its end, the longest that fits first."""
        taken = self._take(words, self.provinces)
        provinces, rest = (taken[0], taken[1]) if taken else (frozenset[Place](), words)
        names = [self.below[p] for p in provinces] if provinces else [self.districts]
        for one in names:
            district = self._take(rest, one)
            if district is None:
                continue
            towns = frozenset(place for place in district[0] if place.tier == 1)
            for down in towns:
                commune = self._take(district[1], self.below[down])
                if commune is not None:
                    return _only(typed, (0, commune[0]), 0)
            if towns and district[1]:
                return None
        for province in provinces:
            commune = self._take(rest, self.direct[name_key(province.info.short_name)])
            if commune is not None:
                return _only(typed, (0, commune[0]), 0)
        return None

    def _take(self, words: list[str], names: Names) -> tuple[frozenset[Place], list[str]] | None:
        best: tuple[int, int, frozenset[Place]] | None = None
        for size in range(min(5, len(words)), 0, -1):
            far, places = names.near("".join(words[-size:]))
            if places and (best is None or far < best[0]):
                best = (far, size, places)
        return (best[2], words[: -best[1]]) if best else None


def _only(typed: str, found: tuple[int, frozenset[Place]], before: int) -> Place | None:
    """The one place found, the new one of equals; none when the letters that differ are too many."""
    far, places = found
    if far + before > 3 or not places:
        return None
    if typed and len(places) > 1:
        places = frozenset(p for p in places if _written(p, typed)) or places
    if len({place.ground for place in places}) == 1 or len({place.info.code for place in places}) == 1:
        return max(places, key=lambda place: place.info.validity.start)
    new = [place for place in places if place.info.validity.start >= REFORM]
    alike = len({name_key(place.info.short_name) for place in places}) == 1
    return new[0] if len(new) == 1 and alike and all(place.tier == 2 for place in places) else None


def _written(place: Place, typed: str) -> bool:
    own = place.info.short_name
    above = {name_key(one.info.short_name) for one in place.chain[1:]}
    return name_key(own) not in above and tone_key(own.lower()) in typed


@lru_cache(maxsize=1)
def settler() -> Settler:
    """The settler with the shipped tables."""
    return Settler(gazetteer())


def settle(text: str, answer: Resolution, on: date | None = None) -> Resolution:
    """`answer` itself, or the unit that is clearly meant where it left the text open."""
    if (
        answer.unit is not None
        and answer.unit.level is Level.COMMUNE
        and not _also_district(text, answer.unit)
        and not stray(text, answer.unit.key)
    ):
        return answer
    if on is None and answer.decision is Decision.CANDIDATES:
        new = [u for u in answer.units if u.validity.start >= REFORM and u.level is Level.COMMUNE]
        clear = len(new) == 1 and "fit the text" in answer.why and smalls(parted(text)).count(False) <= 2
        if clear and not stray(text, new[0].key, before=True):
            return _exact(answer, new[0].key, "two levels are named: the structure since 1 July 2025")
    several = len(answer.units) > 1 and all(unit.level is Level.COMMUNE for unit in answer.units)
    if len(text) > 300 or (several and "fit the text" in answer.why and _ends_well(text)):
        return answer
    place = settler().nearest(text)
    if place is None or (on is not None and not place.info.validity.contains(on)):
        return _open(text, answer)
    return Resolution(
        decision=Decision.EXACT,
        units=(place.info,),
        vintage=vintage(place.info, home=place.home),
        why=_LETTER_WRONG,
    )


def _ends_well(text: str) -> bool:
    """Is what the text ends with the name of a province or a district, without a letter wrong?"""
    parts = parted(text)
    key = "".join(parts[-1]) if parts else ""
    return key in settler().provinces.places or key in settler().districts.places


def _also_district(text: str, unit: UnitInfo) -> bool:
    """May the new commune's name be meant as the old district's, with another name before it?"""
    if unit.validity.start < REFORM or name_key(unit.short_name) not in settler().districts.places:
        return False
    parts = parted(text)
    named = [part for part, small in zip(parts, smalls(parts), strict=True) if not small]
    province = _by_key()[unit.key].chain[-1].info.short_name
    return sum(map(len, named)) > len(tokens(unit.short_name)[1]) + len(tokens(province)[1])


def _exact(answer: Resolution, key: str, why: str) -> Resolution:
    place = _by_key()[key]
    return Resolution(
        decision=Decision.EXACT, units=(place.info,), vintage=vintage(place.info, home=place.home), why=why
    )


@lru_cache(maxsize=1)
def _by_key() -> dict[str, Place]:
    return {place.info.key: place for place in gazetteer().places}


def _open(text: str, answer: Resolution) -> Resolution:
    """A district or province is not exact when the text plainly holds a smaller name that nobody could read."""
    if answer.unit is None:
        return answer
    if answer.unit.level is Level.COMMUNE:
        return replace(
            answer, decision=Decision.CANDIDATES, vintage=None, why="a name in the text was not read"
        )
    parts = parted(text)
    level = 1 if answer.unit.level is Level.PROVINCE else 2
    before = parts[: max(0, len(parts) - level)]
    if before and not smalls(before)[-1] and not any(map(str.isdigit, before[-1])):
        return replace(
            answer, decision=Decision.CANDIDATES, vintage=None, why="a name in the text was not read"
        )
    return answer
