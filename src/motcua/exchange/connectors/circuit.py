"""Stops asking a system that does not answer, and asks again after a while, one caller first."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

FAILURES = 5
FIRST_REST = 2.0
LONGEST_REST = 60.0


@dataclass
class Circuit:
    """Closed while calls succeed; opens after five failures in a row; then one probe at a time.

    Times are seconds of a monotonic clock, handed in. Safe to use from several threads.
    """

    failures: int = 0
    rest: float = FIRST_REST
    asks_again_at: float = 0.0
    probing: bool = False
    untried: bool = True
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_open(self) -> bool:
        """Is the system considered down?"""
        return self.failures >= FAILURES

    def may_call(self, now: float) -> bool:
        """May this caller ask? While open, one caller may probe when the rest is over."""
        with self._lock:
            if not self.is_open:
                return True
            if self.probing or now < self.asks_again_at:
                return False
            self.probing = True
            return True

    def succeeded(self) -> bool:
        """Note an answer; true when the system had failed before, or nobody here had asked it yet."""
        with self._lock:
            was = self.failures > 0 or self.untried
            self.failures, self.rest, self.probing, self.untried = 0, FIRST_REST, False, False
            return was

    def failed(self, now: float) -> bool:
        """Note a failure; true when the circuit opened with it."""
        with self._lock:
            self.failures += 1
            if not self.is_open:
                return False
            opened = self.failures == FAILURES
            self.rest = FIRST_REST if opened else min(LONGEST_REST, self.rest * 2)
            self.asks_again_at, self.probing = now + self.rest, False
            return opened

    def abandoned(self) -> None:
        """The caller gave up without learning anything about the system; another may probe."""
        with self._lock:
            self.probing = False
