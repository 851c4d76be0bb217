"""The standing duties of `exchange`: take up the ledger, tell the portal, read its lists, forget old log rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from motcua.exchange.connectors import CallFailed, NotConfigured, endpoint
from motcua.exchange.connectors.outages import forget_old_calls
from motcua.exchange.national import catalogue, client, consuming, delivering


def _is_set_up() -> bool:
    try:
        endpoint("national")
    except NotConfigured:
        return False
    return True


class TakeUp:
    """Ledger entries become work for the national portal."""

    every = timedelta(seconds=0.5)

    def run(self, *, at: datetime) -> int:
        """One portion of entries."""
        return consuming.take_up(at=at)


class Deliver:
    """What waits goes to the national portal."""

    every = timedelta(seconds=0.5)

    def run(self, *, at: datetime) -> int:
        """Several portions; nothing while the portal is not set up: the work waits in the outbox."""
        return delivering.deliver(at=at) if _is_set_up() else 0


class ReadCatalogue:
    """The portal's list of procedures, once a day."""

    every = timedelta(minutes=2)

    def run(self, *, at: datetime) -> int:
        """Read it when it is due; an outage is no failure of ours and leads to the next try."""
        if not _is_set_up() or not catalogue.is_due(at=at):
            return 0
        try:
            catalogue.read_procedures(at=at)
        except (client.PortalFailed, CallFailed):
            return 0
        return 0


class ForgetCalls:
    """Log rows of calls older than 90 days go."""

    every = timedelta(hours=1)

    def run(self, *, at: datetime) -> int:
        """One portion."""
        return forget_old_calls(at=at)
