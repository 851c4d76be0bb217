"""The pages of one's own dossier: sent, how far, taking it back, its files and its results."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Action as Act
from motcua.dossiers.data import DossierView, State
from motcua.feedback.api import rating_token
from motcua.portal import dossier_page
from motcua.portal.citizen import Citizen, needs_citizen
from motcua.portal.lang import sentence
from motcua.portal.prints import acknowledgement_pdf, receipt_pdf
from motcua.procedures import api as procedures
from motcua.ui.api import FileTile, Problem, find_units, state_chip
from motcua.ui.eforms import Ink, summary
from motcua.ui.sending import send_bytes, send_file

_RATED = (State.RESOLVED, State.RETURNED, State.REFUSED)
_PURPOSE = "chủ hồ sơ xem hồ sơ của mình"
View = Callable[..., HttpResponse]


def own_dossier(view: View) -> View:
    """Opens the dossier for its owner; anybody else's does not exist."""

    @wraps(view)
    @needs_citizen
    def opened(request: HttpRequest, citizen: Citizen, dossier_id: UUID, **kwargs: Any) -> HttpResponse:
        try:
            found = dossiers.get_for(
                by=citizen.actor, at=clock.now(), dossier_id=dossier_id, purpose=_PURPOSE
            )
        except dossiers.NotYours:
            raise Http404 from None
        return view(request, citizen, found, **kwargs)

    return opened


@require_safe
@own_dossier
def sent(request: HttpRequest, citizen: Citizen, found: DossierView) -> HttpResponse:
    """The acknowledgement: it arrived, this is its code, this happens next."""
    context = {
        "d": found.card,
        "parts": dossier_page.linked_rows(found, now=clock.now()),
        "agency": dossier_page.agency_name(found.card.receiving_agency),
        "me": citizen,
    }
    return render(request, "portal/sent.html", context)


@require_safe
@own_dossier
def page(request: HttpRequest, citizen: Citizen, found: DossierView) -> HttpResponse:
    """How far it is, who has it, until when."""
    now = clock.now()
    items = dossiers.timeline(by=citizen.actor, at=now, dossier_id=found.card.id)
    asked = dossier_page.open_request(found)
    context = {
        "d": found.card,
        "v": found,
        "state": state_chip(found.card.state),
        "clock": dossier_page.card_clock(found.card, now=now, ended_at=found.ended_at),
        "rail": dossier_page.rail(items, found),
        "events": dossier_page.events(items),
        "agency": dossier_page.agency_name(found.card.handling_agency),
        "return_agency": dossier_page.agency_name(found.return_agency),
        "asked": asked,
        "papers": dossier_page.paper_tiles(found.card.id, found.components),
        "results": dossier_page.result_tiles(found.card.id, found.results),
        "fees": dossier_page.money_rows(found),
        "to_pay": dossier_page.may_pay(found),
        "to_pay_now": found.card.state is State.PAYMENT_DUE,
        "answers": _answers(found),
        "extension": found.extension,
        "rate_token": rating_token(found.card.id) if found.card.state in _RATED else "",
        "has_receipt": found.card.accepted_at is not None,
        "may_withdraw": Act.WITHDRAW in found.allowed.actions,
        "parts": dossier_page.linked_rows(found, now=now),
        "whole": found.parent_id,
    }
    return render(request, "portal/dossier.html", context)


def _answers(found: DossierView) -> tuple[tuple[str, str], ...]:
    form = procedures.version(found.filed_version).content.form
    if form is None:
        return ()
    day = found.card.submitted_at.date()
    ink = Ink(
        answers=found.answers,
        errors={},
        known={},
        find_units=lambda typed: find_units(typed, on=day),
        files={str(one.file_id): FileTile(name=one.name, kind="") for one in found.components if one.file_id},
        deciding=frozenset(),
    )
    fields = procedures.visible_fields(form, found.answers, today=day)
    return summary(fields, found.answers, ink)


@require_safe
@own_dossier
def acknowledgement(request: HttpRequest, citizen: Citizen, found: DossierView) -> HttpResponse:
    """The acknowledgement on paper."""
    name = f"Xac nhan da nop {found.card.code}.pdf"
    return send_bytes(acknowledgement_pdf(found), name=name, media_type="application/pdf")


@require_safe
@own_dossier
def receipt(request: HttpRequest, citizen: Citizen, found: DossierView) -> HttpResponse:
    """The receipt that promises a day; there is none before the acceptance. Linked parts share their whole's."""
    if found.parent_id is not None:
        return HttpResponseRedirect(reverse("portal:receipt", args=[found.parent_id]))
    if found.card.accepted_at is None:
        raise Http404
    content = receipt_pdf(found, by=citizen.actor, at=clock.now())
    return send_bytes(content, name=f"Giay tiep nhan {found.card.code}.pdf", media_type="application/pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@own_dossier
def withdraw(request: HttpRequest, citizen: Citizen, found: DossierView) -> HttpResponse:
    """Take the dossier back; no reason is owed."""
    problem: Problem | None = None
    reason = request.POST.get("reason", "").replace("\x00", "")[:500]
    if request.method == "POST":
        try:
            dossiers.withdraw(
                by=citizen.actor,
                at=clock.now(),
                dossier_id=found.card.id,
                reason=reason,
                expected_seq=found.card.seq,
            )
        except DomainError as error:
            problem = Problem(
                what=_("Chưa rút được hồ sơ"), safe=_("Hồ sơ vẫn như cũ."), todo=sentence(error)
            )
        else:
            return HttpResponseRedirect(reverse("portal:dossier", args=[found.card.id]))
    context = {"d": found.card, "problem": problem, "reason": reason}
    return render(request, "portal/withdraw.html", context, status=422 if problem else 200)


@require_safe
@own_dossier
def attached_file(request: HttpRequest, citizen: Citizen, found: DossierView, file_id: UUID) -> HttpResponse:
    """A paper of my dossier."""
    if file_id not in {one.file_id for one in found.components}:
        raise Http404
    return send_file(file_id)


@require_safe
@own_dossier
def result_file(request: HttpRequest, citizen: Citizen, found: DossierView, result_id: UUID) -> HttpResponse:
    """A signed result of my dossier."""
    if result_id not in {one.result_id for one in found.results if one.stamped_at is not None}:
        raise Http404
    result = documents.result(result_id)
    if result.file is None:
        raise Http404
    return send_file(result.file.id)
