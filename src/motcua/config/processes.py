"""Keeps a set of processes running: starts them, starts them again when they die, ends them in order."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)

GRACE = 15.0
BACKOFF_LIMIT = 10.0


@dataclass(kw_only=True)
class Process:
    """One program and what becomes of it.

    keep: start it again when it ends; otherwise it runs once and `done` says how it ended.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    keep: bool = True
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    wait: float = 0.0
    done: int | None = None

    def start(self) -> None:
        """Start the program in a session of its own, so that Ctrl-C reaches it through us only."""
        with _undisturbed():
            self.running = subprocess.Popen(
                [sys.executable, "-m", "motcua.config.child", str(os.getpid()), *self.command],
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    def tend(self) -> None:
        """Notice that it ended, and start it again after a pause that doubles up to ten seconds."""
        if self.running is None:
            if self.keep and time.monotonic() >= self.started_at + self.wait:
                self.start()
            return
        status = self.running.poll()
        if status is None:
            return
        lived = time.monotonic() - self.started_at
        self._sweep()
        if not self.keep:
            self.done = status
            if status:
                logger.error("%s ended with status %s", self.name, status)
            return
        self.wait = min(BACKOFF_LIMIT, max(0.2, self.wait * 2)) if lived < 5 else 0.2
        self.started_at = time.monotonic()
        logger.error("%s ended with status %s; starting it again", self.name, status)

    def stop(self) -> None:
        """End it: SIGTERM, then SIGKILL when it does not listen."""
        if self.running is None:
            return
        self.running.send_signal(signal.SIGTERM)
        try:
            self.running.wait(GRACE)
        except subprocess.TimeoutExpired:
            logger.error("%s does not end; killing it", self.name)
            self.running.kill()
            self.running.wait()
        self._sweep()

    def _sweep(self) -> None:
        """End what it started and left behind: its session is its own, so its group holds nobody else."""
        if self.running is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.running.pid, signal.SIGKILL)
        self.running = None


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Whoever asks us to stop meanwhile waits: between a child's birth and our knowing its number it would be lost.

    The handlers are put aside, not the signals: a signal that one thread blocks another one takes.
    """
    asked: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _frame: asked.append(number)) or signal.SIG_DFL
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for again in asked[:1]:
            signal.raise_signal(again)


def run_as(role: str, *command: str) -> None:
    """Run one of Django's commands in a process that connects as `role`; raises when it fails.

    It and what it starts are a group of their own: when we are stopped meanwhile, all of them are.
    """
    words = [
        sys.executable,
        "-m",
        "motcua.config.child",
        str(os.getpid()),
        sys.executable,
        "-m",
        "motcua.config.manage",
        *command,
    ]
    child: subprocess.Popen[bytes] | None = None
    try:
        with _undisturbed():
            child = subprocess.Popen(words, env=os.environ | {"MOTCUA_DB_ROLE": role}, start_new_session=True)
        status = child.wait()
    except BaseException:
        if child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGTERM)
            child.wait()
        raise
    if status:
        raise subprocess.CalledProcessError(status, command)
