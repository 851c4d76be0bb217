"""The usual form of an address, by two look-ups: "…, xã, huyện, tỉnh" and "…, xã, tỉnh".

Answers only where the names in this order can be one unit alone; everything else is for the careful reading.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from motcua.units.data import Decision, Resolution, UnitKind
from motcua.units.rules.addresses.deciding import vintage
from motcua.units.rules.addresses.gazetteer import REFORM, Gazetteer, Place, gazetteer, name_key
from motcua.units.rules.addresses.parts import is_small, parted
from motcua.units.rules.addresses.words import prefix_at, tokens

_REMEMBERED = 500_000
_WHY = "the names stand in their usual order and are one unit's alone"
_Part = tuple[
    str, frozenset[UnitKind] | None, bool
]  # the name's key, the kinds its first word says, house or hamlet


class Quick:
    """Two tables, and the parts of addresses that were seen."""

    def __init__(self, known: Gazetteer) -> None:
        three: dict[tuple[str, str, str], set[Place]] = defaultdict(set)
        two: dict[tuple[str, str], set[Place]] = defaultdict(set)
        for place in known.places:
            if place.tier != 2:
                continue
            keys = [name_key(above.info.short_name) for above in place.chain]
            if len(keys) == 3:
                three[keys[0], keys[1], keys[2]].add(place)
            elif place.info.validity.start >= REFORM:
                two[keys[0], keys[1]].add(place)
        self._three = {key: _answer(places) for key, places in three.items() if len(places) == 1}
        self._two = {key: _answer(places) for key, places in two.items() if len(places) == 1}
        self._parts: dict[str, _Part] = {}

    def get(self, text: str) -> Resolution | None:
        """The unit, or `None` when the text is not of the usual form or its names are several units'."""
        if len(text) > 300:
            return None
        return self._between_commas(text) or self._named(text)

    def _named(self, text: str) -> Resolution | None:
        """Three names, whatever parts them: "X. Nghi Vạn H. Nghi Lộc T. Nghệ An"."""
        parts = parted(text)
        if len(parts) < 3 or not all(part.named for part in parts[-2:]):
            return None
        found = self._three.get(("".join(parts[-3]), "".join(parts[-2]), "".join(parts[-1])))
        if found is None or not parts[-3].named or is_small(parts[-3]):
            return None
        return found[0] if found[1][0] in (parts[-3].kinds or found[1]) else None

    def _between_commas(self, text: str) -> Resolution | None:
        parts = text.split(",")
        if len(parts) < 2:
            return None
        last = self._part(parts[-1])
        before = self._part(parts[-2])
        if len(parts) > 2:
            first = self._part(parts[-3])
            found = self._three.get((first[0], before[0], last[0]))
            if found is not None:
                answer, kinds = found
                return (
                    answer
                    if _fits(first, kinds[0]) and _fits(before, kinds[1]) and _fits(last, kinds[2])
                    else None
                )
            if not first[2]:
                return None
        pair = self._two.get((before[0], last[0]))
        if pair is None or not (_fits(before, pair[1][0]) and _fits(last, pair[1][1])):
            return None
        return pair[0]

    def _part(self, part: str) -> _Part:
        known = self._parts.get(part)
        if known is None:
            if len(self._parts) > _REMEMBERED:
                self._parts.clear()
            known = self._parts[part] = _read(part)
        return known


def _read(part: str) -> _Part:
    written, bare = tokens(part)
    small = bool(bare) and is_small(bare, front=True)
    for size in (2, 1):
        kind = prefix_at(written, bare, size) if len(bare) > size else None
        if kind is not None and kind[0] == size:
            return "".join(bare[size:]), kind[1], small
    return "".join(bare), None, small


def _fits(part: _Part, kind: UnitKind) -> bool:
    return part[1] is None or kind in part[1]


def _answer(places: set[Place]) -> tuple[Resolution, tuple[UnitKind, ...]]:
    place = next(iter(places))
    answer = Resolution(
        decision=Decision.EXACT, units=(place.info,), vintage=vintage(place.info, home=place.home), why=_WHY
    )
    return answer, tuple(above.info.kind for above in place.chain)


@lru_cache(maxsize=1)
def quick() -> Quick:
    """The tables of the shipped units."""
    return Quick(gazetteer())
