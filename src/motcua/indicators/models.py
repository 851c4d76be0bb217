"""The evidence of every dossier, and the counts by agency and day that scores are computed from.

Counts are whole numbers; the same ones come out of the live path (differences) and of a rebuild (sums), to the last
digit. Nothing here is typed by anybody.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Evidence(models.Model):
    """One dossier: the days on which it counts and the predicates that hold (bits of `data.Holds`)."""

    dossier_id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=60)
    seq = models.PositiveIntegerField()
    agency = models.CharField(max_length=60)
    receiving_agency = models.CharField(max_length=60)
    procedure_code = models.CharField(max_length=40)
    received_day = models.DateField(null=True)
    start_day = models.DateField(null=True)
    end_day = models.DateField(null=True)
    late_day = models.DateField(null=True)
    in_time = models.BooleanField(null=True)
    holds = models.IntegerField()
    can = models.IntegerField()
    sync_known = models.BooleanField()
    sync_waits = models.BooleanField()  # somebody reports it, and the portal has not confirmed it yet
    signs = models.SmallIntegerField()
    points_time = models.SmallIntegerField()
    points_contacts = models.SmallIntegerField()
    points_attitude = models.SmallIntegerField()
    step = models.CharField(max_length=12, blank=True)
    check_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(in_time__isnull=True, start_day__isnull=True)
                | Q(in_time__isnull=False, start_day__isnull=False),
                name="evidence_counted_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(received_day__isnull=False) | Q(holds=0), name="evidence_holds_when_received"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency", "received_day"], name="evidence_received"),
            models.Index(fields=["agency", "start_day", "end_day"], name="evidence_running"),
            models.Index(
                fields=["-received_day", "dossier_id"], condition=Q(sync_waits=True), name="evidence_unsynced"
            ),
            models.Index(fields=["check_at"], condition=Q(check_at__isnull=False), name="evidence_to_check"),
            models.Index(fields=["received_day", "dossier_id"], name="evidence_by_day"),
            models.Index(fields=["-start_day", "dossier_id"], name="evidence_by_start"),
            models.Index(
                fields=["-late_day", "dossier_id"], condition=Q(late_day__isnull=False), name="evidence_late"
            ),
            models.Index(
                fields=["agency", "-late_day"], condition=Q(late_day__isnull=False), name="evidence_late_here"
            ),
            models.Index(
                fields=["agency"], condition=Q(end_day__isnull=True, in_time=False), name="evidence_overdue"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Tally(models.Model):
    """Counts of one agency on one day (grain d) or in one month (grain m, its first day)."""

    pk = models.CompositePrimaryKey("grain", "day", "agency")
    grain = models.CharField(max_length=1)
    agency = models.CharField(max_length=60)
    day = models.DateField()
    received = models.IntegerField(default=0)
    sync_known = models.IntegerField(default=0)
    synchronised = models.IntegerField(default=0)
    fit_for_full = models.IntegerField(default=0)
    online_full = models.IntegerField(default=0)
    filed_online = models.IntegerField(default=0)
    must_pay = models.IntegerField(default=0)
    paid_online = models.IntegerField(default=0)
    with_paper = models.IntegerField(default=0)
    electronic_result = models.IntegerField(default=0)
    digitised = models.IntegerField(default=0)
    reused = models.IntegerField(default=0)
    shared = models.IntegerField(default=0)
    population_used = models.IntegerField(default=0)
    content = models.IntegerField(default=0)
    certifies = models.IntegerField(default=0)
    certified_copy = models.IntegerField(default=0)
    opened = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    closed_in_time = models.IntegerField(default=0)
    left_in_time = models.IntegerField(default=0)
    points_total_time = models.IntegerField(default=0)
    points_contacts = models.IntegerField(default=0)
    points_attitude = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(grain__in=["d", "m"]), name="tally_grain")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["grain", "agency", "day"], name="tally_agency")
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.grain} {self.day}"


class ProcedureTally(models.Model):
    """Counts of one procedure at one agency: which services were used, paid for, connected.

    Grains m, q and y: a month, a quarter, a year, from its first day.
    """

    pk = models.CompositePrimaryKey("grain", "first_day", "agency", "procedure_code")
    grain = models.CharField(max_length=1)
    agency = models.CharField(max_length=60)
    procedure_code = models.CharField(max_length=40)
    first_day = models.DateField()
    received = models.IntegerField(default=0)
    filed_online = models.IntegerField(default=0)
    must_pay = models.IntegerField(default=0)
    paid_online = models.IntegerField(default=0)
    population_used = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(grain__in=["m", "q", "y"]), name="procedure_tally_grain")
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.procedure_code} {self.grain} {self.first_day}"


class WorkTally(models.Model):
    """How many dossiers of an agency and month of receipt have the same left to do, and the same signs of gaming."""

    pk = models.CompositePrimaryKey("month", "agency", "ended", "can", "signs")
    agency = models.CharField(max_length=60)
    month = models.DateField()
    ended = models.BooleanField()
    can = models.IntegerField()
    signs = models.SmallIntegerField()
    dossiers = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.agency} {self.month} {self.can} {self.signs}"


class Standing(models.Model):
    """Up to when the evidence is judged: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    as_of = models.DateTimeField()
    rebuilt_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(id=1), name="standing_is_one")
        ]

    def __str__(self) -> str:
        return f"as of {self.as_of}"


class Reported(models.Model):
    """A figure that others report (phones, accounts, certified copies): kept apart from what is computed.

    Invariant: signed off by somebody else than its author, or not yet.
    """

    series = models.CharField(max_length=60)
    unit_key = models.CharField(max_length=60)
    day = models.DateField()
    numerator = models.DecimalField(max_digits=18, decimal_places=2)
    denominator = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    source = models.CharField(max_length=500)
    file_id = models.UUIDField(null=True)
    author = models.CharField(max_length=64)
    reported_at = models.DateTimeField()
    signed_by = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=(Q(signed_at__isnull=True) & Q(signed_by=""))
                | (Q(signed_at__isnull=False) & ~Q(signed_by="") & ~Q(signed_by=models.F("author"))),
                name="reported_signed_by_another",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="reported_has_a_source"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["series", "unit_key", "-day"], name="reported_series")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.unit_key} {self.day}"
