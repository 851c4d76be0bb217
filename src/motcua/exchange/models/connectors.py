"""What is kept of talking to the outside: each call, each outage, each planned one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class ConnectorCall(models.Model):
    """One attempt to call a system outside, with personal data masked before it is written.

    `status` is the HTTP status, None when no answer came; `outcome` is "ok" or the name of what went wrong.
    """

    connector = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=40)
    said = models.TextField(blank=True)
    answered = models.TextField(blank=True)

    class Meta:
        db_table = "exchange_call"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(attempt__gte=1), name="exchange_call_attempts_from_one"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["connector", "-at"], name="exchange_call_latest"),
            models.Index(fields=["key"], condition=~Q(key=""), name="exchange_call_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.connector} {self.name} {self.outcome}"


class Outage(models.Model):
    """A time during which a system did not answer, as seen from here; one open at most per system."""

    connector = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    cause = models.CharField(max_length=300)

    class Meta:
        db_table = "exchange_outage"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["connector"], condition=Q(until__isnull=True), name="exchange_outage_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="exchange_outage_ends_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connector} since {self.since}"


class PlannedOutage(models.Model):
    """An outage that was announced (NĐ 224/2026 Đ.13: seven working days ahead); withdrawn, never deleted."""

    connector = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    what_vi = models.CharField(max_length=500)
    what_en = models.CharField(max_length=500, blank=True)
    announced_at = models.DateTimeField()
    announced_by = models.CharField(max_length=64)
    told_in_time = models.BooleanField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "exchange_planned_outage"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="exchange_planned_ends_after"
            ),
            models.CheckConstraint(
                condition=Q(announced_at__lt=F("ends_at")), name="exchange_planned_is_announced_before"
            ),
            models.CheckConstraint(
                condition=(Q(withdrawn_at__isnull=True) & Q(withdrawn_by=""))
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="exchange_planned_withdrawn_when_and_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connector} {self.starts_at}–{self.ends_at}"
