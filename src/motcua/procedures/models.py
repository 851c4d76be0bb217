"""The catalogue of procedures: codes, their dated versions, the decisions behind them, and what was kept out."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q

from motcua.base.models import EffectiveDated, UUIDModel

from .data import Origin, VersionStatus

STATUSES = [(s.value, s.name) for s in VersionStatus]
ORIGINS = [(o.value, o.name) for o in Origin]


class Procedure(UUIDModel):
    """One administrative procedure under its code, national (1.001193) or local (1.012790.000.00.00.H41)."""

    code = models.CharField(max_length=40, unique=True)

    class Meta:
        db_table = "procedures_procedure"

    def __str__(self) -> str:
        return self.code


class Decision(UUIDModel):
    """The decision by which an agency published versions (quyết định công bố, NĐ 63/2010 Đ.15)."""

    number = models.CharField(max_length=100)
    agency = models.CharField(max_length=300)
    signed_on = models.DateField(null=True)
    note = models.TextField(default="", blank=True)

    class Meta:
        db_table = "procedures_decision"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="decision_once", fields=["number", "agency"])
        ]

    def __str__(self) -> str:
        return self.number


class ProcedureVersion(UUIDModel, EffectiveDated):
    """One version of a procedure's text and rules.

    draft → checked → published → withdrawn; a draft may be published only when its check finds nothing blocking.
    Published versions of one procedure never overlap in time: a later one cuts the earlier (`cut_at`, and
    `valid_before_cut` keeps what was known before, so that a replay as-known finds the day's answer).
    A published content is never changed: a change is a new version.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=STATUSES, default=VersionStatus.DRAFT.value)
    origin = models.CharField(max_length=10, choices=ORIGINS)
    reviewed = models.BooleanField(default=False)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    field = models.CharField(max_length=300)
    levels = ArrayField(models.CharField(max_length=10))
    flags = ArrayField(models.CharField(max_length=30), default=list)
    digest = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.TextField(default="", blank=True)
    cut_at = models.DateTimeField(null=True)
    valid_before_cut = models.JSONField(null=True)

    class Meta:
        db_table = "procedures_version"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["status", "field"], name="version_status_field"),
            models.Index(fields=["created_at"], name="version_created"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="version_number_once", fields=["procedure", "number"]),
            ExclusionConstraint(
                name="published_versions_do_not_overlap",
                expressions=[("procedure", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=Q(status=VersionStatus.PUBLISHED.value),
            ),
            models.CheckConstraint(
                name="version_valid_starts",
                condition=Q(valid__startswith__isnull=False, valid__isempty=False),
            ),
            models.CheckConstraint(
                name="version_published_has_time",
                condition=~Q(status=VersionStatus.PUBLISHED.value) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="version_withdrawn_has_why",
                condition=~Q(status=VersionStatus.WITHDRAWN.value)
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why="")),
            ),
            models.CheckConstraint(
                name="version_status_known", condition=Q(status__in=[s for s, _ in STATUSES])
            ),
            models.CheckConstraint(
                name="version_origin_known", condition=Q(origin__in=[o for o, _ in ORIGINS])
            ),
            models.CheckConstraint(
                name="version_cut_pair",
                condition=Q(cut_at__isnull=True, valid_before_cut__isnull=True)
                | Q(cut_at__isnull=False, valid_before_cut__isnull=False),
            ),
            models.CheckConstraint(name="version_number_positive", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="version_published_after_created",
                condition=Q(published_at__isnull=True) | Q(published_at__gte=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class Quarantine(UUIDModel):
    """A record of an import that was kept out, with its reason; the same record is kept once (`key`)."""

    key = models.CharField(max_length=64, unique=True)
    file = models.CharField(max_length=300)
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=100, default="", blank=True)
    reason = models.TextField()
    excerpt = models.TextField(default="", blank=True)
    first_seen_at = models.DateTimeField()

    class Meta:
        db_table = "procedures_quarantine"

    def __str__(self) -> str:
        return f"{self.file}:{self.position}"


class CatalogueStamp(models.Model):
    """One row whose number is another after each change, so that a cached index knows when it is old."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    class Meta:
        db_table = "procedures_stamp"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="stamp_is_one_row", condition=Q(id=1))
        ]

    def __str__(self) -> str:
        return str(self.number)
