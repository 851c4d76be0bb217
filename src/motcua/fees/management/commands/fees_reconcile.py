"""Compares a day's online payments with the payment platform and the bank, to the đồng."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.fees import api as fees


class Command(BaseCommand):
    """`motcua fees reconcile [--day 2026-11-22] [--gateway platform]`; exits with 1 when anything differs."""

    help = "Compare a day's online payments with the platform and the bank"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The day (default: yesterday) and the gateway (default: all that are set up)."""
        parser.add_argument("--day", type=date.fromisoformat, default=clock.today() - timedelta(days=1))
        parser.add_argument("--gateway", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each gateway, one for each difference."""
        names = [
            name
            for name, way in fees.gateways.all()
            if options["gateway"] in ("", name) and not way.check_config()
        ]
        if not names:
            raise CommandError("no payment gateway is set up by that name")
        apart = 0
        for name in names:
            try:
                found = fees.reconcile(at=clock.now(), gateway_id=name, day=options["day"])
            except DomainError as error:
                raise CommandError(f"{name}: {error.public('en')}") from error
            self.stdout.write(
                f"{name} {found.day}: outside {found.theirs_count} / {fees.dong(found.theirs_amount)}, "
                f"ours {found.ours_count} / {fees.dong(found.ours_amount)}, "
                f"{len(found.differences)} differences"
            )
            for one in found.differences:
                apart += 1
                cause = fees.CAUSES[str(one["kind"])][1]
                self.stdout.write(
                    f"  {one['kind']} {one['outside_ref']} theirs {one['theirs']} ours {one['ours']}: {cause}"
                )
        if apart:
            raise CommandError(f"{apart} differences")
