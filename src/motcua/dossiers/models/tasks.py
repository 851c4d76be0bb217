"""Work of the system on many dossiers that is done in portions and remembered between them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class CalendarTask(models.Model):
    """One published change of the calendar whose open dossiers are being re-dated.

    `position` is the ledger entry's: a change is taken up once. Dossiers up to `done_upto` (by id) were looked at;
    `left` are those that could not be touched yet. `agencies` empty: of all.
    """

    position = models.BigIntegerField(unique=True)
    reason = models.TextField()
    agencies = models.JSONField(default=list)
    done_upto = models.UUIDField(null=True)
    left = models.JSONField(default=list)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(left=[]), name="calendar_task_done_whole"
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.reason}"
