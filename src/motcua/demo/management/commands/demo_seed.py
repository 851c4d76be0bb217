"""Fills the province with dossiers of the last twelve months, made through the real actions."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from motcua.base import clock
from motcua.base.data import SYSTEM
from motcua.demo import cleaning, plans, population, seeding
from motcua.ledger import api as ledger

SEED = 766
BATCH = 50
SUBJECT = ledger.Subject(kind="demo", id="seed")


class Command(BaseCommand):
    """`motcua demo seed --until 2000`"""

    help = "Dossiers number 0 to UNTIL; goes on where it stopped, so that a second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until", type=int, required=True)
        parser.add_argument("--parts", type=int, default=2, help="processes beside each other")
        parser.add_argument("--part", type=int, default=None, help="which of the parts this process is")
        parser.add_argument("--gently", action="store_true", help="one process, pausing between dossiers")
        parser.add_argument("--signed", type=float, default=0.8, help="share with real signatures")

    def handle(self, *_args: Any, **options: Any) -> None:
        parts = 1 if options["gently"] else options["parts"]
        if options["part"] is None and parts > 1:
            self._split(parts, options)
            return
        self._play(options["part"] or 0, parts, options)

    def _split(self, parts: int, options: dict[str, Any]) -> None:
        running = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "motcua.config.manage",
                    "demo_seed",
                    f"--until={options['until']}",
                    f"--parts={parts}",
                    f"--part={part}",
                    f"--signed={options['signed']}",
                ],
                env=dict(os.environ),
            )
            for part in range(parts)
        ]
        statuses = [child.wait() for child in running]
        if any(statuses):
            raise CommandError("a part of the seeding failed")

    def _play(self, part: int, parts: int, options: dict[str, Any]) -> None:
        with connection.cursor() as cursor:
            # Invented dossiers can be invented again: no wait for the disk at each of ten commits a dossier.
            cursor.execute("SET synchronous_commit = off")
        name = f"{part}-{parts}"
        done = done_until(name)
        adults = population.generate().adults()
        if part == 0:
            cleaning.seed(adults=adults, at=clock.now())
        seeder = seeding.Seeder(until=clock.now(), ids=seeding.people_ids(adults), seed=SEED)
        chosen = plans.plans(
            first=done,
            last=options["until"],
            adults=adults,
            until=clock.now(),
            seed=SEED,
            sign_share=options["signed"],
        )
        mine = [plan for plan in chosen if plan.number % parts == part]
        began = time.monotonic()
        for number, plan in enumerate(mine, 1):
            seeder.play(plan)
            if number % BATCH == 0 or number == len(mine):
                note(name, plan.number + 1, options["until"])
                rate = number / (time.monotonic() - began)
                self.stderr.write(f"demo {name}: {number}/{len(mine)} hồ sơ, {rate:.0f}/giây")
            if options["gently"]:
                time.sleep(0.05)
        for reason, count in seeder.report.refused.most_common(12):
            self.stderr.write(f"  {count} × {reason}")
        self.stderr.write(f"demo {name}: {dict(seeder.report.made)} {seeder.payers}")


def done_until(name: str) -> int:
    """Where this part of the seeding stopped; the gentle one goes on behind both fast parts."""
    marks: dict[str, int] = {}
    for entry in ledger.entries(SUBJECT):
        payload = entry.payload or {}
        marks[str(payload.get("part"))] = int(str(payload.get("next", 0)))
    return marks.get(name, max(marks.values(), default=0) if name == "0-1" else 0)


def note(name: str, following: int, until: int) -> None:
    """Remember in the ledger how far this part is."""
    with transaction.atomic():
        ledger.append(
            kind="demo.seeded",
            subject=SUBJECT,
            by=SYSTEM,
            at=clock.now(),
            payload={"part": name, "next": following, "until": until},
        )
