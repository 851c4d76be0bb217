"""What is kept of cleaning: imported files, their records beside the persons found, votes, corrections, measures."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from motcua.base.models import UUIDModel
from motcua.quality.data import CorrectionState, Heap, ImportState, Verdict

STATES = [(one.value, one.name) for one in ImportState]
HEAPS = [(one.value, one.name) for one in Heap]


class Import(UUIDModel):
    """A file of a register that an officer brought in. `agency` cleans it, `owner` keeps the register."""

    register = models.CharField(max_length=80)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    agency = models.CharField(max_length=60)
    owner = models.CharField(max_length=60)
    header = models.JSONField()
    sample = models.JSONField()
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=STATES)
    stage = models.CharField(max_length=20, default="", blank=True)
    share = models.FloatField(default=0)
    rows = models.IntegerField(default=0)
    trouble = models.CharField(max_length=400, default="", blank=True)
    uploaded_by = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "quality_import"
        indexes = [
            models.Index(fields=["agency", "uploaded_at"], name="import_agency"),
            models.Index(
                fields=["uploaded_at"], name="import_open", condition=Q(state__in=["waiting", "running"])
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="import_named", condition=~Q(register="") & ~Q(agency="") & ~Q(owner="")
            ),
            models.CheckConstraint(name="import_share", condition=Q(share__gte=0) & Q(share__lte=1)),
            models.CheckConstraint(
                name="import_finished_pair",
                condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                | (~Q(state__in=["done", "failed"]) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="import_failed_says_why", condition=~Q(state="failed") | ~Q(trouble="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ImportFile(models.Model):
    """The bytes of a file until its records are read; then the records keep what it said."""

    of = models.OneToOneField(Import, on_delete=models.CASCADE, primary_key=True, related_name="+")
    content = models.BinaryField()

    class Meta:
        db_table = "quality_import_file"

    def __str__(self) -> str:
        return str(self.of_id)


class Mapping(models.Model):
    """Which column is what, as a person said it once for a register and its set of columns."""

    agency = models.CharField(max_length=60)
    register = models.CharField(max_length=80)
    header_key = models.CharField(max_length=64)
    mapping = models.JSONField()
    mapped_by = models.CharField(max_length=64)
    mapped_at = models.DateTimeField()

    class Meta:
        db_table = "quality_mapping"
        constraints = [
            models.UniqueConstraint(fields=["agency", "register", "header_key"], name="mapping_once"),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.header_key[:8]}"


class Record(UUIDModel):
    """A row of a register as its book says it, and the person it may be. The row itself is never changed here.

    `found` is the heap the machine chose, `heap` where it lies after what people said. What is matched has a person.
    """

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    row = models.IntegerField()
    key = models.CharField(max_length=80, default="", blank=True)
    facts = models.JSONField()
    extra = models.JSONField()
    unit_key = models.CharField(max_length=40, default="", blank=True)
    found = models.CharField(max_length=8, choices=HEAPS)
    heap = models.CharField(max_length=8, choices=HEAPS)
    problem = models.CharField(max_length=240, default="", blank=True)
    person_ref = models.CharField(max_length=64, default="", blank=True)
    person = models.JSONField(default=dict)
    probability = models.FloatField(null=True)
    doubtful = models.BooleanField(default=False)
    reasons = models.TextField(default="", blank=True)
    cluster = models.IntegerField(null=True)

    class Meta:
        db_table = "quality_record"
        indexes = [
            models.Index(fields=["of", "heap", "row"], name="record_heap"),
            models.Index(fields=["of", "unit_key"], name="record_unit"),
            models.Index(fields=["of", "cluster"], name="record_cluster", condition=Q(cluster__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["of", "row"], name="record_row_once"),
            models.CheckConstraint(
                name="record_matched_has_person", condition=~Q(heap="matched") | ~Q(person_ref="")
            ),
            models.CheckConstraint(
                name="record_review_has_person", condition=~Q(heap="review") | ~Q(person_ref="")
            ),
            models.CheckConstraint(
                name="record_broken_says_why", condition=~Q(heap="broken") | ~Q(problem="")
            ),
            models.CheckConstraint(
                name="record_probability", condition=Q(probability__gte=0) & Q(probability__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Vote(UUIDModel):
    """What one officer said of a proposed match; one standing vote each. Withdrawn votes stay to be read."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=9, choices=[(one.value, one.name) for one in Verdict])
    said_by = models.CharField(max_length=64)
    said_name = models.CharField(max_length=100, default="", blank=True)
    said_at = models.DateTimeField()
    note = models.CharField(max_length=300, default="", blank=True)
    withdrawn_by = models.CharField(max_length=64, default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "quality_vote"
        constraints = [
            models.UniqueConstraint(
                fields=["record", "said_by"], name="vote_one_standing", condition=Q(withdrawn_at__isnull=True)
            ),
            models.CheckConstraint(
                name="vote_withdrawn_pair",
                condition=(Q(withdrawn_by="") & Q(withdrawn_at__isnull=True))
                | (~Q(withdrawn_by="") & Q(withdrawn_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.record_id}"


class Correction(UUIDModel):
    """A task for a register's owner: what differs, by when. Nobody changes the register for them."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    owner = models.CharField(max_length=60)
    differences = models.JSONField()
    days = models.SmallIntegerField()
    due = models.DateField()
    rules = models.CharField(max_length=40)
    state = models.CharField(
        max_length=9,
        choices=[(one.value, one.name) for one in CorrectionState],
        default=CorrectionState.OPEN.value,
    )
    sent_by = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    closed_by = models.CharField(max_length=64, default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        db_table = "quality_correction"
        indexes = [models.Index(fields=["owner", "due"], name="correction_open", condition=Q(state="open"))]
        constraints = [
            models.UniqueConstraint(fields=["record"], name="correction_one_open", condition=Q(state="open")),
            models.CheckConstraint(
                name="correction_closed_pair",
                condition=(Q(state="open") & Q(closed_by="") & Q(closed_at__isnull=True))
                | (~Q(state="open") & ~Q(closed_by="") & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="correction_stands_says_why", condition=~Q(state="stands") | ~Q(answer="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class MeasureRow(models.Model):
    """The four words of one field in one unit, counted when an import was linked."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    unit = models.CharField(max_length=40, default="", blank=True)
    field = models.CharField(max_length=20)
    total = models.IntegerField()
    given = models.IntegerField()
    fabricated = models.IntegerField()
    correct = models.IntegerField()
    tidy = models.IntegerField()  # `clean` of a measure; the name is Django's here
    events = models.IntegerField()
    live = models.IntegerField()

    class Meta:
        db_table = "quality_measure"
        constraints = [
            models.UniqueConstraint(fields=["of", "unit", "field"], name="measure_once"),
            models.CheckConstraint(
                name="measure_within",
                condition=Q(given__lte=F("total"))
                & Q(fabricated__lte=F("given"))
                & Q(correct__lte=F("given") - F("fabricated"))
                & Q(tidy__lte=F("total"))
                & Q(live__lte=F("events")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.unit} {self.field}"
