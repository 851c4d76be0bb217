"""The standing duty of bank transfers: read the bank's notifications."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from motcua.base.errors import DomainError
from motcua.exchange.payments import vietqr

log = logging.getLogger(__name__)


class ReadBank:
    """Fetches what the bank booked and settles it."""

    every = timedelta(seconds=10)

    def run(self, *, at: datetime) -> int:
        """How many credits were read; 0 while the bank does not answer."""
        if vietqr.VietQR().check_config():
            return 0
        try:
            return len(vietqr.read_feed(at=at))
        except DomainError as error:
            log.warning("the bank's notifications could not be read: %s", error)
            return 0
