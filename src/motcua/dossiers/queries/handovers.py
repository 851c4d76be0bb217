"""Reads of hand-over lists and queue tickets."""

from __future__ import annotations

from datetime import date

from motcua.base.data import Actor
from motcua.dossiers.data import HandoverView, TicketView
from motcua.dossiers.models import Handover, Ticket


def handover_view(sheet: Handover) -> HandoverView:
    """The list as screens and print see it."""
    items = list(sheet.items.select_related("dossier").order_by("dossier__code"))
    return HandoverView(
        id=sheet.id,
        number=sheet.number,
        from_agency=sheet.from_agency,
        to_agency=sheet.to_agency,
        sent_at=sheet.sent_at,
        sent_by=sheet.sent_by,
        received_at=sheet.received_at,
        received_by=sheet.received_by,
        codes=tuple(item.dossier.code for item in items),
        missing=tuple(item.dossier.code for item in items if item.arrived is False),
        note=sheet.note,
    )


def handovers(*, by: Actor, waiting_only: bool = False, limit: int = 50) -> list[HandoverView]:
    """Lists to and from the officer's agency, newest first."""
    sheets = Handover.objects.filter(to_agency=by.unit) | Handover.objects.filter(from_agency=by.unit)
    if waiting_only:
        sheets = sheets.filter(received_at__isnull=True)
    return [handover_view(sheet) for sheet in sheets.order_by("-sent_at", "id")[:limit]]


def ticket_view(row: Ticket) -> TicketView:
    """The ticket as screens see it."""
    return TicketView(
        id=row.id,
        agency=row.agency,
        day=row.day,
        number=row.number,
        lane=row.lane,
        taken_at=row.taken_at,
        called_at=row.called_at,
        counter=row.counter,
        served_at=row.served_at,
    )


def tickets_waiting(agency: str, day: date) -> list[TicketView]:
    """Tickets of the day that were not called yet, first come first."""
    rows = Ticket.objects.filter(agency=agency, day=day, called_at__isnull=True)
    return [ticket_view(row) for row in rows.order_by("taken_at", "lane", "number")]


def tickets_called(agency: str, day: date, *, limit: int = 10) -> list[TicketView]:
    """The last called tickets, for the board in the hall."""
    rows = Ticket.objects.filter(agency=agency, day=day, called_at__isnull=False)
    return [ticket_view(row) for row in rows.order_by("-called_at")[:limit]]
