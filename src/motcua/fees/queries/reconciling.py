"""Reads of the daily comparisons, and of the callbacks as they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from motcua.base.data import Json
from motcua.fees.models import CallbackRow, Reconciliation


@dataclass(frozen=True, kw_only=True)
class ReconciliationView:
    """One comparison: counts and net sums of both sides, and every difference."""

    id: UUID
    gateway: str
    day: date
    made_at: datetime
    theirs_count: int
    theirs_amount: int
    ours_count: int
    ours_amount: int
    differences: tuple[Mapping[str, Json], ...]

    @property
    def agrees(self) -> bool:
        """Not one đồng apart?"""
        return not self.differences


@dataclass(frozen=True, kw_only=True)
class CallbackView:
    """A message as it came and what was made of it."""

    gateway: str
    received_at: datetime
    verdict: str
    why: str
    body: bytes


def view(row: Reconciliation) -> ReconciliationView:
    """The row as other packages see it."""
    return ReconciliationView(
        id=row.id,
        gateway=row.gateway,
        day=row.day,
        made_at=row.made_at,
        theirs_count=row.theirs_count,
        theirs_amount=row.theirs_amount,
        ours_count=row.ours_count,
        ours_amount=row.ours_amount,
        differences=tuple(row.differences),
    )


def reconciliations(*, limit: int = 60) -> list[ReconciliationView]:
    """The latest comparison of each gateway and day, the newest day first."""
    rows = Reconciliation.objects.order_by("-day", "gateway", "-made_at").distinct("day", "gateway")
    return [view(row) for row in rows[:limit]]


def callbacks(*, gateway_id: str, limit: int = 100) -> list[CallbackView]:
    """The latest messages of a gateway, the newest first."""
    rows = CallbackRow.objects.filter(gateway=gateway_id).order_by("-received_at")[:limit]
    return [
        CallbackView(
            gateway=row.gateway,
            received_at=row.received_at,
            verdict=row.verdict,
            why=row.why,
            body=bytes(row.body),
        )
        for row in rows
    ]
