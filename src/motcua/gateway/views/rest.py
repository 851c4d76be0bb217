"""The REST door of other systems: look a procedure up, hand a dossier in, ask where it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from time import monotonic
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Path, Query
from ninja.errors import HttpError
from ninja.files import UploadedFile
from pydantic import ValidationError as Unfit

from motcua.base import clock
from motcua.base.data import Certainty
from motcua.base.vietnamese import same_name
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import ComponentGiven, DossierCard, HowProvided, Party, PartyKind, State
from motcua.gateway.actions import filing
from motcua.gateway.data import Attached, Caller, Handed, Scope
from motcua.gateway.forms import (
    Asked,
    Code,
    DossierIn,
    DossierOut,
    DossierWhole,
    EventOut,
    FileOut,
    PartyIn,
    ProcedureHit,
    ProcedureOut,
)
from motcua.gateway.queries import handed_in
from motcua.gateway.views.door import Bearer, caller, problem
from motcua.gateway.views.house import HANDING_IN, PDF, REFUSALS, api
from motcua.people import api as people
from motcua.procedures import api as procedures
from motcua.procedures.data import FormDefinition

FORM_KEPT = 5.0  # seconds: what the e-form's rules say is advice, and may be so old


@api.get("/procedures", response={200: list[ProcedureHit]} | REFUSALS, auth=Bearer(Scope.CATALOGUE))
def find_procedures(request: HttpRequest, asked: Query[Asked]) -> Any:
    """Procedures found by everyday words, best first."""
    hits = procedures.search(asked.q, on=clock.today(), limit=asked.limit)
    return [ProcedureHit(code=hit.code, name=hit.name) for hit in hits]


@api.get("/procedures/{code}", response={200: ProcedureOut} | REFUSALS, auth=Bearer(Scope.CATALOGUE))
def show_procedure(request: HttpRequest, code: Path[Code]) -> Any:
    """The version of a procedure in force today."""
    today = clock.today()
    try:
        version = procedures.version_on(code, on=today)
    except (procedures.NoVersionInForce, procedures.VersionUnknown):
        return problem(api, request, 404)
    return ProcedureOut(
        code=version.code,
        name=version.content.name,
        field=version.content.field,
        version=version.id,
        valid_from=version.validity.start,
        valid_to=version.validity.end,
        source=version.source.text + ("" if version.source.certainty is Certainty.VERIFIED else " (*)"),
        doors=[door.kind for door in procedures.open_doors(version, today)],
        components=[
            {"code": part.code, "name": part.name, "required": part.required, "kind": part.kind.value}
            for part in version.content.components
        ],
    )


@api.post("/files", response={200: FileOut} | REFUSALS, auth=Bearer(Scope.FILE, takes_file=True))
def take_file(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Keep a file; its id is what a dossier's component names."""
    kept = filing.keep_file(
        caller=caller(request),
        at=clock.now(),
        content=file.read(),
        name=file.name or "tep",
        claimed=file.content_type or "",
    )
    return FileOut(
        id=kept.id, name=kept.name, size=kept.size, sha256=kept.sha256, media_type=kept.media_type.value
    )


@api.post("/dossiers", response={200: DossierOut} | HANDING_IN, auth=Bearer(Scope.FILE))
def hand_in(request: HttpRequest, dossier: DossierIn) -> Any:
    """Hand a dossier in. Sent again with the same `outside_code`, the same dossier is answered."""
    components = [
        ComponentGiven(code=part.code, name=part.name, how=HowProvided.FILE, file_id=part.file_id)
        for part in dossier.components
    ]
    return _taken_in(request, dossier, components, ())


@api.post(
    "/dossiers/with-files",
    response={200: DossierOut} | HANDING_IN,
    auth=Bearer(Scope.FILE, takes_file=True),
)
def hand_in_whole(request: HttpRequest, dossier: Form[str], files: File[list[UploadedFile]]) -> Any:
    """Hand a dossier in together with its files, in one request: all of it is kept, or nothing.

    `dossier` is the JSON of a dossier in which a component names its file by number: 0 is the first of `files`.
    Files that no component names are refused. All files together may be as large as one file sent alone.
    """
    try:
        whole = DossierWhole.model_validate_json(dossier)
    except Unfit as error:
        wrong = {".".join(map(str, ("dossier", *one["loc"]))): one["msg"] for one in error.errors()}
        return problem(api, request, 422, fields=wrong)
    named = [part.file for part in whole.components]
    if sorted(named) != list(range(len(files))):
        return problem(api, request, 422, fields={"dossier.components": "each file exactly once, from 0"})
    attached = [
        Attached(
            code=part.code,
            name=part.name,
            file_name=files[part.file].name or "tep",
            content=files[part.file].read(),
        )
        for part in whole.components
    ]
    return _taken_in(request, whole, (), attached)


