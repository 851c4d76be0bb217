"""Units and agencies as rows, so that other tables can point at them and SQL can join them."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from motcua.base.models import EffectiveDated


class Unit(EffectiveDated):
    """One span of a territory. No two spans of one code and level overlap; codes come back later as others.

    Since 1 July 2025 a commune stands directly under the province (Luật 72/2025/QH15).
    """

    key = models.CharField(primary_key=True, max_length=20)
    code = models.CharField(max_length=5, db_index=True)
    name = models.CharField(max_length=100)
    folded = models.CharField(max_length=100)
    kind = models.CharField(max_length=16)
    level = models.CharField(max_length=8)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    area_km2 = models.FloatField(null=True)
    population = models.PositiveIntegerField(null=True)
    seat = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="unit_spans_of_a_code_do_not_overlap",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="unit_only_a_province_has_no_parent",
                condition=models.Q(level="province", parent__isnull=True)
                | (~models.Q(level="province") & models.Q(parent__isnull=False)),
            ),
            models.CheckConstraint(
                name="unit_has_both_coordinates_or_none",
                condition=models.Q(lon__isnull=True, lat__isnull=True)
                | models.Q(lon__isnull=False, lat__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.key})"


class UnitSuccession(models.Model):
    """On `day` one unit was followed by another, whole or as part of a larger one."""

    day = models.DateField()
    before = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=16)
    source = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "before", "after"], name="unit_succession_once"),
            models.CheckConstraint(
                name="unit_does_not_follow_itself", condition=~models.Q(before=models.F("after"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} -> {self.after_id}"


class Agency(models.Model):
    """An organisation of the state during its life. Its key is never used again for another."""

    key = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    level = models.CharField(max_length=8)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    agency_code = models.CharField(max_length=20)
    agency_code_certainty = models.CharField(max_length=3)
    valid = DateRangeField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    known_from = models.DateTimeField()
    source = models.JSONField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="agency_code_stands_for_one_at_a_time",
                expressions=[
                    ("agency_code", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.key})"


class AgencySuccession(models.Model):
    """On `day` the tasks of one agency, or part of them, went to another."""

    day = models.DateField()
    before = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=16)
    source = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "before", "after"], name="agency_succession_once"),
            models.CheckConstraint(
                name="agency_does_not_follow_itself", condition=~models.Q(before=models.F("after"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} -> {self.after_id}"
