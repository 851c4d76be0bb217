"""Dates written out in Vietnamese words, as civil status papers want them ("Ghi bằng chữ")."""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_MONTHS = {4: "tư"}


def date_in_words(iso: str) -> str:
    """ "2026-10-28" → "Ngày hai mươi tám tháng mười năm hai nghìn không trăm hai mươi sáu"; a part stays a part."""
    parts = [int(part) for part in iso.split("-")]
    words = [f"năm {number_in_words(parts[0])}"]
    if len(parts) > 1:
        words.insert(0, f"tháng {_MONTHS.get(parts[1]) or number_in_words(parts[1])}")
    if len(parts) > 2:
        words.insert(0, f"ngày {number_in_words(parts[2])}")
    said = " ".join(words)
    return said[0].upper() + said[1:]


def number_in_words(number: int) -> str:
    """0 to 9,999 as they are read aloud."""
    if not 0 <= number < 10_000:
        raise ValueError(number)
    thousands, rest = divmod(number, 1000)
    hundreds, below = divmod(rest, 100)
    words = []
    if thousands:
        words.append(f"{_DIGITS[thousands]} nghìn")
    if hundreds or (thousands and below):
        words.append(f"{_DIGITS[hundreds]} trăm")
    if below and below < 10 and words:
        words.append(f"linh {_DIGITS[below]}")
    elif below or not words:
        words.append(_below_hundred(below))
    return " ".join(words)


def _below_hundred(number: int) -> str:
    tens, unit = divmod(number, 10)
    if tens == 0:
        return _DIGITS[unit]
    start = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if unit == 0:
        return start
    last = "lăm" if unit == 5 else "mốt" if unit == 1 and tens > 1 else _DIGITS[unit]
    return f"{start} {last}"
