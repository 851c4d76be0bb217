"""How long the first page of a worklist takes as the province's dossiers grow, and how many queries it makes."""

from __future__ import annotations

import time
from typing import Any

import psycopg

from bench.house import House, milliseconds

# A tenth of the dossiers wait for acceptance at the 130 centres, the others were returned long ago.
FILL = """
WITH desks AS (SELECT array_agg(key ORDER BY key) AS keys FROM unnest(%(desks)s::text[]) AS key)
INSERT INTO dossiers_dossier ({columns})
SELECT {values}
  FROM dossiers_dossier AS one, desks, generate_series(%(first)s::int, %(last)s::int) AS n
 WHERE one.id = %(one)s
"""
CHANGED = {
    "id": "gen_random_uuid()",
    "code": "'H41.99-' || n",
    "outside_system": "''",
    "outside_code": "''",
    "filing_scope": "''",
    "filing_key": "''",
    "receiving_agency": "keys[1 + n %% cardinality(keys)]",
    "desk_agency": "keys[1 + n %% cardinality(keys)]",
    "return_agency": "keys[1 + n %% cardinality(keys)]",
    "queue_agency": "CASE WHEN n %% 10 = 0 THEN keys[1 + (n / 10) %% cardinality(keys)] ELSE '' END",
    "queue": "CASE WHEN n %% 10 = 0 THEN 'accept' ELSE '' END",
    "queue_due": "now() + make_interval(mins => n %% 10000 - 5000)",
    "state": "CASE WHEN n %% 10 = 0 THEN 1 ELSE 10 END",
    "accepted_at": "CASE WHEN n %% 10 = 0 THEN NULL ELSE one.submitted_at END",
    "accepted_by": "CASE WHEN n %% 10 = 0 THEN '' ELSE 'bench' END",
    "ended_at": "CASE WHEN n %% 10 = 0 THEN NULL ELSE one.submitted_at END",
    "returned_at": "CASE WHEN n %% 10 = 0 THEN NULL ELSE one.submitted_at END",
    "outcome": "CASE WHEN n %% 10 = 0 THEN '' ELSE 'granted' END",
}


def measure(made: House, options: Any) -> None:
    """Fill to a hundredth, a tenth and all of the rows; read first pages of many agencies at each size."""
    made.django()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.filings import Load
    from motcua.base import clock
    from motcua.base.data import Actor, ActorKind
    from motcua.demo.tour.cast import Office
    from motcua.dossiers import api as dossiers
    from motcua.units import api as units

    desks = [a.key for a in units.agencies(on=clock.today(), kind="one_stop_centre", level="commune")]
    Load(made, desks, sent_at=clock.now()).one(time.monotonic())
    owner = psycopg.connect(settings.MOTCUA_DATABASE_URLS["owner"], autocommit=True)
    (one,) = owner.execute("SELECT id FROM dossiers_dossier WHERE state = 1 ORDER BY code LIMIT 1").fetchone()
    columns = [
        row[0]
        for row in owner.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'dossiers_dossier'"
        )
    ]
    fill = FILL.format(
        columns=", ".join(f'"{name}"' for name in columns),
        values=", ".join(CHANGED.get(name, f'one."{name}"') for name in columns),
    )
    there = 0
    office = Office(f"http://127.0.0.1:{made.port}", at=None)
    for size in sorted({options.rows // 100, options.rows // 10, options.rows}):
        began = time.monotonic()
        for first in range(there + 1, size + 1, 50_000):
            last = min(first + 49_999, size)
            owner.execute(fill, {"desks": desks, "first": first, "last": last, "one": one})
        owner.execute("VACUUM (ANALYZE) dossiers_dossier")
        there, filled = size, time.monotonic() - began
        took, queries = [], set()
        for number in range(300):
            agency = desks[number % len(desks)]
            by = Actor(kind=ActorKind.OFFICER, ref="bench", unit=agency, role="reception")
            at = time.perf_counter()
            page = dossiers.worklist(by=by, at=clock.now(), queue=dossiers.Queue.ACCEPT)
            took.append(time.perf_counter() - at)
            assert page.rows
            if number < 5:
                with CaptureQueriesContext(connection) as seen:
                    dossiers.worklist(by=by, at=clock.now(), queue=dossiers.Queue.ACCEPT)
                queries.add(len(seen))
        print(
            f"worklist, first page of 30 among {size:,} dossiers ({size // 10 // len(desks):,} in each list): "
            f"{milliseconds(took)};\n  queries: {sorted(queries)}; filled in {filled:.0f} s"
        )
        print(
            f"  the officer's whole page over HTTP: {milliseconds(_pages(office, desks))}; target p95 < 60 ms"
        )
    owner.close()


def _pages(office: Any, desks: list[str]) -> list[float]:
    """Seconds of the desk's first page, opened 25 times by each of eight signed-in reception officers."""
    from motcua.staff.api import Role

    took = []
    for desk in desks[:8]:
        browser = office.officer(desk, Role.RECEPTION)[1]
        for _ in range(25):
            at = time.perf_counter()
            page = browser.get("/desk/?q=accept")
            took.append(time.perf_counter() - at)
            assert page.status_code == 200
    return took
