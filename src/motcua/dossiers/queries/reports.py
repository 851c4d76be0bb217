"""The reports a centre must send: how many came, how they came, how many ended in time, early or late.

Everything is counted from the dossiers' own times, which follow from their ledger entries; nobody types a figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, F, Func, IntegerField, Q, QuerySet, Value
from django.db.models.functions import TruncDate

from motcua.base.clock import VN
from motcua.base.data import Actor
from motcua.dossiers.data import Channel, DossierCard, ReportFilter, ReportRow, State
from motcua.dossiers.models import Dossier
from motcua.dossiers.permissions import NotAllowed
from motcua.dossiers.queries.access import place_of
from motcua.dossiers.queries.cards import CARD_FIELDS, CONTACT_FIELDS, card
from motcua.ledger.api import Subject, record_access


class GroupBy(StrEnum):
    """By what a report is broken down."""

    FIELD = "field"
    AGENCY = "receiving_agency"
    HANDLER = "handling_agency"
    CHANNEL = "channel"
    PROCEDURE = "procedure_code"
    NONE = ""


# Who keeps the register book of the own agency; leaders and controllers of the province read figures.
_KEEPS_THE_BOOK = frozenset({"reception", "desk_lead"})
_DECIDED = [State.RESOLVED, State.RETURNED]


def _scope(by: Actor, what: ReportFilter, at: datetime) -> QuerySet[Dossier]:
    """What the reader may count: the own agency, or the whole province for who watches over it."""
    if by.role not in ("reception", "desk_lead", "controller", "leader", "reviewer", "signer"):
        raise NotAllowed(f"{by.role} reads no reports")
    rows = Dossier.objects.all()
    if not place_of(by, at).is_province:
        rows = rows.filter(Q(receiving_agency=by.unit) | Q(desk_agency=by.unit) | Q(handling_agency=by.unit))
    if what.agency:
        rows = rows.filter(Q(receiving_agency=what.agency) | Q(handling_agency=what.agency))
    if what.field:
        rows = rows.filter(field=what.field)
    if what.channel is not None:
        rows = rows.filter(channel=what.channel)
    if what.procedure_code:
        rows = rows.filter(procedure_code=what.procedure_code)
    return rows


def measures(what: ReportFilter) -> dict[str, Q]:
    """Each figure of a `ReportRow` as a condition: the same one that lists the dossiers behind the figure.

    "Early": ended on an earlier day than promised; "on time": on the promised day up to the promised time. The
    wait for the citizen at the period's end is neither in time nor late.
    """
    new = Q(submitted_at__gte=what.start, submitted_at__lt=what.end)
    ended = Q(ended_at__gte=what.start, ended_at__lt=what.end)
    decided = ended & Q(state__in=_DECIDED)
    still = Q(submitted_at__lt=what.end) & (Q(ended_at__isnull=True) | Q(ended_at__gte=what.end))
    waiting = Q(state__in=[State.SUPPLEMENT, State.PAYMENT_DUE])
    in_time = Q(due_at__isnull=True) | Q(due_at__gte=what.end)
    on_day = Q(ended_at__date__gte=TruncDate(F("due_at"), tzinfo=VN))
    return {
        "online": new & Q(channel=Channel.ONLINE),
        "direct": new & Q(channel=Channel.DIRECT),
        "post": new & Q(channel=Channel.POST),
        "carried_over": Q(submitted_at__lt=what.start)
        & (Q(ended_at__isnull=True) | Q(ended_at__gte=what.start)),
        "early": decided & Q(due_at__isnull=False, ended_at__lte=F("due_at")) & ~on_day,
        "on_time": decided & Q(due_at__isnull=False, ended_at__lte=F("due_at")) & on_day,
        "late": decided & Q(ended_at__gt=F("due_at")),
        "no_date": decided & Q(due_at__isnull=True),
        "refused": ended & Q(state=State.REFUSED),
        "withdrawn": ended & Q(state=State.WITHDRAWN),
        "stopped": ended & Q(state=State.STOPPED),
        "waiting": still & waiting,
        "open_late": still & ~waiting & ~in_time,
        "open_in_time": still & ~waiting & in_time,
    }


def report(
    *, by: Actor, at: datetime, what: ReportFilter, group_by: GroupBy = GroupBy.NONE
) -> list[ReportRow]:
    """The figures of a period, broken down by one thing; one query. Keys in order.

    Raises `NotAllowed` for roles that read no reports.
    """
    rows = _scope(by, what, at)
    numbers = {name: Count("submitted_at", filter=condition) for name, condition in measures(what).items()}
    touched = rows.filter(submitted_at__lt=what.end).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=what.start)
    )
    if group_by is GroupBy.NONE:
        return [ReportRow(key="", **touched.aggregate(**numbers))]
    found = touched.values(group_by.value).annotate(**numbers).order_by(group_by.value)
    return [ReportRow(key=str(row.pop(group_by.value)), **row) for row in found]


def against_last_year(
    *, by: Actor, at: datetime, what: ReportFilter, group_by: GroupBy = GroupBy.NONE
) -> list[tuple[ReportRow, ReportRow]]:
    """The same period of this year and of the year before, side by side, by key."""
    before = ReportFilter(
        start=_year_back(what.start),
        end=_year_back(what.end),
        agency=what.agency,
        field=what.field,
        channel=what.channel,
        procedure_code=what.procedure_code,
    )
    now = {row.key: row for row in report(by=by, at=at, what=what, group_by=group_by)}
    then = {row.key: row for row in report(by=by, at=at, what=before, group_by=group_by)}
    keys = sorted(set(now) | set(then))
    return [(now.get(key, ReportRow(key=key)), then.get(key, ReportRow(key=key))) for key in keys]


def behind(
    *,
    by: Actor,
    at: datetime,
    what: ReportFilter,
    measure: str,
    limit: int = 100,
    contact_for: str = "",
) -> tuple[DossierCard, ...]:
    """The dossiers behind one figure: every number a leader sees opens them.

    `contact_for`, a purpose, adds addresses and phones (the register book has a column for them) to who may see
    the dossiers in full; that reading goes to the access log.
    """
    condition = measures(what).get(measure)
    if condition is None:
        raise LookupError(f"no such figure: {measure}")
    contact = bool(contact_for) and by.role in _KEEPS_THE_BOOK
    fields = CONTACT_FIELDS if contact else CARD_FIELDS
    rows = _scope(by, what, at).filter(condition).order_by("submitted_at", "id").only(*fields)
    found = tuple(card(row, at, contact=contact) for row in rows[:limit])
    if contact and found:
        shelf = Subject(kind="register", id=by.unit or "")
        record_access(by=by, at=at, subject=shelf, purpose=contact_for, fields=("address", "phone"))
    return found


class Every(StrEnum):
    """The periods of a series."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def received_by_period(
    *, by: Actor, at: datetime, what: ReportFilter, every: Every = Every.MONTH
) -> list[tuple[date, int]]:
    """How many came in each month, quarter or year of the span; periods without any are there with zero."""
    rows = _scope(by, what, at).filter(submitted_at__gte=what.start, submitted_at__lt=what.end)
    days = list(_periods(what, every))
    starts = [datetime(day.year, day.month, day.day, tzinfo=VN) for day in days]
    # Which period a time falls into is looked up among their starts: ten times cheaper than cutting a zoned time.
    number = Func(
        F("submitted_at"),
        Value(starts, output_field=ArrayField(DateTimeField())),
        function="width_bucket",
        output_field=IntegerField(),
    )
    found = dict(rows.annotate(period=number).values_list("period").annotate(n=Count("*")).order_by())
    return [(day, found.get(place, 0)) for place, day in enumerate(days, 1)]


def _periods(what: ReportFilter, every: Every) -> Iterable[date]:
    months = {Every.MONTH: 1, Every.QUARTER: 3, Every.YEAR: 12}[every]
    start = what.start.astimezone(VN).date().replace(day=1)
    start = start.replace(month=(start.month - 1) // months * months + 1)
    last = (what.end - timedelta(microseconds=1)).astimezone(VN).date()
    while start <= last:
        yield start
        ahead = start.month - 1 + months
        start = date(start.year + ahead // 12, ahead % 12 + 1, 1)


def _year_back(moment: datetime) -> datetime:
    local = moment.astimezone(VN)
    if (local.month, local.day) == (2, 29):
        return local.replace(year=local.year - 1, day=28)
    return local.replace(year=local.year - 1)
