"""The desk's own lists: counters of numbers, drafts, hand-over lists, queue tickets, the import's quarantine."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from motcua.base.models import UUIDModel

from .dossier import Dossier


class NumberCounter(models.Model):
    """The last number given under a prefix ("H41.12-260310-"): gap-free, for a rolled-back filing gives it back."""

    prefix = models.CharField(max_length=60, primary_key=True)
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(last__gte=1), name="counter_starts_at_one")
        ]

    def __str__(self) -> str:
        return f"{self.prefix}{self.last}"


class Draft(UUIDModel):
    """A filing not yet sent, kept as it was typed, valid or not. `revision` rises with every save."""

    owner = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    procedure_code = models.CharField(max_length=40)
    version_id = models.UUIDField()
    title = models.CharField(max_length=300, blank=True)
    answers = models.JSONField(default=dict)
    context = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    dossier = models.OneToOneField(Dossier, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["owner", "-saved_at"], condition=Q(dossier__isnull=True), name="draft_of_owner"
            )
        ]

    def __str__(self) -> str:
        return self.title or self.procedure_code


class Handover(UUIDModel):
    """A list of paper dossiers that goes from one agency to another: signed when sent, signed when received."""

    number = models.CharField(max_length=60, unique=True)
    from_agency = models.CharField(max_length=60)
    to_agency = models.CharField(max_length=60)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=64)
    received_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(from_agency=F("to_agency")), name="handover_goes_somewhere_else"
            ),
            models.CheckConstraint(
                condition=(Q(received_at__isnull=True) & Q(received_by=""))
                | (Q(received_at__isnull=False) & ~Q(received_by="") & ~Q(received_by=F("sent_by"))),
                name="handover_signed_on_both_sides",
            ),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True) | Q(received_at__gte=F("sent_at")),
                name="handover_received_after_sent",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["to_agency", "sent_at"], name="handover_to"),
            models.Index(fields=["from_agency", "sent_at"], name="handover_from"),
        ]

    def __str__(self) -> str:
        return self.number


class HandoverItem(models.Model):
    """One dossier on a hand-over list; `arrived` is None until the receiver has looked."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="items")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="handovers")
    arrived = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["handover", "dossier"], name="handover_item_once"),
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(arrived__isnull=True), name="paper_travels_on_one_list"
            ),
        ]

    def __str__(self) -> str:
        return str(self.dossier_id)


class Ticket(UUIDModel):
    """A queue ticket of a centre: numbers start anew every day in every lane."""

    agency = models.CharField(max_length=60)
    day = models.DateField()
    lane = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    called_by = models.CharField(max_length=64, blank=True)
    counter = models.CharField(max_length=20, blank=True)
    served_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["agency", "day", "lane", "number"], name="ticket_number_once"),
            models.CheckConstraint(
                condition=(Q(called_at__isnull=True) & Q(called_by="") & Q(counter=""))
                | (Q(called_at__isnull=False) & ~Q(called_by="") & ~Q(counter="")),
                name="ticket_called_when_who_where",
            ),
            models.CheckConstraint(
                condition=Q(served_at__isnull=True) | Q(called_at__isnull=False),
                name="ticket_called_before_served",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lane}{self.number:03d}"


class QuarantinedRecord(models.Model):
    """A record of the former system that could not be believed, kept whole with the reasons."""

    source = models.CharField(max_length=200)
    row = models.PositiveIntegerField()
    code = models.CharField(max_length=80, blank=True)
    fingerprint = models.CharField(max_length=64, unique=True)
    raw = models.JSONField()
    reasons = models.JSONField()
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.source}:{self.row}"
