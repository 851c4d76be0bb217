"""The clock of a simulated service: Vietnam time, set off by hand or by a fault, written yyyyMMddHHmmss."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

VN = ZoneInfo("Asia/Ho_Chi_Minh")
FORM = "%Y%m%d%H%M%S"


class Clock:
    """What a service believes the time is."""

    def __init__(self, skew: Callable[[], int]) -> None:
        self.offset = 0
        self._skew = skew

    def now(self) -> datetime:
        """The service's time."""
        return datetime.now(VN) + timedelta(seconds=self.offset + self._skew())

    def stamp(self) -> str:
        """The service's time, in fourteen digits."""
        return self.now().strftime(FORM)


def read(stamp: str) -> datetime:
    """A moment from fourteen digits; ValueError when there is no such moment."""
    if len(stamp) != 14 or not stamp.isascii() or not stamp.isdigit():
        raise ValueError(f"not fourteen digits: {stamp!r}")
    return datetime.strptime(stamp, FORM).replace(tzinfo=VN)
