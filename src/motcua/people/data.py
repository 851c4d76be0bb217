"""What people looks like from outside: a person, an organisation, a fact with its source, who may act for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Protocol
from uuid import UUID

from motcua.base.data import Json, Validity, require_aware
from motcua.base.registry import Registry


class Sex(StrEnum):
    """Sex as the population base records it."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


class DatePrecision(StrEnum):
    """How much of a birth date is known: many older people have only a year or a month in their papers."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class MaritalStatus(StrEnum):
    """Marital status as the population base records it."""

    SINGLE = "single"
    MARRIED = "married"
    WIDOWED = "widowed"
    DIVORCED = "divorced"
    UNKNOWN = "unknown"


class RelationKind(StrEnum):
    """What the other person is to this one."""

    FATHER = "father"
    MOTHER = "mother"
    SPOUSE = "spouse"
    CHILD = "child"
    HOUSEHOLD_HEAD = "household_head"
    HOUSEHOLD_MEMBER = "household_member"


class IdentifierKind(StrEnum):
    """Numbers a person had before the personal number, or beside it."""

    CMND = "cmnd"  # identity card of 9 digits
    PASSPORT = "passport"
    PERSONAL_NUMBER = "personal_number"  # a former one, corrected by the police


class IdentityLevel(IntEnum):
    """How well a person's sign-in is proved (NĐ 69/2024/NĐ-CP, art. 7)."""

    NONE = 0
    LEVEL_1 = 1
    LEVEL_2 = 2


class AuthorityKind(StrEnum):
    """Why somebody may act for somebody else."""

    SELF = "self"
    PARENT = "parent"  # of a child under 18: Civil Code 91/2015, art. 136
    GUARDIAN = "guardian"  # Civil Code 91/2015, art. 46-63
    PROXY = "proxy"  # authorisation: Civil Code 91/2015, art. 138, 562
    REPRESENTATIVE = "representative"  # of an organisation: Civil Code 91/2015, art. 137


class ClaimState(StrEnum):
    """What became of what a citizen said."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Which source gave a field, and as of when."""

    source: str
    as_of: datetime

    def __post_init__(self) -> None:
        require_aware(self.as_of)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A value to prefill, with where it comes from. `value` is JSON-able: dates are ISO text cut to precision."""

    key: str
    value: Json
    source: str
    as_of: datetime
    disputed: bool = False


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """A person as the mirror holds them. `permanent_unit` is a unit key of `units`."""

    id: UUID
    personal_number: str | None
    full_name: str
    dob: date | None
    dob_precision: DatePrecision
    sex: Sex
    ethnicity: str
    nationality: str
    marital_status: MaritalStatus
    permanent_unit: str
    permanent_address: str
    temporary_unit: str
    temporary_address: str
    phone: str
    email: str
    alive: bool
    died_on: date | None
    identity_level: IdentityLevel
    provenance: Mapping[str, Provenance] = field(default_factory=dict)

    @property
    def dob_text(self) -> str:
        """The birth date as it is written in Vietnam, no more precise than it is known."""
        if self.dob is None:
            return ""
        shape = {DatePrecision.DAY: "%d/%m/%Y", DatePrecision.MONTH: "%m/%Y", DatePrecision.YEAR: "%Y"}
        return self.dob.strftime(shape[self.dob_precision])


@dataclass(frozen=True, kw_only=True)
class Relation:
    """Somebody in the family or household. `person` is None when the relative is known by name only."""

    kind: RelationKind
    full_name: str
    personal_number: str | None
    person: PersonView | None
    source: str
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class Identifier:
    """A number of an older paper."""

    kind: IdentifierKind
    number: str
    issued_on: date | None
    issued_by: str
    source: str
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class OrganisationView:
    """An organisation as the tax or business register holds it."""

    id: UUID
    tax_code: str
    name: str
    kind: str
    unit_key: str
    address: str
    phone: str
    email: str
    representative_id: UUID | None
    representative_name: str
    active: bool
    source: str
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Somebody (a person or an organisation) for whom another may act, and why."""

    kind: AuthorityKind
    person_id: UUID | None
    organisation_id: UUID | None
    name: str
    validity: Validity | None
    procedures: tuple[str, ...] = ()  # empty: every procedure


