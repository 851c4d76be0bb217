"""What is kept of petitions and ratings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from motcua.base.models import UUIDModel
from motcua.feedback.data import About, Mark, PetitionState, Way

_ENDED = (PetitionState.REFUSED, PetitionState.RESOLVED, PetitionState.PUBLISHED)


class Petition(UUIDModel):
    """One petition about an officer, an office or a procedure, at one agency at a time.

    Invariants (SQL): the moments follow one another; a refusal and an answer have words; the same words are open
    at one agency only (`fingerprint`).
    """

    code = models.CharField(max_length=30, unique=True)
    about = models.CharField(max_length=10)
    agency_key = models.CharField(max_length=60)
    procedure_code = models.CharField(max_length=40, blank=True)
    dossier_id = models.UUIDField(null=True, db_index=True)
    content = models.TextField()
    sender_name = models.CharField(max_length=200, blank=True)
    sender_contact = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=10)
    sent_at = models.DateTimeField()
    since = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    supplied_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    satisfied = models.BooleanField(null=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(about__in=[a.value for a in About])
                & Q(state__in=[s.value for s in PetitionState]),
                name="petition_words_are_known",
            ),
            models.CheckConstraint(
                condition=(Q(refused_at__isnull=False) & Q(state="refused") & ~Q(answer=""))
                | (Q(refused_at__isnull=True) & ~Q(state="refused")),
                name="petition_refused_when_and_why",
            ),
            models.CheckConstraint(
                condition=(
                    Q(resolved_at__isnull=False) & Q(state__in=["resolved", "published"]) & ~Q(answer="")
                )
                | (Q(resolved_at__isnull=True) & ~Q(state__in=["resolved", "published"])),
                name="petition_resolved_when_and_how",
            ),
            models.CheckConstraint(
                condition=(Q(published_at__isnull=False) & Q(state="published"))
                | (Q(published_at__isnull=True) & ~Q(state="published")),
                name="petition_published_when",
            ),
            models.CheckConstraint(
                condition=Q(since__gte=F("sent_at")) & ~Q(content=""), name="petition_says_something"
            ),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=Q(state__in=["received", "asked"]),
                name="petition_open_in_one_unit",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency_key", "sent_at"], name="petition_of_agency")
        ]

    def __str__(self) -> str:
        return self.code


class Rating(models.Model):
    """One tap about one dossier, once. `place_hash` is a salted hash of where it came from, to see crowds."""

    dossier_id = models.UUIDField(unique=True)
    agency_key = models.CharField(max_length=60)
    mark = models.CharField(max_length=5)
    way = models.CharField(max_length=5)
    at = models.DateTimeField()
    place_hash = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(mark__in=[m.value for m in Mark]) & Q(way__in=[w.value for w in Way]),
                name="rating_words_are_known",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["place_hash", "at"], name="rating_of_place")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.mark}"
