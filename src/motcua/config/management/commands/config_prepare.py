"""Set the database up: what `motcua run` does in a process of its own before anything else."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from motcua.config import setup


class Command(BaseCommand):
    """Cluster, roles, database, schema, rights; nothing is done twice."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prepare."""
        setup.prepare()
