"""An officer has seen a reminder: it leads to its dossier and does not come back."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from motcua.base import clock
from motcua.desk.officer import Officer, needs_officer
from motcua.notices import api as notices


@require_POST
@needs_officer
def open_one(request: HttpRequest, officer: Officer, message_id: UUID) -> HttpResponse:
    """To the dossier that the reminder is about."""
    item = notices.message(by=officer.actor, message_id=message_id)
    if item is None or item.dossier_id is None:
        raise Http404
    notices.mark_read(by=officer.actor, at=clock.now(), message_id=message_id)
    return HttpResponseRedirect(reverse("desk:dossier", args=[item.dossier_id]))
