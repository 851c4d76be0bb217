"""The standing duties of `exchange`: take up the ledger, tell the portal, read its lists, forget old log rows."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import connection, transaction

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.base.db import lock_number
from motcua.base.duties import day_due
from motcua.exchange.connectors import CallFailed, NotConfigured, endpoint
from motcua.exchange.connectors.outages import forget_old_calls
from motcua.exchange.inbound import ministries, taking
from motcua.exchange.models import Reconciliation
from motcua.exchange.national import catalogue, client, consuming, delivering, mapping

NIGHT = time(2, 0)


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


class ReleaseMapping:
    """What waited for a code goes again when the codes changed."""

    every = timedelta(minutes=2)

    def run(self, *, at: datetime) -> int:
        """One look."""
        mapping.release(at=at)
        return 0


class TakeIn:
    """What citizens filed on the national portal comes in."""

    every = timedelta(seconds=20)

    def run(self, *, at: datetime) -> int:
        """One look; at once again while something was taken."""
        return taking.poll(at=at) if _is_set_up() else 0


class Mirror:
    """Ministries' own systems: what was handed over to them, and what they did."""

    every = timedelta(minutes=1)

    def run(self, *, at: datetime) -> int:
        """Everything once."""
        return ministries.turn(at=at) if _is_set_up() else 0


class ReconcileNightly:
    """Everything of ours against everything of the portal's, once a night."""

    every = timedelta(minutes=5)

    def run(self, *, at: datetime) -> int:
        """Once after two in the morning; an outage leads to the next try."""
        last = Reconciliation.objects.filter(agency="", start=None, end=None).order_by("-at").first()
        done_for = last.at.astimezone(VN).date() if last else None
        if not _is_set_up() or day_due(at, not_before=NIGHT, done_for=done_for) is None:
            return 0
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_number("exchange.reconcile")])
            row = cursor.fetchone()
        if not row or not row[0]:
            return 0  # another process is at it
        try:
            from motcua.exchange.reconciliation import running  # brings numpy, which the web never needs

            running.reconcile(by=SYSTEM, at=at)
        except (client.PortalFailed, CallFailed):
            return 0
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock_number("exchange.reconcile")])
        return 0


class ForgetCalls:
    """Log rows of calls older than 90 days go."""

    every = timedelta(hours=1)

    def run(self, *, at: datetime) -> int:
        """One portion."""
        return forget_old_calls(at=at)
