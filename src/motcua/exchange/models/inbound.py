"""What came from the national portal and from ministries' systems."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Delivery(models.Model):
    """One thing that the portal handed over: a dossier (1), a supplement (2), a withdrawal (3).

    It is offered again until acknowledged. `outcome` is "" while it waits, then "taken", "had" (came before) or
    "void" (nothing left to do); `cause` says why it waits.
    """

    id = models.CharField(max_length=60, primary_key=True)
    kind = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=80)
    procedure = models.CharField(max_length=60, blank=True)
    unit_code = models.CharField(max_length=40)
    filed_at = models.DateTimeField()
    first_seen_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    cause = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    dossier = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    payment = models.JSONField(default=dict)

    class Meta:
        db_table = "exchange_delivery"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=[1, 2, 3]), name="exchange_delivery_kind"),
            models.CheckConstraint(
                condition=Q(outcome="", done_at__isnull=True, acknowledged_at__isnull=True)
                | (Q(outcome__in=["taken", "had", "void"]) & Q(done_at__isnull=False)),
                name="exchange_delivery_done_when",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(acknowledged_at__isnull=True),
                name="exchange_delivery_open",
            ),
            models.Index(fields=["code"], name="exchange_delivery_code"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.code}"


class MinistryDossier(models.Model):
    """A dossier that lives in a ministry's own system, as last told; no names are kept."""

    system = models.CharField(max_length=10)
    code = models.CharField(max_length=80)
    version = models.BigIntegerField()
    procedure = models.CharField(max_length=60)
    unit_code = models.CharField(max_length=40)
    agency = models.CharField(max_length=60, blank=True)
    state = models.PositiveSmallIntegerField()
    channel = models.PositiveSmallIntegerField(null=True)
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    our_code = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "exchange_ministry_dossier"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["system", "code"], name="exchange_ministry_dossier_once"),
            models.CheckConstraint(
                condition=Q(state__gte=1, state__lte=10), name="exchange_ministry_state_is_national"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency", "accepted_at"], name="exchange_ministry_unit")
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.code}"


class Cursor(models.Model):
    """How far a list of another system was read."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.CharField(max_length=60)

    class Meta:
        db_table = "exchange_cursor"

    def __str__(self) -> str:
        return f"{self.name}: {self.at}"


class Handover(models.Model):
    """A dossier that is handed to a ministry's own system: under which code it lives there, once it is told."""

    dossier = models.UUIDField(primary_key=True)
    system = models.CharField(max_length=10)
    their_code = models.CharField(max_length=80, blank=True)
    handed_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    cause = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_handover"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=(Q(done_at__isnull=True) & Q(their_code=""))
                | (Q(done_at__isnull=False) & ~Q(their_code="")),
                name="exchange_handover_done_with_code",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier} → {self.system}"
