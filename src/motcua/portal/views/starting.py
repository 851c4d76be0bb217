"""Starting a filing: for whom, at which centre; and throwing a draft away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.dossiers import api as dossiers
from motcua.people import api as people
from motcua.portal.citizen import Citizen, needs_citizen
from motcua.portal.doors import describe
from motcua.portal.lang import either, sentence
from motcua.portal.notes import Acting, Notes
from motcua.portal.prefill import prefill
from motcua.portal.receiving import Reception, centre_of, home_unit, reception
from motcua.portal.supplement import answers_supplement
from motcua.procedures import api as procedures
from motcua.procedures.data import DoorKind
from motcua.ui.api import UnitOption, UnitPicker, find_unit_key, find_units


@require_http_methods(["GET", "HEAD", "POST"])
@needs_citizen
def start(request: HttpRequest, citizen: Citizen, code: str) -> HttpResponse:
    """Ask for whom and where; then open a draft that already holds what the state knows.

    When the door of the day is closed, or there is no form here, the page says where to go instead.
    """
    today = clock.today()
    try:
        info = procedures.version_on(code, today)
    except procedures.NoVersionInForce:
        raise Http404 from None
    doors = procedures.open_doors(info, today)
    if info.content.form is None or not any(door.kind == DoorKind.PROVINCIAL_EFORM for door in doors):
        told = describe((door.kind, door.system, door.since, door.source) for door in doors)
        context = {"name": _name(info), "code": code, "doors": told}
        return render(request, "portal/door_closed.html", context)
    wanted = reception(info.content, on=today)
    if request.method == "POST" and "look" not in request.POST:
        return _open_draft(request, citizen, info, wanted, today)
    return _ask(request, citizen, info, wanted, today, error="")


def _name(info: procedures.VersionInfo) -> str:
    return either(info.content.name, info.content.name_en)


def _ask(
    request: HttpRequest,
    citizen: Citizen,
    info: procedures.VersionInfo,
    wanted: Reception,
    today: date,
    *,
    error: str,
) -> HttpResponse:
    typed = _place(request, today) if request.method == "POST" else _home(citizen, today)
    context = {
        "name": _name(info),
        "code": info.code,
        "principals": _principals(citizen, info.code, today),
        "chosen": request.POST.get("principal", "0"),
        "agency": wanted.agency,
        "picker": _picker(typed, today, error) if wanted.asks_place else None,
        "drafts": [
            one
            for one in dossiers.drafts_of(by=citizen.actor)
            if one.procedure_code == info.code and not answers_supplement(one)
        ],
    }
    return render(request, "portal/start.html", context, status=422 if error else 200)


def _home(citizen: Citizen, today: date) -> str:
    return home_unit(people.get(citizen.id).permanent_unit, on=today)


def _place(request: HttpRequest, today: date) -> str:
    return find_unit_key(request.POST.get("place.q", "")[:200], request.POST.get("place", "")[:60], on=today)


def _picker(typed: str, today: date, error: str) -> UnitPicker:
    options = find_units(typed, on=today)
    shown = options[0].name if "@" in typed and options else typed
    selected = tuple(_selected(option, typed) for option in options)
    return UnitPicker(
        name="place",
        label=_("Xã, phường nơi nộp"),
        typed=shown,
        options=selected,
        error=error,
        help=_("Thường là nơi bạn thường trú."),
    )


def _selected(option: UnitOption, key: str) -> UnitOption:
    return replace(option, selected=option.key == key)


def _principals(citizen: Citizen, code: str, today: date) -> list[tuple[str, str, str]]:
    """(value, who, why) of everybody for whom the citizen may file this procedure."""
    return [
        (str(at), one.name, _ground(one.kind))
        for at, one in enumerate(people.acting_for(citizen.id, on=today))
        if not one.procedures or code in one.procedures
    ]


def _ground(kind: people.AuthorityKind) -> str:
    return {
        people.AuthorityKind.SELF: _("cho chính tôi"),
        people.AuthorityKind.PARENT: _("con tôi, chưa đủ 18 tuổi"),
        people.AuthorityKind.GUARDIAN: _("người tôi giám hộ"),
        people.AuthorityKind.PROXY: _("người đã ủy quyền cho tôi"),
        people.AuthorityKind.REPRESENTATIVE: _("tổ chức tôi đại diện"),
    }[kind]


def _open_draft(
    request: HttpRequest, citizen: Citizen, info: procedures.VersionInfo, wanted: Reception, today: date
) -> HttpResponse:
    grounds = people.acting_for(citizen.id, on=today)
    index = request.POST.get("principal", "0")
    ground = grounds[int(index)] if index.isdecimal() and int(index) < len(grounds) else grounds[0]
    at = clock.now()
    try:
        centre = centre_of(wanted, _place(request, today), on=today)
        known = prefill(
            info.content.form,  # type: ignore[arg-type] # the caller checked that there is one
            person_id=citizen.id,
            organisation_id=ground.organisation_id,
            by=citizen.actor,
            at=at,
        )
        draft = dossiers.save_draft(
            by=citizen.actor,
            at=at,
            procedure_code=info.code,
            version_id=info.id,
            title=_name(info)[:300],
            answers=known.answers,
            context=Notes(
                agency=centre.key,
                acting=Acting(
                    kind=ground.kind.value,
                    name=ground.name,
                    person=ground.person_id,
                    organisation=ground.organisation_id,
                ),
                prefilled=known.origins,
            ).as_json(),
        )
    except DomainError as error:
        return _ask(request, citizen, info, wanted, today, error=sentence(error))
    return HttpResponseRedirect(reverse("portal:draft", args=[draft.id]))


@require_POST
@needs_citizen
def discard(request: HttpRequest, citizen: Citizen, draft_id: UUID) -> HttpResponse:
    """Throw a draft away; one that is gone already is no fault."""
    try:
        dossiers.delete_draft(by=citizen.actor, draft_id=draft_id)
    except dossiers.NoSuchDraft:
        raise Http404 from None
    return HttpResponseRedirect(reverse("portal:me"))
