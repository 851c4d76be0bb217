"""How long a text message is: 160 letters of the plain GSM alphabet, or 70 of any other (3GPP TS 23.038)."""

from __future__ import annotations

PLAIN = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
DOUBLE = "^{}\\[~]|€\f"
MOST_PLAIN = 160
MOST_OTHER = 70


def is_plain(text: str) -> bool:
    """Does every letter fit the GSM alphabet? Accented Vietnamese does not."""
    return all(letter in PLAIN or letter in DOUBLE for letter in text)


def length(text: str) -> int:
    """How many of the message's places the text takes."""
    if is_plain(text):
        return sum(2 if letter in DOUBLE else 1 for letter in text)
    return len(text.encode("utf-16-be")) // 2


def fits(text: str) -> bool:
    """Does the text go as one message?"""
    return length(text) <= (MOST_PLAIN if is_plain(text) else MOST_OTHER)
