"""Adds entries and readings to the ledger, inside the transaction of the change they tell of."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from motcua.base.data import Actor, Json, require_aware
from motcua.base.db import advisory_lock, lock_number, require_transaction
from motcua.ledger import vault
from motcua.ledger.data import Entry, Subject
from motcua.ledger.models import AccessRow
from motcua.ledger.rules import cipher, commitments


def lock_subject(subject: Subject) -> None:
    """Hold the subject until the transaction ends; `append` takes the same lock."""
    advisory_lock("ledger", subject.kind, subject.id)


def append(
    *,
    kind: str,
    subject: Subject,
    by: Actor,
    at: datetime,
    unit: str | None = None,
    payload: Mapping[str, Json],
    person: UUID | None = None,
) -> Entry:
    """Write that `kind` happened to `subject`.

    `at` is when it happened in law, aware; when it was recorded is the database's own clock. `payload` is JSON
    and is kept under the key of `person` where one is given. Raises `NotInTransaction` outside a transaction:
    an entry lives and dies with the change it tells of.
    """
    require_transaction()
    require_aware(at)
    body = commitments.canonical(payload)
    salt = os.urandom(commitments.SALT_BYTES)
    committed = commitments.commitment(salt=salt, body=body)
    if person is not None:
        body = cipher.lock(vault.key_of(person, at=at), body, bound_to=person.bytes)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM ledger_append(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                lock_number("ledger", subject.kind, subject.id),
                subject.kind,
                subject.id,
                kind,
                unit if unit is not None else by.unit,
                by.kind.value,
                by.ref,
                by.role,
                at,
                committed,
                person,
                salt,
                body,
            ],
        )
        row = cursor.fetchone()
    if row is None:
        raise RuntimeError("ledger_append gave no row")
    return Entry(id=row[0], subject=subject, subject_seq=row[1], kind=kind, recorded_at=row[2])


def record_access(*, by: Actor, at: datetime, subject: Subject, purpose: str, fields: Sequence[str]) -> None:
    """Write that `by` read the named `fields` of `subject`, and why (NĐ 13/2023; Luật 91/2025)."""
    require_aware(at)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {AccessRow._meta.db_table}
                (subject_kind, subject_id, unit, actor_kind, actor_ref, actor_role, at, recorded_at, purpose, fields)
            VALUES (%s, %s, %s, %s, %s, %s, %s, clock_timestamp(), %s, %s)
            """,
            [
                subject.kind,
                subject.id,
                by.unit,
                by.kind.value,
                by.ref,
                by.role,
                at,
                purpose[:200],
                list(fields),
            ],
        )
