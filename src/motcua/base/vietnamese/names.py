"""Personal names as offices write them, brought to one form: "Hộ ông NG~ V¨n Hïng" to "nguyễn văn hùng".

Only what can be proved is repaired: an encoding that explains every word, keys of Telex or VNI that spell a
syllable, a word of respect that stands before a family name. What was done is said by the names of the rules.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from motcua.base.vietnamese.legacy import repair
from motcua.base.vietnamese.letters import nfc, place_tones, strip_accents
from motcua.base.vietnamese.syllables import is_syllable
from motcua.base.vietnamese.typing_residue import untyped

LONGEST_NAME = 200  # characters; what is longer is not a name
_FAMILIES = (
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh truong doan dao trinh ha luong"
    " mai cao luu nong ta phung vuong chu lam trieu thai to dam vi lai van tong kieu quach lo luc chau dong hua"
    " dau la be tang ma tu nghiem doan bach lu ninh than phi mac ton mong thach cu giang luong lang khong khuat"
    " nhu ban diep kim khuong ngan lieu sam hong bien danh loc thieu ba an au duong du vy chung dong nguy han"
    " tieu giap quang khuc can lanh tuong tham banh trang vong vang quang quan trinh han tra luyen hoa uong lu"
    " tram ung thuong tao cam que su cai chu lac doi dich nhan chiem thien mach che du luan son cap chau dien"
    " dao vien thong loi lu khau co bo man tan kha cung hau chuc tong vu xong lau va tho giang ly ho gia mua"
    " denh cu cut moong xeo ven oc hoa chich pit seo quang lang hun luc ong bo ha song thao sung vang ly giang"
)
FAMILY_NAMES = frozenset(_FAMILIES.split())
_RESPECT_WORDS = "ông bà cháu em anh chị cô chú bác cụ thầy mr mrs ms ong chau chi co chu bac cu thay"
_RESPECT = frozenset(_RESPECT_WORDS.split())
_HOUSE = frozenset(("hộ", "ho", "gđ", "gd"))
_PLACEHOLDER = frozenset(
    (
        "không rõ", "khong ro", "chưa rõ", "chua ro", "không", "khong", "không có", "khong co", "chưa có", "chua co",
        "không xác định", "null", "none", "nan", "na", "n a", "unknown", "test", "x", "xx", "xxx", "chưa xác định",
        "không biết", "khong biet", "chưa cập nhật", "chua cap nhat", "trống",
    )
)  # fmt: skip
_SHORT_FAMILY = {"ng": "nguyễn", "ngx": "nguyễn", "ngyễn": "nguyễn", "nguyên": "nguyễn", "nguyển": "nguyễn"}
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
_NOT_WORD = re.compile(r"[^\w]+|_+")
_SLASHED = re.compile(r"\b(ông|ong|ô)\s*/\s*(bà|ba|b)\b")
_COUPLE = re.compile(
    r"^(?P<one>.+?)\s+(?:và|va|&|\+)\s+(?:(?:vợ|chồng|vo|chong|bà|ông|ba|ong)\s*(?:là|la)?\s*:?\s+)+(?P<two>\S+\s+\S.*)$"
    r"|^(?P<one_>\S+\s+\S.*?)\s*[&+]\s*(?P<two_>\S+\s+\S.*)$"
)
_JOINING = re.compile(r"[&+]|\s(?:và|va)\s")
_PLAIN = re.compile(r"[^(\[{/]*")
# A sign or letter that Vietnamese in Unicode does not have, or two vowels as only the old fonts put them.
_MAYBE_BROKEN = re.compile(
    "[^\x00-\x7fÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9\u0300-\u036f]"
    "|[aA][àáâãèéêúÀÁÂÃÈÉÊÚ]|[eE][àáâãùõÀÁÂÃÙÕ]|[oO][âùõÂÙÕ]|[uU][ùõÙÕ]|[yY][ùõÙÕ]"
)
_Y_AS_I = re.compile(r"^(b|ch|d|đ|gh|h|k|kh|l|m|n|ngh|nh|ph|r|s|t|th|tr|v|x)?([yýỳỷỹỵ])$")
_TO_I = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")


@dataclass(frozen=True)
class StandardName:
    """A name in its one form: lower case, composed letters, single spaces.

    `other` is the second person of "ông X và bà Y". `rules` says what was done, in the order it was done.
    A text that names nobody ("không rõ", "---") gives an empty `value`.
    """

    original: str
    value: str
    other: str = ""
    rules: tuple[str, ...] = ()


@lru_cache(maxsize=200_000)
def standard_word(word: str) -> str:
    """One word of a name (lower case, composed) with typing residue undone, the tone in its place, i for y.

    "Nguyeenx" gives "nguyễn", "thuỷ" gives "thủy", "lý" and "lí" both give "lí". A joined pair of family
    name and middle name ("nguyễnvăn") comes back with a space.
    """
    if word.isascii() and len(word) > 2:
        word = untyped(word) or word
    if len(word) > 6 and not is_syllable(word):
        word = _parted(word)
    if " " in word:
        return " ".join(map(standard_word, word.split()))
    if not word.isascii():
        word = place_tones(word)
    if _Y_AS_I.match(word):
        return word.translate(_TO_I)
    return "quí" if word == "quý" else word


def _parted(word: str) -> str:
    """Two syllables that lost the space between them, when the first is a family name and one way fits."""
    ways = [
        f"{word[:at]} {word[at:]}"
        for at in range(2, len(word) - 1)
        if strip_accents(word[:at]) in FAMILY_NAMES and is_syllable(word[:at]) and is_syllable(word[at:])
    ]
    return ways[0] if len(ways) == 1 else word


def standard_name(text: str) -> StandardName:
    """`text` as one name; see `StandardName`."""
    rules: list[str] = []
    if len(text) > LONGEST_NAME:
        return StandardName(text, "", rules=("too_long",))
    value = repair(text) if _MAYBE_BROKEN.search(text) else text
    if value != text:
        rules.append("encoding")
    composed = nfc(unicodedata.normalize("NFKC", value) if "\u00a0" in value or "\uff0e" in value else value)
    if composed != value:
        rules.append("composition")
    value = composed.lower()
    bare = value
    if not _PLAIN.fullmatch(value):
        bare = _SLASHED.sub("ông", _BRACKETS.sub(" ", value))
        if bare != value:
            rules.append("remark")
    couple = _COUPLE.match(bare.strip()) if _JOINING.search(bare) else None
    other = ""
    if couple:
        bare, other = couple["one"] or couple["one_"], couple["two"] or couple["two_"]
        other = _one(other, [])
        rules.append("couple")
    value = _one(bare, rules)
    return StandardName(text, value, other, tuple(rules))


def _one(text: str, rules: list[str]) -> str:
    words = [word for word in _NOT_WORD.split(text.replace("~", "x")) if word]
    kept = _without_respect(words)
    if len(kept) != len(words):
        rules.append("respect")
    if " ".join(kept) in _PLACEHOLDER or all(not any(map(str.isalpha, word)) for word in kept):
        if kept:
            rules.append("placeholder")
        return ""
    done = [standard_word(word) for word in kept]
    if len(done) > 1 and done[0] in _SHORT_FAMILY:
        done[0] = _SHORT_FAMILY[done[0]]
        rules.append("abbreviation")
    elif done != kept:
        rules.append("spelling")
    return " ".join(done)


def _without_respect(words: list[str]) -> list[str]:
    at = 0
    while at + 2 < len(words) and (words[at] in _RESPECT or words[at] in _HOUSE or words[at] == "ba"):
        following = words[at + 1]
        named = strip_accents(following) in FAMILY_NAMES or following in ("ng", "ngx")
        if not named and not (words[at] in _HOUSE and following in _RESPECT):
            break
        at += 1
    return words[at:]
