"""The page that answers a request for a supplement: papers, corrected answers, a word to the officer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.documents import api as documents
from motcua.dossiers.data import DossierView
from motcua.portal.citizen import Citizen
from motcua.portal.dossier_page import open_request
from motcua.portal.lang import sentence
from motcua.portal.supplement import Supplement, keep, open_supplement, send
from motcua.portal.views.dossier import own_dossier
from motcua.ui.api import Problem, clock_time
from motcua.ui.eforms import error_list

_MOST_FILES = 20
_STAYS = frozenset({"add", "remove", "drop", "upload", "look"})  # buttons inside the page


@require_http_methods(["GET", "HEAD", "POST"])
@own_dossier
def supply(request: HttpRequest, citizen: Citizen, found: DossierView) -> HttpResponse:
    """Answer what the office asked for. Whatever is refused, everything typed and uploaded stays."""
    asked = open_request(found)
    back = HttpResponseRedirect(reverse("portal:dossier", args=[found.card.id]))
    if asked is None:
        return back
    supplement = open_supplement(citizen, found, asked)
    if request.method != "POST":
        return _page(request, supplement)
    files, problem = _uploads(request, citizen, {one.code for one in supplement.wanted})
    supplement = keep(supplement, dict(request.POST.lists()), files, at=clock.now())
    if request.POST.get("action") == "autosave":
        return JsonResponse({"words": _saved_words(supplement)})
    if problem is not None or request.POST.get("action") != "send" or _STAYS & set(request.POST):
        return _page(request, supplement, problem=problem)
    return _refusal(request, supplement) or back


def _refusal(request: HttpRequest, supplement: Supplement) -> HttpResponse | None:
    """Send it; the page again where something is wrong with it."""
    if any(error_list(part.fields) for part in supplement.parts(judged=True)):
        return _page(request, supplement, judged=True)
    try:
        send(supplement, at=clock.now())
    except DomainError as error:
        return _page(request, supplement, problem=_not_sent(error))
    return None


def _uploads(
    request: HttpRequest, citizen: Citizen, wanted: set[str]
) -> tuple[list[dict[str, Any]], Problem | None]:
    kept: list[dict[str, Any]] = []
    problem: Problem | None = None
    for name, uploads in request.FILES.lists():
        code = name.removesuffix(".new")
        for upload in uploads[:_MOST_FILES] if code in wanted else ():
            try:
                stored = documents.store_file(
                    content=upload.read(), name=upload.name or "", by=citizen.actor, at=clock.now()
                )
            except DomainError as error:
                problem = _not_sent(error)
                continue
            kept.append(
                {
                    "id": str(stored.id),
                    "code": code,
                    "name": stored.name,
                    "kind": stored.media_type.name,
                    "size": stored.size,
                }
            )
    return kept, problem


def _not_sent(error: DomainError) -> Problem:
    return Problem(
        what=_("Chưa gửi được phần bổ sung"),
        safe=_("Tệp đã đưa lên, câu trả lời đã sửa và lời nhắn vẫn được giữ."),
        todo=sentence(error),
    )


def _saved_words(supplement: Supplement) -> str:
    if supplement.draft is None:
        return ""
    return _("đã lưu %(time)s") % {"time": clock_time(supplement.draft.saved_at)}


def _page(
    request: HttpRequest, supplement: Supplement, *, problem: Problem | None = None, judged: bool = False
) -> HttpResponse:
    parts = supplement.parts(judged=judged)
    context = {
        "d": supplement.found.card,
        "asked": supplement.asked,
        "wanted": supplement.wanted,
        "parts": parts,
        "drawn": [one.name for part in parts for one in part.fields if one.kind not in ("file", "note")],
        "errors": [error for part in parts for error in error_list(part.fields)],
        "note": supplement.note,
        "saved": _saved_words(supplement),
        "problem": problem,
    }
    return render(request, "portal/supply.html", context, status=422 if problem or judged else 200)
