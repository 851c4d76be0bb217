"""The officer's morning: worklists by role, what is due first, and a search over what may be seen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.base import clock
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.desk import showing
from motcua.desk.acting import actors
from motcua.desk.officer import Officer, needs_officer
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Queue
from motcua.ui import api as ui


@require_GET
@needs_officer
def home(request: HttpRequest, officer: Officer) -> HttpResponse:
    """One worklist with its neighbours as tabs; `?q=` picks one, `?after=` the next page, `?late=1` only late ones."""
    now = clock.now()
    lists = _lists(officer)
    wanted = request.GET.get("q", "")
    queue = Queue(wanted) if wanted in {one.value for one in lists} else next(iter(lists), None)
    context = {"officer": officer, "tabs": _tabs(lists, queue), "queue": queue, "problem": "", "late": False}
    if queue is None:
        return render(request, "desk/home.html", context | {"rows": [], "next": None, "empty": _nothing()})
    late = request.GET.get("late") == "1"
    try:
        page = dossiers.worklist(
            by=lists[queue], at=now, queue=queue, late_only=late, after=request.GET.get("after") or None
        )
    except DomainError as error:
        page = dossiers.Page(rows=(), next=None)
        context["problem"] = error.public(get_language() or "vi")
    rows = [showing.work_row(card, at=now) for card in page.rows]
    context |= {"rows": rows, "next": page.next, "late": late, "empty": _nothing()}
    return render(request, "desk/home.html", context)


@require_GET
@needs_officer
def search(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Dossiers by code, name or number among what the officer may see; accents do not matter."""
    now, text = clock.now(), request.GET.get("text", "")
    found: dict[object, dossiers.DossierCard] = {}
    for actor in actors(officer):
        for card in dossiers.search(by=actor, at=now, text=text):
            found.setdefault(card.id, card)
    rows = [showing.work_row(card, at=now) for card in found.values()]
    return render(request, "desk/search.html", {"officer": officer, "rows": rows, "text": text})


def _lists(officer: Officer) -> dict[Queue, Actor]:
    """The worklists of the position, each with the role that has it."""
    found: dict[Queue, Actor] = {}
    for actor in actors(officer):
        for queue in dossiers.queues_of(actor):
            found.setdefault(queue, actor)
    return found


def _tabs(lists: dict[Queue, Actor], here: Queue | None) -> list[dict[str, object]]:
    counted: dict[Queue, tuple[int, int]] = {}
    for actor in {one.role: one for one in lists.values()}.values():
        counted |= dossiers.counts(by=actor, at=clock.now())
    english = get_language() == "en"
    return [
        {
            "queue": queue.value,
            "label": queue.label_en if english else queue.label_vi,
            "count": counted.get(queue, (0, 0))[0],
            "late": counted.get(queue, (0, 0))[1],
            "here": queue is here,
        }
        for queue in lists
    ]


def _nothing() -> ui.EmptyState:
    return ui.EmptyState(
        title=_("Không còn hồ sơ nào chờ ở đây."), text=_("Hồ sơ mới sẽ hiện ra khi tới lượt bạn.")
    )
