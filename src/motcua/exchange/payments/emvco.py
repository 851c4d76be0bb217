"""The text inside a VietQR: EMVCo merchant-presented QR with NAPAS's fields and a CRC (ISO/IEC 13239)."""

from __future__ import annotations

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
DONG = "704"


def payload(*, bank: str, account: str, amount: int, content: str) -> str:
    """A dynamic QR text: pay `amount` đồng into `account` at `bank` (six digits) with this content.

    Raises `ValueError` for what a bank's app would refuse: other characters, a sum that is no whole đồng.
    """
    if not (bank.isdigit() and len(bank) == 6):
        raise ValueError(f"bank {bank!r} must be six digits")
    if not (account.isascii() and account.isalnum() and 6 <= len(account) <= 19):
        raise ValueError(f"account {account!r} must be 6 to 19 letters or digits")
    if isinstance(amount, bool) or not 1 <= amount <= 9_999_999_999_999:
        raise ValueError(f"amount {amount!r} must be whole đồng")
    if not (content.isascii() and content.replace(" ", "").isalnum() and len(content) <= 25):
        raise ValueError(f"content {content!r} must be at most 25 plain letters and digits")
    beneficiary = _field("00", bank) + _field("01", account)
    text = "".join(
        [
            _field("00", "01"),
            _field("01", "12"),
            _field("38", _field("00", NAPAS) + _field("01", beneficiary) + _field("02", TO_ACCOUNT)),
            _field("53", DONG),
            _field("54", str(amount)),
            _field("58", "VN"),
            _field("62", _field("08", content)),
            "6304",
        ]
    )
    return f"{text}{crc(text):04X}"


def _field(tag: str, value: str) -> str:
    if len(value) > 99:
        raise ValueError(f"field {tag} is longer than 99")
    return f"{tag}{len(value):02d}{value}"


def crc(text: str) -> int:
    """CRC-16/CCITT-FALSE over the bytes: polynomial 1021, start FFFF."""
    found = 0xFFFF
    for byte in text.encode():
        found ^= byte << 8
        for _ in range(8):
            found = ((found << 1) ^ 0x1021 if found & 0x8000 else found << 1) & 0xFFFF
    return found