@dataclass(frozen=True, kw_only=True)
class ClaimView:
    """What a citizen said about a fact; the mirror stays as it is until its source changes."""

    id: UUID
    person_id: UUID
    key: str
    mirrored: Json
    said: Json
    reason: str
    state: ClaimState
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where to reach a person. What they told us themselves goes before what the mirror holds."""

    phone: str
    email: str
    source: str


@dataclass(frozen=True, kw_only=True)
class SourceRelation:
    """A relative in a record of a population source."""

    kind: RelationKind
    full_name: str
    personal_number: str | None = None
    ref: str = ""  # the source's own reference, for relatives without a number yet


@dataclass(frozen=True, kw_only=True)
class SourcePerson:
    """A record as a population source gives it. `ref` is the source's own stable reference.

    A field that is None was not given and changes nothing; an empty text empties the mirror's field.
    """

    ref: str
    full_name: str
    as_of: datetime
    personal_number: str | None = None
    dob: date | None = None
    dob_precision: DatePrecision = DatePrecision.DAY
    sex: Sex | None = None
    ethnicity: str | None = None
    nationality: str | None = None
    marital_status: MaritalStatus | None = None
    permanent_unit: str | None = None
    permanent_address: str | None = None
    temporary_unit: str | None = None
    temporary_address: str | None = None
    phone: str | None = None
    email: str | None = None
    alive: bool | None = None
    died_on: date | None = None
    relations: tuple[SourceRelation, ...] = ()
    identifiers: tuple[tuple[IdentifierKind, str], ...] = ()

    def __post_init__(self) -> None:
        require_aware(self.as_of)


@dataclass(frozen=True, kw_only=True)
class SourceOrganisation:
    """A record as the business or tax register gives it."""

    tax_code: str
    name: str
    as_of: datetime
    kind: str = ""
    unit_key: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    representative_number: str | None = None
    representative_name: str = ""
    active: bool = True

    def __post_init__(self) -> None:
        require_aware(self.as_of)


@dataclass(frozen=True, kw_only=True)
class RefusedRecord:
    """A source record that was not taken, and the sentence that says why."""

    ref: str
    reason_vi: str
    reason_en: str


@dataclass(frozen=True, kw_only=True)
class UpsertReport:
    """What mirroring a batch did. `ids` maps the source's references to our ids."""

    created: int
    changed: int
    unchanged: int
    refused: tuple[RefusedRecord, ...]
    ids: Mapping[str, UUID]


@dataclass(frozen=True, kw_only=True)
class VerifiedClaims:
    """What the identity provider asserted, after every check. Only `people.api.complete_sign_in` makes these."""

    issuer: str
    subject: str
    level: IdentityLevel
    personal_number: str | None
    full_name: str
    dob: date | None
    dob_precision: DatePrecision
    sex: Sex
    phone: str
    email: str
    tax_code: str = ""  # set for an organisation's account: the person above holds it
    organisation: str = ""
    return_to: str = "/"


@dataclass(frozen=True, kw_only=True)
class SignInStart:
    """Where to send the browser, and what to keep in the server's session until it comes back."""

    url: str
    session: Mapping[str, str]


class PopulationSource(Protocol):
    """A source that may write the mirror: the national base through `exchange`, or the demo's population."""

    def label(self, language: str) -> str:
        """What to call the source on a screen, in "vi" or "en"."""

    def look_up(self, *, personal_number: str, full_name: str, dob: date | None) -> Sequence[SourcePerson]:
        """Ask for one person and, where the source gives it, their relatives."""


population_sources: Registry[PopulationSource] = Registry("population source")
