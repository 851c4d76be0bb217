"""Reads the whole ledger and names the first entry that was changed, removed or back-dated."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from motcua.ledger import api as ledger


class Command(BaseCommand):
    """`motcua ledger verify`"""

    help = "Verify entries, access log, seals and their chain."

    def handle(self, *_args: Any, **_options: Any) -> None:
        sealers = list(ledger.sealers.all())
        if not sealers:
            raise CommandError("no sealer is installed: the seals cannot be checked")
        _name, sealer = sealers[0]
        with psycopg.connect(settings.MOTCUA_DATABASE_URLS["reader"], autocommit=True) as connection:
            for log in ledger.LOGS:
                found = ledger.verify(connection, sealer, log=log)
                if found.finding is not None:
                    raise CommandError(
                        f"{log}: position {found.finding.position}"
                        f" (entry {found.finding.entry_id}): {found.finding.problem}"
                    )
                self.stdout.write(
                    f"{log}: {found.entries} entries hold, {found.seals} seals,"
                    f" {found.unsealed} not sealed yet"
                )
