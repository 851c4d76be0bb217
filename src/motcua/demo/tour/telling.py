"""How the tour speaks: short numbered lines in Vietnamese, and a loud end when a step fails."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from motcua.demo.tour.pages import Page

LONGEST = 1500


class TourFailed(AssertionError):
    """A step did not go as it must: what was expected, and what was seen."""

    def __init__(self, expected: str, seen: object = "") -> None:
        super().__init__(expected)
        self.expected, self.seen = expected, in_words(seen)


def in_words(seen: object) -> str:
    """What was seen, short enough for a terminal."""
    if isinstance(seen, Page):
        said = " | ".join(seen.complaints) or seen.text
        return f"[{seen.status}] {seen.url}\n     {seen.title}\n     {said}"[:LONGEST]
    return str(seen)[:LONGEST]


def check(holds: bool, expected: str, seen: object = "") -> None:
    """Go on when it holds; end the tour otherwise."""
    if not holds:
        raise TourFailed(expected, seen)


@dataclass
class Teller:
    """Numbers the steps and keeps what was told."""

    steps: int = 0
    at: str = ""
    began: float = field(default_factory=time.monotonic)
    lines: list[str] = field(default_factory=list)

    def say(self, line: str = "") -> None:
        """A line as it is."""
        self.lines.append(line)
        print(line, file=sys.stdout, flush=True)

    def part(self, title: str) -> None:
        """A new part of the story."""
        self.say()
        self.say(f"── {title}")

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One step; ✓ when it went well."""
        self.steps += 1
        self.at = what
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self.say(f"✗ {self.steps:2}. {what}")
            raise
        spent = time.monotonic() - began
        self.say(f"✓ {self.steps:2}. {what}" + (f"  ({spent:.1f} giây)" if spent >= 1 else ""))

    def note(self, line: str) -> None:
        """Something seen on the way."""
        self.say(f"      {line}")
