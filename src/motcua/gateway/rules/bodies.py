"""Which text the door takes: what a database can carry and a person could have written."""

from __future__ import annotations

from motcua.base.data import Json
from motcua.base.vietnamese import looks_legacy, repair
from motcua.gateway.rules.hooks import EVENTS

DEEPEST = 12
MOST_PARTS = 5_000
LONGEST_NUMBER = 10**18


def storable_text(text: str) -> str:
    """The text, if a database and a page can carry it. Raises `ValueError` (NUL, half of a surrogate pair)."""
    if "\x00" in text:
        raise ValueError("text must not hold the character NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("text must be valid Unicode") from None
    return text


def unicode_text(text: str) -> str:
    """The text, if it was not written in TCVN3 or VNI. Raises `ValueError` with what it may have been meant to be.

    A name broken by an old encoding would be printed on a certificate: it is refused, not repaired behind the
    sender's back.
    """
    storable_text(text)
    encoding = looks_legacy(text)
    if encoding is None:
        return text
    meant = repair(text)
    hint = f"; perhaps “{meant}”" if meant != text else ""
    raise ValueError(f"text must be Unicode, not in an old encoding ({encoding}){hint}")


def storable(value: Json) -> Json:
    """The JSON value, if the database can carry it and a person could have written it. Raises `ValueError`."""
    waiting: list[tuple[Json, int]] = [(value, 0)]
    seen = 0
    while waiting:
        one, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST_PARTS:
            raise ValueError(f"at most {MOST_PARTS} values, nested at most {DEEPEST} deep")
        if isinstance(one, str):
            storable_text(one)
        elif isinstance(one, bool):
            continue
        # "not ≤" also catches NaN, which is neither more nor less than anything.
        elif isinstance(one, int | float) and not abs(one) <= LONGEST_NUMBER:
            raise ValueError("numbers must be finite and at most 18 digits long")
        elif isinstance(one, dict):
            waiting += [(key, depth + 1) for key in one]
            waiting += [(inner, depth + 1) for inner in one.values()]
        elif isinstance(one, list):
            waiting += [(inner, depth + 1) for inner in one]
    return value


def known_event(text: str) -> str:
    """The text, if it names something that subscribers are told. Raises `ValueError`."""
    if text not in EVENTS:
        raise ValueError(f"one of: {', '.join(EVENTS)}")
    return text
