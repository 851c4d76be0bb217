"""What time it is: the only place of the system that may ask the machine's clock.

Domain code takes `at=`; views, jobs and commands call `now()`. The demo may pretend to be on another day
(yesterday's law is part of the tour), which is a context variable, never a global.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

VN = ZoneInfo("Asia/Ho_Chi_Minh")

_pretended: ContextVar[datetime | None] = ContextVar("motcua_pretended_now", default=None)


def now() -> datetime:
    """The present moment in Vietnam's zone, or the moment that the demo pretends."""
    return _pretended.get() or datetime.now(VN)


def today() -> date:
    """The calendar day in Vietnam."""
    return now().date()


@contextmanager
def override(at: datetime | None) -> Iterator[None]:
    """Pretend that it is `at` (aware) inside the block; `None` pretends nothing."""
    if at is not None and at.tzinfo is None:
        raise ValueError("a pretended time must carry its zone")
    token = _pretended.set(at.astimezone(VN) if at is not None else None)
    try:
        yield
    finally:
        _pretended.reset(token)
