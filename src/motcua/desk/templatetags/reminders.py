"""Reminders on the officer's start page: what is due on the next working day, until it has been seen."""

from __future__ import annotations

from django import template

from motcua.desk.officer import Officer
from motcua.notices import api as notices
from motcua.notices.data import InboxItem

MOST = 5
register = template.Library()


@register.simple_tag
def reminders(officer: Officer) -> list[InboxItem]:
    """The officer's unread reminders, the latest first."""
    box = notices.inbox(by=officer.actor, size=MOST)
    return [item for item in box.items if item.read_at is None and item.dossier_id is not None]
