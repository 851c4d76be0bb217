"""The standing duties of notices: read the ledger, hand over, ask what became of it, remind in the morning."""

from __future__ import annotations

from datetime import datetime, timedelta

from motcua.base.clock import VN
from motcua.base.duties import duties
from motcua.ledger import api as ledger
from motcua.notices import api as notices
from motcua.notices.actions.planning import REMIND_AT
from motcua.notices.data import ChannelId

CURSOR = "notices"
BATCH = 200


class Plan:
    """Turns new ledger entries into messages."""

    every = timedelta(seconds=1)

    def run(self, *, at: datetime) -> int:
        """The next entries; how many were read."""
        return ledger.consume(
            name=CURSOR, handler=lambda batch: notices.plan_entries(batch, at=at), at=at, limit=BATCH
        )


class Send:
    """Hands over the messages of one channel; each channel has a duty of its own, so none waits for another."""

    every = timedelta(seconds=1)

    def __init__(self, channel: ChannelId) -> None:
        self.channel = channel

    def run(self, *, at: datetime) -> int:
        """The next messages; how many were taken."""
        return notices.send_due(self.channel, at=at)


class Ask:
    """Asks one channel for reports that have not come."""

    every = timedelta(seconds=20)

    def __init__(self, channel: ChannelId) -> None:
        self.channel = channel

    def run(self, *, at: datetime) -> int:
        """How many messages were settled."""
        return notices.ask_reports(self.channel, at=at)


class Remind:
    """Every working morning: what is due on the next working day."""

    every = timedelta(minutes=2)

    def run(self, *, at: datetime) -> int:
        """Always 0: one run does the day's work."""
        if at.astimezone(VN).time() >= REMIND_AT:
            notices.remind(at=at)
        return 0


def register() -> None:
    """Add the duties; called once when the application starts."""
    duties.add("notices.plan", Plan())
    duties.add("notices.remind", Remind())
    for channel in ChannelId:
        duties.add(f"notices.send.{channel.value}", Send(channel))
    for channel in (ChannelId.MAIL, ChannelId.SMS):
        duties.add(f"notices.ask.{channel.value}", Ask(channel))
