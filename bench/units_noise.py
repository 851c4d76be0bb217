"""How people spoil an address: independent kinds of noise, each a function of a seeded generator and an address.

An address begins as its levels (commune, district where there is one, province) with their kinds; noises of form
change the levels before they are joined, noises of writing change the text afterwards.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from motcua.base.vietnamese import strip_accents

SHORT = {
    "Thị trấn": ("TT.", "TT ", "TTr. ", "T.T "),
    "Thành phố": ("TP.", "TP ", "Tp. ", "T.P "),
    "Thị xã": ("TX.", "TX ", "Tx. "),
    "Phường": ("P.", "P ", "P. ", "Ph. "),
    "Huyện": ("H.", "H ", "H. "),
    "Quận": ("Q.", "Q ", "Q. "),
    "Xã": ("X.", "X ", "X. "),
    "Tỉnh": ("T.", "T. "),
}
CITY_SHORT: dict[str, tuple[str, ...]] = {
    "Thành phố Hồ Chí Minh": ("TP HCM", "TPHCM", "TP.HCM", "Tp. Hồ Chí Minh", "HCM", "Hồ Chí Minh")
}
CITY_SHORT |= {
    "Thành phố Hà Nội": ("HN", "TP Hà Nội", "Hà Nội"),
    "Tỉnh Nghệ An": ("NA", "T. Nghệ An", "Nghệ An"),
}
STREETS = (
    "Lê Lợi",
    "Nguyễn Du",
    "Quang Trung",
    "Trần Phú",
    "Hai Bà Trưng",
    "Lý Thường Kiệt",
    "Võ Thị Sáu",
    "30/4",
)
HAMLETS = ("thôn", "xóm", "ấp", "khối", "tổ", "bản", "khu phố", "tổ dân phố", "KP", "TDP", "khóm", "buôn")
POST = ("700000", "100000", "43000", "460000", "84")
KEYS = {
    "a": "sqz", "b": "vgn", "c": "xvd", "d": "sfe", "e": "wr", "g": "fh", "h": "gj", "i": "uo", "k": "jl",
    "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "x": "zc", "y": "tu",
}  # fmt: skip
TELEX_TONE = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
VNI_TONE = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
LOOKALIKE = (
    ("o", "0"),
    ("l", "1"),
    ("i", "l"),
    ("rn", "m"),
    ("ô", "õ"),
    ("u", "ư"),
    ("á", "à"),
    ("ă", "â"),
    ("ã", "ả"),
)
Rng = random.Random


@dataclass
class Address:
    """The levels from the commune up, what stands before them, and how they are joined."""

    levels: list[str]
    front: str = ""
    glue: str = ", "
    end: str = ""
    others: Sequence[str] = field(default=(), repr=False)  # names of other units, for streets and hamlets

    def text(self) -> str:
        """The address as one line."""
        return self.front + self.glue.join(self.levels) + self.end


def split(name: str) -> tuple[str, str]:
    """Kind and own name: "Xã Nghi Vạn" is "Xã" and "Nghi Vạn"."""
    kind = next((kind for kind in SHORT if name.startswith(kind + " ")), "")
    return kind, name[len(kind) :].strip()


def abbreviate(rng: Rng, made: Address) -> None:
    """X., P., TT., H., Q., TX., TP., and short names of big cities."""
    for at, name in enumerate(made.levels):
        kind, own = split(name)
        if name in CITY_SHORT:
            made.levels[at] = rng.choice(CITY_SHORT[name])
        elif kind:
            made.levels[at] = rng.choice(SHORT[kind]) + own


def number_padding(rng: Rng, made: Address) -> None:
    """Numbered wards and districts: "P.05", "Quận 01", "P5"."""
    for at, name in enumerate(made.levels):
        kind, own = split(name)
        if own.isdigit():
            made.levels[at] = rng.choice(
                (f"{kind[0]}{own}", f"{kind[0]}.{int(own):02d}", f"{kind} {int(own):02d}")
            )


def bare_names(rng: Rng, made: Address) -> None:
    """Without the words of kind; a number keeps its own."""
    made.levels = [own if not (own := split(name)[1]).isdigit() else name for name in made.levels]


def separators(rng: Rng, made: Address) -> None:
    """Other separators, or none."""
    made.glue = rng.choice((",", " - ", "; ", " ", "-", " , ", "/", ". ", " | ", "\t", "\n"))


def no_separators(rng: Rng, made: Address) -> None:
    """Only spaces."""
    made.glue = " "


def reverse(rng: Rng, made: Address) -> None:
    """From the province down."""
    made.levels.reverse()


def swap(rng: Rng, made: Address) -> None:
    """Two neighbouring levels change places."""
    at = rng.randrange(len(made.levels) - 1)
    made.levels[at], made.levels[at + 1] = made.levels[at + 1], made.levels[at]


def drop_district(rng: Rng, made: Address) -> None:
    """Commune and province only."""
    if len(made.levels) == 3:
        del made.levels[1]


def drop_province(rng: Rng, made: Address) -> None:
    """Commune and district only; an address of two levels stays whole."""
    if len(made.levels) == 3:
        del made.levels[2]


def street(rng: Rng, made: Address) -> None:
    """A house and a street in front."""
    name = rng.choice((rng.choice(STREETS), rng.choice(made.others)))
    one, two = rng.randint(1, 400), rng.randint(1, 99)
    made.front += rng.choice(
        (
            f"Số {one} đường {name}, ",
            f"{two}/{one} {name}, ",
            f"SN {two}, phố {name}, ",
            f"Ngõ {two} {name}, ",
        )
    )


def hamlet(rng: Rng, made: Address) -> None:
    """A hamlet in front: a number or a name that some other unit has."""
    name = rng.choice((str(rng.randint(1, 20)), rng.choice(made.others)))
    made.front += f"{rng.choice(HAMLETS)} {name}, "


def glued_front(rng: Rng, made: Address) -> None:
    """What stands in front has no comma after it."""
    made.front = made.front.replace(", ", " ")


def country(rng: Rng, made: Address) -> None:
    """The country behind."""
    made.end += rng.choice((", Việt Nam", ", VN", " - Việt Nam", ", Vietnam", ", Viet Nam"))


def postal(rng: Rng, made: Address) -> None:
    """A postal code behind."""
    made.end += rng.choice((" ", ", ")) + rng.choice(POST[:-1])


def former(rng: Rng, made: Address) -> None:
    """ "(cũ)" behind the commune."""
    made.levels[0] += rng.choice((" cũ", " (cũ)"))


def typo(rng: Rng, text: str) -> str:
    """One slip of a finger: a neighbouring key, a letter left out, doubled, or two changed round."""
    spots = [at for at, char in enumerate(text) if char.isalpha()]
    at = rng.choice(spots)
    char = text[at]
    near = KEYS.get(strip_accents(char).lower(), "")
    way = rng.randrange(4)
    if way == 0 and near:
        return text[:at] + rng.choice(near) + text[at + 1 :]
    if way == 1:
        return text[:at] + text[at + 1 :]
    if way == 2 or at + 1 >= len(text) or not text[at + 1].isalpha():
        return text[:at] + char + text[at:]
    return text[:at] + text[at + 1] + char + text[at + 2 :]


def two_typos(rng: Rng, text: str) -> str:
    """Two slips."""
    return typo(rng, typo(rng, text))


def unaccented(rng: Rng, text: str) -> str:
    """No accents."""
    return strip_accents(text)


def half_accented(rng: Rng, text: str) -> str:
    """Some words without accents, as autocorrection or haste leave them."""
    return " ".join(strip_accents(word) if rng.random() < 0.4 else word for word in text.split(" "))


def wrong_tone(rng: Rng, text: str) -> str:
    """One word with another tone: hỏi for ngã, sắc for huyền."""
    swaps = {"\u0303": "\u0309", "\u0309": "\u0303", "\u0301": "\u0300", "\u0300": "\u0301"}
    apart = unicodedata.normalize("NFD", text)
    spots = [at for at, char in enumerate(apart) if char in swaps]
    if spots:
        at = rng.choice(spots)
        apart = apart[:at] + swaps[apart[at]] + apart[at + 1 :]
    return unicodedata.normalize("NFC", apart)


def typed(text: str, tones: dict[str, str], marks: dict[str, str], d: str) -> str:
    """The keys that would have typed `text`."""
    words = []
    for word in text.split(" "):
        keys, last = "", ""
        for char in unicodedata.normalize("NFD", word):
            if char in tones:
                last = tones[char]
            elif char in marks:
                keys += marks[char] if marks[char] else keys[-1].lower()
            elif char in "đĐ":
                keys += ("d" if char == "đ" else "D") + d
            else:
                if last and not char.isalpha():
                    keys, last = keys + last, ""
                keys += char
        words.append(keys + last)
    return " ".join(words)


def telex(rng: Rng, text: str) -> str:
    """The keys of Telex as they were pressed."""
    return typed(text, TELEX_TONE, {"\u0302": "", "\u0306": "w", "\u031b": "w"}, "d")


def vni(rng: Rng, text: str) -> str:
    """The keys of VNI as they were pressed."""
    return typed(text, VNI_TONE, {"\u0302": "6", "\u0306": "8", "\u031b": "7"}, "9")


def scanned(rng: Rng, text: str) -> str:
    """One or two letters as a reader of scans takes them."""
    for _ in range(rng.randint(1, 2)):
        seen, read = rng.choice(LOOKALIKE)
        spots = [at for at in range(len(text)) if text.startswith(seen, at)]
        if spots:
            at = rng.choice(spots)
            text = text[:at] + read + text[at + len(seen) :]
    return text


def upper(rng: Rng, text: str) -> str:
    """Capitals."""
    return text.upper()


def lower(rng: Rng, text: str) -> str:
    """Small letters."""
    return text.lower()


def decomposed(rng: Rng, text: str) -> str:
    """Letters and marks apart (NFD)."""
    return unicodedata.normalize("NFD", text)


def spaces(rng: Rng, text: str) -> str:
    """A space lost or one too many."""
    spots = [at for at, char in enumerate(text) if char == " "]
    if not spots:
        return text
    at = rng.choice(spots)
    return text[:at] + ("" if rng.random() < 0.5 else "   ") + text[at + 1 :]


Form = Callable[[Rng, Address], None]
Writing = Callable[[Rng, str], str]
CLASSES: dict[str, tuple[tuple[Form, ...], tuple[Writing, ...]]] = {
    "full": ((), ()),
    "unaccented": ((), (unaccented,)),
    "abbreviated": ((abbreviate,), ()),
    "abbreviated, unaccented": ((abbreviate,), (unaccented,)),
    "full with a street": ((street,), ()),
    "full with a hamlet": ((hamlet,), ()),
    "hamlet and street": ((street, hamlet), ()),
    "front without comma": ((hamlet, glued_front), ()),
    "capitals": ((), (upper,)),
    "decomposed": ((abbreviate,), (decomposed,)),
    "numbers padded": ((abbreviate, number_padding), ()),
    "bare names": ((bare_names,), ()),
    "bare, unaccented": ((bare_names,), (unaccented, lower)),
    "other separators": ((separators,), ()),
    "no separators": ((no_separators,), ()),
    "no separators, unaccented": ((no_separators,), (unaccented, lower)),
    "no separators, bare": ((bare_names, no_separators), ()),
    "reversed": ((reverse,), ()),
    "two levels swapped": ((swap,), ()),
    "no district": ((drop_district,), ()),
    "no province": ((drop_province,), ()),
    "country behind": ((country,), ()),
    "postal code": ((postal, country), ()),
    "former": ((former,), ()),
    "a typo": ((), (typo,)),
    "a typo, unaccented": ((), (unaccented, typo)),
    "two typos": ((abbreviate,), (two_typos,)),
    "half accented": ((), (half_accented,)),
    "a wrong tone": ((), (wrong_tone,)),
    "telex": ((), (telex,)),
    "vni": ((), (vni,)),
    "scanned": ((), (scanned,)),
    "a space lost": ((), (spaces,)),
}
"""Classes of one or two kinds of noise; "mixed" draws its own."""

_MIXED_FORMS: tuple[tuple[float, Form], ...] = (
    (0.3, street), (0.3, hamlet), (0.15, glued_front), (0.5, abbreviate), (0.2, number_padding), (0.25, bare_names),
    (0.4, separators), (0.05, swap), (0.15, drop_district), (0.15, drop_province), (0.1, country), (0.05, postal),
)  # fmt: skip
_MIXED_WRITING: tuple[tuple[float, Writing], ...] = (
    (0.4, unaccented), (0.15, half_accented), (0.5, typo), (0.05, wrong_tone), (0.05, telex), (0.1, scanned),
    (0.15, spaces), (0.2, upper), (0.2, lower), (0.05, decomposed),
)  # fmt: skip


def spoil(rng: Rng, name: str, made: Address) -> str:
    """The text of `made` with the noise of class `name`."""
    if name == "mixed":
        forms = tuple(form for chance, form in _MIXED_FORMS if rng.random() < chance)
        writings = tuple(writing for chance, writing in _MIXED_WRITING if rng.random() < chance)
    else:
        forms, writings = CLASSES[name]
    for form in forms:
        form(rng, made)
    text = made.text()
    for writing in writings:
        text = writing(rng, text)
    return text
