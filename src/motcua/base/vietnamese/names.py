"""Personal names as offices write them, brought to one form: "Hộ ông NG~ V¨n Hïng" to "nguyễn văn hùng".

Only what can be proved is repaired: an encoding that explains every word, keys of Telex or VNI that spell a
syllable, a word of respect that stands before a family name. What was done is said by the names of the rules.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

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
_PAIR = re.compile(r"^(?:hộ\s+)?(?:(?:hai|2)\s+)?(?:vợ\s+chồng|vo\s+chong)\s+")
_LISTED = re.compile(
    r"^(?P<one>(?:ông|ong)\s+\S+\s+[^,]*?)\s*[,–-]\s*(?:vợ|vo)?\s*(?:là)?\s*(?P<two>(?:bà|ba)\s+\S+\s+\S[^,]*)$"
)
# Letters of other alphabets that look like ours and come from broken fonts and copied PDF files.
_FOREIGN = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ", "ƣ": "ư", "Ƣ": "Ư"})
_JOINING = re.compile(r"[&+]|\s(?:và|va)\s")
_PLAIN = re.compile(r"[^(\[{/]*")
# A sign or letter that Vietnamese in Unicode does not have, or two vowels as only the old fonts put them.
_MAYBE_BROKEN = re.compile(
    "[^\x00-\x7fÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9\u0300-\u036f]"
    "|[aA][àáâãèéêúÀÁÂÃÈÉÊÚ]|[eE][àáâãùõÀÁÂÃÙÕ]|[oO][âùõÂÙÕ]|[uU][ùõÙÕ]|[yY][ùõÙÕ]"
)
_Y_AS_I = re.compile(r"^(b|ch|d|đ|gh|h|k|kh|l|m|n|ngh|nh|ph|r|s|t|th|tr|v|x)?([yýỳỷỹỵ])$")
_TO_I = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")


class Change(NamedTuple):
    """One rule and what it made of what: `Change("spelling", "nguyeenx", "nguyễn")`."""

    rule: str
    before: str
    after: str


@dataclass(frozen=True)
class StandardName:
    """A name in its one form: lower case, composed letters, single spaces.

    `other` is the second person of "ông X và bà Y". `changes` says which rule changed what, in the order it was done.
    A text that names nobody ("không rõ", "---") gives an empty `value`.
    """

    original: str
    value: str
    other: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules that changed something, each once."""
        return tuple(dict.fromkeys(change.rule for change in self.changes))


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
    if len(text) > LONGEST_NAME:
        return StandardName(text, "", changes=(Change("too_long", text, ""),))
    done: list[Change] = []
    value = _step("encoding", text, repair(text) if _MAYBE_BROKEN.search(text) else text, done)
    value = _step("letter", value, value.translate(_FOREIGN), done)
    wide = unicodedata.normalize("NFKC", value) if "\u00a0" in value or "\uff0e" in value else value
    value = _step("composition", value, nfc(wide), done).lower()
    if not _PLAIN.fullmatch(value):
        value = _step("remark", value, _SLASHED.sub("ông", _BRACKETS.sub(" ", value)), done)
    one, two = _couple(value)
    if two:
        done.append(Change("couple", value, f"{one} | {two}"))
    return StandardName(text, _one(one, done), _one(two, []) if two else "", tuple(done))


def _step(rule: str, before: str, after: str, done: list[Change]) -> str:
    if after != before:
        done.append(Change(rule, before, after))
    return after


def _couple(text: str) -> tuple[str, str]:
    """Both people of a text that names two, or the text and nothing."""
    if _JOINING.search(text):
        found = _COUPLE.match(text.strip())
        if found:
            first = found["one"] or found["one_"]
            return _PAIR.sub("", first), found["two"] or found["two_"]
    if "/" in text or ";" in text:
        sides = [side.strip() for side in re.split("[/;]", text)]
        if len(sides) == 2 and all(_whole_name(side) for side in sides):
            return sides[0], sides[1]
    listed = _LISTED.match(text.strip())
    return (listed["one"], listed["two"]) if listed else (text, "")


def _whole_name(text: str) -> bool:
    """Three words or more that begin with a family name, after words of respect: "Hà Nội" is none."""
    words = _without_respect([word for word in _NOT_WORD.split(text) if word])
    return len(words) > 2 and strip_accents(words[0]) in FAMILY_NAMES and not any(map(str.isdigit, words))


def _one(text: str, done: list[Change]) -> str:
    words = [word for word in _NOT_WORD.split(text.replace("~", "x")) if word]
    kept = _without_respect(words)
    if len(kept) != len(words):
        done.append(Change("respect", " ".join(words), " ".join(kept)))
    if " ".join(kept) in _PLACEHOLDER or all(not any(map(str.isalpha, word)) for word in kept):
        if kept:
            done.append(Change("placeholder", " ".join(kept), ""))
        return ""
    named = [word for word in kept if not word.isdigit()]
    if len(named) != len(kept):
        done.append(Change("remark", " ".join(kept), " ".join(named)))
    spelled = [standard_word(word) for word in named]
    if len(spelled) > 1 and spelled[0] in _SHORT_FAMILY:
        spelled[0] = _SHORT_FAMILY[spelled[0]]
        done.append(Change("abbreviation", named[0], spelled[0]))
        named[0] = spelled[0]
    done.extend(Change("spelling", old, new) for old, new in zip(named, spelled, strict=True) if old != new)
    return " ".join(spelled)


def _without_respect(words: list[str]) -> list[str]:
    at = 0
    while at + 2 < len(words) and (words[at] in _RESPECT or words[at] in _HOUSE or words[at] == "ba"):
        following = words[at + 1]
        named = strip_accents(following) in FAMILY_NAMES or following in ("ng", "ngx")
        if not named and not (words[at] in _HOUSE and following in _RESPECT):
            break
        at += 1
    return words[at:]
