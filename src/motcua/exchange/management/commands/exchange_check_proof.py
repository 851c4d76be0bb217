"""Checks a kept proof: its arithmetic, its roots, and the ledger's word for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.exchange.reconciliation import running


class Command(BaseCommand):
    """`motcua exchange check_proof FILE`"""

    help = "Check a proof of reconciliation."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say that it holds, or fail with what is wrong."""
        try:
            text = options["file"].read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        problems = running.vouched(text)
        if problems:
            raise CommandError("; ".join(problems))
        self.stdout.write("chứng cứ đúng: mã băm, hai gốc Merkle, danh sách chênh lệch và sổ cái khớp nhau")
