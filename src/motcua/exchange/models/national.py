"""The outbox to the national portal: one row per dossier, one per state to be told, and the portal's catalogue."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

TROUBLES = ("", "retry", "data", "mapping", "clash")


class Track(models.Model):
    """How far the national portal knows one dossier.

    `want_seq` is the last ledger entry that was taken up, `recorded_seq` the entry whose record the portal has;
    `record_digest` is that record's, "" while it is not known what the portal has.
    `lines_waiting` counts states not told yet. `todo` is exactly: something waits. Work is leased: what a dead
    process held is free again when the lease is over, and `in_doubt` says that a line of it may have arrived.
    `trouble` names who can mend it: "retry" time, "data" the dossier's officer, "mapping" the administrator,
    "clash" somebody who compares both dossiers; the last three block the dossier until it changes or is resent.
    """

    dossier = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=80)
    agency = models.CharField(max_length=60)
    day = models.DateField()
    known = models.BooleanField(default=False)
    last_state = models.PositiveSmallIntegerField()
    want_seq = models.PositiveIntegerField()
    recorded_seq = models.PositiveIntegerField(default=0)
    lines_waiting = models.PositiveIntegerField(default=0)
    lines_told = models.PositiveIntegerField(default=0)
    evidence = models.CharField(max_length=200, blank=True)
    record_digest = models.CharField(max_length=64, blank=True)
    todo = models.BooleanField(default=True)
    next_try_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    in_doubt = models.BooleanField(default=False)
    tries = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=10, blank=True)
    blocked = models.BooleanField(default=False)
    error_code = models.CharField(max_length=20, blank=True)
    errors = models.JSONField(default=list)
    troubled_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_track"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(trouble__in=TROUBLES), name="exchange_track_trouble_known"),
            models.CheckConstraint(
                condition=(Q(trouble="", troubled_at__isnull=True, blocked=False))
                | (~Q(trouble="") & Q(troubled_at__isnull=False)),
                name="exchange_track_trouble_since",
            ),
            models.CheckConstraint(
                condition=Q(last_state__gte=1, last_state__lte=10), name="exchange_track_state_is_national"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_try_at"], condition=Q(todo=True, blocked=False), name="exchange_track_due"
            ),
            models.Index(
                fields=["agency", "next_try_at"],
                condition=Q(todo=True, blocked=False),
                name="exchange_track_due_by_unit",
            ),
            models.Index(
                fields=["agency", "troubled_at"], condition=~Q(trouble=""), name="exchange_track_trouble"
            ),
            models.Index(fields=["code"], name="exchange_track_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.recorded_seq}/{self.want_seq}"


class Line(models.Model):
    """A state that the portal must be told, in the dossier's own order; `first` comes with the record itself."""

    dossier = models.UUIDField()
    seq = models.PositiveIntegerField()
    first = models.BooleanField(default=False)
    state = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=40)
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    actor_kind = models.CharField(max_length=20)
    actor_ref = models.CharField(max_length=80)
    unit = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_line"
        ordering: ClassVar[list[str]] = ["dossier", "seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dossier", "seq"], name="exchange_line_once"),
            models.CheckConstraint(
                condition=Q(state__gte=1, state__lte=10), name="exchange_line_state_is_national"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["dossier"], condition=Q(sent_at__isnull=True), name="exchange_line_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.dossier} #{self.seq} → {self.state}"


class PortalProcedure(models.Model):
    """A procedure as the portal's own catalogue lists it: the codes that a record must carry."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=2000)
    field_code = models.CharField(max_length=50)
    field_name = models.CharField(max_length=500)
    status = models.CharField(max_length=20, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_portal_procedure"

    def __str__(self) -> str:
        return self.code
