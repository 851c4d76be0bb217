"""The errands: one thread for each standing duty, so that a slow portal never holds up the messages."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from motcua.base.duties import Duty

AFTER_FAILURE = 15.0
LAST_WORDS = 8.0  # seconds that the duties under way have to end
KEEP_CONNECTION = 4.0  # seconds: who comes again sooner keeps the connection
logger = logging.getLogger(__name__)


def main(_argv: Sequence[str] = ()) -> int:
    """Run every duty until SIGTERM; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s errands %(message)s", stream=sys.stderr)
    import django

    django.setup()
    from motcua.base.duties import duties

    os.nice(15)  # whoever waits before a screen goes first
    stopping = threading.Event()
    asked = _asked_to_stop()
    threads = [
        threading.Thread(target=keep, args=(name, duty, stopping), name=name, daemon=True)
        for name, duty in duties.all()
    ]
    for thread in threads:
        thread.start()
    os.read(asked, 1)
    stopping.set()
    limit = time.monotonic() + LAST_WORDS
    for thread in threads:
        thread.join(timeout=max(0.0, limit - time.monotonic()))
    return 0


def _asked_to_stop() -> int:
    """A pipe that can be read once somebody asked us to stop.

    A handler must not set the event itself: it interrupts the main thread, which may be holding the event's lock.
    """
    asked, ask = os.pipe()
    os.set_blocking(ask, False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: None)
    signal.set_wakeup_fd(ask, warn_on_full_buffer=False)
    return asked


def keep(name: str, duty: Duty, stopping: threading.Event) -> None:
    """Run one duty again and again; a failure is written down and tried again after a pause."""
    from django.db import close_old_connections, connection

    from motcua.base import clock

    while not stopping.is_set():
        close_old_connections()
        try:
            done = duty.run(at=clock.now())
            pause = 0.0 if done else duty.every.total_seconds()
            if pause > KEEP_CONNECTION:
                connection.close()  # thirty duties asleep need no thirty connections
        except Exception:
            # The border of the process: whatever goes wrong in one duty must not end the others.
            logger.exception("duty %s failed; again in %d s", name, AFTER_FAILURE)
            connection.close()
            pause = AFTER_FAILURE
        stopping.wait(pause)
    connection.close()


if __name__ == "__main__":
    status = main()
    logging.shutdown()
    os._exit(status)  # a duty that hangs in a far connection must not keep the process
