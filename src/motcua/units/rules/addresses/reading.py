"""From a piece of an address to the names in it.

An address is read in pieces (between commas), each piece from the right, because the larger unit stands
last. A name counts when a kind word stands before it ("xã Nghi Vạn"), when it is the whole piece, or when it
follows on another name without a gap. A name behind a house number or a street word does not count: "12 đường
Lê Lợi" is a street, although there was a ward Lê Lợi.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from motcua.base.vietnamese import tone_key
from motcua.units.data import UnitKind
from motcua.units.rules.addresses.gazetteer import Gazetteer, Name, Place
from motcua.units.rules.addresses.words import (
    HAMLET,
    HOUSE_ONLY,
    OFFICE,
    ONE_WORD,
    STREET,
    TWO_WORDS,
    names_a_commune,
    prefix_at,
    tokens,
)

_TIER_OF = {kind: ("province", "district", "commune").index(kind.level.value) for kind in UnitKind}


@dataclass(eq=False, slots=True)
class Mention:
    """A name in an address and the places it may stand for.

    `sure`: a kind word stands before it. `loose`: places whose kind or accents do not fit what was written; they
    may explain a text, but never exactly. `doubt`: why the mention may be none at all.
    """

    places: frozenset[Place]
    loose: frozenset[Place]
    former: frozenset[Place]  # those it names by a former name
    sure: bool
    doubt: str


@dataclass(eq=False, slots=True)
class Piece:
    """What one piece of an address says. `house`: only a house number or lane, so a street comes next."""

    mentions: tuple[Mention, ...]
    house: bool
    whole: bool  # the only mention is a bare name that fills the piece
    other: tuple[Mention, ...] | None = None  # a second way to read the piece
    unread: bool = False  # "xã" or "phường" stands in it, and no such unit was found


_STREET = "street"
WORDS_BEFORE = "words stand before the name"
_PAIR_ENDS = frozenset(pair[1] for pair in TWO_WORDS)
_SHORT = frozenset(("na", "hn", "hcm", "hue"))
_TAIL = frozenset(("vietnam", "vn", "cu"))
POSTAL_CODE = 5  # digits
MOST_TOKENS = 40
NOTHING = Piece(mentions=(), house=False, whole=False)
HOUSE = Piece(mentions=(), house=True, whole=False)


def _fits(typed: str, real: str) -> bool:
    """Is `typed` the accented name `real` with some marks left out? Both are tone keys."""
    a, b = unicodedata.normalize("NFD", typed), unicodedata.normalize("NFD", real)
    at = 0
    for char in b:
        if (at < len(a) and a[at] == char) or (char == "đ" and at < len(a) and a[at] == "d"):
            at += 1
        elif not unicodedata.combining(char):
            return False
    return at == len(a)


@lru_cache(maxsize=200_000)
def _by_accents(names: tuple[Name, ...], typed: str) -> tuple[Name, ...]:
    """The names that were typed with all their accents, or else those that fit what was typed."""
    exact = tuple(name for name in names if name.accented == typed)
    return exact or tuple(name for name in names if not name.accented or _fits(typed, name.accented))


class Reader:
    """Reads pieces with one gazetteer; equal mentions are one object, so that decisions can be remembered."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._mentions: dict[tuple[object, ...], Mention] = {}

    def mention(
        self, key: str, typed: str, kinds: frozenset[UnitKind] | None, doubt: str, *, accents: bool
    ) -> Mention | None:
        known = (key, typed if accents else "", kinds, doubt)
        found = self._mentions.get(known)
        if found is None:
            made = self._make(key, typed, kinds, doubt, accents=accents)
            if made is None:
                return None
            if len(self._mentions) > 100_000:
                self._mentions.clear()
            found = self._mentions[known] = made
        return found

    def _make(
        self, key: str, typed: str, kinds: frozenset[UnitKind] | None, doubt: str, *, accents: bool
    ) -> Mention | None:
        names = self.gazetteer.names[key]
        if kinds is not None:
            tiers = {_TIER_OF[kind] for kind in kinds}
            names = tuple(name for name in names if _TIER_OF[name.kind] in tiers)
        if not names:
            return None
        fitting = names if kinds is None else tuple(name for name in names if name.kind in kinds)
        if accents:
            fitting = _by_accents(fitting, tone_key(typed))
        places = frozenset(name.place for name in fitting)
        real = frozenset(name.place for name in fitting if not name.former)
        return Mention(
            places=places,
            loose=frozenset(name.place for name in names) - places,
            former=places - real,
            sure=kinds is not None,
            doubt=doubt,
        )

    def read(self, text: str) -> Piece:
        """The mentions of one piece, from left to right."""
        written, bare = self._without_tail(*tokens(text))
        if not bare or len(bare) > MOST_TOKENS:
            return NOTHING
        if _only_a_house(written, bare):
            return HOUSE
        search = _Search(self, written, bare)
        readings = search.best(len(bare), True, None)[1]
        found, leftmost = readings[0]
        whole = len(found) == 1 and not found[0].sure and leftmost == 0
        other = readings[1][0] if len(readings) > 1 else None
        small = any(place.tier == 2 for mention in found for place in mention.places | mention.loose)
        unread = not small and names_a_commune(written, bare)
        return Piece(mentions=found, house=False, whole=whole, other=other, unread=unread)

    def _without_tail(self, written: list[str], bare: list[str]) -> tuple[list[str], list[str]]:
        """Without what may follow the last name: the country, a postal code, "cũ" (former)."""
        end = len(bare)
        while end:
            last = bare[end - 1]
            if bare[end - 2 : end] == ["viet", "nam"]:
                end -= 2
            elif (last.isdigit() and len(last) >= POSTAL_CODE) or (
                last in _TAIL and not self._ends_name(bare, end)
            ):
                end -= 1
            else:
                break
        return written[:end], bare[:end]

    def _ends_name(self, bare: list[str], end: int) -> bool:
        return any("".join(bare[start:end]) in self.gazetteer.names for start in range(max(0, end - 4), end))

    def may_stand_alone(self, key: str, start: int, end: int, total: int) -> bool:
        """May a name without a kind word count? Not a number; a very short one only as a whole piece."""
        if key.isdigit() or len(key) < 2:
            return False
        return len(key) > 3 or (start == 0 and end == total) or (end == total and key in _SHORT)


