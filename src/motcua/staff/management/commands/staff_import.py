"""Takes in a sheet of officers and says, row by row, what it could not take."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.base import clock
from motcua.base.data import SYSTEM
from motcua.base.errors import DomainError
from motcua.staff.api import import_officers
from motcua.units.api import agencies


class Command(BaseCommand):
    """`motcua staff import FILE`"""

    help = "Import officers and their positions from an Excel (.xlsx) or CSV sheet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="only look for mistakes, change nothing")
        parser.add_argument("--json", action="store_true", help="print the report for a program")

    def handle(self, *_args: Any, **options: Any) -> None:
        at = clock.now()
        try:
            content = options["file"].read_bytes()
            report = import_officers(
                by=SYSTEM,
                at=at,
                content=content,
                known_agencies={agency.key for agency in agencies(on=at.date())},
                dry_run=options["check"],
            )
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except DomainError as error:
            raise CommandError(error.public("en")) from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
        else:
            for wrong in report.errors:
                self.stdout.write(f"row {wrong.row}, {wrong.column}: {wrong.message_vi} / {wrong.message_en}")
            self.stdout.write(
                f"{report.rows} rows: {report.created} new, {report.changed} changed, "
                f"{report.unchanged} unchanged, {len(report.errors)} mistakes"
            )
        if report.errors:
            raise CommandError("some rows have mistakes and were left out", returncode=1)
