"""Remembers calls and outages, and tells the screens what is down and what is planned."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from motcua.exchange.connectors.plugin import Connector, connectors
from motcua.exchange.data import Announcement, OutageView
from motcua.exchange.models import ConnectorCall, Outage, PlannedOutage

KEPT = timedelta(days=90)


def keep_call(
    *,
    connector: str,
    name: str,
    key: str,
    at: datetime,
    attempt: int,
    seconds: float,
    status: int | None,
    outcome: str,
    said: str,
    answered: str,
) -> None:
    """Write one attempt to the log; what is given here is masked already."""
    ConnectorCall.objects.create(
        connector=connector,
        name=name[:80],
        key=key[:200],
        at=at,
        attempt=attempt,
        milliseconds=max(0, round(seconds * 1000)),
        status=status,
        outcome=outcome,
        said=said.replace("\x00", ""),
        answered=answered.replace("\x00", ""),
    )


def begin_outage(connector: str, *, at: datetime, cause: str) -> None:
    """Note that the system is down; another process may have noted it first."""
    try:
        with transaction.atomic():
            Outage.objects.create(connector=connector, since=at, cause=cause[:300])
    except IntegrityError:
        return


def end_outage(connector: str, *, at: datetime) -> None:
    """Note that it answers again."""
    for row in Outage.objects.filter(connector=connector, until__isnull=True):
        row.until = max(at, row.since)
        row.save(update_fields=["until"])


def _named(connector_id: str) -> Connector | None:
    try:
        return connectors.get(connector_id)
    except LookupError:
        return None


def outages() -> list[OutageView]:
    """What is down now, the longest first."""
    found = []
    for row in Outage.objects.filter(until__isnull=True).order_by("since"):
        plugin = _named(row.connector)
        found.append(
            OutageView(
                connector=row.connector,
                name_vi=plugin.name_vi if plugin else row.connector,
                name_en=plugin.name_en if plugin else row.connector,
                since=row.since,
                cause=row.cause,
                still_works_vi=plugin.still_works_vi if plugin else "",
                still_works_en=plugin.still_works_en if plugin else "",
            )
        )
    return found


def announcements(*, at: datetime) -> list[Announcement]:
    """Planned outages that are not over at `at`, the next first."""
    rows = PlannedOutage.objects.filter(ends_at__gt=at, withdrawn_at__isnull=True).order_by("starts_at", "id")
    found = []
    for row in rows:
        plugin = _named(row.connector)
        found.append(
            Announcement(
                id=row.pk,
                connector=row.connector,
                name_vi=plugin.name_vi if plugin else row.connector,
                name_en=plugin.name_en if plugin else row.connector,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                what_vi=row.what_vi,
                what_en=row.what_en,
                announced_at=row.announced_at,
                told_in_time=row.told_in_time,
            )
        )
    return found


def forget_old_calls(*, at: datetime, limit: int = 5000) -> int:
    """Delete log rows older than 90 days; returns how many."""
    old = ConnectorCall.objects.filter(at__lt=at - KEPT).values_list("pk", flat=True)[:limit]
    return ConnectorCall.objects.filter(pk__in=list(old)).delete()[0]
