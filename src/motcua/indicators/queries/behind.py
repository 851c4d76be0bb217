"""The dossiers behind every number: which count under an indicator, which of them are met, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from motcua.base.clock import VN
from motcua.indicators.data import EvidenceRow, Holds, Indicator, Scheme, Sign, Subject, Tallied
from motcua.indicators.models import Evidence
from motcua.indicators.queries.gathering import inputs_by_id
from motcua.indicators.queries.units import PROVINCE, agencies_of, known_agencies, unit_named
from motcua.indicators.rules.evidence import holds_name, lines
from motcua.indicators.rules.periods import Period


def agency_keys(key: str, *, on: date) -> list[str]:
    """All agencies whose dossiers count for the unit."""
    return agencies_of(unit_named(key, on), on, known_agencies())


def of_unit(key: str, *, on: date) -> QuerySet[Evidence]:
    """Evidence that counts for the unit; all of it counts for the province."""
    everything = Evidence.objects.all()
    return everything if key == PROVINCE.key else everything.filter(agency__in=agency_keys(key, on=on))


def evidence_in(key: str, period: Period, *, on: date) -> QuerySet[Evidence]:
    """Evidence of dossiers received in the period that counts for the unit."""
    return of_unit(key, on=on).filter(received_day__gte=period.start, received_day__lt=period.end)


def with_bits(rows: QuerySet[Evidence], bits: Holds, *, all_of: bool = True) -> QuerySet[Evidence]:
    """Rows that have all of the bits, or (`all_of` false) not all of them."""
    rows = rows.annotate(masked=F("holds").bitand(int(bits)))
    return rows.filter(masked=int(bits)) if all_of else rows.exclude(masked=int(bits))


def behind(
    key: str,
    period: Period,
    indicator: Indicator,
    *,
    scheme: Scheme,
    at: datetime,
    met: bool | None = None,
    procedure: str = "",
    limit: int = 50,
    offset: int = 0,
    counted: Tallied | None = None,
) -> tuple[list[EvidenceRow], int]:
    """A page of the dossiers behind an indicator's number, and how many there are; `met` None: all that count.

    Only indicators over dossiers have dossiers behind them; others give an empty page. `counted`: the unit's own
    numbers, from which the total is known without counting dossiers. Progress shows the latest first.
    """
    if indicator.subject is not Subject.DOSSIER:
        return [], 0
    rows = counted_rows(key, period, indicator, on=at.astimezone(VN).date(), met=met)
    if procedure:
        rows = rows.filter(procedure_code=procedure)
    total = None if procedure else _total(counted, met)
    page = list(rows.order_by(*_order(indicator, met))[offset : offset + limit])
    return _described(page, indicator, scheme, at), rows.count() if total is None else total


def _total(counted: Tallied | None, met: bool | None) -> int | None:
    """How many dossiers there are behind a number, as far as its counts say so."""
    if counted is None or counted.denominator is None:
        return None
    if met is None:
        return int(counted.denominator)
    if counted.numerator is None:
        return None
    return int(counted.numerator if met else counted.denominator - counted.numerator)


def _order(indicator: Indicator, met: bool | None) -> tuple[str, str]:
    """An order that an index has, so that a page is found without reading what is not on it."""
    if indicator.denominator != "dossier.handled":
        return "received_day", "dossier_id"
    return ("-late_day", "dossier_id") if met is False else ("-start_day", "dossier_id")


def counted_rows(
    key: str, period: Period, indicator: Indicator, *, on: date, met: bool | None
) -> QuerySet[Evidence]:
    """The evidence in an indicator's denominator, of the met or of the others."""
    if indicator.denominator == "dossier.handled":
        running = (
            of_unit(key, on=on)
            .filter(start_day__lt=period.end)
            .filter(Q(end_day__isnull=True) | Q(end_day__gte=period.start))
        )
        if met is None:
            return running
        if not met:  # late: from a day on, whether it has ended or not
            return running.filter(late_day__lt=period.end)
        return running.filter(Q(late_day__isnull=True) | Q(late_day__gte=period.end))
    below, above = holds_name(indicator.denominator), holds_name(indicator.numerator)
    if below is None or above is None:
        return Evidence.objects.none()
    rows = with_bits(evidence_in(key, period, on=on), below)
    if met is None:
        return rows
    return with_bits(rows, below | above, all_of=met)


def _described(
    page: Sequence[Evidence], indicator: Indicator, scheme: Scheme, at: datetime
) -> list[EvidenceRow]:
    known = {i.facts.id: i for i in inputs_by_id([row.dossier_id for row in page], at=at)}
    out = []
    for row in page:
        if row.dossier_id not in known:
            continue
        line = next(x for x in lines(known[row.dossier_id], scheme, at=at) if x.code == indicator.code)
        out.append(
            EvidenceRow(
                dossier_id=row.dossier_id,
                code=row.code,
                procedure_code=row.procedure_code,
                agency=row.agency,
                step=row.step,
                signs=Sign(row.signs),
                line=line,
            )
        )
    return out
