"""How fast a backlog drains to a portal that answers in 20 ms, with which memory; and the lag at 50 filings a second.

`python bench/exchange.py --dossiers 3000 --seconds 20`. The portal is the sandbox, slowed by its own fault `slow`.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SLOW = {"kind": "slow", "ms": 20}
PATIENCE = 600.0


def main() -> int:
    """Fill the ledger while nothing is sent, then drain; then file at a steady rate and watch the lag."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=3000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rate", type=int, default=50)
    options = parser.parse_args()
    from tests.campaign.house import House

    os.environ |= {"CAMPAIGN_PATIENT": "1", "CAMPAIGN_THREADS": "6"}
    with House() as house:
        import django

        django.setup()
        from tests.campaign.running import _list_procedures
        from tests.dossiers.factories import RubberStamp, build_world

        from motcua.documents.data import SIGNERS

        SIGNERS._plugins = {"stamp": RubberStamp()}
        world = build_world()
        _list_procedures(world)
        house.faults([SLOW])
        _drain(house, world, options.dossiers)
        _lag(house, world, options.seconds, options.rate)
    return 0


def _drain(house: Any, world: Any, dossiers: int) -> None:
    from tests.dossiers.factories import MORNING, receive

    from motcua.dossiers import api
    from motcua.exchange.models import Track
    from motcua.ledger import api as ledger

    for number in range(dossiers):
        at = MORNING + timedelta(seconds=number)
        done = receive(world, at=at)
        if number % 3 == 0:
            api.request_supplement(by=world.lead, at=at, dossier_id=done.dossier_id, what="x")
    house.start_worker()
    while ledger.pending() or not Track.objects.exists():  # the process starts, and positions are given
        time.sleep(0.02)
    began, memory = time.monotonic(), []
    while True:
        left = dossiers - Track.objects.filter(todo=False).count()
        memory.append(_memory(house.worker.pid))
        if not left or time.monotonic() - began > PATIENCE:
            break
        time.sleep(0.2)
    took = time.monotonic() - began
    print(
        f"backlog: {dossiers - left} dossiers in {took:.1f} s = {(dossiers - left) / took:.0f}/s, from the ledger"
        f" to the portal (20 ms an answer); memory of the sending process {memory[len(memory) // 4]:.0f} MB"
        f" after a quarter, {memory[-1]:.0f} MB at the end; load {os.getloadavg()[0]:.1f}; target 300/s, memory flat"
    )


def _memory(pid: int) -> float:
    """Resident memory of a process in megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _lag(house: Any, world: Any, seconds: int, rate: int) -> None:
    from tests.dossiers.factories import CENTRE, MORNING, OTHER_CENTRE, receive

    from motcua.base.clock import now
    from motcua.exchange.models import Line
    from motcua.exchange.national.consuming import lag

    rng, lags = random.Random(1), []
    began, filed = time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds:
        if filed >= passed * rate:
            time.sleep(0.002)
            continue
        agency = rng.choice((CENTRE, OTHER_CENTRE))
        receive(
            world,
            at=MORNING + timedelta(days=1, seconds=filed),
            by=world.at(agency, "reception"),
            receiving_agency=agency,
        )
        filed += 1
        if filed % rate == 0:
            lags.append(lag(at=now()).total_seconds())
    time.sleep(5)
    late = [
        (sent - recorded).total_seconds()
        for recorded, sent in Line.objects.filter(
            sent_at__isnull=False, at__gte=MORNING + timedelta(days=1)
        ).values_list("recorded_at", "sent_at")
    ]
    late.sort()
    print(
        f"lag at {filed / seconds:.0f} filings/s: from entry to answer median {late[len(late) // 2]:.2f} s, p95"
        f" {late[int(len(late) * 0.95)]:.2f} s, most {late[-1]:.2f} s ({len(late)} of {filed} told 5 s after the last);"
        f" target < 5 s"
    )
    del house


if __name__ == "__main__":
    sys.exit(main())
