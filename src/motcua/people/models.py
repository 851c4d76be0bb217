"""What is kept of people: the mirror of the population base, and beside it what citizens say and may do."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Q

from motcua.base.models import UUIDModel
from motcua.people.data import (
    AuthorityKind,
    ClaimState,
    DatePrecision,
    IdentifierKind,
    MaritalStatus,
    RelationKind,
    Sex,
)

SEXES = [(value.value, value.name) for value in Sex]
PRECISIONS = [(value.value, value.name) for value in DatePrecision]
MARITAL = [(value.value, value.name) for value in MaritalStatus]


class Person(UUIDModel):
    """One person, as the population base holds them (Law 26/2023/QH15 on identity, art. 9).

    Mirror fields are written from population sources only; `provenance` says for each which source, as of when.
    A number belongs to one person; the dead have no open sign-in; a day of death means dead.
    """

    personal_number = models.CharField(max_length=12, null=True, unique=True)  # noqa: DJ001  unique, unknown is NULL
    full_name = models.CharField(max_length=100)
    name_key = models.CharField(max_length=100)
    dob = models.DateField(null=True)
    dob_precision = models.CharField(max_length=5, choices=PRECISIONS, default=DatePrecision.DAY.value)
    sex = models.CharField(max_length=7, choices=SEXES, default=Sex.UNKNOWN.value)
    ethnicity = models.CharField(max_length=40, default="", blank=True)
    nationality = models.CharField(max_length=40, default="", blank=True)
    marital_status = models.CharField(max_length=8, choices=MARITAL, default=MaritalStatus.UNKNOWN.value)
    permanent_unit = models.CharField(max_length=40, default="", blank=True)
    permanent_address = models.CharField(max_length=300, default="", blank=True)
    temporary_unit = models.CharField(max_length=40, default="", blank=True)
    temporary_address = models.CharField(max_length=300, default="", blank=True)
    phone = models.CharField(max_length=16, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    alive = models.BooleanField(default=True)
    died_on = models.DateField(null=True)
    identity_level = models.SmallIntegerField(default=0)
    provenance = models.JSONField(default=dict)

    class Meta:
        db_table = "people_person"
        indexes = [
            models.Index(
                fields=["name_key", "dob"],
                name="person_name_dob",
                opclasses=["varchar_pattern_ops", "date_ops"],
            ),
            models.Index(fields=["permanent_unit"], name="person_unit"),
            models.Index(fields=["phone"], name="person_phone", condition=~Q(phone="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="person_number_12_digits", condition=Q(personal_number__regex=r"^[0-9]{12}$")
            ),
            models.CheckConstraint(name="person_has_name", condition=~Q(full_name="") & ~Q(name_key="")),
            models.CheckConstraint(
                name="person_died_means_dead", condition=Q(died_on__isnull=True) | Q(alive=False)
            ),
            models.CheckConstraint(
                name="person_died_after_birth",
                condition=Q(died_on__isnull=True) | Q(dob__isnull=True) | Q(died_on__gte=F("dob")),
            ),
            models.CheckConstraint(name="person_level", condition=Q(identity_level__in=[0, 1, 2])),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Identifier(models.Model):
    """A number of an older paper (CMND of 9 digits, passport): kept as history, never as who somebody is.

    Two people may have had the same old number: provinces gave them out apart, so it is not unique.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=[(k.value, k.name) for k in IdentifierKind])
    number = models.CharField(max_length=20)
    issued_on = models.DateField(null=True)
    issued_by = models.CharField(max_length=100, default="", blank=True)
    source = models.CharField(max_length=60)
    as_of = models.DateTimeField()

    class Meta:
        db_table = "people_identifier"
        indexes = [models.Index(fields=["kind", "number"], name="identifier_number")]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "number"], name="identifier_once"),
            models.CheckConstraint(
                name="identifier_cmnd_9_digits", condition=~Q(kind="cmnd") | Q(number__regex=r"^[0-9]{9}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class SourceRecord(models.Model):
    """Which person a source's own reference stands for: keeps a second run from making a second person."""

    source = models.CharField(max_length=60)
    ref = models.CharField(max_length=100)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "people_source_record"
        constraints = [models.UniqueConstraint(fields=["source", "ref"], name="source_ref_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.ref}"


class FamilyTie(models.Model):
    """A relative as a source gives them: always by name, and linked when the source gave a number we hold."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=[(k.value, k.name) for k in RelationKind])
    related = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    related_name = models.CharField(max_length=100)
    related_number = models.CharField(max_length=12, null=True)  # noqa: DJ001  unknown is NULL
    source = models.CharField(max_length=60)
    as_of = models.DateTimeField()

    class Meta:
        db_table = "people_family_tie"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "related_name", "related_number"],
                name="tie_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                name="tie_one_of_kind",
                condition=Q(kind__in=["father", "mother", "spouse", "household_head"]),
            ),
            models.CheckConstraint(
                name="tie_not_to_oneself",
                condition=Q(kind="household_head") | Q(related__isnull=True) | ~Q(related=F("person")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class Organisation(UUIDModel):
    """An organisation, as the business or tax register holds it; one tax code, one organisation."""

    tax_code = models.CharField(max_length=14, unique=True)
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300)
    kind = models.CharField(max_length=60, default="", blank=True)
    unit_key = models.CharField(max_length=40, default="", blank=True)
    address = models.CharField(max_length=300, default="", blank=True)
    phone = models.CharField(max_length=16, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    representative = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    representative_name = models.CharField(max_length=100, default="", blank=True)
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=60)
    as_of = models.DateTimeField()

    class Meta:
        db_table = "people_organisation"
        constraints = [
            models.CheckConstraint(
                name="organisation_tax_code",
                condition=Q(tax_code__regex=r"^([0-9]{10}(-[0-9]{3})?|[0-9]{12})$"),
            ),
        ]

    def __str__(self) -> str:
        return self.tax_code


class Authority(UUIDModel):
    """Somebody's power to act for a person or an organisation, with the paper that gives it.

    Exactly one principal; a proxy names its end (Civil Code 91/2015, art. 563: one year when silent);
    who ended it and when come together.
    """

    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    principal_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    principal_organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=16, choices=[(k.value, k.name) for k in AuthorityKind])
    procedures = ArrayField(models.CharField(max_length=30), default=list)
    valid = DateRangeField()
    evidence = models.CharField(max_length=300)
    recorded_by = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "people_authority"
        constraints = [
            models.CheckConstraint(
                name="authority_one_principal",
                condition=Q(principal_person__isnull=True) ^ Q(principal_organisation__isnull=True),
            ),
            models.CheckConstraint(
                name="authority_not_for_oneself",
                condition=Q(principal_person__isnull=True) | ~Q(principal_person=F("agent")),
            ),
            models.CheckConstraint(name="authority_has_evidence", condition=~Q(evidence="")),
            models.CheckConstraint(
                name="authority_end_pair",
                condition=(Q(ended_by="") & Q(ended_at__isnull=True))
                | (~Q(ended_by="") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="authority_proxy_ends", condition=~Q(kind="proxy") | Q(valid__upper_inf=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Claim(UUIDModel):
    """What a citizen said about a mirrored fact. The mirror itself changes only when its source does."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    mirrored = models.JSONField(null=True)
    said = models.JSONField(null=True)
    reason = models.CharField(max_length=500, default="", blank=True)
    said_by = models.CharField(max_length=64)
    said_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=[(s.value, s.name) for s in ClaimState], default=ClaimState.OPEN.value
    )
    settled_by = models.CharField(max_length=64, default="", blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_why = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        db_table = "people_claim"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"], name="claim_one_open", condition=Q(state=ClaimState.OPEN.value)
            ),
            models.CheckConstraint(
                name="claim_settled_pair",
                condition=(Q(state="open") & Q(settled_by="") & Q(settled_at__isnull=True))
                | (~Q(state="open") & ~Q(settled_by="") & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class OwnContact(models.Model):
    """Where a person told us themselves to reach them; goes before the mirror's phone and e-mail."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+", primary_key=True)
    phone = models.CharField(max_length=16, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    evidence = models.CharField(max_length=300, default="", blank=True)
    changed_by = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "people_own_contact"

    def __str__(self) -> str:
        return str(self.person_id)


class IdentityLink(UUIDModel):
    """A sign-in account at the identity provider, tied to one person.

    One open account for a person at a provider, and one more for each organisation they hold an account of.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    tax_code = models.CharField(max_length=14, default="", blank=True)
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    last_sign_in = models.DateTimeField()

    class Meta:
        db_table = "people_identity_link"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_subject_once"),
            models.UniqueConstraint(
                fields=["person", "issuer", "tax_code"],
                name="identity_one_open",
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class UsedSignIn(models.Model):
    """A sign-in request that was answered: its nonce's hash, so that no answer is taken twice."""

    nonce_hash = models.CharField(max_length=64, primary_key=True)
    used_at = models.DateTimeField()

    class Meta:
        db_table = "people_used_sign_in"

    def __str__(self) -> str:
        return self.nonce_hash
