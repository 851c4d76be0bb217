"""Two writings of a name: what must have happened for them to be one name, or that they are two.

It does not say that two people are one: "Lê Văn Hoàng" and "Lê Hoàng" fit when the middle name was left out, and
are more often two people. How likely that is, is for the linkage of registers.
"""

from __future__ import annotations

from motcua.base.vietnamese.letters import strip_accents
from motcua.base.vietnamese.names import standard_name

_FAMILY_SPELLINGS = (frozenset(("hoang", "huynh")), frozenset(("vu", "vo")))


def name_differences(one: str, two: str) -> tuple[str, ...] | None:
    """The steps that lead from one writing to the other; `()` for equal, `None` when no step does.

    Steps: "family_spelling" (Hoàng/Huỳnh, Vũ/Võ), "accents" (one is written without), "initials" ("Ng. V. Hùng"),
    "order" (the same words in another), "middle_omitted". i and y, tone placement, case, encodings are no difference.
    """
    a, b = (standard_name(text).value.split() for text in (one, two))
    if not a or not b:
        return None
    steps: list[str] = []
    bare = [[strip_accents(word) for word in words] for words in (a, b)]
    unaccented = _ascii(a) or _ascii(b)
    a = _one_family(a, b, steps)
    found = _step(a, b)
    if found is None and unaccented:
        found = _step(_one_family(bare[0], bare[1], []), bare[1])
        steps.append("accents")
    return None if found is None else (*steps, *found)


def _step(a: list[str], b: list[str]) -> tuple[str, ...] | None:
    if a == b:
        return ()
    fitting = (("initials", _initials), ("order", _order), ("middle_omitted", _middle_omitted))
    return next(((step,) for step, fits in fitting if fits(a, b)), None)


def _one_family(a: list[str], b: list[str], steps: list[str]) -> list[str]:
    """`a` with the family name spelled as in `b`, when the two are spellings of one."""
    first, second = strip_accents(a[0]), strip_accents(b[0])
    if first == second or {first, second} not in _FAMILY_SPELLINGS:
        return a
    steps.append("family_spelling")
    return [b[0], *a[1:]]


def _ascii(words: list[str]) -> bool:
    return all(word.isascii() for word in words)


def _initials(a: list[str], b: list[str]) -> bool:
    if len(a) != len(b) or len(a) < 2 or a[-1] != b[-1]:
        return False
    return all(x == y or (1 in (len(x), len(y)) and x[0] == y[0]) for x, y in zip(a, b, strict=True))


def _order(a: list[str], b: list[str]) -> bool:
    return sorted(a) == sorted(b)


def _middle_omitted(a: list[str], b: list[str]) -> bool:
    short, long = sorted((a, b), key=len)
    if len(short) < 2 or len(short) == len(long) or (short[0], short[-1]) != (long[0], long[-1]):
        return False
    rest = iter(long[1:-1])
    return all(word in rest for word in short[1:-1])
