"""How one dossier's evidence adds to the counts of days and months: whole numbers only, so that order never matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

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
MonthKey = tuple[str, str, date]  # agency, procedure, month
Vector = Counter[str]


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


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


def differences(
    before: Iterable[Counted], after: Iterable[Counted]
) -> tuple[dict[DayKey, Vector], dict[MonthKey, Vector]]:
    """What changes in the counts when `before` is replaced by `after`; keys without a change are left out."""
    days: dict[DayKey, Vector] = {}
    months: dict[MonthKey, Vector] = {}
    for sign, some in ((-1, before), (1, after)):
        for one in some:
            for day, column, amount in days_of(one):
                for key in (("d", one.agency, day), ("m", one.agency, month_of(day))):
                    days.setdefault(key, Counter())[column] += sign * amount
            if one.received_day is None:
                continue
            vector = months.setdefault(
                (one.agency, one.procedure_code, month_of(one.received_day)), Counter()
            )
            for column in PROCEDURE_COLUMNS:
                if one.holds & Holds[column.upper()]:
                    vector[column] += sign
    return _changed(days), _changed(months)


def _changed(found: dict[tuple[str, str, date], Vector]) -> dict[tuple[str, str, date], Vector]:
    return {
        key: vector for key, vector in sorted(found.items(), key=lambda item: item[0]) if any(vector.values())
    }
