"""The account into which online payments go, as set up: number, bank and name."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, kw_only=True)
class Account:
    """The province's collecting account; `bin` is the bank's six digits by NAPAS."""

    number: str
    bin: str
    name: str


def collecting_account() -> Account:
    """MOTCUA_CONNECTOR_BANK_ACCOUNT, _BIN and _NAME; empty parts where nothing is set."""
    raw = settings.MOTCUA_CONNECTORS.get("bank", {})
    return Account(
        number=str(raw.get("account", "")), bin=str(raw.get("bin", "")), name=str(raw.get("name", ""))
    )


def missing_account() -> list[str]:
    """Which settings of the account are missing or cannot be right, by name."""
    at = collecting_account()
    found = []
    if not (at.number.isascii() and at.number.isalnum() and 6 <= len(at.number) <= 19):
        found.append("MOTCUA_CONNECTOR_BANK_ACCOUNT")
    if not (at.bin.isascii() and at.bin.isdigit() and len(at.bin) == 6):
        found.append("MOTCUA_CONNECTOR_BANK_BIN")
    if not at.name:
        found.append("MOTCUA_CONNECTOR_BANK_NAME")
    return found
