# ruff: noqa: E501, PLR0911, SIM212 - tables of dirt read best on one line
"""What offices do to a name, a date, a number, a phone and an address: every kind of error, one function each."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from datetime import date

from motcua.base.vietnamese import place_tones, strip_accents

_TCVN3 = dict(
    zip(
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\xadõö÷øùúûüýþ¡¢£¤¥¦§",
        strict=True,
    )
)
_VNI_TONE = {"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_HAT = {"": "â", "\u0300": "à", "\u0301": "á", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_VNI_BREVE = {"": "ê", "\u0300": "è", "\u0301": "é", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
_TONES = {"\u0300": "f2", "\u0301": "s1", "\u0309": "r3", "\u0303": "x4", "\u0323": "j5"}
_KEYS = {"â": ("aa", "a6"), "ă": ("aw", "a8"), "ê": ("ee", "e6"), "ô": ("oo", "o6"), "ơ": ("ow", "o7"), "ư": ("uw", "u7"), "đ": ("dd", "d9")}  # fmt: skip
_NEAR = {"a": "sqe", "e": "wra", "i": "uoy", "o": "ipu", "u": "yi", "n": "mhb", "m": "n", "t": "ry", "h": "gn", "c": "xv", "g": "hf"}  # fmt: skip
_ACCENTED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
Dirt = Callable[[random.Random, str], str]


def tcvn3(_: random.Random, text: str) -> str:
    """Written in a .Vn font."""
    return "".join(_TCVN3.get(c, _TCVN3.get(c.lower(), c)) for c in text)


def vni(_: random.Random, text: str) -> str:
    """Written in a VNI font."""
    out = []
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        base, marks = parts[0], parts[1:]
        tone = next((m for m in marks if m in _VNI_TONE), "")
        if char in "đĐ":
            new = "ñ" if char == "đ" else "Ñ"
        elif "\u0302" in marks:
            new = base + (_VNI_HAT[tone].upper() if base.isupper() else _VNI_HAT[tone])
        elif "\u0306" in marks:
            new = base + (_VNI_BREVE[tone].upper() if base.isupper() else _VNI_BREVE[tone])
        elif "\u031b" in marks:
            new = {"o": "ô", "O": "Ô", "u": "ö", "U": "Ö"}[base] + (_VNI_TONE[tone] if tone else "")
        elif base in "iI" and tone:
            new = {"\u0300": "ì", "\u0301": "í", "\u0309": "æ", "\u0303": "ó", "\u0323": "ò"}[tone]
        elif tone:
            new = base + _VNI_TONE[tone]
        else:
            new = char
        out.append(new)
    return "".join(out)


def _typed(text: str, way: int) -> str:
    words = []
    for word in text.split(" "):
        keys, late = "", ""
        for char in word:
            parts = unicodedata.normalize("NFD", char)
            tone = next((m for m in parts[1:] if m in _TONES), "")
            letter = unicodedata.normalize("NFC", "".join(m for m in parts if m not in _TONES))
            pair = _KEYS.get(letter.lower())
            keys += (pair[way].capitalize() if letter.isupper() else pair[way]) if pair else letter
            late += _TONES[tone][way] if tone else ""
        words.append(keys + late)
    return " ".join(words)


def telex(_: random.Random, text: str) -> str:
    """Telex keys on a deaf keyboard."""
    return _typed(text, 0)


def vni_keys(_: random.Random, text: str) -> str:
    """VNI keys on a deaf keyboard."""
    return _typed(text, 1)


def typo(rng: random.Random, text: str) -> str:
    """One letter lost, doubled, swapped or hit beside."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 1)
    way = rng.random()
    if way < 0.3:
        return text[:at] + text[at + 1 :]
    if way < 0.5:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    bare = strip_accents(text[at]).lower()
    new = rng.choice(_NEAR.get(bare, "aeinot"))
    return text[:at] + new + text[at + (way < 0.8) :]


