"""Puts a new wording of messages into force: `motcua notices publish FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.base import clock
from motcua.base.data import SYSTEM
from motcua.base.errors import DomainError
from motcua.notices import api as notices


class Command(BaseCommand):
    """`motcua notices publish FILE`; the file is written like notices/texts/texts.yaml."""

    help = "Check a file of message texts and put it into force from its own dates on. All or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            raw = yaml.safe_load(options["file"].read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        try:
            done = notices.publish(by=SYSTEM, at=clock.now(), raw=raw)
        except DomainError as error:
            raise CommandError(error.public("en")) from error
        self.stdout.write(f"{done} texts published")
