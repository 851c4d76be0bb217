"""What an officer downloads from a dossier: attached files, results and the forms of the desk, after a check."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk import prints
from motcua.desk.acting import open_for
from motcua.desk.officer import Officer, needs_officer
from motcua.desk.words import sentence
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action, DossierView, Sight
from motcua.ui.sending import send_bytes, send_file


@require_GET
@needs_officer
def file(request: HttpRequest, officer: Officer, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of a dossier that the officer sees; any other file is not there."""
    view = _seen(officer, dossier_id)
    if file_id not in {row.file_id for row in view.components}:
        raise Http404(str(file_id))
    return send_file(file_id)


@require_GET
@needs_officer
def result(request: HttpRequest, officer: Officer, dossier_id: UUID, result_id: UUID) -> HttpResponse:
    """The PDF of a result: for who sees the whole dossier, and for the desk that may hand it out, until it has."""
    try:
        view, may, _reader = open_for(officer, dossier_id, at=clock.now())
    except dossiers.NotYours:
        raise Http404(str(dossier_id)) from None
    if view.sight is Sight.BRIEF and Action.RETURN_RESULT not in may:
        raise Http404(str(result_id))
    if result_id not in {row.result_id for row in view.results}:
        raise Http404(str(result_id))
    try:
        found = documents.result(result_id)
    except documents.ResultNotFound:
        raise Http404(str(result_id)) from None
    if found.file is None:
        raise Http404(str(result_id))
    return send_file(found.file.id)


@require_GET
@needs_officer
def paper(request: HttpRequest, officer: Officer, dossier_id: UUID, kind: str) -> HttpResponse:
    """One of the desk's forms, filled from the dossier."""
    if kind not in prints.NUMBERS:
        raise Http404(kind)
    now = clock.now()
    try:
        view, _may, reader = open_for(officer, dossier_id, at=now)
        pdf = prints.form_pdf(kind, prints.Printing(view=view, by=reader, at=now))
    except dossiers.NotYours:
        raise Http404(str(dossier_id)) from None
    except DomainError as error:
        return render(request, "desk/stopped.html", {"problem": sentence(error)}, status=422)
    return send_bytes(pdf, name=f"{view.card.code}-{kind}.pdf", media_type="application/pdf")


def _seen(officer: Officer, dossier_id: UUID) -> DossierView:
    try:
        return open_for(officer, dossier_id, at=clock.now())[0]
    except dossiers.NotYours:
        raise Http404(str(dossier_id)) from None
