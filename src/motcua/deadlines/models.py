"""Working time as it is kept: facts that are only ever added to, each with when it became known.

A correction is a new row with a later `known_from`; the old one stays, so that a due time promised under it
can be counted again as it was.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from motcua.base.models import EffectiveDated
from motcua.deadlines.data import DayKind

_KINDS = [(kind.value, kind.value) for kind in DayKind]


class CalendarRevision(models.Model):
    """One load or publication. The newest stamp tells a process whether what it remembers is still whole.

    The stamp is random, so that a restored or emptied database is never taken for the one remembered.
    """

    stamp = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        db_table = "deadlines_revision"

    def __str__(self) -> str:
        return f"{self.pk}: {self.reason}"


class CalendarDayRow(models.Model):
    """A dated fact about a day (Bộ luật Lao động Điều 112; exchanges by the Prime Minister's decision).

    Legal states: only a `swapped_working` day names the weekday whose hours it takes; one fact per day, agency
    and moment of knowledge.
    """

    day = models.DateField()
    kind = models.CharField(max_length=20, choices=_KINDS)
    name = models.CharField(max_length=200)
    hours_of = models.DateField(null=True, blank=True)
    agency_key = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001  (null: every agency)
    known_from = models.DateTimeField()
    source = models.JSONField()

    class Meta:
        db_table = "deadlines_day"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "agency_key", "known_from"],
                name="deadlines_day_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind=DayKind.SWAPPED_WORKING.value, hours_of__isnull=False)
                | (~Q(kind=DayKind.SWAPPED_WORKING.value) & Q(hours_of__isnull=True)),
                name="deadlines_day_swap_names_its_day",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in DayKind]), name="deadlines_day_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(hours_of__isnull=True) | ~Q(hours_of=F("day")),
                name="deadlines_day_not_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class CalendarYearRow(models.Model):
    """That the days off of a year are announced (or only projected), and since when that was known."""

    year = models.PositiveSmallIntegerField()
    projected = models.BooleanField()
    known_from = models.DateTimeField()
    source = models.JSONField()

    class Meta:
        db_table = "deadlines_year"
        constraints = [
            models.UniqueConstraint(fields=["year", "known_from"], name="deadlines_year_once"),
            models.CheckConstraint(condition=Q(year__range=(1990, 2200)), name="deadlines_year_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.year}{' (dự kiến)' if self.projected else ''}"


class WorkWeekRow(EffectiveDated):
    """The weekly hours of every agency (`agency_key` null) or of one, for a time and a season.

    `days` is a list of seven {"spans": ["07:30-11:30", …], "counts": bool}, Monday first. Two rows known from
    the same moment never overlap in validity for one agency and season.
    """

    agency_key = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001  (null: every agency)
    season = models.CharField(max_length=11, blank=True)  # "04-16/10-15", or empty for all the year
    days = models.JSONField()

    class Meta:
        db_table = "deadlines_week"
        constraints = [
            models.UniqueConstraint(
                fields=["agency_key", "valid", "season", "known_from"],
                name="deadlines_week_once",
                nulls_distinct=False,
            ),
            ExclusionConstraint(
                name="deadlines_week_no_overlap",
                expressions=[
                    (Coalesce("agency_key", models.Value("")), "="),
                    ("season", "="),
                    ("known_from", "="),
                    ("valid", "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_key or 'tất cả'} {self.season}"
