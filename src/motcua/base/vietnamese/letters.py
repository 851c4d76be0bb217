"""Letters and marks: one form for storing, one for comparing, and the two ways of placing a tone mark."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

GRAVE, ACUTE, TILDE, HOOK, DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
TONES = frozenset((GRAVE, ACUTE, TILDE, HOOK, DOT))
_TONE_LIKE = str.maketrans({"\u0340": GRAVE, "\u0341": ACUTE})

# Characters that carry no letter and only break comparison: zero-width marks, joiners, soft hyphen, BOM.
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_WORD = re.compile(r"[^\W\d_]+")


def _accent_table() -> dict[int, str | None]:
    """Every precomposed letter of the Latin blocks to its bare letter, and combining marks to nothing."""
    table: dict[int, str | None] = {0x0111: "d", 0x0110: "D", 0x00F0: "d", 0x00D0: "D"}
    for code in (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00)):
        bare = "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c))
        if bare != chr(code) and bare.isascii():
            table[code] = bare
    table.update(dict.fromkeys(range(0x0300, 0x0370)))
    return table


_BARE = _accent_table()
_BARE_AND_CLEAN: dict[int, str | None] = {**_BARE, **_INVISIBLE}


def nfc(text: str) -> str:
    """The one stored form: composed letters (NFC), invisible marks dropped, other characters kept."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.translate(_TONE_LIKE)).translate(_INVISIBLE)


def strip_accents(text: str) -> str:
    """`text` without accents and tone marks, case kept; đ becomes d."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).translate(_BARE)


def fold(text: str) -> str:
    """The form for comparing and searching: no accents, lower case, đ as d, single spaces, trimmed."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_BARE_AND_CLEAN)
    return " ".join(text.lower().split())


@lru_cache(maxsize=65536)
def _word_key(word: str) -> str:
    tones: list[str] = []
    letters: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        (tones if char in TONES else letters).append(char)
    return unicodedata.normalize("NFC", "".join(letters)) + "".join(sorted(tones))


def tone_key(text: str) -> str:
    """`text` with every tone mark moved to the end of its word: "hòa" and "hoà" get the same key.

    Case and vowel quality (â, ă, ê, ô, ơ, ư, đ) are kept.
    """
    return _WORD.sub(lambda match: _word_key(match.group()), nfc(text))


def same_text(a: str, b: str) -> bool:
    """Are the texts equal but for composition, case, spaces and the place of the tone mark?"""
    if a == b:
        return True
    return tone_key(" ".join(a.split()).lower()) == tone_key(" ".join(b.split()).lower())


def same_name(a: str, b: str) -> bool:
    """Do two spellings stand for the same personal name?

    Composition, case, spaces and the place of the tone mark do not matter; a different tone or vowel does
    ("Hoa", "Hòa" and "Hoà": the last two are one name, the first is another). An empty name equals nothing.
    """
    return bool(a.strip()) and bool(b.strip()) and same_text(a, b)


_OLD_OPEN = {"oa": 0, "oe": 0, "uy": 0}  # old style writes the mark on the first vowel of an open syllable


def place_tones(text: str, style: Literal["old", "new"] = "old") -> str:
    """Write the tone marks of open oa, oe, uy the old way ("hòa", "thủy") or the new ("hoà", "thuỷ").

    Only these three endings differ between the two schools; every other word is left as it is, and so is
    the u of "qu" ("quý" has one way).
    """
    return _WORD.sub(lambda match: _place(match.group(), style), nfc(text))


@lru_cache(maxsize=65536)
def _place(word: str, style: str) -> str:
    plain = [unicodedata.normalize("NFD", char) for char in word]
    bare = "".join(p[0] for p in plain).lower()
    if len(plain) < 2 or bare[-2:] not in _OLD_OPEN or bare[-3:] == "quy":
        return word
    marks = [[c for c in p[1:] if c in TONES] for p in plain]
    tones = [tone for one in marks for tone in one]
    quality = any(c not in TONES for p in plain[-2:] for c in p[1:])
    if len(tones) != 1 or quality or not (marks[-1] or marks[-2]):
        return word
    first, second = plain[-2][0], plain[-1][0]
    pair = first + tones[0] + second if style == "old" else first + second + tones[0]
    return word[:-2] + unicodedata.normalize("NFC", pair)
