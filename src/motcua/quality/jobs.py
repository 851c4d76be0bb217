"""The standing duty of cleaning: imported files that wait are linked, one after the other."""

from __future__ import annotations

from datetime import datetime, timedelta

from motcua.quality import api as quality


class LinkImports:
    """Waiting imports are linked with the population base."""

    every = timedelta(seconds=2)

    def run(self, *, at: datetime) -> int:
        """One import."""
        return quality.link_next(at=at)
