"""`units_resolve`: the same as `motcua units resolve`, for those who are inside Django already."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.units.management.resolve import main


class Command(BaseCommand):
    """Resolves a CSV of addresses."""

    help = "Resolve a CSV of addresses to administrative units (no database needed)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--in", dest="source", default="-")
        parser.add_argument("--out", dest="target", default="-")
        parser.add_argument("--column", default="text")
        parser.add_argument("--on", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        argv = ["--in", options["source"], "--out", options["target"], "--column", options["column"]]
        if options["on"]:
            argv += ["--on", options["on"]]
        code = main(argv)
        if code:
            raise CommandError("the addresses were not resolved", returncode=code)
