"""`motcua procedures search [--json] TEXT`: the same answer as the page gives."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from motcua.base import clock
from motcua.procedures.api import search


class Command(BaseCommand):
    """Searches the catalogue that is in force today, or on `--on`."""

    help = "Tìm thủ tục bằng lời thường."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", nargs="+", metavar="TEXT")
        parser.add_argument("--json", action="store_true", help="in một danh sách JSON")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--life-event", default=None)
        parser.add_argument("--on", type=date.fromisoformat, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        hits = search(
            " ".join(options["text"]),
            on=options["on"] or clock.today(),
            limit=options["limit"],
            life_event=options["life_event"],
        )
        if options["json"]:
            self.stdout.write(json.dumps([asdict(h) for h in hits], ensure_ascii=False, indent=1))
            return
        if not hits:
            self.stdout.write("Không tìm thấy thủ tục nào; hãy thử nói ngắn hơn hoặc bằng từ khác.")
        for hit in hits:
            self.stdout.write(f"{hit.code}  {hit.name}\n    {hit.why}")
