"""Reads of the ledger: a subject's history, positions, who read whose data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from motcua.base.data import Actor, ActorKind
from motcua.ledger import vault
from motcua.ledger.data import AccessView, EntryView, Subject
from motcua.ledger.models import AccessRow

_COLUMNS = """
    e.id, e.subject_kind, e.subject_id, e.subject_seq, p.position, e.kind, e.unit, e.actor_kind, e.actor_ref,
    e.actor_role, e.at, e.recorded_at, b.person, b.body
"""


def entries(subject: Subject) -> list[EntryView]:
    """Everything that ever happened to `subject`, in its own order, sequenced or not."""
    return _read(
        f"""
        SELECT {_COLUMNS} FROM ledger_entry e
          LEFT JOIN ledger_payload b ON b.entry_id = e.id
          LEFT JOIN ledger_position p ON p.log = 'entry' AND p.entry_id = e.id
         WHERE e.subject_kind = %s AND e.subject_id = %s ORDER BY e.subject_seq
        """,
        [subject.kind, subject.id],
    )


def after(position: int, *, limit: int) -> list[EntryView]:
    """The next `limit` entries after `position`, in order of position."""
    return _read(
        f"""
        SELECT {_COLUMNS} FROM ledger_position p
          JOIN ledger_entry e ON e.id = p.entry_id
          LEFT JOIN ledger_payload b ON b.entry_id = e.id
         WHERE p.log = 'entry' AND p.position > %s ORDER BY p.position LIMIT %s
        """,
        [position, limit],
    )


def last_position(log: str = "entry") -> int:
    """The highest position given so far; 0 when there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM ledger_position WHERE log = %s", [log])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def pending() -> int:
    """How many entries wait for their position."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_pending WHERE log = 'entry'")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def horizon_age() -> float:
    """Seconds since the oldest running transaction began: while it runs, later entries get no position."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0)
              FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
            """
        )
        row = cursor.fetchone()
    return float(row[0]) if row else 0.0


def readings_of(subject: Subject, *, limit: int = 100) -> list[AccessView]:
    """Who read the data of `subject`, latest first."""
    rows = AccessRow.objects.filter(subject_kind=subject.kind, subject_id=subject.id).order_by("-id")[:limit]
    return [
        AccessView(
            actor=Actor(
                kind=ActorKind(row.actor_kind), ref=row.actor_ref, unit=row.unit, role=row.actor_role
            ),
            at=row.at,
            subject=subject,
            purpose=row.purpose,
            fields=tuple(row.fields),
        )
        for row in rows
    ]


def _read(sql: str, parameters: list[str | int]) -> list[EntryView]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    return list(_views(rows))


def _views(rows: Iterable[tuple[Any, ...]]) -> Iterable[EntryView]:
    opened = vault.Opener()
    for row in rows:
        (
            entry_id,
            s_kind,
            s_id,
            seq,
            position,
            kind,
            unit,
            a_kind,
            a_ref,
            a_role,
            at,
            recorded,
            person,
            body,
        ) = row
        yield EntryView(
            id=entry_id,
            subject=Subject(kind=s_kind, id=s_id),
            subject_seq=seq,
            position=position,
            kind=kind,
            unit=unit,
            actor=Actor(kind=ActorKind(a_kind), ref=a_ref, unit=unit, role=a_role),
            at=at,
            recorded_at=recorded,
            payload=opened.open(person, body),
        )
