"""Identity numbers and telephones as they come out of sheets and forms: lost zeros, letters for digits, "E+11".

The twelve digits of a personal number (số định danh cá nhân) are: 3 for the place of birth registration, 1 for
century and sex, 2 for the year, 6 drawn at random (Nghị định 70/2024/NĐ-CP Điều 6; [M], the text was not at hand).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LETTERS = str.maketrans("OoQDIlLi|SsBZz", "00001111155822")
_SHEET = re.compile(r"^\s*'?([0-9]+)[.,]0+\s*$")
_SCIENTIFIC = re.compile(r"^\s*[0-9]+[.,]?[0-9]*[eE]\+?[0-9]+\s*$")
_CENTURIES = {"0": 1900, "1": 1900, "2": 2000, "3": 2000, "4": 2100, "5": 2100}
_OLD_MOBILE = {
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038",
    "0169": "039", "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083",
    "0124": "084", "0125": "085", "0127": "081", "0129": "082", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
LAST_PROVINCE = 96  # codes 001 to 096, with gaps


@dataclass(frozen=True)
class WrittenNumber:
    """`kind` is "personal" (12 digits), "card" (9 digits), "part" (some of the digits) or "" (none)."""

    original: str
    value: str
    kind: str
    rules: tuple[str, ...] = ()


def is_personal_number(digits: str) -> bool:
    """Do twelve digits have the structure of a personal number, with a year that has been?"""
    if len(digits) != 12 or not _all_digits(digits) or not 1 <= int(digits[:3]) <= LAST_PROVINCE:
        return False
    century = _CENTURIES.get(digits[3])
    return century is not None and century + int(digits[4:6]) <= 2035 and len(set(digits[6:])) > 1


def born_in(number: str) -> tuple[int, bool]:
    """Year of birth and "is a woman" from a personal number."""
    return _CENTURIES[number[3]] + int(number[4:6]), number[3] in "135"


def _all_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def read_number(text: str) -> WrittenNumber:
    """The identity number in `text`."""
    rules: list[str] = []
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if _SCIENTIFIC.match(text):
        mantissa = re.sub(r"[.,]", "", re.split("[eE]", text)[0]).strip()
        return WrittenNumber(text, mantissa, "part", ("rounded_by_sheet",))
    sheet = _SHEET.match(text)
    value = sheet[1] if sheet else text
    if sheet:
        rules.append("sheet_number")
    digits = re.sub(r"[\s.\-'’_/]", "", value)
    if digits != value:
        rules.append("separators")
    if not _all_digits(digits):
        lettered = digits.translate(_LETTERS)
        if not _all_digits(lettered) or sum(map(str.isdigit, digits)) < 7:
            return WrittenNumber(text, "", "", (*rules, "no_number") if text.strip() else ())
        digits = lettered
        rules.append("letter_for_digit")
    return _by_length(text, digits, rules)


def _by_length(text: str, digits: str, rules: list[str]) -> WrittenNumber:
    if len(set(digits)) == 1 or digits in "0123456789012":
        return WrittenNumber(text, "", "", (*rules, "placeholder"))
    if len(digits) in (10, 11) and is_personal_number(digits.zfill(12)):
        return WrittenNumber(text, digits.zfill(12), "personal", (*rules, "lost_zero"))
    if is_personal_number(digits):
        return WrittenNumber(text, digits, "personal", tuple(rules))
    if len(digits) == 9:
        return WrittenNumber(text, digits, "card", tuple(rules))
    if len(digits) == 8:
        return WrittenNumber(text, digits.zfill(9), "card", (*rules, "lost_zero"))
    return WrittenNumber(text, digits, "part" if 5 <= len(digits) <= 14 else "", (*rules, "not_whole"))


def read_phone(text: str) -> str:
    """A Vietnamese telephone as ten digits from 0, old mobile prefixes renewed; empty when it is none."""
    digits = re.sub(r"[^0-9]", "", text[:-2] if text.endswith(".0") else text)
    if digits.startswith("84") and len(digits) >= 11:
        digits = "0" + digits[2:].lstrip("0")
    elif len(digits) == 9 and digits[0] != "0":
        digits = "0" + digits
    if len(digits) == 11 and digits[:4] in _OLD_MOBILE:
        digits = _OLD_MOBILE[digits[:4]] + digits[4:]
    if len(digits) != 10 or digits[0] != "0" or digits[1] not in "235789" or len(set(digits[1:])) < 3:
        return ""
    return digits
