"""Whoever stops the whole at the very moment when a part is born leaves no orphan behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest

from motcua.config.processes import Process, run_as
from tests.config.installation import alive, until


class Asked(Exception):
    """Somebody asked us to stop."""


@pytest.fixture
def asked_while_a_child_is_born(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """SIGTERM comes when the child exists and nobody holds its number yet; the list says who was born."""
    born: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(*words: Any, **more: Any) -> subprocess.Popen[bytes]:
        child = popen(*words, **more)
        born.append(child)
        os.kill(os.getpid(), signal.SIGTERM)
        return child

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Asked

    resting = threading.Event()
    beside = threading.Thread(target=resting.wait)
    beside.start()  # it takes the signals that the main thread would block
    before = signal.signal(signal.SIGTERM, stop)
    monkeypatch.setattr(subprocess, "Popen", start)
    yield born
    resting.set()
    beside.join()
    signal.signal(signal.SIGTERM, before)
    for child in born:
        child.kill()
        child.wait()


def test_a_part_born_while_we_are_asked_to_stop_is_known_and_ended(
    asked_while_a_child_is_born: list[subprocess.Popen[bytes]],
) -> None:
    part = Process(name="part", command=[sys.executable, "-c", "import time; time.sleep(600)"])
    with pytest.raises(Asked):
        part.start()
    assert part.running is asked_while_a_child_is_born[0]
    part.stop()
    assert asked_while_a_child_is_born[0].poll() is not None


def test_a_command_born_while_we_are_asked_to_stop_is_ended(
    asked_while_a_child_is_born: list[subprocess.Popen[bytes]],
) -> None:
    with pytest.raises(Asked):
        run_as("app", "config_load")
    assert asked_while_a_child_is_born[0].poll() is not None


def test_a_part_whose_parent_died_before_it_could_ask_ends_at_once() -> None:
    another = subprocess.Popen([sys.executable, "-c", ""])
    another.wait()
    words = [sys.executable, "-m", "motcua.config.child", str(another.pid), sys.executable, "-c", "print(1)"]
    done = subprocess.run(words, check=False, capture_output=True, timeout=120)
    assert done.returncode == -signal.SIGTERM
    assert done.stdout == b""


def test_a_part_ends_with_its_parent_however_that_dies() -> None:
    starts = (
        "import os, sys, time; from motcua.config.processes import Process;"
        " part = Process(name='part', command=['sleep', '600']); part.start(); print(part.running.pid, flush=True);"
        " os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", starts], check=False, stdout=subprocess.PIPE, timeout=120)
    assert done.returncode == -signal.SIGKILL
    until("the part is gone", lambda: not alive(int(done.stdout)))
