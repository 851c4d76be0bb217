"""Loads the reference data of every package, lowest first; a second run changes nothing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand

from motcua.base import clock
from motcua.base.data import SYSTEM

PACKAGES = ("units", "deadlines", "procedures")


class Command(BaseCommand):
    """`motcua load`"""

    help = "Load units, calendar and catalogue."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for package in PACKAGES:
            report = import_module(f"motcua.{package}.api").load_reference_data(by=SYSTEM, at=clock.now())
            self.stdout.write(
                f"{package}: {report.created} new, {report.changed} changed, {report.unchanged} unchanged"
            )
