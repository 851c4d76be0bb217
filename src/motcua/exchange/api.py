"""The one door to the connectors."""

from __future__ import annotations

from collections.abc import Iterable

from motcua.documents.api import SIGNERS
from motcua.exchange.actions import (
    BadOutage,
    NothingToResend,
    announce_outage,
    resend,
    withdraw_outage,
)
from motcua.exchange.connectors import announcements, connectors, outages
from motcua.exchange.inbound.waiting import NothingToTake, WaitingDelivery, take_again, waiting_deliveries
from motcua.exchange.national.known import acknowledged
from motcua.exchange.payments.accounts import collecting_account
from motcua.exchange.permissions import NotYourExchange
from motcua.exchange.queries import (
    count_troubles,
    differences,
    latest_reconciliation,
    proof_text,
    shares,
    sync_state,
    troubles,
)
from motcua.exchange.signing.keys import Holder
from motcua.exchange.signing.plugin import SoftKeySigner


def prepare_keys(holders: Iterable[Holder]) -> int:
    """Make and certify the keys that are missing, many at once, before anybody signs; how many that were.

    Without it a key is made when its holder first signs (about 0.1 s). Raises `SigningUnavailable`.
    """
    return sum(plugin.prepare(holders) for _, plugin in SIGNERS.all() if isinstance(plugin, SoftKeySigner))


def discard_keys(holders: Iterable[Holder]) -> None:
    """Forget keys whose certificates were revoked (lost token, officer who left); the next signature makes new ones."""
    wanted = list(holders)
    for _, plugin in SIGNERS.all():
        if isinstance(plugin, SoftKeySigner):
            plugin.discard(wanted)


__all__ = [
    "BadOutage",
    "Holder",
    "NotYourExchange",
    "NothingToResend",
    "NothingToTake",
    "WaitingDelivery",
    "acknowledged",
    "announce_outage",
    "announcements",
    "collecting_account",
    "connectors",
    "count_troubles",
    "differences",
    "discard_keys",
    "latest_reconciliation",
    "outages",
    "prepare_keys",
    "proof_text",
    "resend",
    "shares",
    "sync_state",
    "take_again",
    "troubles",
    "waiting_deliveries",
    "withdraw_outage",
]
