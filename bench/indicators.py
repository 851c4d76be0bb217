"""How long the index takes over millions of dossiers: full recomputation, a page of scores, a live update.

Evidence is generated (two years, 130 communes and 14 departments, 120 procedures each); the recomputation starts from
the evidence rows and ends with the scores of every unit. The sizes are 1, 3 and 10 times `--rows`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench.house import House, milliseconds

# A third has something left to do, with its denominator as `judge` gives it: money 32 → 64, a file 128 → 256.
# A dossier ends after a day to a fortnight; one in twelve is late; a tenth is still open at the end of the two years.
FILL = """
INSERT INTO indicators_evidence
       (dossier_id, code, seq, agency, receiving_agency, procedure_code, received_day, start_day, end_day, late_day,
        in_time, holds, can, sync_known, sync_waits, signs, points_time, points_contacts, points_attitude, step,
        check_at)
SELECT gen_random_uuid(), 'H41.99-' || n, 5, keys[1 + n %% cardinality(keys)], keys[1 + n %% cardinality(keys)],
       '1.' || lpad((n / 144 %% 120)::text, 6, '0'), day, day,
       CASE WHEN n %% 10 = 0 AND day > %(last)s::date - 30 THEN NULL ELSE day + (n %% 13)::int END,
       CASE WHEN n %% 12 = 0 THEN day + (n %% 5)::int END,
       n %% 12 <> 0, holds,
       CASE WHEN n %% 3 = 0 THEN ~holds & (2 | 512) | (~holds & (holds << 1) & (64 | 256)) ELSE 0 END,
       true, false, CASE WHEN n %% 50 = 0 THEN 1 << (n / 50 %% 7)::int ELSE 0 END, n %% 3, 2, n %% 3, '', NULL
  FROM (SELECT n, %(last)s::date - (hashint8(n) & 1023) %% 730 AS day, 1 | (hashint8(n) & 16382) AS holds,
               %(keys)s::text[] AS keys
          FROM generate_series(%(first)s::bigint, %(upto)s::bigint) AS n) AS one
"""
PORTION = 500_000


def measure(made: House, options: Any) -> None:
    """Fill to each size; recompute everything, then ask for pages and move single dossiers."""
    made.django()
    from django.conf import settings

    from motcua.base import clock
    from motcua.units import api as units

    today = clock.today()
    keys = [a.key for a in units.agencies(on=today, kind="people_committee", level="commune")]
    keys += [a.key for a in units.agencies(on=today, kind="department")]
    owner = psycopg.connect(settings.MOTCUA_DATABASE_URLS["owner"], autocommit=True)
    owner.execute("ALTER TABLE indicators_evidence SET UNLOGGED")
    there, rates = 0, []
    for size in (options.rows, 3 * options.rows, 10 * options.rows):
        began = time.monotonic()
        for first in range(there + 1, size + 1, PORTION):
            upto = min(first + PORTION - 1, size)
            owner.execute(FILL, {"keys": keys, "last": today, "first": first, "upto": upto})
        owner.execute("VACUUM (ANALYZE) indicators_evidence")
        there, filled = size, time.monotonic() - began
        took, most = _recount(made)
        rates.append(took / size * 1_000_000)
        print(
            f"{size:,} dossiers: recomputed in {took:.1f} s ({rates[-1]:.2f} s a million), database at most "
            f"{most:.1f} GB; filled in {filled:.0f} s"
        )
        for words, path in PAGES.items():
            print(f"  {words}: {milliseconds(_pages(path, today))}; target p95 < 80 ms")
    print(f"  live: {_live(keys, today)}")
    owner.close()


def _recount(made: House) -> tuple[float, float]:
    """Seconds of the full recomputation with the scores of all units at its end, and gigabytes at most."""
    from django.db import transaction

    from motcua.base import clock
    from motcua.indicators import api
    from motcua.indicators.actions.counting import recount

    with _watching(made) as seen:
        began = time.monotonic()
        with transaction.atomic():
            recount()
        for level in api.Level:
            api.unit_scores(api.period_of(clock.today(), api.Grain.MONTH), level=level, at=clock.now())
        took = time.monotonic() - began
    return took, max(seen, default=0) / 2**20


@contextmanager
def _watching(made: House) -> Iterator[list[int]]:
    """Proportional memory of the installation's processes in KiB, twice a second."""
    seen: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            seen.append(sum(_pss(pid) for pid, words in made.processes().items() if "postgres" in words))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _pss(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


PAGES = {
    "the communes ranked, with the map": "/ioc/?level=commune",
    "one commune's page": "/ioc/units/ubnd-xa-16681/?",
    "the province's page": "/ioc/units/tinh/?",
}


def _pages(path: str, today: date) -> list[float]:
    """Seconds of a whole page, view and template, read by a leader of the province for the months of two years."""
    from django.test import Client

    from motcua.indicators import api
    from motcua.staff import api as staff

    account = staff.account_by_username("ubnd-tinh.leader")
    assert account is not None
    position = staff.usable_positions(account.id, on=today)[0]
    client = Client(SERVER_NAME="localhost")
    session = client.session
    session["officer"] = {"account": str(account.id), "position": str(position.id)}
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    took = []
    for back in range(70):
        period = api.period_of(today - timedelta(days=11 * back), api.Grain.MONTH)
        at = time.perf_counter()
        answer = client.get(f"{path}&period={period.key}")
        took.append(time.perf_counter() - at)
        assert answer.status_code == 200, answer
    return took[10:]  # the first ones load what a process keeps


def _live(keys: list[str], today: date) -> str:
    """Fifty dossiers a second change for ten seconds: how long until each stands in the counts."""
    from dataclasses import replace

    from django.db import transaction

    from motcua.indicators.actions import counting, evidence
    from motcua.indicators.data import Holds
    from motcua.indicators.models import Evidence
    from motcua.indicators.rules.tallies import differences

    ids = list(Evidence.objects.filter(agency=keys[0]).values_list("dossier_id", flat=True)[:500])
    took = []
    for first in range(0, len(ids), 50):
        at = time.perf_counter()
        with transaction.atomic():
            before = evidence.counted(ids[first : first + 50])
            after = [replace(one, holds=one.holds ^ Holds.ELECTRONIC_RESULT) for one in before]
            evidence.store(after)
            counting.add(differences(before, after))
        took.append(time.perf_counter() - at)
    return f"50 changed dossiers stand in the counts after {milliseconds(took)}; target < 2 s"
