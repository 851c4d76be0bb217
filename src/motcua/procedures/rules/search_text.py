"""Cuts Vietnamese text into words for the search: with and without accents, typing residue and slips undone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

from motcua.base.vietnamese import fold, is_syllable, nfc, strip_accents, untyped

_WORD = re.compile(r"[0-9a-zà-ỹđ]+")
_DOUBLED = re.compile(r"(.)\1+")


@dataclass(frozen=True)
class Word:
    """One word of a request: `plain` without accents, `accented` when it was typed with any."""

    plain: str
    accented: str = ""
    weight: float = 1.0


def hook_key(word: str) -> str:
    """Accented form in which hỏi and ngã are one, as many speakers of the centre write them."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).replace("\u0303", "\u0309"))


def split(text: str) -> list[str]:
    """Lower-case words with their accents, in normal form C."""
    return _WORD.findall(nfc(text).lower())


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """The word without accents."""
    return fold(word)


def words_of(text: str) -> list[Word]:
    """Words of a stored text."""
    return [Word(plain=plain(w), accented=hook_key(w)) for w in split(text)]


def read_request(text: str) -> list[Word]:
    """Words of what somebody typed: Telex and VNI residue is read ("soor ddor"), doubled letters are cut."""
    out: list[Word] = []
    for word in split(text[:500]):
        read = untyped(word) or _undoubled(word)
        ascii_only = read.isascii()
        out.append(Word(plain=plain(read), accented="" if ascii_only else hook_key(read)))
    return out


def _undoubled(word: str) -> str:
    """ "cướcc" → "cước", "ddổi" → "đổi": only when what stays is a syllable and what was typed is none."""
    if is_syllable(word):
        return word
    marked = re.sub(r"^dd", "đ", word)
    single = _DOUBLED.sub(r"\1", marked)
    for candidate in (marked, single):
        if candidate != word and is_syllable(candidate):
            return candidate
    return word


def bigrams(words: list[Word]) -> list[str]:
    """Neighbouring pairs of plain words; a Vietnamese word mostly has two syllables."""
    return [f"{a.plain}_{b.plain}" for a, b in pairwise(words)]


def trigrams(word: str) -> set[str]:
    """Letter trigrams with the word's edges marked."""
    padded = f" {word} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


class Speller:
    """Finds the known word that a slip of the finger most likely meant: one letter missing, added, changed, swapped."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._by_trigram: dict[str, list[str]] = {}
        for word in sorted(self._known):
            for gram in trigrams(word):
                self._by_trigram.setdefault(gram, []).append(word)
        self._cache: dict[str, tuple[tuple[str, float], ...]] = {}

    def knows(self, word: str) -> bool:
        """Is it a word of the catalogue?"""
        return word in self._known

    def near(self, word: str) -> tuple[tuple[str, float], ...]:
        """Up to two dozen known words within one slip (two in long words), each with a weight below one."""
        if word not in self._cache:
            if len(self._cache) > 20_000:
                self._cache.clear()
            self._cache[word] = self._near(word)
        return self._cache[word]

    def _near(self, word: str) -> tuple[tuple[str, float], ...]:
        if len(word) < 3 or word.isdigit():
            return ()
        candidates = {w for gram in trigrams(word) for w in self._by_trigram.get(gram, ())}
        allowed = 1 if len(word) <= 6 else 2
        found = []
        for candidate in candidates:
            if abs(len(candidate) - len(word)) > allowed or candidate.isdigit():
                continue
            slips = DamerauLevenshtein.distance(word, candidate, score_cutoff=allowed)
            if slips <= allowed:
                same_start = candidate[0] == word[0]
                found.append((candidate, (0.75 if same_start else 0.5) / slips))
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return tuple(found[:24])

    def cut(self, word: str) -> tuple[str, ...]:
        """Two known words typed without a space ("cancuoc"), or nothing."""
        if len(word) < 5:
            return ()
        for i in range(2, len(word) - 1):
            left, right = word[:i], word[i:]
            if left in self._known and right in self._known and is_syllable(left) and is_syllable(right):
                return left, right
        return ()


def has_accents(text: str) -> bool:
    """Does any letter carry an accent?"""
    return strip_accents(text) != text
