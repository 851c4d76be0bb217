"""`motcua indicators rebuild`: drop all evidence and counts and compute them anew from what they follow from."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand

from motcua.base.clock import now
from motcua.indicators import api


class Command(BaseCommand):
    """The full recomputation."""

    help = "Compute all evidence anew from dossiers, payments, documents and the ledger."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it and say how many dossiers and how long."""
        started = perf_counter()
        count = api.rebuild(at=now())
        self.stdout.write(f"{count} dossiers, {perf_counter() - started:.1f} s")
