"""Remembers how far a gateway's feed was read and for which day it was reconciled."""

from __future__ import annotations

from datetime import date, datetime

from motcua.base.data import require_aware
from motcua.fees.models import GatewayMark


def mark(name: str) -> tuple[str, date | None]:
    """The cursor and the last reconciled day kept under `name`; empty at first."""
    row = GatewayMark.objects.filter(name=name).first()
    return (row.cursor, row.done_for) if row is not None else ("", None)


def move_mark(name: str, *, at: datetime, cursor: str | None = None, done_for: date | None = None) -> None:
    """Keep a new cursor or day. Whoever reads a feed twice books nothing twice: money is booked by its reference."""
    require_aware(at)
    row, _made = GatewayMark.objects.get_or_create(name=name, defaults={"moved_at": at})
    if cursor is not None:
        row.cursor = cursor
    if done_for is not None:
        row.done_for = done_for
    row.moved_at = at
    row.save()
