"""Reads the ledger in order of position and moves a cursor with the effects of what was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from motcua.ledger import queries
from motcua.ledger.data import EntryView
from motcua.ledger.models import CursorRow

Handler = Callable[[Sequence[EntryView]], None]


def consume(*, name: str, handler: Handler, at: datetime, limit: int = 200) -> int:
    """Give `handler` the next entries and move the cursor called `name`, in one transaction.

    What the handler writes to this database happens exactly once. For what it does elsewhere the name and the
    entry's position are the idempotency key. Returns how many entries were read; 0 also when another process
    holds the cursor. When the handler raises, nothing moves, and the failure is noted on the cursor.
    """
    CursorRow.objects.get_or_create(name=name)
    try:
        with transaction.atomic():
            cursor = CursorRow.objects.select_for_update(skip_locked=True).filter(name=name).first()
            if cursor is None:
                return 0
            batch = queries.after(cursor.position, limit=limit)
            if not batch:
                return 0
            handler(batch)
            CursorRow.objects.filter(name=name).update(
                position=batch[-1].position, moved_at=at, failures=0, last_error=""
            )
            return len(batch)
    except Exception as error:
        _note_failure(name, error)
        raise


def _note_failure(name: str, error: Exception) -> None:
    row = CursorRow.objects.get(name=name)
    row.failures += 1
    row.last_error = f"{type(error).__name__}: {error}"[:2000]
    row.save(update_fields=["failures", "last_error"])
