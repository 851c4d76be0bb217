"""The tables of the ledger: entries that are only ever added, payloads apart, positions, seals, cursors.

Invariants: an entry is never updated or deleted (role rights and a trigger); `subject_seq` is unique and
gap-free per subject; positions are gap-free and respect `subject_seq`; a payload may vanish, its commitment not.
"""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models


class EntryRow(models.Model):
    """The envelope of one change of state. Inserted through the database's `ledger_append` only."""

    id = models.BigAutoField(primary_key=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    subject_seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=80)
    unit = models.CharField(max_length=80, null=True)  # noqa: DJ001 - no unit is not an empty name
    actor_kind = models.CharField(max_length=20)
    actor_ref = models.CharField(max_length=80)
    actor_role = models.CharField(max_length=40, null=True)  # noqa: DJ001 - no role is not an empty name
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    commitment = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_entry"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "subject_seq"], name="ledger_entry_subject_seq"
            ),
            models.CheckConstraint(condition=models.Q(subject_seq__gt=0), name="ledger_entry_seq_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} #{self.subject_seq} {self.kind}"


class PayloadRow(models.Model):
    """What an entry says, under the person's key when it is about a person; may be erased with its salt."""

    entry = models.OneToOneField(
        EntryRow, primary_key=True, on_delete=models.CASCADE, related_name="payload_row", db_constraint=False
    )
    person = models.UUIDField(null=True, db_index=True)
    salt = models.BinaryField(max_length=32)
    body = models.BinaryField()

    class Meta:
        db_table = "ledger_payload"

    def __str__(self) -> str:
        return f"payload of entry {self.entry_id}"


class PersonKeyRow(models.Model):
    """The key of one person's payloads, wrapped by the installation's key. Erasing it forgets the person."""

    person = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_person_key"

    def __str__(self) -> str:
        return f"key of {self.person}"


class AccessRow(models.Model):
    """One reading of personal data; only ever added, positioned and sealed like the entries."""

    id = models.BigAutoField(primary_key=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    unit = models.CharField(max_length=80, null=True)  # noqa: DJ001 - no unit is not an empty name
    actor_kind = models.CharField(max_length=20)
    actor_ref = models.CharField(max_length=80)
    actor_role = models.CharField(max_length=40, null=True)  # noqa: DJ001 - no role is not an empty name
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    purpose = models.CharField(max_length=200)
    fields = ArrayField(models.CharField(max_length=80))

    class Meta:
        db_table = "ledger_access"
        indexes = [models.Index(fields=["subject_kind", "subject_id", "-id"], name="ledger_access_subject")]

    def __str__(self) -> str:
        return f"{self.actor_ref} read {self.subject_kind} {self.subject_id}"


class SealRow(models.Model):
    """A signed Merkle root over a span of positions, chained to the seal before.

    `leaves` (32 bytes each, covered by the signed root) lets a check name the very entry that was touched.
    """

    id = models.BigAutoField(primary_key=True)
    log = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    leaves = models.BinaryField()
    at = models.DateTimeField()
    key_id = models.CharField(max_length=80)
    signature = models.BinaryField()

    class Meta:
        db_table = "ledger_seal"
        constraints = [
            models.UniqueConstraint(fields=["log", "number"], name="ledger_seal_number"),
            models.UniqueConstraint(fields=["log", "first"], name="ledger_seal_first"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="ledger_seal_span"),
        ]

    def __str__(self) -> str:
        return f"seal {self.log} {self.number} ({self.first}–{self.last})"


class CursorRow(models.Model):
    """How far one consumer has read, moved in the same transaction as what it did."""

    name = models.CharField(max_length=80, primary_key=True)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="", blank=True)

    class Meta:
        db_table = "ledger_cursor"

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"


class IdempotencyRow(models.Model):
    """A request that was carried out once: its key, what was asked, what came of it."""

    id = models.BigAutoField(primary_key=True)
    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    result = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_idempotency"
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="ledger_idempotency_key")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
