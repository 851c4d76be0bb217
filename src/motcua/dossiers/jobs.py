"""The standing duties of dossiers: demands that were paid online, changes of the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from motcua.base.duties import duties
from motcua.dossiers import api as dossiers
from motcua.ledger import api as ledger

CURSOR = "dossiers.payments"
CALENDAR_CURSOR = "dossiers.calendar"
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


class ReDateOpen:
    """After a change of the calendar was published: re-dates the open dossiers that it moves, in portions."""

    every = timedelta(seconds=5)

    def run(self, *, at: datetime) -> int:
        """Take up new changes, then a portion of the oldest; how much was done."""
        read = ledger.consume(name=CALENDAR_CURSOR, handler=lambda batch: _take_up(batch, at=at), at=at)
        return read + dossiers.re_date_portion(at=at)


def _take_up(batch: Sequence[ledger.EntryView], *, at: datetime) -> None:
    dossiers.take_up_changes(batch, at=at)


def register() -> None:
    """Add the duties."""
    duties.add("dossiers.payments", NotePayments())
    duties.add("dossiers.calendar", ReDateOpen())
