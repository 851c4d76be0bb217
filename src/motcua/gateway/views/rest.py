"""The REST door of other systems: take a token, look a procedure up, hand a dossier in, ask where it stands."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, NinjaAPI, Path, Query
from ninja.errors import HttpError
from ninja.files import UploadedFile

from motcua.base import clock
from motcua.base.data import Certainty
from motcua.base.vietnamese import same_name
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import ComponentGiven, DossierCard, HowProvided, Party, PartyKind, State
from motcua.gateway import actions
from motcua.gateway.actions import TOKEN_SECONDS, token_for
from motcua.gateway.data import Handed, Scope
from motcua.gateway.forms import (
    Asked,
    Code,
    DossierIn,
    DossierOut,
    EventOut,
    FileOut,
    PartyIn,
    Problem,
    ProcedureHit,
    ProcedureOut,
    Token,
    TokenAsk,
)
from motcua.gateway.queries import handed_in
from motcua.gateway.views.door import Bearer, caller, install_errors, problem, stranger
from motcua.people import api as people
from motcua.procedures import api as procedures

api = NinjaAPI(
    title="motcua",
    version="1",
    description="Cổng kết nối cho hệ thống của cơ quan khác. / The door for other agencies' systems.",
    urls_namespace="gateway",
    docs_url=None,
)
install_errors(api)

REFUSALS = dict.fromkeys((400, 401, 403, 404, 413, 422, 429, 503), Problem)
HANDING_IN = REFUSALS | {409: Problem}
TOKEN_REFUSALS = dict.fromkeys((400, 401, 413, 422, 429, 503), Problem)
PDF = {
    "responses": {
        200: {
            "description": "PDF",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@api.post("/token", response={200: Token} | TOKEN_REFUSALS, auth=stranger)
def take_token(request: HttpRequest, ask: TokenAsk) -> Any:
    """A token for ten minutes against the client's id and secret."""
    token = token_for(client_id=ask.client_id, secret=ask.client_secret)
    return Token(access_token=token, expires_in=TOKEN_SECONDS)


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
    kept = actions.keep_file(
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
    who, at = caller(request), clock.now()
    if not who.may_hand_in_at(dossier.receiving_agency):
        return problem(api, request, 403)
    filed = actions.hand_in(
        caller=who,
        at=at,
        outside_code=dossier.outside_code,
        received_there_at=dossier.submitted_at,
        procedure_code=dossier.procedure_code,
        receiving_agency=dossier.receiving_agency,
        handling_agency=dossier.handling_agency,
        applicant=_party(dossier.applicant),
        answers=dossier.answers,
        components=[
            ComponentGiven(code=part.code, name=part.name, how=HowProvided.FILE, file_id=part.file_id)
            for part in dossier.components
        ],
        identity_proven=dossier.identity_level >= 2,
        quantity=dossier.quantity,
        content=json.dumps(dossier.model_dump(mode="json"), sort_keys=True, ensure_ascii=False).encode(),
    )
    if not filed.created:
        return _shown(_find(request, dossier.outside_code), request, created=False)
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
    return _shown(_find(request, code), request)


@api.get("/dossiers/{code}/events", response={200: list[EventOut]} | REFUSALS, auth=Bearer(Scope.STATUS))
def show_events(request: HttpRequest, code: Path[Code]) -> Any:
    """Everything that happened to a dossier, in order: what, when, which agency; no names, no opinions."""
    found = _find(request, code)
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
    found = _find(request, code)
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


def _notes(dossier: DossierIn) -> dict[str, str]:
    """What the e-form's rules say of the answers, so that the sender hears it before the citizen does."""
    today = clock.today()
    form = procedures.version_on(dossier.procedure_code, on=today).content.form
    if form is None:
        return {}
    return {
        key: said.vi for key, said in procedures.validate(form, dossier.answers, today=today).errors.items()
    }


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


def _find(request: HttpRequest, code: str) -> Handed:
    found = handed_in(caller(request).client_id, code)
    if found is None:
        raise HttpError(404, code)
    return found


def _shown(found: Handed, request: HttpRequest, *, created: bool | None = None) -> DossierOut:
    card = _card(found, request)
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


def _card(found: Handed, request: HttpRequest) -> DossierCard:
    """The dossier's card: where it stands, without opening what the citizen wrote."""
    cards = dossiers.search(by=caller(request).actor(), at=clock.now(), text=found.code)
    return next(card for card in cards if card.id == found.dossier_id)
