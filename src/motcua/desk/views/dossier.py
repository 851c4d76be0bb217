"""One dossier on the workbench: what it is, what to check, what may be done next, what happened."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.base import clock
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.desk import correcting, showing, worklists
from motcua.desk.acting import carry_out, open_for
from motcua.desk.forms import FORMS
from motcua.desk.officer import Officer, needs_officer
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action

_BESIDE = 8


@require_GET
@needs_officer
def show(request: HttpRequest, officer: Officer, dossier_id: UUID) -> HttpResponse:
    """The dossier's page, with the officer's list beside it."""
    now = clock.now()
    view, may, reader = _open(officer, dossier_id)
    context = showing.page(officer, view, may, reader, at=now)
    context |= worklists.beside(officer, view.card, at=now, limit=_BESIDE)
    return render(request, "desk/dossier.html", context)


@require_GET
@needs_officer
def glance(request: HttpRequest, officer: Officer, dossier_id: UUID) -> HttpResponse:
    """What who signs wants to see before ticking: the proposal and the answers, as a fragment of the list."""
    view, _may, _reader = _open(officer, dossier_id)
    return render(request, "desk/glance.html", showing.glance(view))


@require_http_methods(["GET", "POST"])
@needs_officer
def act(request: HttpRequest, officer: Officer, dossier_id: UUID, name: str) -> HttpResponse:
    """Ask what an action needs, then carry it out; a refusal keeps what was typed."""
    try:
        action = Action(name)
        form = FORMS[action]
    except (ValueError, KeyError) as error:
        raise Http404(name) from error
    view, may, _reader = _open(officer, dossier_id)
    if action not in may:
        status = 409 if request.method == "POST" else 403
        return _ask(request, officer, view, action, problem=dossiers.NotAllowed(), status=status)
    if request.method == "GET" and (form.asks or form.note or form.dangerous):
        return _ask(request, officer, view, action)
    if request.method == "GET" or action is Action.RECORD_PAYMENT:
        where = "desk:cash_take" if action is Action.RECORD_PAYMENT else "desk:dossier"
        return HttpResponseRedirect(reverse(where, args=[dossier_id]))
    if correcting.form_of(action, view) is not None and correcting.is_redrawing(request.POST):
        return _ask(request, officer, view, action)
    try:
        carry_out(action=action, by=may[action], at=clock.now(), view=view, given=request.POST)
    except DomainError as error:
        return _ask(request, officer, view, action, problem=error, status=422)
    words = {"what": showing.label(action), "code": view.card.code}
    messages.success(request, _("Đã ghi nhận: %(what)s, hồ sơ %(code)s.") % words)
    return HttpResponseRedirect(reverse("desk:dossier", args=[dossier_id]))


def _open(officer: Officer, dossier_id: UUID) -> tuple[dossiers.DossierView, dict[Action, Actor], Actor]:
    try:
        return open_for(officer, dossier_id, at=clock.now())
    except dossiers.NotYours as error:
        raise Http404(str(dossier_id)) from error


def _ask(
    request: HttpRequest,
    officer: Officer,
    view: dossiers.DossierView,
    action: Action,
    *,
    problem: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = showing.action_page(officer, view, action, request.POST, at=clock.now(), problem=problem)
    return render(request, "desk/act.html", context, status=status)
