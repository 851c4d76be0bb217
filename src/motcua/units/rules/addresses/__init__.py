"""Free text to unit: reads the names in an address and decides, or says that it cannot.

Works on frozen tables, without a database. It is built for lists: pieces and combinations that come again
("huyện Nghi Lộc, tỉnh Nghệ An") are remembered, so a list costs some microseconds a line.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from motcua.base.vietnamese import repair, untyped
from motcua.units.data import Decision, Level, Resolution, UnitInfo
from motcua.units.rules.addresses.deciding import decide, either, nothing
from motcua.units.rules.addresses.gazetteer import gazetteer
from motcua.units.rules.addresses.reading import Mention, Piece, Reader, pieces

LONGEST = 1_000  # characters; what is longer is not an address
MOST_PIECES = 40
UNREAD = "the text names a commune that is not known there"
_REMEMBERED = 200_000


class Resolver:
    """Resolves texts with one gazetteer and remembers what it has seen."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._pieces: dict[str, Piece] = {}
        self._decisions: dict[tuple[object, ...], Resolution] = {}

    def resolve(self, text: str, on: date | None) -> Resolution:
        """See `motcua.units.api.resolve_address`."""
        if len(text) > LONGEST:
            return nothing("the text is too long for an address")
        found = self._once(text, on)
        if found.decision is Decision.NONE:
            other = _retyped(text)
            if other != text:
                again = self._once(other, on)
                if again.decision is not Decision.NONE:
                    return again
        return found

    def _once(self, text: str, on: date | None) -> Resolution:
        known = self._pieces
        mentions: list[Mention] = []
        others: list[Mention] | None = None
        house = unread = False
        parts = pieces(text, self.reader.gazetteer)
        if len(parts) > MOST_PIECES:
            return nothing("the text has too many parts for an address")
        for part in parts:
            piece = known.get(part)
            if piece is None:
                piece = self._read(part)
            unread = unread or piece.unread
            if piece.mentions:
                # "12, Lê Lợi, TP Vinh": after a mere house number comes a street
                if not (house and piece.whole and all(p.tier == 2 for p in piece.mentions[0].places)):
                    if piece.other is not None and others is None:
                        others = list(mentions)
                    mentions.extend(piece.mentions)
                    if others is not None:
                        others.extend(piece.mentions if piece.other is None else piece.other)
                house = False
            elif part and not part.isspace():
                house = piece.house
        decided = self._decide(mentions, on)
        if others is not None:
            decided = either(decided, self._decide(others, on))
        if unread and decided.unit is not None and decided.unit.level is not Level.COMMUNE:
            return replace(decided, decision=Decision.CANDIDATES, vintage=None, why=UNREAD)
        return decided

    def _decide(self, mentions: list[Mention], on: date | None) -> Resolution:
        key = (on, *mentions)
        decided = self._decisions.get(key)
        if decided is None:
            if len(self._decisions) > _REMEMBERED:
                self._decisions.clear()
            decided = self._decisions[key] = decide(mentions, on)
        return decided

    def _read(self, part: str) -> Piece:
        if len(self._pieces) > _REMEMBERED:
            self._pieces.clear()
        piece = self._pieces[part] = self.reader.read(part.strip())
        return piece


def _retyped(text: str) -> str:
    """The text read in the encoding that broke it, or with the keys of Telex and VNI made letters."""
    repaired = repair(text)
    if repaired != text or not text.isascii():
        return repaired
    return " ".join(untyped(word.strip(".,;")) or word for word in text.replace(",", " , ").split())


@lru_cache(maxsize=1)
def resolver() -> Resolver:
    """The resolver with the shipped tables; its first use takes about half a second."""
    return Resolver(Reader(gazetteer()))


def resolve(text: str, *, on: date | None = None) -> Resolution:
    """The unit that `text` names, with `on` choosing between readings that differ only in time."""
    return resolver().resolve(text, on)


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, str, str]]:
    names: dict[str, tuple[str, str, str]] = {}
    for place in gazetteer().places:
        tiers = ["", "", ""]
        for above in place.chain:
            tiers[above.tier] = above.info.name
        names[place.info.key] = (tiers[0], tiers[1], tiers[2])
    return names


def names_of(unit: UnitInfo) -> tuple[str, str, str]:
    """Province, district and commune of a resolved unit; empty where the structure or the text has none."""
    return _names()[unit.key]


__all__ = ["Resolver", "names_of", "resolve", "resolver"]
