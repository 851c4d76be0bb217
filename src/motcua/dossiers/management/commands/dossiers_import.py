"""Brings over the dossiers of the former system: `motcua import dossiers FILE...`."""

from __future__ import annotations

import csv
import gzip
import io
import json
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from motcua.base.clock import now
from motcua.base.data import SYSTEM
from motcua.dossiers.api import import_records


class Command(BaseCommand):
    """CSV, JSON or JSON lines, gzipped or not; the shape is in docs/import-dossiers.md."""

    help = "Import dossiers of the former system; the doubtful go to quarantine with their reasons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files, and how many doubts to print."""
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--show", type=int, default=20, metavar="N", help="print the first N doubts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import each file and say what became of its records."""
        doubtful = 0
        for path in options["files"]:
            try:
                records = list(read_file(path))
            except (OSError, ValueError) as error:
                raise CommandError(f"{path}: cannot be read: {error}") from error
            report = import_records(by=SYSTEM, at=now(), source=path.name, records=records)
            self.stdout.write(
                f"{path.name}: {len(records)} records, {report.created} new, {report.unchanged} unchanged, "
                f"{len(report.quarantined)} quarantined"
            )
            for one in report.quarantined[: options["show"]]:
                self.stdout.write(f"  row {one.row} {one.code}: {'; '.join(one.reasons)}")
            doubtful += len(report.quarantined)
        if doubtful:
            self.stdout.write(
                f"{doubtful} in quarantine: see the administrator's page, or mend the file and run again"
            )


def read_file(path: Path) -> Iterable[Mapping[str, Any]]:
    """The records of one file; raises `ValueError` when it is none of the three shapes."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    text = data.decode("utf-8-sig")
    name = path.name.removesuffix(".gz").lower()
    if name.endswith(".csv"):
        yield from csv.DictReader(io.StringIO(text))
        return
    if text.lstrip().startswith("["):
        found = json.loads(text)
    else:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    for one in found:
        if not isinstance(one, Mapping):
            raise ValueError("every record must be an object")
        yield one
