"""Puts a version's content into its row, and writes the catalogue's ledger entries."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.base.data import Actor, Json, Source
from motcua.base.db import advisory_lock
from motcua.ledger.api import Subject, append
from motcua.procedures.data import DecisionRef, Origin, ProcedureContent, ReviewState, encode
from motcua.procedures.models import CatalogueStamp, Decision, Procedure, ProcedureVersion
from motcua.procedures.rules.checks import found_flags
from motcua.procedures.rules.search_document import digest_of


def content_hash(encoded: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a content."""
    text = json.dumps(encoded, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def fill(row: ProcedureVersion, content: ProcedureContent) -> None:
    """Put `content` into `row` with all that is derived from it."""
    encoded = encode(content)
    row.content = encoded
    row.content_hash = content_hash(encoded)
    row.name = content.name
    row.field = content.field[:300]
    row.levels = [level.value for level in content.levels]
    row.flags = [flag.value for flag in found_flags(content)]
    row.reviewed = content.review.state == ReviewState.REVIEWED
    row.digest = digest_of(content)


def new_version(
    *,
    procedure: Procedure,
    number: int,
    content: ProcedureContent,
    origin: Origin,
    start: date,
    end: date | None,
    known_from: datetime,
    source: Source,
    at: datetime,
) -> ProcedureVersion:
    """An unsaved draft row."""
    row = ProcedureVersion(
        procedure=procedure,
        number=number,
        origin=origin.value,
        valid=DateRange(start, end),
        known_from=known_from,
        source=source.as_json(),
        created_at=at,
    )
    fill(row, content)
    return row


def decision_row(reference: DecisionRef | None) -> Decision | None:
    """The stored decision, made when it is new."""
    if reference is None:
        return None
    row, _ = Decision.objects.get_or_create(
        number=reference.number,
        agency=reference.agency,
        defaults={"signed_on": reference.signed_on, "note": reference.note},
    )
    return row


def lock_procedure(code: str) -> None:
    """Hold one procedure until the transaction ends: two publications of it wait for each other."""
    advisory_lock("procedures", code)


def lock_catalogue() -> None:
    """Hold the whole catalogue: loading and importing never run side by side."""
    advisory_lock("procedures", "catalogue")


def touch() -> None:
    """Give the catalogue another mark, so that search indexes are built anew.

    The mark is drawn, not counted: after a rollback or a restore a count could come again with another catalogue.
    """
    table = CatalogueStamp._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (id, number) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET number = EXCLUDED.number",
            [secrets.randbits(62)],
        )


def log(
    kind: str,
    *,
    subject_id: UUID | str,
    by: Actor,
    at: datetime,
    payload: Mapping[str, Json],
    what: str = "procedure",
) -> None:
    """Write one ledger entry about a procedure (its id) or about the catalogue as a whole."""
    append(kind=kind, subject=Subject(kind=what, id=str(subject_id)), by=by, at=at, payload=payload)
