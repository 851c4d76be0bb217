"""How long the index takes over millions of dossiers: full recomputation, a page of scores, a live update.

Evidence is generated (`bench.indicators_data`: two years, 130 communes and 14 departments, the catalogue's procedures
each); the recomputation starts from the evidence rows and ends with the scores of every unit. The sizes are 1, 3 and 10
times `--rows`. Pages are opened in this process, for the last twenty months, a quarter and a year: the longest, and the
processor's time of this process beside them, for a machine that does other things too.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bench.house import House, milliseconds, percentile
from bench.indicators_data import TABLE, fill


def measure(made: House, options: Any) -> None:
    """Fill to each size; recompute everything, then ask for pages and move single dossiers."""
    made.django()
    from django.conf import settings

    from motcua.base import clock
    from motcua.procedures import api as procedures
    from motcua.units import api as units

    today = clock.today()
    keys = [a.key for a in units.agencies(on=today, kind="people_committee", level="commune")]
    keys += [a.key for a in units.agencies(on=today, kind="department")]
    codes = [line.code for line in procedures.in_force(today)]
    owner = psycopg.connect(settings.MOTCUA_DATABASE_URLS["owner"], autocommit=True)
    owner.execute(f"ALTER TABLE {TABLE} SET UNLOGGED")
    there = 0
    for size in (options.rows, 3 * options.rows, 10 * options.rows):
        began = time.monotonic()
        fill(owner, keys, codes, today, there=there, size=size)
        there, filled = size, time.monotonic() - began
        took, most, peak = _recount(made)
        print(
            f"{size:,} dossiers: recomputed in {took:.1f} s ({took / size * 1_000_000:.2f} s a million; target < 60 s "
            f"at 10,000,000); memory of the database together at most {most:.2f} GB, of one of its processes "
            f"{peak:.2f} GB (target < 4 GB); filled in {filled:.0f} s",
            flush=True,
        )
        owner.execute("ANALYZE")
        for words, seconds, processor in _pages(today, keys[0]):
            print(
                f"  {words}: {milliseconds(seconds)}; this process's processor p95 "
                f"{percentile(processor, 0.95) * 1000:.0f} ms; target p95 < 80 ms",
                flush=True,
            )
        print(f"  live: {_live(keys, today)}", flush=True)
    owner.close()


def _recount(made: House) -> tuple[float, float, float]:
    """Seconds of the full recomputation with the scores of all units; gigabytes of all processes, of the largest."""
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
    return took, max((s for s, _p in seen), default=0) / 2**20, max((p for _s, p in seen), default=0) / 2**20


@contextmanager
def _watching(made: House) -> Iterator[list[tuple[int, int]]]:
    """KiB, twice a second: proportional memory of the database's processes, and the largest VmHWM among them."""
    seen: list[tuple[int, int]] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            base = [pid for pid, words in made.processes().items() if "postgres" in words]
            shares = sum(_kib(pid, "smaps_rollup", "Pss:") for pid in base)
            seen.append((shares, max((_kib(pid, "status", "VmHWM:") for pid in base), default=0)))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _kib(pid: int, file: str, line: str) -> int:
    try:
        text = Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return 0
    return next((int(words.split()[1]) for words in text.splitlines() if words.startswith(line)), 0)


def _pages(today: date, key: str) -> Iterator[tuple[str, list[float], list[float]]]:
    """Of each kind of page: seconds, and seconds of this process's processor, over many periods."""
    from motcua.indicators import api

    months = [api.period_of(today - timedelta(days=30 * back), api.Grain.MONTH) for back in range(20)]
    periods = [*months, api.period_of(today, api.Grain.QUARTER), api.period_of(today, api.Grain.YEAR)]
    browser = _leader(today)
    browser.get("/ioc/", secure=True)
    gc.collect()  # as the web processes do when they have loaded everything (motcua.config.served)
    gc.freeze()
    for words, path in (
        ("all communes ranked", "/ioc/"),
        ("all departments ranked", "/ioc/?level=department"),
        ("one commune", f"/ioc/units/{key}"),
        ("one commune's late dossiers", f"/ioc/units/{key}/TDGQ_ON_TIME"),
        ("the province's late dossiers", "/ioc/units/tinh/TDGQ_ON_TIME"),
        ("the province", "/ioc/units/tinh"),
    ):
        took, processor = [], []
        for period in [periods[0], *periods]:  # the first is to warm up
            at, used = time.perf_counter(), time.process_time()
            answer = browser.get(f"{path}{'&' if '?' in path else '?'}period={period.key}", secure=True)
            took.append(time.perf_counter() - at)
            processor.append(time.process_time() - used)
            assert answer.status_code == 200, answer.status_code
        yield words, took[1:], processor[1:]


def _leader(today: date) -> Any:
    """A browser in this process, signed in as somebody who watches over the province."""
    from importlib import import_module

    from django.conf import settings
    from django.test import Client

    from motcua.staff import api as staff
    from motcua.staff.api import Role

    held = next(p for p in staff.officers("vp-ubnd-tinh", Role.LEADER, on=today))
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["officer"] = {"account": str(held.account_id), "position": str(held.id)}
    session.save()
    browser = Client(headers={"host": "localhost"})
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return browser


def _live(keys: list[str], today: date) -> str:
    """Fifty dossiers a second change for ten seconds, five every tenth: when does each stand in its unit's score?"""
    from dataclasses import replace

    from django.db import transaction

    from motcua.base import clock
    from motcua.indicators import api
    from motcua.indicators.actions import counting, evidence
    from motcua.indicators.data import Holds
    from motcua.indicators.models import Evidence
    from motcua.indicators.rules.tallies import differences

    month = api.period_of(today, api.Grain.MONTH)
    newest = Evidence.objects.filter(agency=keys[0], received_day__gte=month.start)
    ids = list(newest.values_list("dossier_id", flat=True)[:500])
    took, began = [], time.perf_counter()
    for step, first in enumerate(range(0, len(ids), 5)):
        asked = began + step / 10
        time.sleep(max(0.0, asked - time.perf_counter()))
        with transaction.atomic():
            before = evidence.counted(ids[first : first + 5])
            after = [replace(one, holds=one.holds ^ Holds.REUSED) for one in before]
            evidence.store(after)
            counting.add(differences(before, after))
        api.unit_score(keys[0], month, at=clock.now())
        took.append(time.perf_counter() - asked)
    return f"50 changes a second are in their unit's score after {milliseconds(took)}; target < 2 s"
