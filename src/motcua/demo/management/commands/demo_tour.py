"""`motcua tour`: plays the main job over HTTP against the running system, step by step, and fails loudly."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.demo.tour import national, today, yesterday
from motcua.demo.tour.papers import Folder
from motcua.demo.tour.telling import Teller, TourFailed


class Command(BaseCommand):
    """`motcua tour [--base-url URL] [--out DIR]`"""

    help = "Play the main job against the running system: yesterday's law and today's."
    requires_system_checks = []  # it speaks over HTTP only; the system under test checks itself

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", default=f"http://127.0.0.1:{settings.MOTCUA_PORT}")
        parser.add_argument(
            "--out", type=Path, default=settings.MOTCUA_VAR / "tour", help="where PDFs are kept"
        )
        parser.add_argument(
            "--only", choices=("yesterday", "today", "national"), default=None, help="one part of the story"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        base_url = str(options["base_url"]).rstrip("/")
        if not settings.MOTCUA_DEMO:
            raise CommandError("Chuyến đi chỉ chạy trên bản dùng thử (MOTCUA_DEMO=1).")
        folder = Folder(options["out"])
        tell = Teller()
        try:
            _awake(base_url)
            tell.say(f"motcua tour: {base_url}")
            if options["only"] in (None, "yesterday"):
                yesterday.play(tell, base_url, folder)
            if options["only"] in (None, "today"):
                today.play(tell, base_url, folder)
            if options["only"] in (None, "national"):
                national.play(tell, base_url, today.scene())
        except TourFailed as failed:
            _loudly(tell, f"Chờ đợi: {failed.expected}", f"Đã thấy: {failed.seen}")
        except httpx.HTTPError as error:
            _loudly(tell, "Chờ đợi: hệ thống trả lời", f"Đã thấy: {type(error).__name__}: {error}")
        tell.part("Xong")
        tell.say(f"{tell.steps} bước đều đúng. {len(folder.kept)} tệp PDF trong {folder.place}:")
        for path in folder.kept:
            tell.say(f"      {path.name}  ({path.stat().st_size // 1024} KB)")


def _awake(base_url: str) -> None:
    try:
        answer = httpx.get(f"{base_url}/health", timeout=10, trust_env=False)
    except httpx.HTTPError as error:
        raise TourFailed(f"hệ thống đang chạy ở {base_url} (make run)", error) from error
    if answer.status_code != httpx.codes.OK:
        raise TourFailed(f"hệ thống ở {base_url} khỏe mạnh", answer.text)


def _loudly(tell: Teller, expected: str, seen: str) -> None:
    tell.say()
    tell.say(f"DỪNG ở bước {tell.steps}: {tell.at}")
    tell.say(f"   {expected}")
    tell.say(f"   {seen}")
    sys.exit(1)
