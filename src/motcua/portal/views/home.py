"""The front page with its search, the life events, and the page of one procedure."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.base import clock
from motcua.portal.citizen import signed_in
from motcua.portal.lang import either
from motcua.portal.procedure_page import procedure_page
from motcua.portal.waiting import waiting_for
from motcua.procedures import api as procedures
from motcua.ui.api import Action, EmptyState

_LONGEST_QUERY = 200


@dataclass(frozen=True, kw_only=True)
class EventLink:
    """A life event as a link."""

    key: str
    title: str


def _links() -> list[EventLink]:
    return [
        EventLink(key=one.key, title=either(one.title_vi, one.title_en)) for one in procedures.life_events()
    ]


def _nothing_found() -> EmptyState:
    return EmptyState(
        title=_("Chưa tìm thấy thủ tục nào"),
        text=_(
            "Thử nói theo cách khác, ngắn hơn, ví dụ “khai sinh”, “đất”, “mở quán”; hoặc chọn một việc trong đời."
        ),
        action=Action(label=_("Hỏi Bộ phận Một cửa"), href=reverse("portal:lost")),
    )


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What do you need to do? Search by everyday words, or choose a life event; what waits for the reader."""
    query = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:_LONGEST_QUERY]
    hits = procedures.search(query, on=clock.today(), limit=10) if query else []
    citizen = signed_in(request)
    context = {
        "query": query,
        "hits": hits,
        "empty": _nothing_found(),
        "life_events": _links(),
        "waiting": waiting_for(citizen) if citizen else [],
    }
    return render(request, "portal/home.html", context)


@require_safe
def life_event(request: HttpRequest, key: str) -> HttpResponse:
    """The procedures of one moment of life, the most common first."""
    event = next((one for one in _links() if one.key == key), None)
    if event is None:
        raise Http404
    hits = procedures.search("", on=clock.today(), limit=60, life_event=key)
    return render(request, "portal/life.html", {"event": event, "hits": hits, "empty": _nothing_found()})


@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure: where to file it today, how long, how much, which papers, and the law behind each."""
    try:
        info = procedures.version_on(code, clock.today())
    except procedures.NoVersionInForce:
        raise Http404 from None
    return render(request, "portal/procedure.html", {"p": procedure_page(info, clock.today())})
