"""How many entries the ledger takes a second beside a live consumer, and how far the consumer is behind."""

from __future__ import annotations

import multiprocessing
import os
import time
from typing import Any

from bench.house import House, milliseconds

WRITERS = 4
TOGETHER = 1


def measure(made: House, options: Any) -> None:
    """Writers commit every entry by itself; the running worker gives positions; a consumer reads them."""
    made.django()
    start = multiprocessing.get_context("spawn")
    reader_ready, stop = start.Event(), start.Event()
    answers = start.Queue()
    reader = start.Process(target=read, args=(reader_ready, stop, answers))
    reader.start()
    reader_ready.wait()
    writers = [
        start.Process(target=write, args=(number, options.seconds, answers)) for number in range(WRITERS)
    ]
    for one in writers:
        one.start()
    rates = [answers.get() for _ in writers]
    for one in writers:
        one.join()
    time.sleep(3)
    stop.set()
    lags = answers.get()
    reader.join()
    print(
        f"ledger: {sum(rates):.0f} appends/s ({WRITERS} processes, one entry a transaction, encrypted payload of 200"
        f" bytes), consumer read {len(lags)};\n  lag from commit to the consumer: {milliseconds(lags)};"
        f" load average {os.getloadavg()[0]:.1f}; target 2,000/s, lag < 1 s"
    )


def write(number: int, seconds: float, answers: Any) -> None:
    """Append until time is up."""
    import django

    django.setup()
    from django.db import transaction

    from motcua.base import clock
    from motcua.base.data import SYSTEM
    from motcua.ledger import api as ledger

    began, done = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        with transaction.atomic():
            ledger.append(
                kind="bench.note",
                subject=ledger.Subject(kind="bench", id=f"{number}-{done // 10}"),
                by=SYSTEM,
                at=clock.now(),
                payload={"text": "x" * 200},
            )
        done += 1
    answers.put(done / (time.monotonic() - began))


def read(ready: Any, stop: Any, answers: Any) -> None:
    """Consume, and note how old each entry is when it arrives."""
    import django

    django.setup()
    from motcua.base import clock
    from motcua.ledger import api as ledger

    lags: list[float] = []

    def handler(batch: Any) -> None:
        now = clock.now()
        lags.extend((now - one.recorded_at).total_seconds() for one in batch if one.kind == "bench.note")

    while ledger.consume(name="bench", handler=handler, at=clock.now(), limit=2000):
        pass
    ready.set()
    while not stop.is_set():
        if not ledger.consume(name="bench", handler=handler, at=clock.now(), limit=2000):
            time.sleep(0.02)
    answers.put(lags)
