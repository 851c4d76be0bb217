"""Errands: every duty runs in its own thread, and a failing one neither ends nor stops the others."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from motcua.config import errands

pytestmark = pytest.mark.django_db(transaction=True)


class Counting:
    """Finds `work` portions, then nothing; raises in its first run when told to."""

    every = timedelta(milliseconds=5)

    def __init__(self, stopping: threading.Event, *, work: int, fails: bool = False) -> None:
        self.stopping, self.left, self.fails, self.runs = stopping, work, fails, 0

    def run(self, *, at: datetime) -> int:
        assert at.tzinfo is not None
        self.runs += 1
        if self.fails and self.runs == 1:
            raise RuntimeError("the portal is on fire")
        if self.left == 0:
            self.stopping.set()
            return 0
        self.left -= 1
        return 1


def keep(duty: Counting, stopping: threading.Event) -> None:
    thread = threading.Thread(target=errands.keep, args=("counting", duty, stopping))
    thread.start()
    thread.join(timeout=120)
    assert not thread.is_alive()


def test_a_duty_runs_until_it_finds_nothing_and_then_rests() -> None:
    stopping = threading.Event()
    duty = Counting(stopping, work=3)
    keep(duty, stopping)
    assert (duty.left, duty.runs) == (0, 4)


def test_a_duty_that_failed_comes_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(errands, "AFTER_FAILURE", 0.01)
    stopping = threading.Event()
    duty = Counting(stopping, work=1, fails=True)
    keep(duty, stopping)
    assert duty.left == 0
    assert "duty counting failed" in caplog.text
