"""Reception: who came, for what, what is filled in and handed over; then the receipt. Made for under a minute."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk import receiving, typed, uploads, visits
from motcua.desk.callers import Caller, by_hand, chosen_person, search_people
from motcua.desk.officer import DESK_ROLES, Officer, first_role, needs_role
from motcua.desk.prefilling import prefill
from motcua.desk.receiving import Sheet
from motcua.desk.showing import clock_of
from motcua.desk.visits import Given, Visit
from motcua.desk.words import agency_name, either, sentence
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Channel
from motcua.fees.data import PaymentMethod
from motcua.procedures import api as procedures
from motcua.procedures.data import DoorKind
from motcua.ui import file_answers
from motcua.ui.api import MoneyRow, limit_words
from motcua.ui.eforms import error_list
from motcua.ui.sending import send_file

View = Callable[..., HttpResponse]


@require_http_methods(["GET", "POST"])
@needs_role(*DESK_ROLES)
def who(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Scan the identity card, or type a number or a name; or write down somebody whom no base knows."""
    post = request.POST
    context: dict[str, Any] = {
        "officer": officer,
        "text": post.get("text", "")[:500],
        "typed": {name: post.get(name, "")[:300] for name in ("name", "number", "phone", "address")},
        "channel": "post" if post.get("channel", request.GET.get("channel")) == "post" else "direct",
        "found": [],
        "searched": False,
        "problem": "",
        "unfinished": visits.unfinished(request),
    }
    if request.method != "POST":
        return render(request, "desk/receive.html", context)
    by, at = first_role(officer, *DESK_ROLES), clock.now()
    try:
        if "person" in post or "organisation" in post:
            caller: Caller | None = chosen_person(post, by=by, at=at)
        elif post.get("action") == "by_hand":
            caller = by_hand(post)
        else:
            context["found"], caller = search_people(context["text"], by=by, at=at)
            context["searched"] = True
    except DomainError as error:
        return render(request, "desk/receive.html", context | {"problem": sentence(error)}, status=422)
    if caller is None:
        return render(request, "desk/receive.html", context)
    visit = visits.begin(request, caller.party, channel=Channel(context["channel"]), note=caller.note)
    return HttpResponseRedirect(reverse("desk:receive_procedure", args=[visit.id]))


def _with_visit(view: View) -> View:
    """Opens the visit for the view. One that was received meanwhile leads to its dossier, not to an error."""

    @wraps(view)
    def opened(request: HttpRequest, officer: Officer, visit_id: UUID, **kwargs: Any) -> HttpResponse:
        visit = visits.find(request, visit_id)
        if visit is None:
            dossier_id = visits.received(request, visit_id)
            if dossier_id is None:
                raise Http404(str(visit_id))
            return HttpResponseRedirect(reverse("desk:received", args=[dossier_id]))
        return view(request, officer, visit, **kwargs)

    return opened


@require_http_methods(["GET", "POST"])
@needs_role(*DESK_ROLES)
@_with_visit
def procedure(request: HttpRequest, officer: Officer, visit: Visit) -> HttpResponse:
    """For what the citizen came: search in everyday words, or one of those received last."""
    today = clock.today()
    text = request.GET.get("q", "").replace("\x00", "")[:200]
    recent = visits.recent_codes(request)
    context: dict[str, Any] = {
        "officer": officer,
        "visit": visit,
        "text": text,
        "hits": procedures.search(text, on=today, limit=8) if text.strip() else [],
        "recent": procedures.in_force(today, recent) if recent else [],
        "problem": "",
        "doors": [],
        "at_once": False,
    }
    if request.method != "POST":
        return render(request, "desk/receive_procedure.html", context)
    try:
        info = procedures.version_on(request.POST.get("code", "")[:40], today)
    except DomainError as error:
        context["problem"] = sentence(error)
        return render(request, "desk/receive_procedure.html", context, status=422)
    open_kinds = {one.kind for one in procedures.open_doors(info, today)}
    wanted = DoorKind.POST if visit.channel is Channel.POST else DoorKind.DESK
    if open_kinds and wanted not in open_kinds:
        context["problem"] = _("“%(name)s” không nhận tại quầy theo quy định của ngày hôm nay.") % {
            "name": info.content.name
        }
        context["at_once"] = DoorKind.AT_ONCE in open_kinds
        return render(request, "desk/receive_procedure.html", context, status=422)
    visit = visit.but(code=info.content.code, version=str(info.id), answers={}, known={}, papers={})
    sheet = receiving.open_sheet(visit, today=today)
    visits.keep(request, prefill(sheet, by=first_role(officer, *DESK_ROLES), at=clock.now()))
    return HttpResponseRedirect(reverse("desk:receive_form", args=[visit.id]))


@require_http_methods(["GET", "POST"])
@needs_role(*DESK_ROLES)
@_with_visit
def form(request: HttpRequest, officer: Officer, visit: Visit) -> HttpResponse:
    """The e-form, the papers, where the result is fetched, the fee; then one button that receives."""
    try:
        sheet = receiving.open_sheet(visit, today=clock.today())
    except procedures.NoVersionInForce:
        return HttpResponseRedirect(reverse("desk:receive_procedure", args=[visit.id]))
    if request.method != "POST":
        return _form_page(request, officer, sheet)
    by, at = first_role(officer, *DESK_ROLES), clock.now()
    visit, problem = _typed_into(request, officer, sheet)
    visits.keep(request, visit)
    sheet = receiving.open_sheet(visit, today=clock.today())
    if problem or request.POST.get("action") != "receive":
        return _form_page(request, officer, sheet, problem=problem, status=422 if problem else 200)
    if sheet.validated is not None and sheet.validated.errors:
        return _form_page(request, officer, sheet, errors=dict(sheet.validated.errors), status=422)
    try:
        filed = receiving.receive(sheet, by=by, at=at)
    except DomainError as error:
        return _form_page(request, officer, sheet, problem=sentence(error), status=422)
    visits.finish(request, visit, filed.dossier_id)
    if filed.created and visit.pay:
        _take_fee(request, filed.dossier_id, sheet, officer)
    return HttpResponseRedirect(reverse("desk:received", args=[filed.dossier_id]))


