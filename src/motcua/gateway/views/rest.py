"""The REST door of other systems: take a token, look a procedure up, hand a dossier in, ask where it stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, NinjaAPI
from ninja.errors import HttpError
from ninja.files import UploadedFile

from motcua.base import clock
from motcua.base.data import Certainty
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import ComponentGiven, HowProvided, Party, PartyKind
from motcua.gateway import actions
from motcua.gateway.actions import TOKEN_SECONDS, ClientRefused, token_for
from motcua.gateway.data import Scope
from motcua.gateway.forms import (
    DossierIn,
    DossierOut,
    EventOut,
    FileOut,
    Problem,
    ProcedureHit,
    ProcedureOut,
    Token,
    TokenAsk,
)
from motcua.gateway.queries import handed_in
from motcua.gateway.views.door import Bearer, caller, install_errors, problem
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

REFUSALS = {401: Problem, 403: Problem, 404: Problem, 422: Problem}


@api.post("/token", response={200: Token, 401: Problem, 422: Problem}, auth=None)
def take_token(request: HttpRequest, ask: TokenAsk) -> Any:
    """A token for ten minutes against the client's id and secret."""
    try:
        token = token_for(client_id=ask.client_id, secret=ask.client_secret)
    except ClientRefused as error:
        return problem(
            api,
            request,
            401,
            code="ClientRefused",
            message_vi=error.public("vi"),
            message_en=error.public("en"),
        )
    return Token(access_token=token, expires_in=TOKEN_SECONDS)


@api.get("/procedures", response={200: list[ProcedureHit]} | REFUSALS, auth=Bearer(Scope.CATALOGUE))
def find_procedures(request: HttpRequest, q: str, limit: int = 10) -> Any:
    """Procedures found by everyday words, best first."""
    hits = procedures.search(q[:200], on=clock.today(), limit=max(1, min(limit, 50)))
    return [ProcedureHit(code=hit.code, name=hit.name) for hit in hits]


@api.get("/procedures/{code}", response={200: ProcedureOut} | REFUSALS, auth=Bearer(Scope.CATALOGUE))
def show_procedure(request: HttpRequest, code: str) -> Any:
    """The version of a procedure in force today."""
    today = clock.today()
    try:
        version = procedures.version_on(code, on=today)
    except procedures.NoVersionInForce:
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


@api.post("/files", response={200: FileOut} | REFUSALS, auth=Bearer(Scope.FILE))
def take_file(request: HttpRequest, file: File[UploadedFile]) -> Any:
    """Keep a file; its id is what a dossier's component names."""
    kept = documents.store_file(
        content=file.read(),
        name=file.name or "tep",
        claimed_type=file.content_type or "",
        by=caller(request).actor(),
        at=clock.now(),
    )
    return FileOut(
        id=kept.id, name=kept.name, size=kept.size, sha256=kept.sha256, media_type=kept.media_type.value
    )


@api.post("/dossiers", response={200: DossierOut} | REFUSALS, auth=Bearer(Scope.FILE))
def hand_in(request: HttpRequest, dossier: DossierIn) -> Any:
    """Hand a dossier in. Sent again with the same `outside_code`, the same dossier is answered."""
    who = caller(request)
    if not who.may_see(dossier.receiving_agency, dossier.handling_agency):
        return problem(api, request, 403)
    filed = actions.hand_in(
        caller=who,
        at=clock.now(),
        outside_code=dossier.outside_code,
        procedure_code=dossier.procedure_code,
        receiving_agency=dossier.receiving_agency,
        handling_agency=dossier.handling_agency,
        applicant=_party(dossier),
        answers=dossier.answers,
        components=[
            ComponentGiven(code=part.code, name=part.name, how=HowProvided.FILE, file_id=part.file_id)
            for part in dossier.components
        ],
        identity_proven=dossier.identity_level >= 2,
        quantity=dossier.quantity,
    )
    return _shown(request, filed.dossier_id, created=filed.created)


@api.get("/dossiers/{code}", response={200: DossierOut} | REFUSALS, auth=Bearer(Scope.STATUS))
def show_dossier(request: HttpRequest, code: str) -> Any:
    """Where a dossier stands; `code` is ours or the caller's own."""
    return _shown(request, _find(request, code))


@api.get("/dossiers/{code}/events", response={200: list[EventOut]} | REFUSALS, auth=Bearer(Scope.STATUS))
def show_events(request: HttpRequest, code: str) -> Any:
    """Everything that happened to a dossier, in order."""
    items = dossiers.timeline(by=caller(request).actor(), at=clock.now(), dossier_id=_find(request, code))
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


@api.get("/dossiers/{code}/result", response=REFUSALS, auth=Bearer(Scope.RESULT))
def fetch_result(request: HttpRequest, code: str) -> Any:
    """The signed result as a PDF."""
    view = dossiers.get_for(by=caller(request).actor(), at=clock.now(), dossier_id=_find(request, code))
    for row in view.results:
        if row.withdrawn_at is None and row.signed_at is not None:
            issued = documents.result(row.result_id)
            if issued.file is not None:
                return HttpResponse(documents.open_file(issued.file.id), content_type="application/pdf")
    return problem(api, request, 404)


def _party(dossier: DossierIn) -> Party:
    given = dossier.applicant
    known = people.by_personal_number(given.personal_number) if given.personal_number else None
    return Party(
        kind=PartyKind(given.kind),
        name=given.name,
        person_id=known.id if known else None,
        personal_number=given.personal_number,
        tax_code=given.tax_code,
        phone=given.phone,
        email=given.email,
        address=given.address,
    )


def _find(request: HttpRequest, code: str) -> UUID:
    found = handed_in(caller(request).client_id, code[:80])
    if found is None:
        raise HttpError(404, code)
    return found


def _shown(request: HttpRequest, dossier_id: UUID, *, created: bool | None = None) -> DossierOut:
    card = dossiers.get_for(by=caller(request).actor(), at=clock.now(), dossier_id=dossier_id).card
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
