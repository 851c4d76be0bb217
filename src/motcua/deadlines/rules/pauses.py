"""Pauses: which days or which working time they take out of a count.

A wait for the citizen (a supplement, a payment) is not the office's time. For limits in days a pause takes
out the days from the one on which it begins up to, but without, the day on which the work is handed over
again; a pause that begins and ends on one day takes out nothing. For hours it takes out the exact time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from motcua.deadlines.data import Calendar, LimitUnit, Regime
from motcua.deadlines.rules.walking import DAY, at_time, days_from, on_or_after


@dataclass(frozen=True)
class Pause:
    """The clock stood still from `start` to `end` (None: it still does), because of `why`."""

    start: datetime
    end: datetime | None
    why: str = ""


Piece = tuple[datetime, datetime]


def handover_day(moment: datetime, unit: LimitUnit, calendar: Calendar, regime: Regime) -> date:
    """The day on which work received at `moment` is handed over: after the cut-off, the next working day."""
    day = moment.date()
    if unit not in regime.cutoff_units:
        return day
    if calendar.is_working(day) and moment.time() > regime.handover_cutoff:
        day += DAY
    return on_or_after(day, calendar)


class PausedDays:
    """The days that pauses take out of a limit in days."""

    def __init__(self, pauses: Sequence[Pause], unit: LimitUnit, calendar: Calendar, regime: Regime) -> None:
        self._closed: list[tuple[date, date, str]] = []
        self.open_from: date | None = None
        self._open_why = ""
        for pause in pauses:
            first = pause.start.date()
            if pause.end is None:
                self.open_from, self._open_why = first, pause.why
            elif pause.end.date() > first:
                self._closed.append((first, handover_day(pause.end, unit, calendar, regime), pause.why))

    def why(self, day: date) -> str | None:
        """Why `day` is taken out, or None when it is not."""
        if self.open_from is not None and day >= self.open_from:
            return self._open_why or "chờ"
        for first, end, why in self._closed:
            if first <= day < end:
                return why or "chờ"
        return None

    def all(self) -> list[date]:
        """Every day taken out by a pause that has ended."""
        found = {first + DAY * n for first, end, _ in self._closed for n in range((end - first).days)}
        return sorted(found)


def working_pieces(day: date, start: datetime, pauses: Sequence[Pause], calendar: Calendar) -> list[Piece]:
    """The working time of `day` from `start` on, without what the pauses take out."""
    view = calendar.day(day)
    if not view.working:
        return []
    pieces = [(max(at_time(day, s.start), start), at_time(day, s.end)) for s in view.spans]
    for pause in pauses:
        pieces = [part for piece in pieces for part in _without(piece, pause)]
    return [piece for piece in pieces if piece[0] < piece[1]]


def _without(piece: Piece, pause: Pause) -> list[Piece]:
    before = (piece[0], min(piece[1], pause.start))
    if pause.end is None:
        return [before]
    return [p for p in (before, (max(piece[0], pause.end), piece[1])) if p[0] < p[1]]


def working_time(start: datetime, end: datetime, pauses: Sequence[Pause], calendar: Calendar) -> timedelta:
    """How much working time lies between two moments, pauses taken out."""
    total = timedelta(0)
    for day in days_from(start.date()):
        if day > end.date():
            return total
        for piece_start, piece_end in working_pieces(day, start, pauses, calendar):
            total += max(min(piece_end, end) - piece_start, timedelta(0))
    raise AssertionError("days never end")
