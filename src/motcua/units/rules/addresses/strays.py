"""Words of an address that a unit does not explain: "Bình Hòa Hưbg" is not Bình Hòa, "Lạng Sơn" not Điện Biên."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from motcua.units.rules.addresses.gazetteer import Place, gazetteer, name_key
from motcua.units.rules.addresses.parts import is_small, pieces_of, words_of_names
from motcua.units.rules.addresses.words import ONE_WORD

_IGNORED = frozenset(
    ("cu", "moi", "nay", "viet", "nam", "vn", "vietnam", "thuoc", "thi", "thanh", "pho", "tran")
)
_LONGEST = 6  # words of a name


def stray(text: str, key: str, *, before: bool = False) -> bool:
    """Does a word that no name explains stand behind the first name of the unit `key` (with `before`: in front too)?"""
    names = _around(key)
    begun = False
    for words in pieces_of(text):
        at = 0
        own = not begun and is_small(words, front=True)
        while at < len(words):
            size = _explained(words, at, names)
            if size:
                begun, own = True, False
                at += size
                continue
            if (begun or (before and not own)) and not _unimportant(words, at, begun, names):
                return True
            at += 1
    return False


def _explained(words: list[str], at: int, names: frozenset[str]) -> int:
    for size in range(min(_LONGEST, len(words) - at), 0, -1):
        if "".join(words[at : at + size]) in names:
            return size
    return 0


def _unimportant(words: list[str], at: int, begun: bool, names: frozenset[str]) -> bool:
    word = words[at]
    if word.isdigit():
        return not begun
    if word in _IGNORED or word in ONE_WORD:
        return True
    # a word of kind with a letter wrong, at the front of a piece: "Tnh Đắk Lắk", "PTP.Đà Nẵng"
    return at == 0 and word not in words_of_names() and _explained(words, 1, names) > 0


@lru_cache(maxsize=65536)
def _around(key: str) -> frozenset[str]:
    """Every name of the unit, of what lies above it, and of what goes with it."""
    place = _by_key()[key]
    names: set[str] = set()
    for one in {*place.chain, *(above for beside in place.beside for above in beside.chain)}:
        names |= _names()[one]
    return frozenset(names)


@lru_cache(maxsize=1)
def _by_key() -> Mapping[str, Place]:
    return {place.info.key: place for place in gazetteer().places}


@lru_cache(maxsize=1)
def _names() -> Mapping[Place, set[str]]:
    found: defaultdict[Place, set[str]] = defaultdict(set)
    for place in gazetteer().places:
        found[place] |= {name_key(place.info.short_name), name_key(place.info.name)}
    for key, names in gazetteer().names.items():
        for name in names:
            found[name.place].add(key)
    return found
