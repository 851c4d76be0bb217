"""Words typed for Telex or VNI on a deaf keyboard: "Nguyeenx" and "Nguye64n" for "Nguyễn"."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from motcua.base.vietnamese.letters import ACUTE, DOT, GRAVE, HOOK, TILDE, fold
from motcua.base.vietnamese.syllables import is_syllable

_TELEX_TONES = {"s": ACUTE, "f": GRAVE, "r": HOOK, "x": TILDE, "j": DOT}
_VNI_TONES = {"1": ACUTE, "2": GRAVE, "3": HOOK, "4": TILDE, "5": DOT}
_TELEX_PAIRS = (("uow", "ươ"), ("aa", "â"), ("aw", "ă"), ("ee", "ê"), ("oo", "ô"), ("ow", "ơ"), ("uw", "ư"))
_VNI_PAIRS = (
    ("uo7", "ươ"), ("a6", "â"), ("a8", "ă"), ("e6", "ê"), ("o6", "ô"), ("o7", "ơ"), ("u7", "ư"),
)  # fmt: skip
_VOWELS = "aăâeêioôơuưy"
_TOKEN = re.compile(r"[A-Za-z]+[A-Za-z0-9]*")


def _with_tone(letters: str, tone: str) -> str:
    """Put the tone on a vowel: which one does not matter to a reader that folds or compares by tone key."""
    marked = [i for i, c in enumerate(letters) if c in "ăâêôơư"]
    plain = [i for i, c in enumerate(letters) if c in _VOWELS]
    if letters[:2] in ("qu", "gi") and len(plain) > 1:
        plain = plain[1:]
    closed = bool(plain) and plain[-1] < len(letters) - 1
    place = (
        marked[-1] if marked else plain[-1] if closed or len(plain) == 1 else plain[max(0, len(plain) - 2)]
    )
    return unicodedata.normalize("NFC", letters[: place + 1] + tone + letters[place + 1 :])


def _read(word: str, pairs: tuple[tuple[str, str], ...], tones: dict[str, str], d: str) -> str | None:
    letters = word.replace(d, "đ", 1) if word.startswith("d") and d in word else word
    if d == "d9" and word.startswith("d") and word.endswith("9"):
        letters = "đ" + word[1:-1]
    first_vowel = next((i for i, c in enumerate(letters) if c in _VOWELS), None)
    if first_vowel is None:
        return None
    found = [i for i, c in enumerate(letters) if c in tones and i > first_vowel]
    if len(found) > 1:
        return None
    tone = tones[letters[found[0]]] if found else ""
    if found:
        letters = letters[: found[0]] + letters[found[0] + 1 :]
    for typed, meant in pairs:
        letters = letters.replace(typed, meant, 1)
    # the hat, horn or breve may be typed at the end of the word: "nguyen64", "tranaf"
    if d == "d9":
        letters = _late_mark(letters)
    if not any(c in _VOWELS for c in letters):
        return None
    result = _with_tone(letters, tone) if tone else letters
    return result if result != word and is_syllable(result) else None


def _late_mark(letters: str) -> str:
    for digit, change in (
        ("6", {"a": "â", "e": "ê", "o": "ô"}),
        ("7", {"o": "ơ", "u": "ư"}),
        ("8", {"a": "ă"}),
    ):
        if letters.endswith(digit):
            body = letters[:-1]
            if digit == "7" and "uo" in body:
                return body.replace("uo", "ươ", 1)
            for plain, marked in change.items():
                if plain in body:
                    return body.replace(plain, marked, 1)
    return letters


@lru_cache(maxsize=65536)
def untyped(word: str) -> str | None:
    """The Vietnamese word (lower case) that the keys of `word` spell in Telex or VNI, or `None`.

    `None` as well when `word` already is a syllable without residue, or when it spells none: "Smith", "p1".
    """
    lower = word.lower()
    if not lower.isascii() or len(lower) < 3 or is_syllable(lower):
        return None
    if any(char.isdigit() for char in lower):
        return _read(lower, _VNI_PAIRS, _VNI_TONES, "d9")
    return _read(lower, _TELEX_PAIRS, _TELEX_TONES, "dd")


def fold_typed(text: str) -> str:
    """Like `fold`, with the residue of Telex and VNI typing taken out: "Nguyeenx Vawn" gives "nguyen van"."""
    return fold(_TOKEN.sub(lambda match: untyped(match.group()) or match.group(), text))
