"""A published change of the calendar reaches the open dossiers: in portions, each dossier by its own entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import SYSTEM, Json
from motcua.dossiers.actions.timing import re_date_all
from motcua.dossiers.models import CalendarTask
from motcua.dossiers.queries.lists import waiting_on_calendar
from motcua.ledger.api import EntryView

CHANGED = "deadlines.calendar_changed"
PORTION = 50  # dossiers in one transaction: bulk work commits within a second


def take_up_changes(batch: Sequence[EntryView], *, at: datetime) -> None:
    """Remember the changes among these entries; the re-dating itself is `re_date_portion`'s."""
    for entry in batch:
        if entry.kind == CHANGED and entry.position is not None:
            payload = entry.payload or {}
            CalendarTask.objects.get_or_create(
                position=entry.position,
                defaults={
                    "reason": f"Lịch làm việc thay đổi: {payload.get('reason', '')}",
                    "agencies": _agencies(payload),
                    "made_at": at,
                },
            )


def re_date_portion(*, at: datetime) -> int:
    """Look at the next dossiers of the oldest unfinished change; how many. 0 also while another process does it."""
    with transaction.atomic():
        open_tasks = CalendarTask.objects.filter(done_at__isnull=True).order_by("position")
        task = open_tasks.select_for_update(skip_locked=True).first()
        if task is None:
            return 0
        waited = [UUID(one) for one in task.left]
        fresh = waiting_on_calendar(
            agencies=task.agencies or None, after=task.done_upto, limit=PORTION - len(waited[:PORTION])
        )
        found = re_date_all(by=SYSTEM, at=at, reason=task.reason, among=[*waited, *fresh])
        task.left = [str(one) for one in found.left]
        task.done_upto = fresh[-1] if fresh else task.done_upto
        if not fresh and not task.left:
            task.done_at = at
        task.save()
        return len(fresh)


def _agencies(payload: Mapping[str, Json]) -> list[str]:
    """The agencies whose calendar changed; empty when it was everybody's."""
    keys: set[str] = set()
    for name in ("days", "weeks"):
        facts = payload.get(name)
        for fact in facts if isinstance(facts, list) else ():
            keys.add(str(fact.get("agency") or "") if isinstance(fact, Mapping) else "")
    return [] if "" in keys or payload.get("years") else sorted(keys)
