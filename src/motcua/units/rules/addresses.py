"""Free text to unit."""

from __future__ import annotations

from datetime import date

from motcua.units.data import Decision, Resolution


def resolve(text: str, *, on: date | None = None) -> Resolution:
    """Being written: abstains."""
    return Resolution(decision=Decision.NONE, units=(), vintage=None, why="nothing was read")
