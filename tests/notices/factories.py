"""A channel that remembers, and steps that several tests take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from uuid import UUID

from motcua.ledger import api as ledger
from motcua.notices import api as notices
from motcua.notices.data import Accepted, ChannelId, Outgoing, Report
from motcua.notices.models import Message


class Wire:
    """Keeps what it is given, each key once, as a provider with idempotency keys does."""

    def __init__(self, *, final: bool) -> None:
        self.final = final
        self.calls: list[Outgoing] = []
        self.kept: dict[str, Outgoing] = {}
        self.reports: list[Report] = []
        self.fails: list[BaseException] = []  # raised before it is kept, one a call
        self.dies: list[BaseException] = []  # raised after it is kept, one a call
        self.lock = Lock()

    def check_config(self) -> list[str]:
        """Nothing is missing."""
        return []

    def send(self, message: Outgoing, *, at: datetime) -> Accepted:
        """Keep it."""
        with self.lock:
            self.calls.append(message)
            if self.fails:
                raise self.fails.pop(0)
            self.kept.setdefault(message.key, message)
            if self.dies:
                raise self.dies.pop(0)
        return Accepted(ref=f"ref-{message.key[:8]}", final=self.final)

    def report(self, keys: Sequence[str], *, at: datetime) -> Sequence[Report]:
        """What the test said of these."""
        return [one for one in self.reports if one.key in keys]


def plan(dossier_id: UUID, *, at: datetime) -> None:
    """What the consumer does with everything that happened to a dossier."""
    notices.plan_entries(ledger.entries(ledger.Subject(kind="dossier", id=str(dossier_id))), at=at)


def deliver(*, at: datetime, only: Sequence[ChannelId] = tuple(ChannelId)) -> int:
    """Run the sending duties until nothing is left that may leave at `at`."""
    done = 0
    for channel in only:
        while taken := notices.send_due(channel, at=at):
            done += taken
    return done


def states(**wanted: object) -> list[tuple[str, str, str]]:
    """(occasion, channel, state) of the messages, in order."""
    rows = Message.objects.filter(**wanted).order_by("order", "channel")
    return [(row.occasion, row.channel, row.state) for row in rows]
