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
# "CCCD: 040…", "Số CMND 186…", "040… cấp ngày 1/1/2021": what the number is called, and when it was given.
_LABELLED = re.compile(
    r"^\s*(?:(?:số|so|cccd|cmnd|cmt|cmtnd|ccgcc|đdcn|ddcn|sđd|căn\s+cước(?:\s+công\s+dân)?)[\s:.]+)*"
    r"([0-9OoIlS][0-9OoIlS .\-]{6,20}[0-9OoIlS])\s*(?:\(.*|[,;(]?\s*(?:cấp|cap|ngày\s+cấp|do)\s.*)?$",
    re.IGNORECASE,
)
_LETTER_FIRST = re.compile(r"^\s*[oO](?=[0-9])")
_TWO = re.compile(r"^\s*[0-9]{9,12}\s*[/;]\s*[0-9]{9,12}\s*$")
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
        return _scientific(text)
    labelled = _LABELLED.match(text) if any(map(str.isalpha, text)) else None
    if labelled and labelled[1] != text.strip():
        found = read_number(labelled[1])
        return WrittenNumber(text, found.value, found.kind, ("remark", *found.rules))
    if _TWO.match(text):
        return _of_two(text)
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


def _scientific(text: str) -> WrittenNumber:
    """ "4.0085123456E+10" still holds every digit; "4.00851E+10" holds the first six."""
    mantissa, power = re.split("[eE]", text)
    whole, _, decimals = mantissa.strip().replace(",", ".").partition(".")
    digits = whole + decimals
    if len(digits) == len(whole) + int(power) > 6:
        return _by_length(text, digits, ["sheet_number"])
    return WrittenNumber(text, digits, "part", ("rounded_by_sheet",))


def _of_two(text: str) -> WrittenNumber:
    """Two numbers in one cell: the personal number, if one and only one of them is one."""
    found = [one for part in re.split("[/;]", text) if (one := read_number(part)).kind == "personal"]
    if len(found) != 1:
        return WrittenNumber(text, "", "", ("two_numbers",))
    return WrittenNumber(text, found[0].value, "personal", ("two_numbers", *found[0].rules))


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
    """A Vietnamese telephone from 0 on (ten digits, eleven for a landline); empty when it is none. See `phone`."""
    return phone(text).value


def phone(text: str) -> WrittenNumber:
    """The telephone in `text`: `kind` is "mobile", "landline" or ""; old mobile prefixes are renewed (2018)."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    rules: list[str] = []
    if plain.endswith(".0"):
        plain = plain[:-2]
        rules.append("sheet_number")
    if _LETTER_FIRST.match(plain):
        plain = "0" + plain.lstrip()[1:]
        rules.append("letter_for_digit")
    first = re.split("[/;,]", plain)[0]
    digits = re.sub(r"[^0-9]", "", plain)
    if len(digits) > 12 and first != plain:
        digits = re.sub(r"[^0-9]", "", first)
        rules.append("first_of_several")
    digits = _national(digits, rules)
    landline = len(digits) == 11 and digits[:2] == "02" and digits[2] != "0"
    mobile = len(digits) == 10 and digits[0] == "0" and digits[1] in "35789"
    if not (landline or mobile) or len(set(digits[1:])) < 3:
        return WrittenNumber(text, "", "", (*rules, "no_telephone") if text.strip() else ())
    if digits != text:
        rules = rules or ["separators"]
    return WrittenNumber(text, digits, "landline" if landline else "mobile", tuple(rules))


def _national(digits: str, rules: list[str]) -> str:
    """The digits from 0 on, with today's prefix."""
    if digits.startswith(("84", "0084")) and len(digits) >= 11:
        digits = "0" + digits.lstrip("0")[2:].lstrip("0")
        rules.append("country_code")
    elif digits[:1] not in ("", "0") and (
        len(digits) == 9 or (len(digits) == 10 and ("0" + digits)[:4] in _OLD_MOBILE)
    ):
        digits = "0" + digits
        rules.append("lost_zero")
    if len(digits) == 11 and digits[:4] in _OLD_MOBILE:
        digits = _OLD_MOBILE[digits[:4]] + digits[4:]
        rules.append("old_prefix")
    return digits
