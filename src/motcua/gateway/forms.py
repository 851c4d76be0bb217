"""The shapes that other systems send and receive; what is not named here is refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints

from motcua.gateway.rules.bodies import known_event, storable, storable_text, unicode_text

Text = AfterValidator(storable_text)
Unicode = AfterValidator(unicode_text)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Unicode]
Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80), Text]
# What a code may be made of: it is also part of an address, and is printed on paper.
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{2,59}$")]
Question = Annotated[str, StringConstraints(min_length=1, max_length=200), Text]
Event = Annotated[str, AfterValidator(known_event)]
Answers = Annotated[dict[str, Any], AfterValidator(storable)]


class Strict(Schema):
    """Unknown keys are an error, never silently dropped."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """What went wrong, in Vietnamese and English, and the fields it is about."""

    code: str
    message_vi: str
    message_en: str
    fields: dict[str, str] = {}


class TokenAsk(Strict):
    """OAuth 2.0 client credentials. `scope` asks for less than everything: operations, or "operation:desk"."""

    grant_type: Literal["client_credentials"]
    client_id: Word = ""
    client_secret: Annotated[str, StringConstraints(max_length=200), Text] = ""
    scope: Annotated[str, StringConstraints(max_length=4000), Text] = ""


class Token(Schema):
    """A bearer token, what it is good for, and the seconds it lives."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    scope: str


class TokenProblem(Problem):
    """A refusal that OAuth 2.0 clients understand too (RFC 6749 §5.2)."""

    error: str
    error_description: str


class Asked(Schema):
    """A search in everyday words."""

    q: Question
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class ProcedureHit(Schema):
    """A procedure as the search shows it."""

    code: str
    name: str


class ProcedureOut(Schema):
    """The version in force today."""

    code: str
    name: str
    field: str
    version: UUID
    valid_from: date
    valid_to: date | None
    source: str
    doors: list[str]
    components: list[dict[str, Any]]


class PartyIn(Strict):
    """Who applies, as the citizen wrote it; a missing number stays missing."""

    kind: Literal["citizen", "organisation", "state_body", "other"] = "citizen"
    name: Name
    personal_number: Annotated[str, StringConstraints(pattern=r"^(\d{12})?$")] = ""
    tax_code: Annotated[str, StringConstraints(pattern=r"^(\d{10}(-\d{3})?|\d{12})?$")] = ""
    phone: Word = ""
    email: Annotated[str, StringConstraints(max_length=200), Text] = ""
    address: Annotated[str, StringConstraints(max_length=500), Unicode] = ""


class ComponentIn(Strict):
    """A paper of the dossier: a file sent before with POST /files."""

    code: Word
    file_id: UUID
    name: Annotated[str, StringConstraints(max_length=300), Text] = ""


class PartIn(Strict):
    """A paper of the dossier: a file of the same request, by its number from 0."""

    code: Word
    file: Annotated[int, Field(ge=0, le=99)]
    name: Annotated[str, StringConstraints(max_length=300), Text] = ""


class DossierCommon(Strict):
    """What every dossier says that another system received.

    `outside_code` is its code there: sent again, the same dossier is answered and nothing is doubled; with other
    content it is refused. `submitted_at`: when it was received there. `handling_agency` may stay empty: then the
    procedure's own rule names it.
    """

    outside_code: Code
    procedure_code: Word
    receiving_agency: Word
    handling_agency: Word = ""
    submitted_at: AwareDatetime
    applicant: PartyIn
    answers: Answers = {}
    identity_level: Annotated[int, Field(ge=0, le=3)] = 0
    quantity: Annotated[int, Field(ge=1, le=1000)] = 1


class DossierIn(DossierCommon):
    """A dossier whose files were sent before with POST /files."""

    components: Annotated[list[ComponentIn], Field(max_length=100)] = []


class DossierWhole(DossierCommon):
    """A dossier whose files come in the same request."""

    components: Annotated[list[PartIn], Field(max_length=100)] = []


class DossierOut(Schema):
    """Where a dossier stands: the national state code and its Vietnamese name.

    `notes`, only in the answer to handing in: what the e-form's rules find wrong with the answers, by field. The
    dossier is taken in all the same; the desk will ask for it with a supplement request.
    """

    code: str
    outside_code: str
    procedure_code: str
    state: int
    state_name: str
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    created: bool | None = None
    notes: dict[str, str] = {}


class EventOut(Schema):
    """One thing that happened to a dossier."""

    seq: int
    at: datetime
    kind: str
    label: str
    state: int | None
    unit: str


class FileOut(Schema):
    """A file taken in: its id is what a dossier's component names."""

    id: UUID
    name: str
    size: int
    sha256: str
    media_type: str


class HookIn(Strict):
    """Tell this https address what happens to the dossiers that you handed in."""

    url: Annotated[str, StringConstraints(min_length=8, max_length=500), Text]
    events: Annotated[list[Event], Field(min_length=1, max_length=50)]


class HookOut(Schema):
    """A subscription. `secret` is said once, when it is made: it signs what is sent."""

    id: UUID
    url: str
    events: list[str]
    made_at: datetime
    rests_until: datetime | None
    secret: str | None = None


class DeliveryOut(Schema):
    """One message to a subscription: how often it was tried, and what the receiver answered."""

    id: UUID
    event: str
    state: str
    tries: int
    status: int | None
    why: str
    made_at: datetime
    ended_at: datetime | None


class HookMessage(Schema):
    """What a subscriber is sent. It says no more than that something happened: ask GET /dossiers for the rest.

    `seq` counts the entries of one dossier: a later one never comes before an earlier one.
    """

    id: UUID
    type: str
    seq: int
    at: datetime
    code: str
    outside_code: str
    state: int | None
    state_name: str
    due_at: datetime | None
