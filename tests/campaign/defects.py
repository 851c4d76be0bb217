"""Five faults of the product, put in on purpose by the campaign's own worker: each must make the campaign fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from motcua.dossiers.data import State
from motcua.exchange.models import Line
from motcua.exchange.national import client, consuming, delivering, gathering, record, status
from motcua.exchange.national.leasing import Work


def skip_one() -> None:
    """A state in four is not told, beginning with the first that this process meets."""
    real, met = consuming._lines, count()

    def lines(track: Any, entries: Any, at: datetime) -> list[Line]:
        found = real(track, entries, at)
        kept = [one for one in found if one.first or next(met) % 4]
        track.lines_waiting -= len(found) - len(kept)
        return kept

    consuming._lines = lines


def send_twice() -> None:
    """Every state is told twice."""
    real = client.send_items

    def send(path: str, unit: str, items: Sequence[Mapping[str, Any]], **rest: Any) -> Any:
        answer = real(path, unit, items, **rest)
        return real(path, unit, items, **rest) if path == "dossier/progress" else answer

    client.send_items = send


def five_as_nine() -> None:
    """A request for papers looks finished (a known system did this)."""
    real = status.to_portal

    def told(state: State) -> str:
        return "9" if state is State.SUPPLEMENT else real(state)

    gathering.to_portal = told  # type: ignore[attr-defined]


def invented_number() -> None:
    """Who has no number gets one (a known system did this)."""
    real = record._identity
    record._identity = lambda number: real(number or "000000001")


def swallowed_error() -> None:
    """What the portal refuses counts as taken (known systems did this)."""

    def refuse(self: Any, work: Work, _code: str, _errors: Any) -> None:
        work.known, work.recorded_seq = True, work.track.want_seq
        work.sent, work.lines = [*work.sent, *work.lines], []
        del self

    delivering.Delivery._refuse = refuse  # type: ignore[method-assign,assignment]


DEFECTS: dict[str, Callable[[], None]] = {
    "skip_one": skip_one,
    "send_twice": send_twice,
    "five_as_nine": five_as_nine,
    "invented_number": invented_number,
    "swallowed_error": swallowed_error,
}
