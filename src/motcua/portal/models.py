"""The portal keeps one small table of its own: how often a connection asked, so that no page can be tried out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Tally(models.Model):
    """Tries of one connection at one thing in one stretch of time.

    `key` is a keyed hash of the three: nobody can read from it who asked, or link two stretches to each other.
    A row means nothing after `until` and is swept away by later tries.
    """

    key = models.BinaryField(primary_key=True, max_length=32)
    tries = models.PositiveIntegerField(default=1)
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(tries__gte=1), name="portal_tally_counts")
        ]

    def __str__(self) -> str:
        return f"{self.tries} until {self.until.isoformat()}"
