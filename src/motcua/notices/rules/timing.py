"""When a message may leave: not at night unless it is urgent, and later and later when a provider refuses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from motcua.base.clock import VN
from motcua.notices.data import ChannelId, QuietHours

MOST_TRIES = 8
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
LEASE = timedelta(minutes=3)  # longer than any provider is waited for
# News older than this is not worth a ring of the phone; the inbox has it all the same.
FRESH_FOR = timedelta(hours=48)
# How long a provider is asked what became of a message.
REPORTED_WITHIN = timedelta(days=3)


def may_leave(at: datetime, *, channel: ChannelId, urgent: bool, hours: Iterable[QuietHours]) -> datetime:
    """The first moment from `at` on when the message may leave. The inbox rings nowhere and never waits."""
    if urgent or channel is ChannelId.INBOX:
        return at
    here = at.astimezone(VN)
    for quiet in hours:
        if not quiet.validity.contains(here.date()):
            continue
        clock = here.time()
        over_midnight = quiet.start > quiet.end
        if over_midnight and (clock >= quiet.start or clock < quiet.end):
            day = here.date() + timedelta(days=1 if clock >= quiet.start else 0)
            return datetime.combine(day, quiet.end, VN)
        if not over_midnight and quiet.start <= clock < quiet.end:
            return datetime.combine(here.date(), quiet.end, VN)
    return at


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after the `tries`-th failed attempt; None: it is given up and put before a person."""
    if tries >= MOST_TRIES:
        return None
    return min(FIRST_PAUSE * float(4 ** max(0, tries - 1)), LONGEST_PAUSE)
