"""Locks and guards on the database that refuse to be used wrongly."""

from __future__ import annotations

import hashlib

from django.db import connection


class NotInTransaction(RuntimeError):
    """This must run inside a transaction: a lock taken outside of one protects nothing."""


def require_transaction() -> None:
    """Raise `NotInTransaction` unless a transaction is open."""
    if not connection.in_atomic_block:
        raise NotInTransaction


def advisory_lock(*parts: str) -> None:
    """Hold the lock named by `parts` until the transaction ends; waits for whoever holds it."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(*parts)])


def lock_number(*parts: str) -> int:
    """A stable signed 64-bit number for a name, as PostgreSQL's advisory locks want."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
