"""Compares everything, or one unit, or a span of days, with the national portal, and keeps the proof."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.base import clock
from motcua.base.data import SYSTEM
from motcua.base.errors import DomainError
from motcua.exchange.national.client import PortalFailed
from motcua.exchange.reconciliation import causes, running
from motcua.exchange.reconciliation.sides import Scope


class Command(BaseCommand):
    """`motcua exchange reconcile [--agency KEY] [--from DAY] [--to DAY] [--proof FILE]`"""

    help = "Compare our dossiers with what the national portal holds."

    def add_arguments(self, parser: CommandParser) -> None:
        """Scope and where the proof goes."""
        parser.add_argument("--agency", default="", help="one receiving agency, by its key")
        parser.add_argument(
            "--from", dest="start", type=date.fromisoformat, help="accepted on or after this day"
        )
        parser.add_argument("--to", dest="end", type=date.fromisoformat, help="accepted before this day")
        parser.add_argument("--proof", type=Path, help="write the proof to this file")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the outcome, the first differences with their causes, and how long it took."""
        scope = Scope(agency=options["agency"], start=options["start"], end=options["end"])
        try:
            row, measured = running.reconcile(by=SYSTEM, at=clock.now(), scope=scope)
        except (PortalFailed, DomainError) as error:
            raise CommandError(f"nothing was compared: {error}") from error
        self.stdout.write(
            f"ours {row.ours}, theirs {row.theirs}, the same {row.same}, differences {row.differences};"
            f" transfer {measured.transfer:.1f} s, compared in {measured.compare:.1f} s"
        )
        for one in row.found.order_by("cause", "code")[:20]:
            self.stdout.write(f"  {one.kind:14} {one.code}  {causes.words(one.cause).vi}")
        if options["proof"]:
            options["proof"].write_text(row.proof, encoding="utf-8")
            self.stdout.write(f"proof: {options['proof']}")
