"""Text written in the encodings of the 1990s (TCVN3, VNI) or decoded twice: found, repaired if provable.

Old office machines kept Vietnamese in fonts: the bytes of "NguyÔn V¨n" show as "Nguyễn Văn" only in a font
of the .Vn family. A name that comes in like this must not be stored, and must not be guessed either. A
repair is accepted only when every word it changes becomes a well-formed Vietnamese syllable, at least one of
them was none before, and no second encoding explains the text as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from motcua.base.vietnamese.syllables import is_syllable

LEGACY_UNKNOWN = "unknown"
"""The text is broken, and no single encoding is proved."""

_TCVN3_FROM = "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\xadõö÷øùúûüýþ¡¢£¤¥¦§"
_TCVN3_TO = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ"
_TCVN3 = dict(zip(map(ord, _TCVN3_FROM), _TCVN3_TO, strict=True))

_VNI_MARKS = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_HAT = {"â": "", "à": "\u0300", "á": "\u0301", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVE = {"ê": "", "è": "\u0300", "é": "\u0301", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}


def _vni_pairs() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for vowel in "aeouy":
        pairs.update({vowel + mark: vowel + tone for mark, tone in _VNI_MARKS.items()})
    for vowel in "aeo":
        pairs.update({vowel + mark: vowel + "\u0302" + tone for mark, tone in _VNI_HAT.items()})
    pairs.update({"a" + mark: "a\u0306" + tone for mark, tone in _VNI_BREVE.items()})
    for letter, vowel in (("ô", "ơ"), ("ö", "ư")):
        pairs[letter] = vowel
        pairs.update({letter + mark: vowel + tone for mark, tone in _VNI_MARKS.items()})
    pairs.update({"ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"})
    composed = {old: unicodedata.normalize("NFC", new) for old, new in pairs.items()}
    for old, new in list(composed.items()):
        composed[old.upper()] = new.upper()
        composed[old.capitalize()] = new.capitalize()
    return composed


_VNI = _vni_pairs()
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_VIETNAMESE = frozenset(
    unicodedata.normalize("NFC", base + tone)
    for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
) | frozenset("đĐ")
# Signs that stand inside a word only when a font turned them into a letter.
_SIGNS = frozenset("¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾×÷")
_WORD = re.compile("[A-Za-z\u00a1-\u024f\u1e00-\u1eff]+")
_LONGEST = 100_000  # characters looked at; longer text is not a name or an address


def _from_tcvn3(word: str) -> str:
    decoded = word.translate(_TCVN3)
    ascii_letters = [char for char in word if char.isascii() and char.isalpha()]
    # The upper-case fonts reuse the lower-case codes, so the case is that of the letters beside.
    if len(ascii_letters) > 1 and all(char.isupper() for char in ascii_letters):
        return decoded.upper()
    return decoded


def _from_vni(word: str) -> str:
    return _VNI_PATTERN.sub(lambda match: _VNI[match.group()], word)


_DECODERS = {"tcvn3": _from_tcvn3, "vni": _from_vni}


def _decoded_twice(text: str) -> str | None:
    """`text` when it is UTF-8 that somebody read as Windows-1252 or Latin-1, read properly."""
    if text.isascii():
        return None
    for codec in ("cp1252", "latin-1"):
        try:
            proper = text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        if len(proper) < len(text):
            return unicodedata.normalize("NFC", proper)
    return None


def _broken(word: str) -> bool:
    """Does `word` hold a letter or sign that Vietnamese does not have, or fail as a syllable?"""
    return not is_syllable(word) or any(not c.isascii() and c not in _VIETNAMESE for c in word)


def _read_as(text: str, decode: Callable[[str], str]) -> str:
    return _WORD.sub(lambda match: match.group() if match.group().isascii() else decode(match.group()), text)


def _proved(text: str) -> tuple[str, str] | None:
    """Encoding and repaired text, when exactly one encoding explains every word."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    # Both encodings are single-byte: a letter beyond them means a mixed text: nothing is proved.
    if not any(map(_broken, words)) or any(ord(char) > 0xFF for word in words for char in word):
        return None
    if len(words) < 2 and not any(char in _SIGNS for word in words for char in word):
        return None
    explained = [
        (name, decode)
        for name, decode in _DECODERS.items()
        if all(is_syllable(decode(word)) for word in words)
    ]
    if len(explained) != 1:
        return None
    name, decode = explained[0]
    return name, _read_as(text, decode)


def looks_legacy(text: str) -> str | None:
    """The encoding that broke `text`: "tcvn3", "vni", "utf8" (decoded twice), `LEGACY_UNKNOWN`, or `None`.

    `LEGACY_UNKNOWN` is said when signs stand inside words as only a broken text has them, without a proof
    of which encoding it was. At most the first 100,000 characters are looked at.
    """
    text = text[:_LONGEST]
    if text.isascii():
        return None
    if _decoded_twice(text) is not None:
        return "utf8"
    proof = _proved(text)
    if proof is not None:
        return proof[0]
    suspicious = any(
        any(char in _SIGNS for char in word) and any(char.isascii() for char in word)
        for word in _WORD.findall(text)
    )
    return LEGACY_UNKNOWN if suspicious else None


def repair(text: str) -> str:
    """`text` read in the encoding that is proved to have broken it; unchanged when there is no proof."""
    if text.isascii() or len(text) > _LONGEST:
        return text
    twice = _decoded_twice(text)
    if twice is not None:
        return twice
    proof = _proved(text)
    return unicodedata.normalize("NFC", proof[1]) if proof is not None else text
