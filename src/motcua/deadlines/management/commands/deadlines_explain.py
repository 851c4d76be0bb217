"""Say day by day how a limit is counted: `motcua deadlines explain --start 2025-01-24T15:30 --limit 5wd`."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.base.errors import DomainError
from motcua.deadlines.management.explaining import add_arguments, explain


class Command(BaseCommand):
    """Prints one line for each day: counted or not, and why."""

    help = "Explain a due time day by day."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Options: see `explaining.add_arguments`."""
        add_arguments(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the count, or the sentence that says what was wrong."""
        try:
            for line in explain(argparse.Namespace(**options)):
                self.stdout.write(line)
        except (DomainError, LookupError) as error:
            message = error.public() if isinstance(error, DomainError) else str(error)
            raise CommandError(message) from error
