"""Runs seeds one after the other in one house: acting and breaking first, quiet after, then the judge."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from tests.campaign.house import House

KINDS: tuple[dict[str, Any], ...] = (
    {"kind": "timeout_before", "ms": 900},
    {"kind": "timeout_after", "ms": 900},
    {"kind": "error_before"},
    {"kind": "error_after"},
    {"kind": "error_inside"},
    {"kind": "bad_json"},
    {"kind": "empty"},
    {"kind": "truncated"},
    {"kind": "wrong_answer"},
    {"kind": "slow", "ms": 150},
    {"kind": "down", "seconds": 1},
    {"kind": "session_expired"},
    {"kind": "duplicate"},
)
STANDING: tuple[dict[str, Any], ...] = ({"kind": "clock_skew", "seconds": 3600}, {"kind": "reorder"})
PATIENCE = 300.0
STOOD = frozenset(str(one["kind"]) for one in STANDING)  # counted by the turns in which they were on
STRIKING = 120.0
PAUSE = 0.05


def campaign(
    seeds: Sequence[int], *, dossiers: int, defects: Sequence[str] = ("",)
) -> Iterator[dict[str, Any]]:
    """One row per seed and defect. Sets Django up on a database of its own: call it in a process that has not.

    Defects are looked for in calm weather, each by a worker of its own, so that nothing else can be to blame.
    """
    if not seeds:
        return
    with House() as house:
        import django

        django.setup()
        from motcua.documents.data import SIGNERS
        from tests.dossiers.factories import RubberStamp, build_world

        SIGNERS._plugins = {"stamp": RubberStamp()}
        world = build_world()
        _list_procedures(world)
        for defect in defects:
            house.stop_worker()
            os.environ["CAMPAIGN_DEFECT"] = defect
            for seed in seeds:
                yield _seed(house, world, seed, dossiers, calm=len(defects) > 1)


def _list_procedures(world: Any) -> None:
    from motcua.exchange.models import PortalProcedure
    from tests.dossiers.factories import CERTIFY, COPIES, JUSTICE_PAPER, MORNING, PAIR, QUICK

    del world
    for code in (CERTIFY, QUICK, JUSTICE_PAPER, COPIES, PAIR):
        PortalProcedure.objects.create(
            code=code, name="Thủ tục", field_code="G15-HT", field_name="Hộ tịch", read_at=MORNING
        )


def _seed(house: House, world: Any, seed: int, dossiers: int, *, calm: bool) -> dict[str, Any]:
    from motcua.base.clock import now
    from motcua.base.data import SYSTEM
    from motcua.exchange import connectors
    from motcua.exchange.reconciliation import running
    from motcua.ledger import api as ledger
    from tests.campaign.acting import Driver
    from tests.campaign.judging import judge
    from tests.dossiers.factories import MORNING

    rng = random.Random(seed)
    began = time.monotonic()
    house.kills = {"worker": 0, "database": 0}
    driver = Driver(world=world, rng=random.Random(seed * 7919), at=MORNING + timedelta(days=seed % 200))
    before = house.http.get("/_stats").json()["messages"]
    since = ledger.last_position()
    driver.begin()
    if house.worker is None:
        house.start_worker()
    _drain(house)  # the worker is there and at work before anything strikes
    storm = Storm(house, rng, dossiers, calm=calm)
    while len(driver.filed) < dossiers:
        driver.file()
        for _ in range(rng.choice((0, 1, 1, 2))):
            driver.act()
        storm.blow(len(driver.filed))
    storm.go_on(driver.act)
    storm.end()
    _drain(house)
    connectors.forget_circuits()
    row, _ = running.reconcile(by=SYSTEM, at=now())
    verdict = judge(house, driver.filed, since=since, proxied=storm.proxied, reconciliation=row)
    if running.vouched(row.proof):
        verdict.note("unnamed", "the proof does not hold")
    if not verdict.good:
        verdict.examples.append((house.folder / "processes.log").read_text()[-1500:])
    return {
        "seed": seed,
        "dossiers": len(driver.filed),
        "actions": driver.actions,
        "entries": _entries(driver.filed),
        "messages": house.http.get("/_stats").json()["messages"] - before,
        "struck": sum(storm.kinds.values()),
        "kinds": dict(sorted(storm.kinds.items())),
        "stood": dict(sorted(storm.stood.items())),
        "kills": f"{house.kills['worker']}+{house.kills['database']}",
        "lost": verdict.lost,
        "doubled": verdict.doubled,
        "out_of_order": verdict.out_of_order,
        "invented": verdict.invented,
        "unnamed": verdict.unnamed,
        "good": verdict.good,
        "examples": verdict.examples,
        "seconds": time.monotonic() - began,
        "defect": os.environ.get("CAMPAIGN_DEFECT", ""),
    }


def _entries(ids: Sequence[Any]) -> int:
    from motcua.dossiers import api

    return sum(api.last_entries(ids).values())


class Storm:
    """What goes wrong, and when: every few filings other faults, now and then a kill."""

    def __init__(self, house: House, rng: random.Random, dossiers: int, *, calm: bool) -> None:
        self._house, self._rng, self._calm = house, rng, calm
        self._every = max(5, dossiers // 20)
        self._next = 0
        self._kinds: list[dict[str, Any]] = []
        self._databases = sorted(rng.sample(range(dossiers), 2 if dossiers >= 200 else 1))
        self.kinds: Counter[str] = Counter()
        self.stood: Counter[str] = Counter()
        self.proxied = 0

    def blow(self, filed: int) -> None:
        """Called after each filing."""
        if self._calm:
            return
        if self._databases and filed >= self._databases[0]:
            self._databases.pop(0)
            self._house.kill_database()
        if filed < self._next:
            return
        self._next = filed + self._every
        self._turn()
        if self._rng.random() < 0.1 and self._house.kills["worker"] < 2:
            self._house.kill_worker()

    def go_on(self, act: Callable[[], None]) -> None:
        """The work goes on until each kind of fault has met it, however long a worker takes to start; and a kill."""
        turns = 0 if self._calm else (len(KINDS) + 1) // 2
        # All of them once more; the portal is down until somebody has called it, however long that takes.
        self._kinds = [one | {"seconds": 0} if one["kind"] == "down" else dict(one) for one in KINDS]
        self._rng.shuffle(self._kinds)
        for number in range(turns):
            self._turn()
            if number == turns // 2:
                self._house.kill_worker()
            until = time.monotonic() + STRIKING
            while time.monotonic() < until and not self._met():
                act()
                time.sleep(PAUSE)

    def _met(self) -> bool:
        return all(
            int(one.get("struck", 0)) or self.kinds[one["kind"]] or one["kind"] in STOOD
            for one in self._house.struck().get("faults", [])
        )

    def _turn(self) -> None:
        self._count()
        if not self._kinds:  # each kind has its turn before any comes again
            self._kinds = [dict(kind) for kind in KINDS]
            self._rng.shuffle(self._kinds)
        chosen = [self._kinds.pop() for _ in range(min(2, len(self._kinds)))]
        self._house.faults(
            [
                {**one, "rate": round(self._rng.uniform(0.1, 0.6), 2), "seed": self._rng.randrange(10**6)}
                for one in (*chosen, self._rng.choice(STANDING))
            ]
        )

    def end(self) -> None:
        """Calm weather."""
        self._count()
        self._house.faults([])

    def _count(self) -> None:
        for one in self._house.struck().get("faults", []):
            times = int(one.get("struck", 0))
            (self.stood if one["kind"] in STOOD else self.kinds)[one["kind"]] += times or one["kind"] in STOOD
            if one["kind"] == "duplicate":
                self.proxied += times * 10  # a call carries at most ten lines


def _drain(house: House) -> None:
    """Until nothing waits but what a person must mend."""
    from motcua.exchange.models import Track
    from motcua.ledger import api as ledger
    from motcua.ledger.models import CursorRow

    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        cursor = CursorRow.objects.filter(name="exchange.national").first()
        read = cursor is not None and cursor.position == ledger.last_position() and ledger.pending() == 0
        if read and not Track.objects.filter(todo=True, blocked=False).exists():
            return
        if house.worker is not None and house.worker.poll() is not None:
            house.start_worker()
        time.sleep(0.1)