def _only_a_house(written: list[str], bare: list[str]) -> bool:
    """ "12", "Số 5", "Ngõ 12/3": a house or a lane without the name of its street."""
    if not all(token.isdigit() or len(token) == 1 or token in HOUSE_ONLY for token in bare):
        return False
    return any(token.isdigit() for token in bare) and prefix_at(written, bare, len(bare) - 1) is None


def near(places: frozenset[Place], held: frozenset[Place]) -> bool:
    """Does one of `places` lie in, above or beside one of `held`?"""
    for place in places:
        if not held.isdisjoint(place.chain) or not held.isdisjoint(place.beside):
            return True
    return any(not places.isdisjoint(place.chain) or not places.isdisjoint(place.beside) for place in held)


_Reading = tuple[tuple[Mention, ...], int]  # the mentions, and where the first of them begins
_Worth = tuple[int, int, int]  # tokens covered, as few mentions as possible, as many kind words as possible
_Best = tuple[_Worth, tuple[_Reading, ...]]  # up to two equally good readings


class _Search:
    """Looks for the reading of a piece that covers most of its tokens, from the right."""

    def __init__(self, reader: Reader, written: list[str], bare: list[str]) -> None:
        self.reader = reader
        self.written = written
        self.bare = bare
        self.names = reader.gazetteer.names
        self.last_words = reader.gazetteer.last_words
        kinds = (at for at, word in enumerate(bare) if word in ONE_WORD or word in _PAIR_ENDS)
        self.first_kind = next(kinds, len(bare))  # before it nothing but a bare name can be read
        self.joined = "".join(bare)
        self.offsets = [0, *accumulate(map(len, bare))]
        self.empty: tuple[_Reading, ...] = (((), len(bare)),)
        self._seen: dict[tuple[int, bool, frozenset[Place] | None], _Best] = {}

    def best(self, end: int, run: bool, held: frozenset[Place] | None) -> _Best:
        """The best readings of what stands before `end`; `held` are the places named right behind it."""
        while end and self.bare[end - 1] not in self.last_words:
            end -= 1
            run = False
        if end == 0 or (not run and end <= self.first_kind):
            return (0, 0, 0), self.empty
        known = (end, run, held)
        found = self._seen.get(known)
        if found is None:
            found = self._seen[known] = self._best(end, run, held)
        return found

    def _best(self, end: int, run: bool, held: frozenset[Place] | None) -> _Best:
        best: list[_Reading] = []
        most: _Worth = (-1, 0, 0)
        for covered, left, mention in self._hits(end, run, held):
            named = mention is not None
            rest, readings = self.best(left, named, mention.places if mention else held)
            total = (rest[0] + covered, rest[1] - named, rest[2] + bool(mention and mention.sure))
            if total < most:
                continue
            if total > most:
                most, best = total, []
            for mentions, leftmost in readings:
                if mention is not None:
                    best.append(((*mentions, mention), min(leftmost, left)))
                else:
                    best.append((mentions, leftmost))
        return most, tuple(dict.fromkeys(best))[:2]

    def _hits(
        self, end: int, run: bool, held: frozenset[Place] | None
    ) -> Iterator[tuple[int, int, Mention | None]]:
        """Ways to go on to the left: tokens covered, where they begin, and the mention if it is one."""
        stop = self.offsets[end]
        for length in range(min(self.last_words[self.bare[end - 1]], end), 0, -1):
            start = end - length
            key = self.joined[self.offsets[start] : stop]
            if key not in self.names:
                continue
            typed = " ".join(self.written[start:end])
            before = prefix_at(self.written, self.bare, start)
            if before is not None:
                spelled = not (typed.isascii() and self.written[start - 1].isascii())
                mention = self.reader.mention(key, typed, before[1], "", accents=spelled)
                if mention is not None:
                    yield length + before[0], start - before[0], mention
            if not run or not self.reader.may_stand_alone(key, start, end, len(self.bare)):
                continue
            doubt = _left_of(self.bare, start, self.reader.gazetteer, key, joined=held is not None)
            if doubt == _STREET:
                continue
            mention = self.reader.mention(key, typed, None, doubt, accents=not typed.isascii())
            if mention is None:
                continue
            if held is None or near(mention.places, held):
                yield length, start, mention
            elif start == 0:
                yield 0, start, mention
        yield 0, end - 1, None


