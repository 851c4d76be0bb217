"""Keys of officers who left: an account that is closed, or a position that has ended, signs no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from motcua.base.clock import VN
from motcua.documents.api import SIGNERS
from motcua.exchange.signing.plugin import SoftKeySigner
from motcua.ledger import api as ledger

CURSOR = "exchange.keys"


class DiscardKeys:
    """Reads from the ledger who left, and deletes their keys; what they signed stays valid."""

    every = timedelta(seconds=5)

    def run(self, *, at: datetime) -> int:
        """The next entries; how many were read."""
        today = at.astimezone(VN).date()
        return ledger.consume(name=CURSOR, handler=lambda batch: _discard(batch, today), at=at)


def _discard(batch: Sequence[ledger.EntryView], today: date) -> None:
    refs = {ref for entry in batch if (ref := _who_left(entry, today))}
    for _, plugin in SIGNERS.all():
        if isinstance(plugin, SoftKeySigner):
            for ref in sorted(refs):
                plugin.discard_all_of(ref)


def _who_left(entry: ledger.EntryView, today: date) -> str:
    """The account whose keys go; "" for everything else. A later move makes a new key when it is needed."""
    if entry.kind == "account.closed":
        return entry.subject.id
    if entry.kind != "staff.position_ended":
        return ""
    payload = entry.payload or {}
    return str(payload["account"]) if date.fromisoformat(str(payload["to"])) <= today else ""
