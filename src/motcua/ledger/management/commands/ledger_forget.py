"""Forgets a person at their request: first what other packages keep about them, then the ledger's payloads and key."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand

from motcua.base.clock import now
from motcua.base.data import SYSTEM
from motcua.ledger import api as ledger


class Command(BaseCommand):
    """`motcua ledger forget PERSON`"""

    help = "Erase a person's key and payloads for good (Luật 91/2025); what was sealed still verifies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom."""
        parser.add_argument("person", type=UUID)

    def handle(self, *_args: Any, person: UUID, **_options: Any) -> None:
        """All packages first: should one fail, the key is still there and the command is given again."""
        for name, forget in ledger.forgetters.all():
            self.stdout.write(f"{name}: {forget(by=SYSTEM, at=now(), person_id=person)}")
        with psycopg.connect(settings.MOTCUA_DATABASE_URLS["owner"], autocommit=True) as owner:
            self.stdout.write(f"ledger: {ledger.erase_person(owner, person)}")
