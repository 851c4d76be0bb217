"""The inbox: a message is where it belongs as soon as it is written, for its pages read the same table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from motcua.notices.data import Accepted, Outgoing, Report


class InboxChannel:
    """Needs nobody outside."""

    def check_config(self) -> list[str]:
        """Nothing can be missing."""
        return []

    def send(self, message: Outgoing, *, at: datetime) -> Accepted:
        """It is there."""
        return Accepted(ref="inbox", final=True)

    def report(self, keys: Sequence[str], *, at: datetime) -> Sequence[Report]:
        """There is nothing to ask."""
        return ()
