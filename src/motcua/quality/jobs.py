"""The standing duty of cleaning: imported files that wait are linked, one after the other."""

from __future__ import annotations

from datetime import datetime, timedelta

from motcua.quality.api import link_next


class LinkImports:
    """Waiting imports are linked with the population base."""

    every = timedelta(seconds=2)

    def run(self, *, at: datetime) -> int:
        """One import."""
        return link_next(at=at)
