"""The queue in the hall: take a number, call the next one to a counter, the board that everybody sees."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk.officer import DESK_ROLES, Officer, first_role, needs_role
from motcua.desk.words import sentence
from motcua.dossiers import api as dossiers

LANES = ("A", "B", "C")
_COUNTER = "ticket_counter"


@require_http_methods(["GET", "POST"])
@needs_role(*DESK_ROLES)
def counter(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The officer's counter: call the next one, say who was served."""
    by, now = first_role(officer, *DESK_ROLES), clock.now()
    if request.method == "POST":
        number = request.POST.get("counter", "").replace("\x00", "").strip()[:20] or "1"
        request.session[_COUNTER] = number
        try:
            if "finish" in request.POST:
                dossiers.finish_ticket(by=by, at=now, ticket_id=_id(request.POST["finish"]))
            else:
                lane = request.POST.get("lane") if request.POST.get("lane") in LANES else None
                now_called = dossiers.call_next(by=by, at=now, counter=number, lane=lane)
                words = {"number": f"{now_called.lane}{now_called.number:03d}", "counter": number}
                messages.success(request, _("Mời số %(number)s tới quầy %(counter)s.") % words)
        except DomainError as error:
            messages.warning(request, sentence(error))
        return HttpResponseRedirect(reverse("desk:tickets"))
    agency, today = officer.position.agency_key, clock.today()
    called = dossiers.tickets_called(agency, today, limit=20)
    context = {
        "officer": officer,
        "waiting": dossiers.tickets_waiting(agency, today),
        "called": [one for one in called if one.served_at is None],
        "counter": request.session.get(_COUNTER, "1"),
        "lanes": LANES,
    }
    return render(request, "desk/tickets.html", context)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise dossiers.NotAllowed("not a ticket") from None


@require_POST
@needs_role(*DESK_ROLES)
def take(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Draw a number for somebody who just came in."""
    lane = request.POST.get("lane", "A")
    drawn = dossiers.take_ticket(
        by=first_role(officer, *DESK_ROLES),
        at=clock.now(),
        agency=officer.position.agency_key,
        lane=lane if lane in LANES else "A",
    )
    messages.success(request, _("Số của khách: %(number)s.") % {"number": f"{drawn.lane}{drawn.number:03d}"})
    return HttpResponseRedirect(reverse("desk:tickets"))


@require_GET
@needs_role(*DESK_ROLES)
def board(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The board in the hall: who is called where, how many wait; redraws itself."""
    agency, today = officer.position.agency_key, clock.today()
    context = {
        "officer": officer,
        "called": dossiers.tickets_called(agency, today, limit=5),
        "waiting": len(dossiers.tickets_waiting(agency, today)),
        "agency": officer.agency_name,
    }
    return render(request, "desk/board.html", context)
