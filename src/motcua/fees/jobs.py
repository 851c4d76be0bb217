"""The standing duties of fees: ask after open payments, send refunds, compare yesterday with the outside."""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta

from motcua.base.duties import day_due, duties
from motcua.base.errors import DomainError
from motcua.fees import api as fees

RECONCILE_AT = time(6, 0)
log = logging.getLogger(__name__)


class AskAfter:
    """Learns what became of open tries, also when every callback was lost."""

    every = timedelta(seconds=15)

    def run(self, *, at: datetime) -> int:
        """How many were asked after."""
        return len(fees.ask_after(at=at))


class SendRefunds:
    """Sends money back the way it came."""

    every = timedelta(seconds=30)

    def run(self, *, at: datetime) -> int:
        """How many went."""
        return fees.send_refunds(at=at)


class Reconcile:
    """Every morning: yesterday of each gateway, to the đồng."""

    every = timedelta(minutes=10)

    def run(self, *, at: datetime) -> int:
        """How many days were compared; a gateway that does not answer is asked again later."""
        made = 0
        for gateway_id, way in fees.gateways.all():
            name = f"reconcile.{gateway_id}"
            today = day_due(at, not_before=RECONCILE_AT, done_for=fees.mark(name)[1])
            if today is None or way.check_config():
                continue
            try:
                fees.reconcile(at=at, gateway_id=gateway_id, day=today - timedelta(days=1))
            except DomainError as error:
                log.warning("%s could not be reconciled: %s", gateway_id, error)
                continue
            fees.move_mark(name, at=at, done_for=today)
            made += 1
        return made


def register() -> None:
    """Add the duties."""
    duties.add("fees.ask_after", AskAfter())
    duties.add("fees.refunds", SendRefunds())
    duties.add("fees.reconcile", Reconcile())
