"""The worker: gives ledger entries their positions, seals them, and runs the consumers that read the ledger."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from types import FrameType
from typing import Any

import psycopg

IDLE = 0.1
SEAL_EVERY = 30.0
HORIZON_ALARM = 30.0

logger = logging.getLogger(__name__)


def main(_argv: Sequence[str] = ()) -> int:
    """Work until SIGTERM; a lost database is waited for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s worker %(message)s", stream=sys.stderr)
    import django

    django.setup()
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker = Worker()
    while not stopping:
        try:
            worked = worker.turn()
        except psycopg.OperationalError as error:
            logger.warning("the database does not answer (%s); trying again", str(error).splitlines()[0])
            worker.forget_connection()
            worked = 0
            time.sleep(1.0)
        if not worked:
            time.sleep(IDLE)
    return 0


class Worker:
    """One round of everything the worker does, so that a test can turn it by hand."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None
        self._sealed_at = 0.0

    def turn(self) -> int:
        """Sequence both logs, seal when it is time; returns how many entries got a position."""
        from motcua.base import clock
        from motcua.ledger import api as ledger

        connection = self._connect()
        worked = sum(ledger.sequence(connection, log) for log in ledger.LOGS)
        if time.monotonic() - self._sealed_at > SEAL_EVERY:
            self._sealed_at = time.monotonic()
            for _name, sealer in ledger.sealers.all():
                for log in ledger.LOGS:
                    while ledger.seal(connection, sealer, log=log, at=clock.now()):
                        pass
            self._watch_horizon(connection)
        return worked

    def forget_connection(self) -> None:
        """Close what is left of a lost connection."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _connect(self) -> psycopg.Connection[Any]:
        from django.conf import settings

        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(settings.MOTCUA_DATABASE_URLS["sequencer"], autocommit=True)
        return self._connection

    @staticmethod
    def _watch_horizon(connection: psycopg.Connection[Any]) -> None:
        row = connection.execute(
            "SELECT extract(epoch FROM clock_timestamp() - min(xact_start)) FROM pg_stat_activity"
            " WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
        ).fetchone()
        if row and row[0] and row[0] > HORIZON_ALARM:
            logger.error("a transaction has been open for %d s: no entry gets a position", row[0])


if __name__ == "__main__":
    sys.exit(main())
