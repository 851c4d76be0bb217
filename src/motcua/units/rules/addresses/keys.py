"""Addresses typed for Telex or VNI on a deaf keyboard: "Xax Nghi Vanj, Huyeenj Nghi Loocj"."""

from __future__ import annotations

import re
from functools import lru_cache

from motcua.base.vietnamese import untyped
from motcua.units.rules.addresses.parts import words_of_names

_KEYS = re.compile(r"[A-Za-z]+[0-9A-Za-z]*")
_LEAST = 2  # words that only keys of Telex or VNI explain, before a text is taken to be typed so
_SHORTEST = 3
_DOUBLED = re.compile(r"(?<![a-z])d(?=d)|a(?=a)|e(?=e)|o(?=o)|(?<=[aou])w|9|(?<=[a-z])[0-8]")
_TONES = re.compile(r"(?<=[a-z])[sfrxj]$")


def keyed(text: str) -> str:
    """`text` with the keys of Telex or VNI made letters, when several words are such keys and none has accents."""
    if not text.isascii():
        return text
    words = [word for word in _KEYS.findall(text) if len(word) >= _SHORTEST]
    count = sum(untyped(word) is not None for word in words)
    if count < _LEAST or 2 * count < len(words):
        return text
    return _KEYS.sub(lambda found: _read(found[0]), text)


@lru_cache(maxsize=65536)
def _read(word: str) -> str:
    meant = untyped(word)
    if meant is not None:
        return meant
    lower = word.lower()
    if lower in words_of_names() or len(word) < _LEAST:
        return word
    # names from the highlands are no Vietnamese syllables: "D9a8k1", "Kroong"
    plain = _DOUBLED.sub("", lower)
    for one in (plain, _TONES.sub("", plain)):
        if one in words_of_names():
            return one
    return word
