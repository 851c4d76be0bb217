"""The small words of an address: kinds and their abbreviations, words before a street's or a hamlet's name."""

from __future__ import annotations

import re
from functools import lru_cache

from motcua.base.vietnamese import nfc, strip_accents
from motcua.units.data import UnitKind

_TOKEN = re.compile(r"[^\W\d_]+|\d+")

_GLUED = re.compile(r"\b(tp|tx|tt)(?=[^\W\d_]{3})(?!ttr)")  # "TPHCM", "TPVinh"

_TOWNSHIP = frozenset((UnitKind.TOWNSHIP,))
_TOWN = frozenset((UnitKind.TOWN,))
_CITY = frozenset((UnitKind.CITY, UnitKind.MUNICIPALITY))
_COMMUNE = frozenset((UnitKind.COMMUNE,))
_WARD = frozenset((UnitKind.WARD,))
_DISTRICT = frozenset((UnitKind.DISTRICT,))
_URBAN = frozenset((UnitKind.URBAN_DISTRICT,))
_PROVINCE = frozenset((UnitKind.PROVINCE,))
_ZONE = frozenset((UnitKind.SPECIAL_ZONE,))

ONE_WORD: dict[str, frozenset[UnitKind]] = {
    "xa": _COMMUNE,
    "x": _COMMUNE,
    "phuong": _WARD,
    "p": _WARD,
    "f": _WARD,
    "ph": _WARD,
    "tt": _TOWNSHIP,
    "ttr": _TOWNSHIP,
    "thitran": _TOWNSHIP,
    "huyen": _DISTRICT,
    "h": _DISTRICT,
    "quan": _URBAN,
    "q": _URBAN,
    "tx": _TOWN,
    "thixa": _TOWN,
    "tp": _CITY,
    "thanhpho": _CITY,
    "tinh": _PROVINCE,
    "t": _PROVINCE,
    "dackhu": _ZONE,
    "dk": _ZONE,
}
TWO_WORDS: dict[tuple[str, str], frozenset[UnitKind]] = {
    ("thi", "tran"): _TOWNSHIP,
    ("thi", "xa"): _TOWN,
    ("thanh", "pho"): _CITY,
    ("dac", "khu"): _ZONE,
    ("t", "p"): _CITY,
    ("t", "x"): _TOWN,
    ("t", "t"): _TOWNSHIP,
}
# With accents these words must be these: "Xá" is part of a name, not the word "xã".
_SPELLED = frozenset(
    ("xã", "phường", "thị", "trấn", "huyện", "quận", "thành", "phố", "tỉnh", "đặc", "khu", "thịtrấn", "thịxã")
) | frozenset(("thànhphố", "đặckhu"))

# A name right after one of these is a street, a house, a market, a school, never the unit of that name.
STREET = frozenset(
    (
        "duong", "pho", "ngo", "ngach", "hem", "kiet", "so", "nha", "sn", "lo", "toa", "cau", "cho", "ga", "ben",
        "cang", "truong", "vien", "dai", "ql", "tl", "cu", "kdt", "cum", "ty", "cty", "day", "doan", "hoc",
        "chua", "den", "nui", "song", "ho", "dao", "dn", "tnhh",
    )
)  # fmt: skip
HAMLET = frozenset(
    (
        "xom", "thon", "khoi", "ban", "to", "ap", "khom", "khu", "doi", "kp", "tdp", "lang", "phum", "soc",
        "bon", "buon", "dan",
    )
)  # fmt: skip
OFFICE = frozenset(("ubnd", "hdnd"))
HOUSE_ONLY = frozenset(("so", "nha", "sn", "ngo", "ngach", "hem", "kiet", "lo", "can", "phong", "tang", "ho"))


@lru_cache(maxsize=200_000)
def tokens(text: str) -> tuple[list[str], list[str]]:
    """The words and numbers of `text`: as written (lower case, composed) and without accents; not to be changed."""
    lower = nfc(text).lower()
    if "tp" in lower or "tx" in lower or "tt" in lower:
        lower = _GLUED.sub(r"\1 ", lower)
    written = _TOKEN.findall(lower)
    bare = written if lower.isascii() else _TOKEN.findall(strip_accents(lower))
    if len(bare) != len(written):  # a mark that no letter carries
        bare = [strip_accents(token) for token in written]
    return written, [token.lstrip("0") or "0" if token.isdigit() else token for token in bare]


_STUCK = re.compile(r"\b([XPHQ])([^\W\d_])([^\W\d_])")  # "XNgan Son"


def _unstuck(found: re.Match[str]) -> str:
    kind, first, second = found.groups()
    part = first.isupper() and second.islower() and kind + first not in ("PH", "QU")
    return f"{kind} {first}{second}" if part else found[0]


_COUNTRY = re.compile(r"[\s,;.|/()–-]+(?:việt nam|vietnam|viet nam|vn|\d{5,6})[\s,;.()]*$", re.IGNORECASE)


def without_country(text: str) -> str:
    """Composed, and without the country and the postal code that may follow the last name."""
    text = _STUCK.sub(_unstuck, nfc(text).strip())
    while text[-1:] in _ENDS:
        shorter = _COUNTRY.sub("", text[-40:])
        if len(shorter) == len(text[-40:]):
            break
        text = text[:-40] + shorter
    return text


_ENDS = frozenset("mMnN0123456789.,;) ")


def prefix_at(written: list[str], bare: list[str], end: int) -> tuple[int, frozenset[UnitKind]] | None:
    """The kind word(s) that end just before `end`: how many tokens, and which kinds they stand for."""
    if end >= 2:
        kinds = TWO_WORDS.get((bare[end - 2], bare[end - 1]))
        if kinds and _is_word(written[end - 1], bare[end - 1]) and _is_word(written[end - 2], bare[end - 2]):
            return 2, kinds
    if end >= 1:
        kinds = ONE_WORD.get(bare[end - 1])
        if kinds and _is_word(written[end - 1], bare[end - 1]):
            return 1, kinds
    return None


def _is_word(written: str, bare: str) -> bool:
    return written == bare or written in _SPELLED


def names_a_commune(written: list[str], bare: list[str]) -> bool:
    """Does a spelled-out "xã", "phường" or "thị trấn" stand before another word?"""
    for at, word in enumerate(bare[:-1]):
        if word in ("xa", "phuong") and _is_word(written[at], word):
            if not (word == "xa" and at > 0 and bare[at - 1] == "thi"):
                return True
        elif word == "thi" and bare[at + 1] == "tran" and at + 2 < len(bare):
            return _is_word(written[at], word)
    return False
