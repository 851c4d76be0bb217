"""Waits until the sequencer has given every entry its position."""

from __future__ import annotations

import time
from typing import Any

import psycopg

from motcua.ledger import api as ledger

PATIENCE = 900.0  # a whole file of tests of another process may be one transaction


def sequence_all(connection: psycopg.Connection[Any], log: str = "entry") -> int:
    """How many entries got a position until none waits.

    One turn may not be enough: the horizon is the whole server's, and the tests of another process, in another
    database of the same server, hold it back while they are in a transaction.
    """
    done, deadline = 0, time.monotonic() + PATIENCE
    while True:
        done += ledger.sequence(connection, log)
        row = connection.execute("SELECT count(*) FROM ledger_pending WHERE log = %s", [log]).fetchone()
        if row is not None and row[0] == 0:
            return done
        assert time.monotonic() < deadline, "entries still wait for a position"
        time.sleep(0.02)