def wrong_tone(rng: random.Random, text: str) -> str:
    """One vowel with another mark."""
    places = [i for i, c in enumerate(text) if strip_accents(c).lower() in "aeiouy" and c not in " "]
    if not places:
        return text
    at = rng.choice(places)
    bare = strip_accents(text[at]).lower()
    options = [c for c in _ACCENTED if strip_accents(c) == bare]
    new = rng.choice([*options, bare])
    return text[:at] + (new.upper() if text[at].isupper() else new) + text[at + 1 :]


def honorific(rng: random.Random, text: str) -> str:
    """A word of respect before, or a note behind."""
    return rng.choice(["Ông {}", "Bà {}", "ông: {}", "Ông/Bà {}", "Cháu {}", "Em {}", "Anh {}", "Hộ ông {}", "{} (chủ hộ)"]).format(text)  # fmt: skip


def short(rng: random.Random, text: str) -> str:
    """Nguyễn as Ng., or the middle as initials."""
    words = text.split(" ")
    if words[0] == "Nguyễn" and rng.random() < 0.6:
        return " ".join([rng.choice(["Ng.", "Ng~", "Ng", "Ngx"]), *words[1:]])
    if len(words) > 2:
        initials = [word[0] + rng.choice([".", ""]) for word in words[1:-1]]
        front = words[0] if rng.random() < 0.7 else words[0][0] + "."
        return " ".join([front, *initials, words[-1]])
    return text


def no_middle(_: random.Random, text: str) -> str:
    """Without the middle names, or without one of two."""
    words = text.split(" ")
    return " ".join([words[0], words[-1]]) if len(words) > 2 else text


def order(_: random.Random, text: str) -> str:
    """The given name first."""
    words = text.split(" ")
    return " ".join([words[-1], *words[:-1]])


def family_spelling(rng: random.Random, text: str) -> str:
    """i for y, Huỳnh for Hoàng, Võ for Vũ, the other place of the tone."""
    changed = text
    for a, b in (("Hoàng ", "Huỳnh "), ("Vũ ", "Võ "), ("Võ ", "Vũ ")):
        if changed.startswith(a) and rng.random() < 0.5:
            changed = b + changed[len(a) :]
            break
    for a, b in (("ý", "í"), ("ỳ", "ì"), ("ỹ", "ĩ"), ("y", "i")):
        changed = re.sub(rf"(?<=[lkmtshLKMTSH]){a}\b", b, changed)
    return changed if changed != text else place_tones(text, "new")


def spaces(rng: random.Random, text: str) -> str:
    """Blanks, commas, quotes where none belong."""
    return rng.choice([text.replace(" ", "  "), f" {text} ", f'"{text}"', text.replace(" ", "", 1), text + ",", text.replace(" ", "\u00a0")])  # fmt: skip


NAME_DIRT: list[tuple[float, Dirt]] = [
    (0.07, lambda _, t: strip_accents(t)),
    (0.03, lambda _, t: unicodedata.normalize("NFD", t)),
    (0.012, tcvn3),
    (0.006, vni),
    (0.006, telex),
    (0.003, vni_keys),
    (0.028, typo),
    (0.022, wrong_tone),
    (0.02, honorific),
    (0.018, short),
    (0.015, no_middle),
    (0.006, order),
    (0.05, family_spelling),
    (0.015, spaces),
]


