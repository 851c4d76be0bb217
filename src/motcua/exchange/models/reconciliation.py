"""What comparing with the national portal found, kept with its proof."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from motcua.base.models import UUIDModel

KINDS = ("missing_there", "missing_here", "different", "doubled_there")


class Reconciliation(UUIDModel):
    """One comparison of two whole sets; never changed. `proof` is the text that can be kept and checked later."""

    at = models.DateTimeField()
    agency = models.CharField(max_length=60, blank=True)
    start = models.DateField(null=True)
    end = models.DateField(null=True)
    ours = models.PositiveIntegerField()
    theirs = models.PositiveIntegerField()
    same = models.PositiveIntegerField()
    differences = models.PositiveIntegerField()
    our_root = models.CharField(max_length=64)
    their_root = models.CharField(max_length=64)
    proof = models.TextField()
    seconds = models.FloatField()

    class Meta:
        db_table = "exchange_reconciliation"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gt=F("start")),
                name="exchange_reconciliation_span",
            ),
            models.CheckConstraint(condition=Q(same__lte=F("ours")), name="exchange_reconciliation_same"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["-at"], name="exchange_reconciled")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.ours}/{self.theirs}: {self.differences}"


class Difference(models.Model):
    """One dossier on which the two sides disagree, why as far as can be told, and what mends it."""

    reconciliation = models.ForeignKey(Reconciliation, models.CASCADE, related_name="found")
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=80)
    agency = models.CharField(max_length=60, blank=True)
    day = models.DateField(null=True)
    dossier = models.UUIDField(null=True)
    fields = models.JSONField(default=list)
    cause = models.CharField(max_length=30)
    mended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_difference"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="exchange_difference_kind"),
            models.UniqueConstraint(
                fields=["reconciliation", "code", "kind"], name="exchange_difference_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["reconciliation", "agency", "day"], name="exchange_difference_unit")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
