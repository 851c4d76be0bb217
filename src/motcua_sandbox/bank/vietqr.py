"""What a VietQR says: account, amount and content out of the EMVCo text, its checksum looked at first."""

from __future__ import annotations

from dataclasses import dataclass

NAPAS = "A000000727"


class BadQr(ValueError):
    """The text is no VietQR; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """Where the money goes; amount and content may be left to the payer."""

    bin: str
    account: str
    amount: int | None
    content: str


def read(text: str) -> Transfer:
    """A transfer from the text of a QR; BadQr when it is none."""
    if len(text) < 8 or text[-8:-4] != "6304" or _crc(text[:-4].encode()) != text[-4:].upper():
        raise BadQr("the checksum is wrong")
    fields = _fields(text)
    merchant = _fields(fields.get("38", ""))
    if merchant.get("00") != NAPAS:
        raise BadQr("not a VietQR of NAPAS")
    receiver = _fields(merchant.get("01", ""))
    if not receiver.get("00") or not receiver.get("01"):
        raise BadQr("no bank or no account")
    if fields.get("53") != "704":
        raise BadQr("not in đồng")
    amount = fields.get("54")
    if amount is not None and not (amount.isascii() and amount.isdigit()):
        raise BadQr("the amount is no whole number of đồng")
    return Transfer(
        bin=receiver["00"],
        account=receiver["01"],
        amount=None if amount is None else int(amount),
        content=_fields(fields.get("62", "")).get("08", ""),
    )


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    rest = text
    while rest:
        tag, size = rest[:2], rest[2:4]
        if len(rest) < 4 or not size.isdigit() or len(rest) < 4 + int(size):
            raise BadQr("a field is cut off")
        found[tag] = rest[4 : 4 + int(size)]
        rest = rest[4 + int(size) :]
    return found


def _crc(raw: bytes) -> str:
    """CRC-16/CCITT-FALSE, as EMVCo wants it."""
    crc = 0xFFFF
    for byte in raw:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"
