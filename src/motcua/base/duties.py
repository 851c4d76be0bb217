"""What the system does without being asked: tell the national portal, send messages, move the scores.

A package defines its duties in `jobs.py` and registers them when the application starts; one process of
`motcua.config.errands` runs each in a thread of its own. A duty reads the ledger by a cursor, or rows of its own
tables that say what is due, so nothing is queued twice and nothing is lost when a process dies.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Protocol

from motcua.base.clock import VN
from motcua.base.registry import Registry


class Duty(Protocol):
    """A piece of standing work. Two processes may run it at once: it takes its own locks."""

    @property
    def every(self) -> timedelta:
        """How long to rest after a run that found nothing to do."""

    def run(self, *, at: datetime) -> int:
        """Do one portion; returns how much was done. More than 0 means: call again at once."""


duties: Registry[Duty] = Registry("duty")


def day_due(at: datetime, *, not_before: time, done_for: date | None) -> date | None:
    """The day for which a daily duty is to run now, or None: before its hour, or done for today.

    `at` is aware; hours are Vietnam's. A day missed while the system was off is not made up for: the duty looks
    at everything that is open, not at one day's share.
    """
    here = at.astimezone(VN)
    if here.time() < not_before or (done_for is not None and done_for >= here.date()):
        return None
    return here.date()
