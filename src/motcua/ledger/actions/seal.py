"""Seals spans of positions with a signed, chained Merkle root, and checks that nothing was touched since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg

from motcua.base.db import lock_number
from motcua.ledger.actions.sequence import leaf_of, rows_by_id
from motcua.ledger.data import Finding, Sealer, Verification
from motcua.ledger.rules import merkle

MAX_SPAN = 50_000
FIRST_PREVIOUS = b"\x00" * 32


def seal(
    connection: psycopg.Connection[Any], sealer: Sealer, *, log: str, at: datetime, span: int = MAX_SPAN
) -> int:
    """Seal what was positioned since the last seal, at most `span` positions; returns how many.

    Runs with the sequencer's role. Call it again until it returns 0.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number("seal", log)])
        row = connection.execute(
            """
            SELECT number, last, first, root, previous, at, signature FROM ledger_seal
             WHERE log = %s ORDER BY number DESC LIMIT 1
            """,
            [log],
        ).fetchone()
        number, first, previous = 1, 1, FIRST_PREVIOUS
        if row:
            number, first = row[0] + 1, row[1] + 1
            message = merkle.seal_message(
                log=log,
                number=row[0],
                first=row[2],
                last=row[1],
                root=bytes(row[3]),
                previous=bytes(row[4]),
                at=row[5],
            )
            previous = merkle.seal_hash(message, bytes(row[6]))
        leaves = [
            bytes(found[0])
            for found in connection.execute(
                "SELECT leaf FROM ledger_position WHERE log = %s AND position >= %s ORDER BY position LIMIT %s",
                [log, first, span],
            ).fetchall()
        ]
        if not leaves:
            return 0
        last = first + len(leaves) - 1
        root = merkle.root(leaves)
        message = merkle.seal_message(
            log=log, number=number, first=first, last=last, root=root, previous=previous, at=at
        )
        connection.execute(
            """
            INSERT INTO ledger_seal (log, number, first, last, root, previous, leaves, at, key_id, signature)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                log,
                number,
                first,
                last,
                root,
                previous,
                b"".join(leaves),
                at,
                sealer.key_id,
                sealer.sign(message),
            ],
        )
    return len(leaves)


def verify(connection: psycopg.Connection[Any], sealer: Sealer, *, log: str) -> Verification:
    """Read the whole log and name the first entry that was changed, removed or back-dated.

    Sealed positions are compared with the leaves that the signed root covers; positions since the last seal
    with the leaf that was kept when they were sequenced.
    """
    reader = _Reader(connection, log)
    entries = seals = 0
    expected_first, previous = 1, FIRST_PREVIOUS
    found = connection.execute(
        """
        SELECT number, first, last, root, previous, leaves, at, key_id, signature FROM ledger_seal
         WHERE log = %s ORDER BY number
        """,
        [log],
    ).fetchall()
    for number, first, last, root, claimed_previous, leaves, at, key_id, signature in found:
        message = merkle.seal_message(
            log=log, number=number, first=first, last=last, root=bytes(root), previous=previous, at=at
        )
        kept = [bytes(leaves)[i : i + 32] for i in range(0, len(bytes(leaves)), 32)]
        problem = None
        if number != seals + 1 or first != expected_first or bytes(claimed_previous) != previous:
            problem = "a seal is missing or the chain of seals is broken"
        elif len(kept) != last - first + 1 or merkle.root(kept) != bytes(root):
            problem = "the seal's own list does not give its root"
        elif not sealer.check(message=message, signature=bytes(signature), key_id=key_id):
            problem = "the seal's signature does not hold"
        if problem:
            return Verification(
                log=log,
                entries=entries,
                seals=seals,
                unsealed=0,
                finding=Finding(log=log, position=first, entry_id=None, problem=problem),
            )
        seals += 1
        for position, leaf in enumerate(kept, start=first):
            finding = reader.compare(position, leaf)
            if finding:
                return Verification(log=log, entries=entries, seals=seals, unsealed=0, finding=finding)
            entries += 1
        expected_first, previous = last + 1, merkle.seal_hash(message, bytes(signature))
    unsealed = 0
    for position, leaf in reader.unsealed(expected_first):
        finding = reader.compare(position, leaf)
        if finding:
            return Verification(log=log, entries=entries, seals=seals, unsealed=unsealed, finding=finding)
        entries += 1
        unsealed += 1
    return Verification(log=log, entries=entries, seals=seals, unsealed=unsealed, finding=None)


class _Reader:
    """Reads positions and their rows in blocks, so that memory stays flat however long the log is."""

    BLOCK = 5000

    def __init__(self, connection: psycopg.Connection[Any], log: str) -> None:
        self._connection, self._log = connection, log
        self._start = -1
        self._ids: dict[int, int] = {}
        self._rows: dict[int, tuple[Any, ...]] = {}

    def compare(self, position: int, leaf: bytes) -> Finding | None:
        """What is wrong with `position`, or `None`."""
        block = position // self.BLOCK * self.BLOCK
        if block != self._start:
            self._load(block)
        entry_id = self._ids.get(position)
        if entry_id is None:
            return Finding(
                log=self._log, position=position, entry_id=None, problem="the position was removed"
            )
        row = self._rows.get(entry_id)
        if row is None:
            return Finding(
                log=self._log, position=position, entry_id=entry_id, problem="the entry was removed"
            )
        if leaf_of(row) != leaf:
            return Finding(
                log=self._log,
                position=position,
                entry_id=entry_id,
                problem="the entry was changed or back-dated",
            )
        return None

    def unsealed(self, first: int) -> Iterator[tuple[int, bytes]]:
        """Positions from `first` on with the leaf kept when they were sequenced; a gap shows as a removed one."""
        expected = first
        while True:
            rows = self._connection.execute(
                """
                SELECT position, leaf FROM ledger_position WHERE log = %s AND position >= %s
                 ORDER BY position LIMIT %s
                """,
                [self._log, expected, self.BLOCK],
            ).fetchall()
            if not rows:
                return
            for position, leaf in rows:
                while expected < position:
                    yield expected, b""
                    expected += 1
                yield position, bytes(leaf)
                expected += 1

    def _load(self, block: int) -> None:
        self._start = block
        self._ids = dict(
            self._connection.execute(
                """
                SELECT position, entry_id FROM ledger_position
                 WHERE log = %s AND position >= %s AND position < %s
                """,
                [self._log, block, block + self.BLOCK],
            ).fetchall()
        )
        self._rows = rows_by_id(self._connection, self._log, list(self._ids.values()))