def _take_fee(request: HttpRequest, dossier_id: UUID, sheet: Sheet, officer: Officer) -> None:
    method = PaymentMethod.TRANSFER if sheet.visit.pay == "transfer" else PaymentMethod.CASH
    try:
        dossiers.take_at_counter(
            by=first_role(officer, *DESK_ROLES),
            at=clock.now(),
            dossier_id=dossier_id,
            amount=sheet.fee().total,
            method=method,
        )
    except DomainError as error:
        messages.warning(request, _("Hồ sơ đã tiếp nhận, nhưng chưa thu được phí: ") + sentence(error))


def _typed_into(request: HttpRequest, officer: Officer, sheet: Sheet) -> tuple[Visit, str]:
    """The visit with everything of this page laid over it, and the refusal of the last bad file."""
    post, visit = request.POST, sheet.visit
    sent, problem = uploads.take_in(request, by=first_role(officer, *DESK_ROLES))
    visit = visit.but(files={**visit.files, **{one.file_id: one.held for one in sent}})
    added = [(one.box.removesuffix(".new"), one.file_id) for one in sent]
    posted = dict(post.lists())
    answers: dict[str, Any] = dict(visit.answers)
    papers = _papers(sheet, post.dict(), added)
    if sheet.content.form is not None:
        answers = typed.overlay(sheet.content.form, answers, posted, on=sheet.today, own_files=visit.files)
        for name, file_id in added:
            answers = file_answers.add_files(sheet.content.form, answers, name, [file_id])
        if "drop" in post:
            answers = file_answers.drop_file(sheet.content.form, answers, post["drop"])
    place = typed.places(
        {k: [typed.clean(v) for v in vs] for k, vs in posted.items() if k in ("place", "place.q")},
        on=sheet.today,
    )
    return (
        visit.but(
            answers=answers,
            papers=papers,
            place=(place.get("place") or [""])[-1],
            return_by="post" if post.get("return_by") == "post" else "counter",
            quantity=typed.clean(post.get("quantity", "1"))[:3].strip() or "1",
            pay=post.get("pay", "") if post.get("pay") in ("cash", "transfer") else "",
        ),
        problem,
    )


def _papers(sheet: Sheet, post: dict[str, str], added: list[tuple[str, str]]) -> dict[str, Given]:
    """How each paper is provided after this post; ways that were not offered are not taken."""
    dropped = post.get("drop", "")
    chosen: dict[str, Given] = {}
    for row in receiving.paper_rows(sheet):
        offered = {value for value, _words, _chosen in row.options}
        before = next((value for value, _words, picked in row.options if picked), "")
        how = post.get(f"how.{row.code}", before)
        held = [one.id for one in row.files if dropped != f"{row.code}.{one.id}"]
        more = [file_id for name, file_id in added if name == row.code]
        chosen[row.code] = Given(how=how if how in offered else "", files=(*held, *more))
    return chosen


def _form_page(
    request: HttpRequest,
    officer: Officer,
    sheet: Sheet,
    *,
    errors: dict[str, Any] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    groups = receiving.groups(sheet, errors or {})
    drawn = [field for _title, fields in groups for field in fields]
    due = sheet.fee()
    limit = sheet.content.limit_for(sheet.kind)
    language = get_language() or "vi"
    context = {
        "officer": officer,
        "visit": sheet.visit,
        "sheet": sheet,
        "title": sheet.title,
        "groups": groups,
        "asked": [one.name for one in drawn],
        "errors": error_list(drawn),
        "problem": problem,
        "known": receiving.known_facts(sheet),
        "papers": receiving.paper_rows(sheet),
        "picker": receiving.picker(sheet),
        "fees": [MoneyRow(what=one.name, amount=one.amount, why=one.why(language)) for one in due.lines],
        "fee_total": due.total,
        "unknown_fees": due.unknown,
        "limit": limit_words(limit.amount, limit.unit.value) if limit is not None else "",
        "here": officer.agency_name,
    }
    return render(request, "desk/receive_form.html", context, status=status)


@require_GET
@needs_role(*DESK_ROLES)
def held_file(request: HttpRequest, officer: Officer, visit_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of one's own unfinished visit."""
    visit = visits.find(request, visit_id)
    if visit is None or str(file_id) not in visit.files:
        raise Http404(str(file_id))
    return send_file(file_id)


@require_GET
@needs_role(*DESK_ROLES)
def done(request: HttpRequest, officer: Officer, dossier_id: UUID) -> HttpResponse:
    """It is received: the code, the promised time, the receipt to print, the next citizen."""
    by, at = first_role(officer, *DESK_ROLES), clock.now()
    try:
        view = dossiers.get_for(by=by, at=at, dossier_id=dossier_id, purpose=_("in giấy tiếp nhận"))
    except dossiers.NotYours:
        raise Http404(str(dossier_id)) from None
    context = {
        "officer": officer,
        "view": view,
        "card": view.card,
        "clock": clock_of(view.card, at=at),
        "handler": agency_name(view.card.handling_agency),
        "return_place": agency_name(view.return_agency),
        "paid": [row for row in view.payments if row.paid_at],
        "children": view.children,
        "title": either(view.card.procedure_name, ""),
    }
    return render(request, "desk/received.html", context)
