"""The small SQLite file of one simulated service: whatever was answered is in it, also after kill -9."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_OF_ALL = """
CREATE TABLE IF NOT EXISTS setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Store:
    """One file, one writing connection behind a lock; long readings take a connection of their own."""

    def __init__(self, path: Path, schema: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._lock = threading.RLock()
        self._connection = self._open()
        # NORMAL in WAL loses nothing when the process dies; only a machine that dies may lose the last moment.
        self._connection.executescript("PRAGMA journal_mode=WAL;" + _OF_ALL + schema)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: kept as a whole when the block ends, dropped when it fails."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        """All rows of a short question."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Row | None:
        """The first row."""
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
            return found

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own for a long reading; writers go on beside it."""
        connection = self._open()
        try:
            yield connection
        finally:
            connection.close()

    def setting(self, name: str, default: str = "") -> str:
        """A kept setting."""
        row = self.row("SELECT value FROM setting WHERE name = ?", (name,))
        return str(row[0]) if row else default

    def keep(self, name: str, value: str) -> None:
        """Keep a setting."""
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.executescript(
            "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-1000; PRAGMA temp_store=FILE;"
            "PRAGMA mmap_size=0; PRAGMA busy_timeout=30000;"
        )
        return connection
