"""What hangs on a dossier: clock facts, papers, supplements, opinions, apologies, results, payments, places."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from motcua.base.models import UUIDModel
from motcua.dossiers.data import HowProvided

from .dossier import Dossier


class ClockFact(models.Model):
    """One event of the dossier's clock, never changed. The due time follows from these and the calendar."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="clock_facts")
    seq = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=0)  # an imported dossier may bring a start and a pause
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    limit_amount = models.PositiveIntegerField(null=True)
    limit_unit = models.CharField(max_length=20, blank=True)
    to = models.DateTimeField(null=True)
    why = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["seq", "part"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dossier", "seq", "part"], name="clock_fact_once_per_entry"),
            models.CheckConstraint(
                condition=(Q(limit_amount__isnull=True) & Q(limit_unit=""))
                | (Q(limit_amount__isnull=False) & ~Q(limit_unit="")),
                name="clock_fact_limit_has_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class Component(UUIDModel):
    """A required paper as provided, with the evidence that it was digitised or that nothing was asked for."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="components")
    seq = models.PositiveIntegerField()  # the ledger entry with which it came
    code = models.CharField(max_length=80)
    name = models.CharField(max_length=2000)
    how = models.CharField(max_length=10, choices=[(h.value, h.value) for h in HowProvided])
    copies = models.PositiveIntegerField(default=1)
    original = models.BooleanField(default=False)
    file_id = models.UUIDField(null=True)
    wallet_ref = models.CharField(max_length=80, blank=True)
    fact = models.JSONField(default=dict)
    digitised_at = models.DateTimeField(null=True)
    digitised_by = models.CharField(max_length=64, blank=True)
    provided_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)  # a supplement brought a better one
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["seq", "code", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(copies__gte=1), name="component_has_a_copy"),
            models.CheckConstraint(
                condition=~Q(how__in=["file", "digitised"]) | Q(file_id__isnull=False),
                name="component_file_is_there",
            ),
            models.CheckConstraint(
                condition=~Q(how="wallet") | ~Q(wallet_ref=""), name="component_wallet_is_named"
            ),
            models.CheckConstraint(
                condition=~Q(how="registry") | ~Q(fact={}), name="component_fact_is_there"
            ),
            models.CheckConstraint(
                condition=(Q(digitised_at__isnull=True) & Q(digitised_by=""))
                | (Q(digitised_at__isnull=False) & ~Q(digitised_by="")),
                name="component_digitised_when_and_who",
            ),
            models.CheckConstraint(
                condition=~Q(how="digitised") | Q(digitised_at__isnull=False),
                name="component_digitised_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class SupplementRequest(UUIDModel):
    """A request for papers: one per dossier, complete (NĐ 61/2018 Đ.15.3); a further one is flagged `again`.

    `late`: asked after the lawful number of working days (Đ.19.4).
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="supplements")
    number = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    what = models.TextField()
    papers = models.JSONField(default=list)
    late = models.BooleanField()
    again = models.BooleanField()
    exceptional_reason = models.TextField(blank=True)
    due_before = models.DateTimeField(null=True)
    supplied_at = models.DateTimeField(null=True)
    supplied_by = models.CharField(max_length=64, blank=True)
    due_after = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # the dossier ended while it was waited for

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dossier", "number"], name="supplement_number_once"),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(supplied_at__isnull=True, closed_at__isnull=True),
                name="supplement_one_open",
            ),
            models.CheckConstraint(
                condition=(Q(supplied_at__isnull=True) & Q(supplied_by=""))
                | (Q(supplied_at__isnull=False) & ~Q(supplied_by="")),
                name="supplement_supplied_when_and_who",
            ),
            models.CheckConstraint(
                condition=(Q(number=1, again=False) & Q(exceptional_reason=""))
                | (Q(number__gt=1, again=True) & ~Q(exceptional_reason="")),
                name="supplement_again_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(supplied_at__isnull=True) | Q(supplied_at__gte=F("asked_at")),
                name="supplement_supplied_after_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} #{self.number}"


class Consultation(UUIDModel):
    """An opinion asked of another agency, with the time to answer (NĐ 61/2018 Đ.19.5)."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="consultations")
    agency = models.CharField(max_length=60)
    question = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    answer_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)
    answer = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=(Q(answered_at__isnull=True) & Q(answered_by="") & Q(answer=""))
                | (Q(answered_at__isnull=False) & ~Q(answered_by="") & ~Q(answer="")),
                name="consultation_answered_when_who_what",
            ),
            models.CheckConstraint(
                condition=Q(answer_by__gt=F("asked_at")), name="consultation_answer_after_question"
            ),
            models.UniqueConstraint(
                fields=["dossier", "agency"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="consultation_one_open_per_agency",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["agency", "answer_by", "id"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="consultation_to_answer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} → {self.agency}"


class Extension(UUIDModel):
    """An apology with its new date: once, told at least a day before the due time (NĐ 61/2018 Đ.19.9)."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="extensions")
    number = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=64)
    reason = models.TextField()
    due_before = models.DateTimeField()
    due_after = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dossier", "number"], name="extension_number_once"),
            models.CheckConstraint(
                condition=Q(due_after__gt=F("due_before")) & Q(asked_at__lt=F("due_before")),
                name="extension_lengthens_and_is_told_before",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} → {self.due_after}"


class PaperLocation(models.Model):
    """Where the paper lay and since when; the open row is where it lies now."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="papers")
    agency = models.CharField(max_length=60)
    place = models.CharField(max_length=200, blank=True)
    holder = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["since", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(until__isnull=True), name="paper_lies_in_one_place"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="paper_leaves_after_it_came"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.place}"


class PaymentLink(models.Model):
    """A payment of `fees` that belongs to the dossier."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="payments")
    payment = models.OneToOneField("fees.Payment", models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.payment_id)


class ResultLink(models.Model):
    """A result document of the dossier: signed by a person, then by the agency; withdrawn when sent back."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="results")
    result_id = models.UUIDField(unique=True)
    title = models.CharField(max_length=500)
    full_number = models.CharField(max_length=100, blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=64, blank=True)
    stamped_at = models.DateTimeField(null=True)
    stamped_by = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=(Q(signed_at__isnull=True) & Q(signed_by=""))
                | (Q(signed_at__isnull=False) & ~Q(signed_by="")),
                name="result_signed_when_and_who",
            ),
            models.CheckConstraint(
                condition=(Q(stamped_at__isnull=True) & Q(stamped_by=""))
                | (Q(stamped_at__isnull=False) & ~Q(stamped_by="") & Q(signed_at__isnull=False)),
                name="result_stamped_after_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.full_number or self.title
