"""List what is special in a year for an agency: `motcua deadlines calendar 2026 --agency so-tu-phap`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.base.clock import now
from motcua.base.errors import DomainError
from motcua.deadlines.api import calendar_for, day_vi, special_days


class Command(BaseCommand):
    """Prints each day off or worked instead with its source and how sure it is."""

    help = "List days off and days worked instead of a year, with their sources."

    def add_arguments(self, parser: CommandParser) -> None:
        """The year and the agency."""
        parser.add_argument("year", type=int)
        parser.add_argument("--agency", default="ubnd-tinh")

    def handle(self, *_args: Any, year: int, agency: str, **_options: Any) -> None:
        """Print, or say that the year or the agency is not known."""
        try:
            calendar = calendar_for(agency, known_at=now())
            state = "dự kiến, chưa có thông báo" if calendar.projected(year) else "đã thông báo"
            self.stdout.write(f"Lịch năm {year} ({state})")
            for view in special_days(year, calendar):
                source = f" [{view.fact.source.text}]" if view.fact is not None else ""
                self.stdout.write(f"{day_vi(view.day)}: {view.label_vi}{source}")
        except DomainError as error:
            raise CommandError(error.public()) from error
