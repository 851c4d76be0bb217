"""The standing duty of dossiers: read from the ledger that demands were paid online."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from motcua.base.duties import duties
from motcua.dossiers import api as dossiers
from motcua.ledger import api as ledger

CURSOR = "dossiers.payments"
BATCH = 200


class NotePayments:
    """Tells dossiers of their online payments, exactly once."""

    every = timedelta(seconds=1)

    def run(self, *, at: datetime) -> int:
        """The next entries; how many were read."""
        return ledger.consume(
            name=CURSOR,
            handler=lambda batch: _note(batch, at=at),
            at=at,
            limit=BATCH,
        )


def _note(batch: Sequence[ledger.EntryView], *, at: datetime) -> None:
    dossiers.note_entries(batch, at=at)


def register() -> None:
    """Add the duty."""
    duties.add("dossiers.payments", NotePayments())
