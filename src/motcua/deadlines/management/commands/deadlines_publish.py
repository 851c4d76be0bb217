"""Publish a change of the calendar from a file: `motcua deadlines publish change.yaml --by ID`.

The file has `reason` and any of `days`, `years`, `hours`, in the shapes of the package's own files without
`known_from`: what is published is known from now on, never from earlier.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from motcua.base.clock import now
from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError
from motcua.deadlines.api import publish_calendar_change
from motcua.deadlines.rules.law import read_day, read_week, read_year

Fact = TypeVar("Fact")


class Command(BaseCommand):
    """Reads the file strictly; nothing is published unless all of it is right."""

    help = "Publish days off, exchanged days, announced years or working hours from a YAML file."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and who answers for it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, help="id of the officer who answers for the change")
        parser.add_argument("--role", default="controller", help="the role in which the officer acts")

    def handle(self, *_args: Any, file: Path, by: str, role: str, **_options: Any) -> None:
        """Publish, or say in a sentence what was wrong."""
        at = now()
        try:
            raw = yaml.safe_load(file.read_text(encoding="utf-8"))
            if not isinstance(raw, Mapping) or set(raw) - {"reason", "days", "years", "hours"}:
                raise CommandError("Tệp phải có reason và days, years hoặc hours.")
            revision = publish_calendar_change(
                by=Actor(kind=ActorKind.OFFICER, ref=by, role=role),
                at=at,
                reason=str(raw.get("reason", "")),
                days=_facts(raw.get("days"), read_day, at),
                years=_facts(raw.get("years"), read_year, at),
                weeks=_facts(raw.get("hours"), read_week, at),
            )
        except DomainError as error:
            raise CommandError(error.public()) from error
        except (OSError, yaml.YAMLError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CommandError(f"Không đọc được tệp {file}: {error}") from error
        self.stdout.write(f"Đã công bố thay đổi lịch số {revision}.")


def _facts(raw: Any, read: Callable[[Mapping[str, Any]], Fact], at: datetime) -> list[Fact]:
    entries = raw or []
    if not isinstance(entries, list):
        raise ValueError("một danh sách được chờ đợi")
    if any("known_from" in entry for entry in entries):
        raise ValueError("known_from là thời điểm công bố, không khai trong tệp")
    return [read({**entry, "known_from": at}) for entry in entries]
