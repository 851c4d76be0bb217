"""The process that the campaign kills: positions of the ledger and the duties towards the portal, in haste."""

from __future__ import annotations

import os
import sys
import threading
import time
from datetime import timedelta

import django
import psycopg
from django.db import DatabaseError, connection

django.setup()

from motcua.base import clock  # noqa: E402 - the settings come first
from motcua.config.worker import Worker  # noqa: E402
from motcua.exchange.connectors import calls, circuit  # noqa: E402
from motcua.exchange.national import client, consuming, delivering, leasing  # noqa: E402
from tests.campaign.defects import DEFECTS  # noqa: E402

TIMEOUT, LEASE = 0.6, 4.0


def hurry() -> None:
    """Time limits and pauses of seconds become tenths: the order of events stays."""
    client.TIMEOUT = TIMEOUT
    leasing.LEASE = timedelta(seconds=LEASE)
    leasing.LONGEST_PAUSE = 0.5
    delivering.POSTPONED = 0.1
    calls.FIRST_PAUSE = 0.02
    circuit.LONGEST_REST = 0.4
    circuit.FIRST_REST = 0.1


def keep(turn: object) -> None:
    """Call it for ever; a database that is gone is waited for, as the process of errands does."""
    while True:
        try:
            done = turn() if callable(turn) else 0
        except (DatabaseError, psycopg.Error, client.PortalFailed) as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            connection.close()
            done = 0
            time.sleep(0.2)
        if not done:
            time.sleep(0.05)


def sequencing() -> None:
    """Positions, as the installation's worker gives them."""
    worker = Worker()
    worker._sealed_at = time.monotonic() + 1e6  # seals are another test's
    while True:
        try:
            done = worker.turn()
        except psycopg.Error as error:
            sys.stderr.write(f"sequencer: {error}\n")
            worker.forget_connection()
            done = 0
            time.sleep(0.2)
        if not done:
            time.sleep(0.05)


def main() -> None:
    """Start the three and stay until killed."""
    if not os.environ.get("CAMPAIGN_PATIENT"):
        hurry()
    defect = os.environ.get("CAMPAIGN_DEFECT", "")
    if defect:
        DEFECTS[defect]()
    threading.Thread(target=sequencing, daemon=True).start()
    threading.Thread(target=keep, args=(lambda: consuming.take_up(at=clock.now()),), daemon=True).start()
    threads = int(os.environ.get("CAMPAIGN_THREADS", "2"))
    keep(lambda: delivering.deliver(at=clock.now(), threads=threads))


if __name__ == "__main__":
    main()
