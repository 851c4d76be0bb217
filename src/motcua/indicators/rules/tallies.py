"""How one dossier's evidence adds to the counts of days and months: whole numbers only, so that order never matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from motcua.indicators.data import Counted, Holds

FLOW = tuple(h.name.lower() for h in Holds if h.name)  # counted on the day of receipt
RUN = (
    "opened",
    "closed",
    "closed_in_time",
    "left_in_time",
    "points_total_time",
    "points_contacts",
    "points_attitude",
)
COLUMNS = ("received", "sync_known", *FLOW[1:], *RUN)
PROCEDURE_COLUMNS = ("received", "filed_online", "must_pay", "paid_online", "population_used")

DayKey = tuple[str, str, date]  # grain, agency, day
SpanKey = tuple[str, str, str, date]  # grain, agency, procedure, first day
WorkKey = tuple[str, date, bool, int, int]  # agency, month, ended, what can still be brought about, signs
Vector = Counter[str]


_Key = TypeVar("_Key", DayKey, SpanKey, WorkKey)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What moves: counts of days and months, of procedures in months, quarters and years, and of open work."""

    days: dict[DayKey, Vector]
    procedures: dict[SpanKey, Vector]
    work: dict[WorkKey, Vector]


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def spans_of(day: date) -> tuple[tuple[str, date], ...]:
    """The month, the quarter and the year of a day, by grain and first day."""
    return (
        ("m", month_of(day)),
        ("q", date(day.year, (day.month - 1) // 3 * 3 + 1, 1)),
        ("y", date(day.year, 1, 1)),
    )


def work_of(one: Counted) -> WorkKey | None:
    """Under which open work the dossier stands; None where nothing can be done on it and nothing looks wrong."""
    if one.received_day is None or not (one.can or one.signs):
        return None
    return one.agency, month_of(one.received_day), one.end_day is not None, int(one.can), int(one.signs)


def days_of(one: Counted) -> list[tuple[date, str, int]]:
    """What the dossier adds: (day, column, how much)."""
    out: list[tuple[date, str, int]] = []
    if one.received_day is not None:
        out.extend((one.received_day, h.name.lower(), 1) for h in Holds if h.name and one.holds & h)
        if one.sync_known:
            out.append((one.received_day, "sync_known", 1))
    if one.start_day is not None:
        out.append((one.start_day, "opened", 1))
    if one.end_day is not None:
        out.append((one.end_day, "closed", 1))
        out.append((one.end_day, "closed_in_time", int(bool(one.in_time))))
        out.append((one.end_day, "points_total_time", one.points_time))
        out.append((one.end_day, "points_contacts", one.points_contacts))
        out.append((one.end_day, "points_attitude", one.points_attitude))
    leaves = [d for d in (one.end_day, one.late_day) if d is not None]
    if leaves and one.start_day is not None:
        out.append((min(leaves), "left_in_time", 1))
    return [entry for entry in out if entry[2]]


def differences(before: Iterable[Counted], after: Iterable[Counted]) -> Changes:
    """What changes in the counts when `before` is replaced by `after`; keys without a change are left out."""
    days: dict[DayKey, Vector] = {}
    procedures: dict[SpanKey, Vector] = {}
    work: dict[WorkKey, Vector] = {}
    for sign, some in ((-1, before), (1, after)):
        for one in some:
            for day, column, amount in days_of(one):
                for key in (("d", one.agency, day), ("m", one.agency, month_of(day))):
                    days.setdefault(key, Counter())[column] += sign * amount
            if (key_of_work := work_of(one)) is not None:
                work.setdefault(key_of_work, Counter())["dossiers"] += sign
            if one.received_day is None:
                continue
            for grain, first in spans_of(one.received_day):
                vector = procedures.setdefault((grain, one.agency, one.procedure_code, first), Counter())
                for column in PROCEDURE_COLUMNS:
                    if one.holds & Holds[column.upper()]:
                        vector[column] += sign
    return Changes(days=_changed(days), procedures=_changed(procedures), work=_changed(work))


def _changed(found: dict[_Key, Vector]) -> dict[_Key, Vector]:
    return {key: found[key] for key in sorted(found) if any(found[key].values())}