def _taken_in(
    request: HttpRequest,
    dossier: DossierIn | DossierWhole,
    components: Sequence[ComponentGiven],
    attached: Sequence[Attached],
) -> Any:
    who, at = caller(request), clock.now()
    if not who.may(Scope.FILE, dossier.receiving_agency):
        return problem(api, request, 403)
    filed = filing.hand_in(
        caller=who,
        at=at,
        outside_code=dossier.outside_code,
        received_there_at=dossier.submitted_at,
        procedure_code=dossier.procedure_code,
        receiving_agency=dossier.receiving_agency,
        handling_agency=dossier.handling_agency,
        applicant=_party(dossier.applicant),
        answers=dossier.answers,
        components=components,
        attached=attached,
        identity_proven=dossier.identity_level >= 2,
        quantity=dossier.quantity,
        content=json.dumps(dossier.model_dump(mode="json"), sort_keys=True, ensure_ascii=False).encode(),
    )
    if filed is None:
        return _shown(_find(request, dossier.outside_code, Scope.FILE), who, created=False)
    return DossierOut(
        code=filed.code,
        outside_code=dossier.outside_code,
        procedure_code=dossier.procedure_code,
        state=filed.state.value,
        state_name=filed.state.label_vi,
        submitted_at=at,
        accepted_at=None,
        due_at=filed.due_at,
        created=True,
        notes=_notes(dossier),
    )


@api.get("/dossiers/{code}", response={200: DossierOut} | REFUSALS, auth=Bearer(Scope.STATUS))
def show_dossier(request: HttpRequest, code: Path[Code]) -> Any:
    """Where a dossier stands; `code` is ours or the caller's own."""
    return _shown(_find(request, code, Scope.STATUS), caller(request))


@api.get("/dossiers/{code}/events", response={200: list[EventOut]} | REFUSALS, auth=Bearer(Scope.STATUS))
def show_events(request: HttpRequest, code: Path[Code]) -> Any:
    """Everything that happened to a dossier, in order: what, when, which agency; no names, no opinions."""
    found = _find(request, code, Scope.STATUS)
    items = dossiers.timeline(by=caller(request).actor(), at=clock.now(), dossier_id=found.dossier_id)
    return [
        EventOut(
            seq=item.seq,
            at=item.at,
            kind=item.kind,
            label=item.label_vi,
            state=item.state.value if item.state else None,
            unit=item.unit,
        )
        for item in items
    ]


@api.get("/dossiers/{code}/result", response=REFUSALS, auth=Bearer(Scope.RESULT), openapi_extra=PDF)
def fetch_result(request: HttpRequest, code: Path[Code]) -> Any:
    """The signed and stamped result as a PDF; 404 until it is issued. The reading is recorded."""
    found = _find(request, code, Scope.RESULT)
    if found.state not in (State.RESOLVED, State.RETURNED):
        return problem(api, request, 404)
    view = dossiers.get_for(
        by=caller(request).actor(),
        at=clock.now(),
        dossier_id=found.dossier_id,
        purpose="trả kết quả qua cổng kết nối",
    )
    issued = [row for row in view.results if row.withdrawn_at is None and row.stamped_at is not None]
    for row in reversed(issued):
        result = documents.result(row.result_id)
        if result.file is not None:
            return HttpResponse(documents.open_file(result.file.id), content_type="application/pdf")
    return problem(api, request, 404)


def _notes(dossier: DossierIn | DossierWhole) -> dict[str, str]:
    """What the e-form's rules say of the answers, so that the sender hears it before the citizen does."""
    today = clock.today()
    form = _form(dossier.procedure_code, today, int(monotonic() / FORM_KEPT))
    if form is None:
        return {}
    return {
        key: said.vi for key, said in procedures.validate(form, dossier.answers, today=today).errors.items()
    }


@lru_cache(maxsize=256)
def _form(code: str, day: date, _tick: int) -> FormDefinition | None:
    return procedures.version_on(code, on=day).content.form


def _party(given: PartyIn) -> Party:
    """Who applies; linked to the mirror of the population base only where number and name agree."""
    if given.personal_number:
        people.check_personal_number(given.personal_number, on=clock.today())
    known = people.by_personal_number(given.personal_number) if given.personal_number else None
    firm = people.organisation_by_tax_code(given.tax_code) if given.tax_code else None
    return Party(
        kind=PartyKind(given.kind),
        name=given.name,
        person_id=known.id if known and same_name(known.full_name, given.name) else None,
        organisation_id=firm.id if firm and same_name(firm.name, given.name) else None,
        personal_number=given.personal_number,
        tax_code=given.tax_code,
        phone=given.phone,
        email=given.email,
        address=given.address,
    )


def _find(request: HttpRequest, code: str, scope: Scope) -> Handed:
    """The caller's own dossier, at a desk that its token covers; 404 for any other, whatever the reason."""
    who = caller(request)
    found = handed_in(who.client_id, code)
    if found is None or not who.may(scope, found.receiving_agency):
        raise HttpError(404, code)
    return found


def _shown(found: Handed, who: Caller, *, created: bool | None = None) -> DossierOut:
    card = _card(found, who)
    return DossierOut(
        code=card.code,
        outside_code=card.outside_code,
        procedure_code=card.procedure_code,
        state=card.state.value,
        state_name=card.state.label_vi,
        submitted_at=card.submitted_at,
        accepted_at=card.accepted_at,
        due_at=card.due_at,
        created=created,
    )


def _card(found: Handed, who: Caller) -> DossierCard:
    """The dossier's card: where it stands, without opening what the citizen wrote."""
    cards = dossiers.search(by=who.actor(), at=clock.now(), text=found.code)
    return next(card for card in cards if card.id == found.dossier_id)
