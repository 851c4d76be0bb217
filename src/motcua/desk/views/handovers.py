"""Paper between agencies: a list is made and signed by who sends it, and signed for by who receives it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.desk.acting import actors
from motcua.desk.officer import HANDOVER_ROLES, Officer, first_role, needs_role
from motcua.desk.words import agency_name, sentence
from motcua.dossiers import api as dossiers
from motcua.staff import api as staff
from motcua.units import api as units

_MOST_CODES = 200


class UnknownCodes(DomainError):
    """These codes were not found at your agency: {codes}."""

    message_vi = "Không tìm thấy các mã hồ sơ này ở cơ quan bạn: {codes}."


@require_GET
@needs_role(*HANDOVER_ROLES)
def index(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Lists that come in and wait for a signature first, then the others."""
    sheets = dossiers.handovers(by=first_role(officer, *HANDOVER_ROLES))
    here = officer.position.agency_key
    rows = [
        {
            "sheet": sheet,
            "from": agency_name(sheet.from_agency),
            "to": agency_name(sheet.to_agency),
            "ours": sheet.to_agency == here and sheet.received_at is None,
            "count": len(sheet.codes),
        }
        for sheet in sheets
    ]
    rows.sort(key=lambda row: not row["ours"])
    return render(request, "desk/handovers.html", {"officer": officer, "rows": rows})


@require_http_methods(["GET", "POST"])
@needs_role(*HANDOVER_ROLES)
def new(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Make a list: scan or paste the codes of the paper dossiers, name the agency, sign."""
    post = request.POST
    codes = post.get("codes", "").replace("\x00", "")[:20_000]
    context = {
        "officer": officer,
        "codes": codes,
        "note": post.get("note", "")[:2000],
        "agencies": [
            (one.key, one.name, one.key == post.get("to"))
            for one in units.agencies(on=clock.today())
            if one.key != officer.position.agency_key
        ],
        "problem": "",
    }
    if request.method == "GET":
        return render(request, "desk/handover_new.html", context)
    try:
        sheet = dossiers.send_handover(
            by=first_role(officer, *HANDOVER_ROLES),
            at=clock.now(),
            to_agency=post.get("to", "")[:60],
            dossier_ids=_ids(officer, codes),
            note=str(context["note"]).replace("\x00", ""),
        )
    except DomainError as error:
        return render(request, "desk/handover_new.html", context | {"problem": sentence(error)}, status=422)
    return HttpResponseRedirect(reverse("desk:handover", args=[sheet.id]))


def _ids(officer: Officer, codes: str) -> list[UUID]:
    """The dossiers of the codes, one a line or a word. Raises `UnknownCodes` with all that were not found."""
    wanted = list(dict.fromkeys(code.upper() for code in codes.split()))[:_MOST_CODES]
    found: list[UUID] = []
    unknown: list[str] = []
    for code in wanted:
        cards = (
            card
            for actor in actors(officer)
            for card in dossiers.search(by=actor, at=clock.now(), text=code, limit=1)
        )
        card = next((one for one in cards if one.code == code), None)
        if card is None:
            unknown.append(code[:40])
        else:
            found.append(card.id)
    if unknown:
        raise UnknownCodes(codes=", ".join(unknown[:10]))
    return found


@require_http_methods(["GET", "POST"])
@needs_role(*HANDOVER_ROLES)
def one(request: HttpRequest, officer: Officer, handover_id: UUID) -> HttpResponse:
    """One list: print it, or sign for what arrived and name what did not."""
    by = first_role(officer, *HANDOVER_ROLES)
    sheet = next((one for one in dossiers.handovers(by=by, limit=500) if one.id == handover_id), None)
    if sheet is None:
        raise Http404(str(handover_id))
    problem = ""
    if request.method == "POST":
        try:
            gone = [code for code in sheet.codes if code not in set(request.POST.getlist("arrived"))]
            dossiers.receive_handover(
                by=by,
                at=clock.now(),
                handover_id=handover_id,
                missing=_missing(officer, gone),
                note=request.POST.get("note", "").replace("\x00", "")[:2000],
            )
        except DomainError as error:
            problem = sentence(error)
        else:
            return HttpResponseRedirect(reverse("desk:handover", args=[handover_id]))
    names = staff.names_of({sheet.sent_by, sheet.received_by} - {""})
    context = {
        "officer": officer,
        "sheet": sheet,
        "from": agency_name(sheet.from_agency),
        "to": agency_name(sheet.to_agency),
        "sent_by": names.get(sheet.sent_by, ""),
        "received_by": names.get(sheet.received_by, ""),
        "ours": sheet.to_agency == officer.position.agency_key and sheet.received_at is None,
        "problem": problem,
        "title": _("Danh sách bàn giao %(number)s") % {"number": sheet.number},
    }
    return render(request, "desk/handover.html", context, status=422 if problem else 200)


def _missing(officer: Officer, codes: list[str]) -> list[UUID]:
    by = first_role(officer, *HANDOVER_ROLES)
    found = []
    for code in codes:
        view = dossiers.get_by_code(by=by, at=clock.now(), code=code, purpose=_("bàn giao hồ sơ giấy"))
        found.append(view.card.id)
    return found