def _left_of(bare: list[str], left: int, gazetteer: Gazetteer, key: str, *, joined: bool) -> str:
    """What the words left of a bare name make of it: nothing, a doubt, or `_STREET`."""
    if left == 0:
        return ""
    at = left - 1
    numbered = False
    while at >= 0 and (bare[at].isdigit() or len(bare[at]) == 1):
        numbered = True
        at -= 1
    if numbered:
        return "" if at >= 0 and bare[at] in HAMLET else _STREET
    if bare[at] in OFFICE:
        return ""
    if (bare[at] in STREET or bare[at] in HAMLET) and not _name_ends_at(bare, left, gazetteer):
        return _STREET
    # "12 Đặng Thái Thân Vinh Nghệ An": a larger unit after a street's name, held by the province behind it
    small = all(name.place.tier == 2 for name in gazetteer.names[key])
    if joined and (not small or bare[0] in HAMLET):
        return ""
    return WORDS_BEFORE


def _name_ends_at(bare: list[str], end: int, gazetteer: Gazetteer) -> bool:
    """Does a name of two words or more end here? Then "dương" of Tương Dương is not the word for a street."""
    return any("".join(bare[end - n : end]) in gazetteer.names for n in range(2, min(5, end) + 1))


_SPLIT = re.compile(r"[,;|\n\r\t()\[\]]")
_DASH = re.compile(r" +[-–—] +")


def pieces(text: str, gazetteer: Gazetteer) -> list[str]:
    """The pieces of an address between its separators; a dash inside a name separates nothing."""
    parts = _SPLIT.split(text)
    if not _DASH.search(text):
        return parts
    found: list[str] = []
    for part in parts:
        sides = _DASH.split(part)
        joined = sides[:1]
        for side in sides[1:]:
            left, right = ("".join(tokens(one)[1]) for one in (joined[-1], side))
            if any(left.endswith(a) and right.startswith(b) for a, b in gazetteer.dashed):
                joined[-1] += " " + side
            else:
                joined.append(side)
        found.extend(joined)
    return found
