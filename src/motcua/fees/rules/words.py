"""Amounts in Vietnamese words, as receipts must say them: 1.205.000 is "một triệu hai trăm linh năm nghìn đồng"."""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ", "nghìn tỷ", "triệu tỷ")


def in_words(amount: int) -> str:
    """The amount in words with its unit, first letter upper case; zero to 999.999 tỷ. Raises `ValueError`."""
    if isinstance(amount, bool) or not 0 <= amount < 10**18:
        raise ValueError(f"{amount!r} cannot be said")
    if amount == 0:
        return "Không đồng"
    groups = []
    while amount:
        amount, rest = divmod(amount, 1000)
        groups.append(rest)
    said = [
        f"{_three(value, whole=place < len(groups) - 1)} {_GROUPS[place]}".strip()
        for place, value in reversed(list(enumerate(groups)))
        if value
    ]
    text = " ".join(said) + " đồng"
    return text[0].upper() + text[1:]


def _three(value: int, *, whole: bool) -> str:
    """Three digits; `whole`: hundreds are said even when zero, because something stands before them."""
    hundreds, rest = divmod(value, 100)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or whole else []
    tens, ones = divmod(rest, 10)
    if tens == 0:
        if ones:
            words.append(f"linh {_DIGITS[ones]}" if words else _DIGITS[ones])
        return " ".join(words)
    words.append("mười" if tens == 1 else f"{_DIGITS[tens]} mươi")
    if ones:
        words.append({1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(ones, _DIGITS[ones]))
    return " ".join(words)
