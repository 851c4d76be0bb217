"""What goes wrong on purpose: faults of a service, thrown like dice that always fall the same way.

Whether a message is struck follows from the fault's seed and the message's content, so a run with many threads can
be repeated exactly. A message struck once is thrown again when it comes again.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# What every service can do wrong, with its options and their defaults.
GENERAL: Mapping[str, Mapping[str, int]] = {
    "timeout_before": {"ms": 30_000},
    "timeout_after": {"ms": 30_000},
    "error_before": {"status": 502},
    "error_after": {"status": 502},
    "error_inside": {},
    "bad_json": {},
    "empty": {},
    "truncated": {},
    "wrong_answer": {},
    "slow": {"ms": 1000},
    "down": {"seconds": 0},
    "session_expired": {},
    "clock_skew": {"seconds": 0},
    "duplicate": {},
    "reorder": {},
}
# Decided for each call as it comes; the others are asked for where they strike.
OF_CALLS = (
    "timeout_before",
    "timeout_after",
    "error_before",
    "error_after",
    "error_inside",
    "bad_json",
    "empty",
    "truncated",
    "wrong_answer",
    "slow",
    "down",
    "session_expired",
    "duplicate",
)
MOST_KEPT = 200_000


class UnknownFault(ValueError):
    """The fault asked for makes no sense; the message says why."""


@dataclass
class Fault:
    """One fault that is switched on, and how often it struck."""

    kind: str
    operation: str = ""
    rate: float = 1.0
    seed: int = 0
    limit: int | None = None
    skip: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    since: float = field(default_factory=time.monotonic)
    struck: int = 0
    passed: int = 0

    def shown(self) -> dict[str, Any]:
        """The fault as it was asked for, with its count."""
        asked = {"kind": self.kind, "operation": self.operation, "rate": self.rate, "seed": self.seed}
        return asked | {"limit": self.limit, "skip": self.skip, **self.options, "struck": self.struck}

    def number(self, option: str) -> int:
        """A whole-number option."""
        return int(self.options[option])


class Faults:
    """The faults of one service; safe to use from several threads."""

    def __init__(self, own: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        self.known: dict[str, Mapping[str, Any]] = {**GENERAL, **(own or {})}
        self._lock = threading.Lock()
        self._on: tuple[Fault, ...] = ()
        self._hits: dict[bytes, int] = {}

    def __bool__(self) -> bool:
        return bool(self._on)

    def replace(self, rows: Iterable[object]) -> None:
        """Switch exactly these on; UnknownFault when one of them makes no sense."""
        fresh = tuple(self._read(row) for row in rows)
        with self._lock:
            self._on = fresh
            self._hits = {}

    def add(self, row: object) -> None:
        """Switch one more on."""
        fresh = self._read(row)
        with self._lock:
            self._on = (*self._on, fresh)

    def shown(self) -> list[dict[str, Any]]:
        """What is on."""
        return [fault.shown() for fault in self._on]

    def of_call(self, operation: str, content: bytes) -> dict[str, Fault]:
        """The general faults that strike this call, by kind."""
        if not self._on:
            return {}
        found = ((kind, self.strike(kind, operation, content)) for kind in OF_CALLS)
        return {kind: fault for kind, fault in found if fault is not None}

    def strike(self, kind: str, operation: str, content: bytes | str) -> Fault | None:
        """The fault of this kind if it strikes here and now; the strike is counted."""
        for fault in self._on:
            if fault.kind == kind and self._strikes(fault, operation, content):
                return fault
        return None

    def standing(self, kind: str) -> Fault | None:
        """A fault that is a condition rather than an event (the clock's skew)."""
        return next((fault for fault in self._on if fault.kind == kind), None)

    def _strikes(self, fault: Fault, operation: str, content: bytes | str) -> bool:
        if fault.operation and fault.operation != operation:
            return False
        lasts = int(fault.options.get("seconds", 0)) if fault.kind == "down" else 0
        if lasts and time.monotonic() - fault.since > lasts:
            return False
        raw = content.encode() if isinstance(content, str) else content
        key = hashlib.blake2b(
            f"{fault.seed}|{fault.kind}|{operation}|".encode() + raw, digest_size=12
        ).digest()
        with self._lock:
            if fault.limit is not None and fault.struck >= fault.limit:
                return False
            if fault.passed < fault.skip:
                fault.passed += 1
                return False
            before = self._hits.get(key, 0)
            throw = hashlib.blake2b(key + before.to_bytes(4, "big"), digest_size=8).digest()
            if int.from_bytes(throw, "big") >= fault.rate * 2**64:
                return False
            if fault.rate < 1 and len(self._hits) < MOST_KEPT:
                self._hits[key] = before + 1
            fault.struck += 1
            return True

    def _read(self, row: object) -> Fault:
        if not isinstance(row, dict):
            raise UnknownFault("a fault is a JSON object")
        kind = row.get("kind")
        if kind not in self.known:
            raise UnknownFault(f"unknown fault {kind!r}; known: {', '.join(sorted(self.known))}")
        options = dict(self.known[kind])
        basic = {"kind", "operation", "rate", "seed", "limit", "skip", "struck"}
        strange = sorted(set(row) - basic - set(options))
        if strange:
            raise UnknownFault(f"{kind} has no option {strange[0]!r}")
        try:
            rate = float(row.get("rate", 1))
            options |= {name: type(default)(row[name]) for name, default in options.items() if name in row}
            fault = Fault(
                kind=kind,
                operation=str(row.get("operation", "")),
                rate=rate,
                seed=int(row.get("seed", 0)),
                limit=None if row.get("limit") is None else int(row["limit"]),
                skip=int(row.get("skip", 0)),
                options=options,
            )
        except (TypeError, ValueError) as error:
            raise UnknownFault(f"an option of {kind} is wrong: {error}") from error
        if not 0 <= rate <= 1:
            raise UnknownFault("a rate lies between 0 and 1")
        return fault