def date_text(rng: random.Random, iso: str, style: int, rate: float) -> str:
    """A birth date as an office writes it, with its errors."""
    y, m, d = int(iso[:4]), int(iso[5:7]), int(iso[8:])
    way = rng.random() / rate
    if way < 0.012:
        d = min(28, d + rng.choice([-1, 1, 10, -10])) if d < 28 else d - 1
        d = max(1, d)
    elif way < 0.020:
        m = rng.choice([m % 12 + 1, (m + 9) % 12 + 1])
        d = min(d, 28)
    elif way < 0.034:
        y += rng.choice([-1, 1, 1, -1, 2, -10, 10])
    elif way < 0.05:
        d, m = (m, d) if d <= 12 else (d, m)
    elif way < 0.075:
        d, m = 1, 1
    elif way < 0.12:
        return str(y)
    elif way < 0.125:
        return f"{m:02d}/{y}"
    d = min(d, {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(m, 31))
    if rng.random() < 0.02:
        return str((date(y, m, d) - date(1899, 12, 30)).days) if y >= 1900 else str(y)
    if rng.random() < 0.03:
        return f"{d:02d}/{m:02d}/{y % 100:02d}"
    return (f"{d:02d}/{m:02d}/{y}", f"{y}-{m:02d}-{d:02d}", f"{d}/{m}/{y}", f"{d:02d}-{m:02d}-{y}", f"{d:02d}.{m:02d}.{y}", f"{y}{m:02d}{d:02d}", f"{y}-{m:02d}-{d:02d} 00:00:00")[style]  # fmt: skip


def bad_number(rng: random.Random, number: str, old: str | None, other: str | None) -> str:
    """A number that is not simply right: the old card, a lost zero, a wrong digit, somebody else's."""
    way = rng.random()
    if way < 0.38 and old:
        return old
    if way < 0.55:
        return number.lstrip("0")
    if way < 0.62:
        return number.lstrip("0") + ".0"
    if way < 0.66:
        return f"{float(number):.5E}"
    if way < 0.80:
        at = rng.randrange(12)
        return number[:at] + rng.choice("0123456789") + number[at + 1 :]
    if way < 0.86:
        at = rng.randrange(11)
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if way < 0.90:
        return number.replace("0", "O", 1) if rng.random() < 0.5 else number.replace("1", "l", 1)
    if way < 0.94:
        return f"{number[:3]} {number[3:6]} {number[6:]}"
    if way < 0.965 and other:
        return other
    if way < 0.985:
        return number[: rng.randrange(6, 11)]
    return rng.choice(["000000000000", "123456789", "Chưa có", "-", "không", "111111111"])


def phone_text(rng: random.Random, phone: str) -> str:
    """A phone as people write it."""
    way = rng.random()
    if way < 0.6:
        return phone
    if way < 0.75:
        return phone[1:]
    if way < 0.85:
        return "+84" + phone[1:]
    if way < 0.95:
        return f"{phone[:4]}.{phone[4:7]}.{phone[7:]}"
    return rng.choice(["0912345678", "0000000000", phone[:-1]]) if way > 0.985 else f"{phone[:4]} {phone[4:]}"


_SHORT = (("Thị trấn ", "TT. "), ("Thành phố ", "TP. "), ("Phường ", "P. "), ("Huyện ", "H. "), ("Thị xã ", "TX. "), ("Xã ", "X. "))  # fmt: skip


def _abbreviated(name: str) -> str:
    for long, brief in _SHORT:
        if name.startswith(long):
            return brief + name[len(long) :]
    return name


def _bare(name: str) -> str:
    for long, _ in _SHORT:
        if name.startswith(long):
            return name[len(long) :]
    return name


def address_text(rng: random.Random, row: tuple[str, str, str, int], street: str) -> str:
    """An address of the old structure or the new, in one of many ways. `row`: new, old, district, hamlet."""
    new, old, district, hamlet = row
    names = [new, "Tỉnh Nghệ An"] if rng.random() < 0.4 else [old, district, "Tỉnh Nghệ An"]
    way = rng.random()
    if way < 0.25:
        names = [_abbreviated(name) for name in names[:-1]] + ["Nghệ An"]
    elif way < 0.4:
        names = [_bare(name) for name in names[:-1]] + ["Nghệ An"]
    elif way < 0.45:
        names = names[:-1]
    elif way < 0.47 and len(names) == 3:
        names = names[1:]
    front = f"{rng.choice(['Xóm', 'xóm', 'Thôn', 'Khối', 'X.', 'Bản'])} {hamlet}" if not street else street
    if rng.random() < 0.12:
        front = ""
    text = ", ".join(([front] if front else []) + names)
    way = rng.random()
    if way < 0.1:
        text = strip_accents(text)
    elif way < 0.15:
        text = text.replace(",", "")
    elif way < 0.2:
        text = text.replace(", ", " - ")
    elif way < 0.23:
        text = typo(rng, text)
    elif way < 0.26:
        text = text.upper()
    return text
