"""Gives entries their gap-free position: one sequencer, below the horizon of running transactions.

An entry gets a position only when every transaction that could still add an earlier one has ended
(`pg_snapshot_xmin`). Below that horizon the insertion order respects each subject's own order, because an
entry's id is drawn under its subject's lock.
"""

from __future__ import annotations

from typing import Any

import psycopg

from motcua.base.db import lock_number
from motcua.ledger.data import Envelope
from motcua.ledger.rules import commitments

LOGS = ("entry", "access")
BATCH = 2000

_SELECT = {
    "entry": """
        SELECT id, subject_kind, subject_id, subject_seq, kind, unit, actor_kind, actor_ref, actor_role, at,
               recorded_at, commitment
          FROM ledger_entry WHERE id = ANY(%s)
    """,
    "access": """
        SELECT id, subject_kind, subject_id, 0, 'access', unit, actor_kind, actor_ref, actor_role, at,
               recorded_at, sha256(convert_to(purpose || E'\\x1f' || array_to_string(fields, E'\\x1f'), 'UTF8'))
          FROM ledger_access WHERE id = ANY(%s)
    """,
}


class LedgerDamaged(RuntimeError):
    """An entry that waits for its position is gone: somebody went around the ledger. Nothing is sequenced."""


def leaf_of(row: tuple[Any, ...]) -> bytes:
    """The leaf of a row as the queries of this module give it."""
    _id, s_kind, s_id, seq, kind, unit, a_kind, a_ref, a_role, at, recorded_at, committed = row
    envelope = Envelope(
        subject_kind=s_kind,
        subject_id=s_id,
        subject_seq=seq,
        kind=kind,
        unit=unit,
        actor_kind=a_kind,
        actor_ref=a_ref,
        actor_role=a_role,
        at=at,
        recorded_at=recorded_at,
    )
    return commitments.leaf(envelope, bytes(committed))


def rows_by_id(connection: psycopg.Connection[Any], log: str, ids: list[int]) -> dict[int, tuple[Any, ...]]:
    """The rows of `log` with these ids, as `leaf_of` reads them."""
    return {row[0]: row for row in connection.execute(_SELECT[log], [ids]).fetchall()}


def sequence(connection: psycopg.Connection[Any], log: str = "entry", *, limit: int = BATCH) -> int:
    """Give positions to at most `limit` entries of `log`; returns how many.

    `connection` is the sequencer's own, outside a transaction. A second sequencer gets nothing to do (0).
    """
    with connection.transaction():
        held = connection.execute(
            "SELECT pg_try_advisory_xact_lock(%s)", [lock_number("sequencer", log)]
        ).fetchone()
        if not held or not held[0]:
            return 0
        taken = connection.execute(
            """
            DELETE FROM ledger_pending WHERE log = %(log)s AND entry_id IN (
                SELECT entry_id FROM ledger_pending
                 WHERE log = %(log)s AND xid < pg_snapshot_xmin(pg_current_snapshot())
                 ORDER BY entry_id LIMIT %(limit)s)
            RETURNING entry_id
            """,
            {"log": log, "limit": limit},
        ).fetchall()
        if not taken:
            return 0
        ids = sorted(row[0] for row in taken)
        rows = rows_by_id(connection, log, ids)
        if len(rows) != len(ids):
            missing = sorted(set(ids) - set(rows))
            raise LedgerDamaged(f"{log} entries {missing[:5]} wait for a position but are gone")
        last = connection.execute(
            "SELECT coalesce(max(position), 0) FROM ledger_position WHERE log = %s", [log]
        ).fetchone()
        first = (last[0] if last else 0) + 1
        for number in {first, first + len(ids)}:
            connection.execute("SELECT ledger_ensure_partition(%s)", [number])
        with connection.cursor().copy(
            "COPY ledger_position (log, position, entry_id, leaf) FROM STDIN"
        ) as copy:
            for position, entry_id in enumerate(ids, start=first):
                copy.write_row((log, position, entry_id, leaf_of(rows[entry_id])))
    return len(ids)


def forget_transactions(connection: psycopg.Connection[Any]) -> int:
    """After a restore: transaction ids of the old cluster mean nothing here. Returns how many entries waited."""
    return connection.execute("UPDATE ledger_pending SET xid = '3'").rowcount
