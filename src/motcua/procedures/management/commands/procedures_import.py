"""`motcua procedures import FILE...`: takes the national catalogue's exports and says what became of each record."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from motcua.base import clock
from motcua.base.data import SYSTEM
from motcua.procedures.api import BadMapping, FieldMap, ImportReport, import_files, read_mapping

SHOWN = 20


class Command(BaseCommand):
    """Imports; a file that cannot be opened ends the command with a message and leaves the catalogue as it was."""

    help = "Nhập danh mục thủ tục hành chính quốc gia (JSON, mỗi dòng một JSON, nén gzip hoặc không)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--map", type=Path, help="tệp YAML đặt tên trường (rename, constants, inside)")
        parser.add_argument(
            "--valid-from", type=date.fromisoformat, help="ngày có hiệu lực, mặc định hôm nay"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [p for p in options["files"] if not p.is_file()]
        if missing:
            raise CommandError(f"không thấy tệp: {', '.join(str(p) for p in missing)}")
        report = import_files(
            by=SYSTEM,
            at=clock.now(),
            paths=options["files"],
            mapping=_mapping(options["map"]),
            valid_from=options["valid_from"],
            progress=self._progress if options["verbosity"] > 1 else None,
        )
        self.stdout.write("\n".join(lines(report)))

    def _progress(self, file: str, count: int) -> None:
        self.stderr.write(f"{file}: đã đọc {count} bản ghi")


def _mapping(path: Path | None) -> FieldMap | None:
    if path is None:
        return None
    try:
        return read_mapping(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"không đọc được tệp ánh xạ {path}: {error}") from error
    except BadMapping as error:
        raise CommandError(str(error)) from error


def lines(report: ImportReport) -> list[str]:
    """The report as the terminal shows it."""
    out = [
        f"Đã đọc {report.read} bản ghi: {report.new} mới, {report.unchanged} không đổi, {report.changed} thay đổi, "
        f"{len(report.quarantined)} cách ly."
    ]
    if report.shapes:
        out.append("Cấu trúc: " + ", ".join(f"{name} {count}" for name, count in report.shapes.items()) + ".")
    out += report.notes
    if report.waiting:
        out.append(f"{len(report.waiting)} thủ tục đã rà soát được giữ nguyên; bản nhập chờ so sánh:")
        for one in report.waiting[:SHOWN]:
            parts = ", ".join(dict.fromkeys(c.title_vi for c in one.changes))
            out.append(f"  {one.code} {one.name}: khác ở {parts}")
        if len(report.waiting) > SHOWN:
            out.append(f"  … và {len(report.waiting) - SHOWN} thủ tục nữa")
    for kept_out in report.quarantined[:SHOWN]:
        place = f"{kept_out.file}, bản ghi {kept_out.position} {kept_out.code}"
        out.append(f"  cách ly {place}: {kept_out.reason}")
    if len(report.quarantined) > SHOWN:
        out.append(f"  … và {len(report.quarantined) - SHOWN} bản ghi nữa")
    return out
