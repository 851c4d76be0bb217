"""Forgets a person: payloads, salts and key go; envelopes, commitments and seals stay and still verify."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg


def erase_person(connection: psycopg.Connection[Any], person: UUID) -> int:
    """Erase every payload about `person` and the person's key; returns how many payloads went.

    Needs the owner's role: the serving role cannot delete (Luật 91/2025 on erasure at the person's request).
    """
    with connection.transaction():
        erased = connection.execute("DELETE FROM ledger_payload WHERE person = %s", [person]).rowcount
        connection.execute("DELETE FROM ledger_person_key WHERE person = %s", [person])
    return erased
