"""The standing duties of the door: tell subscribers, and forget what is no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from motcua.base.duties import duties
from motcua.gateway import api as gateway
from motcua.ledger import api as ledger

CURSOR = "gateway.hooks"
BATCH = 200


class PlanHooks:
    """Turns new ledger entries into messages to subscribers."""

    every = timedelta(seconds=1)

    def run(self, *, at: datetime) -> int:
        """The next entries; how many were read."""
        return ledger.consume(
            name=CURSOR, handler=lambda batch: gateway.plan_deliveries(batch, at=at), at=at, limit=BATCH
        )


class SendHooks:
    """Hands messages over to their receivers."""

    every = timedelta(milliseconds=500)

    def __init__(self) -> None:
        self.teller = gateway.Teller()

    def run(self, *, at: datetime) -> int:
        """How many ended or began."""
        return self.teller.turn(at=at)


class Tidy:
    """Forgets old messages, the log of X-Road calls after its time, and buckets that are full again."""

    every = timedelta(hours=1)

    def run(self, *, at: datetime) -> int:
        """Always 0: one run does all."""
        gateway.tidy(at=at)
        return 0


def register() -> None:
    """Add the duties; called once when the application starts."""
    duties.add("gateway.hooks.plan", PlanHooks())
    duties.add("gateway.hooks.send", SendHooks())
    duties.add("gateway.tidy", Tidy())
