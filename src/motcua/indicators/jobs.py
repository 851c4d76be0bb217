"""The standing duties of the index: follow the ledger, and notice due times that pass without anybody acting."""

from __future__ import annotations

from datetime import datetime, timedelta

from motcua.base.duties import duties
from motcua.indicators import api
from motcua.ledger import api as ledger

CURSOR = "indicators"
BATCH = 500


class Follow:
    """Moves the scores by the ledger's news."""

    every = timedelta(milliseconds=500)

    def run(self, *, at: datetime) -> int:
        """The next entries; how many were read."""
        return ledger.consume(
            name=CURSOR, handler=lambda batch: api.take_news(batch, at=at), at=at, limit=BATCH
        )


class PassDue:
    """Dossiers that became late since they were last looked at."""

    every = timedelta(seconds=20)

    def run(self, *, at: datetime) -> int:
        """How many passed their due time."""
        return api.pass_due(at=at)


class Synchronised:
    """Dossiers that the national portal has confirmed in the meantime."""

    every = timedelta(seconds=5)

    def run(self, *, at: datetime) -> int:
        """How many were confirmed."""
        return api.notice_synchronised(at=at)


def register() -> None:
    """Add the duties; called once when the application starts."""
    duties.add("indicators.follow", Follow())
    duties.add("indicators.pass_due", PassDue())
    duties.add("indicators.synchronised", Synchronised())
