"""The officer's morning: worklists by role, what is due first, many at once, and a search over what may be seen."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk import showing, worklists
from motcua.desk.acting import actors
from motcua.desk.officer import Officer, needs_officer
from motcua.desk.words import sentence
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Queue

MOST_AT_ONCE = 100


@require_GET
@needs_officer
def home(request: HttpRequest, officer: Officer) -> HttpResponse:
    """One worklist with its neighbours as tabs; `?q=` picks one, `?after=` the next page, `?late=1` only late ones."""
    return _list_page(request, officer, request.GET.get("q", ""))


def _list_page(
    request: HttpRequest, officer: Officer, wanted: str, *, problem: str = "", status: int = 200
) -> HttpResponse:
    now = clock.now()
    having = worklists.lists(officer)
    queue = Queue(wanted) if wanted in {one.value for one in having} else next(iter(having), None)
    context = {
        "officer": officer,
        "tabs": worklists.tabs(having, queue, at=now),
        "queue": queue,
        "problem": problem,
        "late": request.GET.get("late") == "1",
        "mine": request.GET.get("mine") == "1",
        "rows": [],
        "owed": [],
        "next": None,
        "empty": worklists.nothing(),
        "bulk": None,
        "peek": False,
        "colleagues": worklists.colleagues(officer, queue, at=now),
    }
    if queue is None:
        return render(request, "desk/home.html", context, status=status)
    try:
        page = dossiers.worklist(
            by=having[queue],
            at=now,
            queue=queue,
            late_only=bool(context["late"]),
            mine=bool(context["mine"]),
            after=request.GET.get("after") or None,
            limit=worklists.PAGE,
        )
    except DomainError as error:
        page = dossiers.Page(rows=(), next=None)
        context["problem"] = sentence(error)
    action = worklists.BULK.get(queue)
    context |= {
        "rows": [showing.work_row(card, at=now) for card in page.rows],
        "owed": worklists.opinions_owed(having[queue], at=now) if queue is Queue.CONSULT else [],
        "next": page.next,
        "bulk": worklists.bulk_words(action) if action is not None and page.rows else None,
        "peek": queue in worklists.PEEK,
    }
    return render(request, "desk/home.html", context, status=status)


@require_POST
@needs_officer
def bulk(request: HttpRequest, officer: Officer) -> HttpResponse:
    """The same action on every ticked dossier of a worklist; says how each of them fared."""
    having = worklists.lists(officer)
    wanted = request.POST.get("q", "")
    queue = Queue(wanted) if wanted in {one.value for one in having} else None
    action = worklists.BULK.get(queue) if queue else None
    if queue is None or action is None:
        return HttpResponseRedirect(reverse("desk:home"))
    chosen = _chosen(request.POST.getlist("chosen"))
    if not chosen:
        return _list_page(
            request, officer, wanted, problem=_("Hãy chọn ít nhất một hồ sơ trong danh sách."), status=422
        )
    outcomes = worklists.bulk(
        having[queue], action, chosen, at=clock.now(), assignee=request.POST.get("assignee", "")
    )
    context = {
        "officer": officer,
        "title": showing.label(action),
        "done": [one for one in outcomes if not one.problem],
        "refused": [one for one in outcomes if one.problem],
        "back": f"{reverse('desk:home')}?q={queue.value}",
    }
    return render(request, "desk/bulk.html", context)


def _chosen(values: Sequence[str]) -> list[tuple[UUID, int]]:
    """Ids with the state of things that was seen (`id:seq`), each once; nonsense is left out."""
    found: dict[UUID, int] = {}
    for value in values[:MOST_AT_ONCE]:
        raw_id, _colon, seq = value.partition(":")
        try:
            found[UUID(raw_id)] = int(seq[:9])
        except ValueError:
            continue
    return list(found.items())


@require_GET
@needs_officer
def search(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Dossiers by code, name or number among what the officer may see; an exact code opens its dossier."""
    now, text = clock.now(), request.GET.get("text", "").replace("\x00", "")[:200]
    found: dict[UUID, dossiers.DossierCard] = {}
    for actor in actors(officer):
        for card in dossiers.search(by=actor, at=now, text=text):
            found.setdefault(card.id, card)
    if len(found) == 1 and next(iter(found.values())).code == text.strip().upper():
        return HttpResponseRedirect(reverse("desk:dossier", args=[next(iter(found))]))
    rows = [showing.work_row(card, at=now) for card in found.values()]
    return render(request, "desk/search.html", {"officer": officer, "rows": rows, "text": text})
