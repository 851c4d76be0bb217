"""References by which a payment is known outside: short enough for a bank transfer, with a check character."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U, which people and printers confuse
PREFIX = "MC"
_BODY = 12
_FIND = re.compile(rf"{PREFIX}[{ALPHABET}]{{{_BODY + 1}}}")


def new_reference(seed: UUID) -> str:
    """The reference made of `seed`: "MC", 60 bits, one check character; 15 letters and digits."""
    value, letters = seed.int & ((1 << (5 * _BODY)) - 1), []
    for _ in range(_BODY):
        value, rest = divmod(value, 32)
        letters.append(ALPHABET[rest])
    body = "".join(letters)
    return f"{PREFIX}{body}{_check(body)}"


def find_reference(text: str) -> str:
    """The reference in a transfer's content, whatever the bank put around, between or in place of its case.

    Empty when there is none, when it is cut or mangled (the check character tells), or when there are two.
    """
    plain = unicodedata.normalize("NFKD", text[:1000]).upper()
    packed = "".join(c for c in plain if c.isascii() and c.isalnum())
    found = {
        packed[start : start + len(PREFIX) + _BODY + 1]
        for start in range(len(packed))
        if _FIND.match(packed, start)
    }
    good = {one for one in found if _check(one[len(PREFIX) : -1]) == one[-1]}
    return good.pop() if len(good) == 1 else ""


def _check(body: str) -> str:
    """Weighted sum with odd weights: one wrong letter always gives another character."""
    return ALPHABET[sum((2 * at + 1) * ALPHABET.index(c) for at, c in enumerate(body)) % 32]
