"""`quality_link`: the same as `motcua quality link`, for those who are inside Django already."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.quality.management.link import main


class Command(BaseCommand):
    """Links a register to the population base."""

    help = "Link a register to the population base (no database needed)."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        for name in ("base", "register", "out"):
            parser.add_argument(f"--{name}", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        code = main([part for name in ("base", "register", "out") for part in (f"--{name}", options[name])])
        if code:
            raise CommandError("the register was not linked", returncode=code)
