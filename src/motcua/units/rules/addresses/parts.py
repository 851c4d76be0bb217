"""An address cut into its parts: at separators, before words of kind, with houses and hamlets known as such."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz.distance import OSA

from motcua.units.data import UnitKind
from motcua.units.rules.addresses.gazetteer import gazetteer
from motcua.units.rules.addresses.words import prefix_at, tokens

_SPLIT = re.compile(r"[,;|\n\r\t()\[\]/]| +[-–—] *|[-–—] +")
_DOTTED = ((re.compile(r"\b[tT]\.\s*"), " tỉnh "), (re.compile(r"\b[pP]\.\s*"), " phường "))


class Part(list[str]):
    """The words of one part. `named`: a word of kind stood before it, so it is no hamlet: "X. Bản Díu"."""

    named = False
    kinds: frozenset[UnitKind] | None = (
        None  # which kinds the word may stand for; None when it has a letter wrong
    )


@lru_cache(maxsize=4096)
def parted(text: str) -> list[Part]:
    """The words of each part of an address, without the words that say a kind."""
    for pattern, word in _DOTTED:
        text = pattern.sub(word, text)
    return _dashed([part for piece in _SPLIT.split(text) for part in _cut(tokens(piece)[1])])


def _dashed(parts: list[Part]) -> list[Part]:
    """Both sides of a name with a dash in one part: Bà Rịa - Vũng Tàu."""
    found: list[Part] = []
    for part in parts:
        pairs = _pairs().get((found[-1][0][0], part[0][0]), ()) if found else ()
        if any(_alike(found[-1], a) and _alike(part, b) for a, b in pairs):
            found[-1].extend(part)
        else:
            found.append(part)
    return found


@lru_cache(maxsize=1)
def _pairs() -> Mapping[tuple[str, str], list[tuple[str, str]]]:
    found: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for one, two in gazetteer().dashed:
        found[one[0], two[0]].append((one, two))
    return found


def _alike(words: list[str], key: str) -> bool:
    return OSA.distance("".join(words), key, score_cutoff=1) <= 1


# Words that begin a house or a hamlet wherever they stand, and those that do so only at the front.
_ALWAYS = frozenset(("so", "sn", "xom", "thon", "ngo", "ngach", "hem", "kiet", "kp", "tdp", "khom"))
_AT_FRONT = frozenset(
    ("nha", "duong", "pho", "lo", "ql", "tl", "khoi", "ap", "to", "doi", "khu", "ban", "buon")
)


def is_small(words: list[str], *, front: bool = False) -> bool:
    """Is the part a house, a street or a hamlet?"""
    if words[0] in _ALWAYS or (len(words) > 1 and words[0].isdigit()):
        return True
    return words[0] in _AT_FRONT and (front or (len(words) > 1 and words[1].isdigit()))


def smalls(parts: list[Part]) -> list[bool]:
    return [not part.named and is_small(part, front=at == 0) for at, part in enumerate(parts)]


def _cut(words: list[str]) -> list[Part]:
    """Words without separators cut before the words that say a kind."""
    if words and (words[0] in _ALWAYS or words[0] in _AT_FRONT or words[0].isdigit()):
        first = next((i for i in range(1, len(words)) if words[i] in _CUTS), len(words))
        return [Part(words[:first]), *_cut(words[first:])] if first < len(words) else [Part(words)]
    if len(words) > 2 and len(words[0]) == 1 and words[0] not in _CUTS:
        words = words[1:]  # a kind of one letter, mistyped
    parts: list[Part] = [Part()]
    at = 0
    while at < len(words):
        kind = prefix_at(words, words, at + 2) if at + 2 < len(words) else None
        if kind is None or kind[0] != 2:
            kind = prefix_at(words, words, at + 1) if at + 1 < len(words) else None
        if kind and words[at] not in _ALSO_NAMES:
            parts.append(_named(kind[1]))
            at += kind[0]
            continue
        if at + 1 < len(words) and _slipped_kind(words[at]):
            parts.append(_named(None))
            at += 1
            continue
        parts[-1].append(words[at])
        at += 1
    return [part for part in parts if part]


def _named(kinds: frozenset[UnitKind] | None) -> Part:
    part = Part()
    part.named, part.kinds = True, kinds
    return part


@lru_cache(maxsize=65536)
def _slipped_kind(word: str) -> bool:
    """Is the word "phường", "huyện" … with a letter wrong? Only when no unit has it in its name."""
    if len(word) < _LONG_ENOUGH or word in _LONG_KINDS or word in words_of_names():
        return False
    return any(OSA.distance(word, kind, score_cutoff=1) <= 1 for kind in _LONG_KINDS)


@lru_cache(maxsize=1)
def words_of_names() -> frozenset[str]:
    return frozenset(word for place in gazetteer().places for word in tokens(place.info.name)[1])


_LONG_ENOUGH = 4
_LONG_KINDS = ("phuong", "huyen")
_CUTS = frozenset(("xa", "x", "phuong", "thi", "tt", "huyen", "h", "quan", "q", "tx", "tp", "tinh"))
_ALSO_NAMES = frozenset(("t", "ph", "f", "p"))


@lru_cache(maxsize=4096)
def pieces_of(text: str) -> list[list[str]]:
    """The words of each piece between separators, with the words of kind."""
    return [words for piece in _SPLIT.split(text) if (words := tokens(piece)[1])]
