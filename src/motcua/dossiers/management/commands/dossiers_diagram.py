"""Writes docs/dossier-states.md from the transition table, or says whether it is up to date."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from motcua.dossiers.api import state_diagram


class Command(BaseCommand):
    """`motcua dossiers diagram [--write PATH | --check PATH]`; without either it prints."""

    help = "Print, write or check the diagram of a dossier's states."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two ways to use it on a file."""
        parser.add_argument("--write", type=Path, metavar="PATH")
        parser.add_argument("--check", type=Path, metavar="PATH")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked."""
        text = state_diagram()
        if options["write"]:
            options["write"].write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {options['write']}")
        elif options["check"]:
            if options["check"].read_text(encoding="utf-8") != text:
                raise CommandError(f"{options['check']} is out of date: write it again")
            self.stdout.write("up to date")
        else:
            self.stdout.write(text)
