"""What is kept in the database: files, results, register books, wallet items."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from motcua.base.models import UUIDModel
from motcua.documents.data import MediaType, ResultState, WalletSource


def _choices(values: type[MediaType] | type[ResultState] | type[WalletSource]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class StoredFile(UUIDModel):
    """One file as somebody handed it in; its bytes lie on disk under their hash.

    Invariants: the row is written after the bytes are safely on disk; rows may share bytes, so two people who
    upload the same photo never learn of each other. `sha256` is of the bytes kept, which for images are not
    the bytes received (`received_sha256`): orientation is applied and hidden data removed.
    """

    sha256 = models.CharField(max_length=64, db_index=True)
    received_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100, choices=_choices(MediaType))
    name = models.CharField(max_length=200)
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256_hex"),
            models.CheckConstraint(condition=Q(size__gt=0), name="file_not_empty"),
            models.CheckConstraint(condition=~Q(name=""), name="file_named"),
        ]

    def __str__(self) -> str:
        return self.name


class RegisterBook(UUIDModel):
    """The last number given in a register book in a year (NĐ 30/2020/NĐ-CP Đ.15: from 01 each year).

    Numbers have no gaps: the row is locked while its number is taken, and a transaction that fails gives the
    number back by never having taken it.
    """

    agency_key = models.CharField(max_length=80)
    book = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency_key", "book", "year"], name="book_once_a_year"),
            models.CheckConstraint(condition=Q(year__gte=1945, year__lte=2200), name="book_year_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.book}/{self.year}"


class Result(UUIDModel):
    """A result of an administrative procedure: prepared → signed → issued → revoked or replaced.

    Invariants: a number is used once per agency, book and year; an issued result has a file; a result that
    ended says when and why; a replaced one names its successor, and only one result replaces another.
    The signer's signature comes before the agency's (NĐ 30/2020/NĐ-CP Đ.5, Đ.13).
    """

    state = models.CharField(max_length=10, choices=_choices(ResultState))
    title = models.CharField(max_length=300)
    template = models.CharField(max_length=100)
    agency_key = models.CharField(max_length=80)
    agency_name = models.CharField(max_length=200)
    book = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    symbol = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField()
    owner = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "people.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    verify_code = models.CharField(max_length=20, unique=True)
    dossier_ref = models.CharField(max_length=60, blank=True, db_index=True)
    procedure_code = models.CharField(max_length=40, blank=True)
    result_code = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    signer = models.JSONField()  # SignerRef as it stood
    layout = models.JSONField()  # where the signatures go: {"person": Box, "agency": Box}
    fields = models.JSONField()  # what was printed, so that a replacement can start from it
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replacement"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=100, blank=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_key", "book", "year", "number"], name="result_number_once"
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="result_number_positive"),
            models.CheckConstraint(
                condition=Q(state=ResultState.PREPARED) | Q(signed_at__isnull=False),
                name="result_signed_when_past_prepared",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ResultState.PREPARED, ResultState.SIGNED])
                | Q(sealed_at__isnull=False),
                name="result_sealed_when_issued",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=[ResultState.REVOKED, ResultState.REPLACED])
                    & Q(ended_at__isnull=False)
                    & ~Q(ended_by="")
                    & ~Q(ended_reason="")
                )
                | (
                    ~Q(state__in=[ResultState.REVOKED, ResultState.REPLACED])
                    & Q(ended_at__isnull=True)
                    & Q(ended_by="")
                    & Q(ended_reason="")
                ),
                name="result_end_says_when_who_why",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="result_not_own_successor"
            ),
        ]
        indexes = [models.Index(fields=["owner", "-issued_on"], name="result_owner_idx")]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


class WalletEntry(UUIDModel):
    """One paper in the electronic data store of a person or an organisation (NĐ 45/2020/NĐ-CP Đ.16).

    Invariants: it belongs to exactly one of the two; an issued paper names its result; a digitised one has
    the code of TT 01/2023/TT-VPCP Đ.10. Whether it still stands is read from the result, never copied.
    """

    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "people.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=80, db_index=True)
    title = models.CharField(max_length=300)
    number = models.CharField(max_length=100, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=10, choices=_choices(WalletSource))
    issued_on = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    result = models.OneToOneField(
        Result, null=True, blank=True, on_delete=models.PROTECT, related_name="wallet_entry"
    )
    digital_code = models.CharField(max_length=160, blank=True)
    data = models.JSONField(default=dict, blank=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="wallet_one_holder",
            ),
            models.CheckConstraint(
                condition=~Q(source=WalletSource.ISSUED) | Q(result__isnull=False),
                name="wallet_issued_names_result",
            ),
            models.CheckConstraint(
                condition=~Q(source=WalletSource.DIGITISED) | ~Q(digital_code=""),
                name="wallet_digitised_has_code",
            ),
            models.UniqueConstraint(
                fields=["digital_code"],
                condition=~Q(digital_code="") & Q(removed_at__isnull=True),
                name="wallet_digital_code_once",
            ),
        ]
        indexes = [models.Index(fields=["person", "kind"], name="wallet_person_kind_idx")]

    def __str__(self) -> str:
        return self.title
