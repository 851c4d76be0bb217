"""What callers hand to the actions: parties, papers, and the rows of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from motcua.base.data import Json, require_aware

from .states import Channel, HowProvided, PartyKind, State


@dataclass(frozen=True, kw_only=True)
class Party:
    """A person or an organisation as written on the dossier on that day (a later change does not alter it).

    `person_id`/`organisation_id` point to the mirror of the national base where the match is certain.
    """

    kind: PartyKind = PartyKind.CITIZEN
    name: str
    person_id: UUID | None = None
    organisation_id: UUID | None = None
    personal_number: str = ""
    tax_code: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""

    def as_json(self) -> dict[str, Json]:
        """Plain values; `from_json` reads them back."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "person_id": str(self.person_id) if self.person_id else None,
            "organisation_id": str(self.organisation_id) if self.organisation_id else None,
            "personal_number": self.personal_number,
            "tax_code": self.tax_code,
            "phone": self.phone,
            "email": self.email,
            "address": self.address,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, object]) -> Party:
        """Read what `as_json` wrote; an unknown key is refused."""
        known = set(cls.__dataclass_fields__)
        if unknown := set(raw) - known:
            raise ValueError(f"unknown keys in a party: {sorted(unknown)}")
        text = {key: str(raw.get(key) or "") for key in known - {"kind", "person_id", "organisation_id"}}
        return cls(
            kind=PartyKind(str(raw.get("kind") or PartyKind.CITIZEN)),
            person_id=_uuid(raw.get("person_id")),
            organisation_id=_uuid(raw.get("organisation_id")),
            **text,
        )


def _uuid(raw: object) -> UUID | None:
    return UUID(str(raw)) if raw else None


@dataclass(frozen=True, kw_only=True)
class ComponentGiven:
    """One required paper as provided: exactly one of a file, a wallet item, a registry's fact, or paper.

    `fact` is what a registry answered: {"registry", "key", "value", "as_of"} (times in ISO 8601).
    """

    code: str
    name: str = ""
    how: HowProvided
    copies: int = 1
    original: bool = False
    file_id: UUID | None = None
    wallet_ref: str = ""
    fact: Mapping[str, Json] = field(default_factory=dict)
    note: str = ""
    sha256: str = ""  # of a file that was stored with this very action: the ledger then says it

    def __post_init__(self) -> None:
        if self.copies < 1:
            raise ValueError("a paper has at least one copy")
        if self.how in (HowProvided.FILE, HowProvided.DIGITISED) and self.file_id is None:
            raise ValueError(f"{self.how} needs a file")
        if self.how is HowProvided.WALLET and not self.wallet_ref:
            raise ValueError("a wallet paper needs its reference")
        if self.how is HowProvided.REGISTRY and not self.fact:
            raise ValueError("a registry paper needs the fact")


@dataclass(frozen=True, kw_only=True)
class AtOnceItem:
    """A result given on the spot (certified copies and the like; NĐ 61/2018 Đ.17: no receipt).

    `scans`: files that show what is certified, as its pages follow one another; with them the result is also
    issued electronically and shows them, signed by the officer who certifies and by the agency. `data` fills its
    template beside title, pages and copies.
    """

    procedure_code: str
    applicant: Party
    quantity: int = 1
    pages: int = 1
    title: str = ""
    scans: tuple[UUID, ...] = ()
    data: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.quantity < 1 or self.pages < 1:
            raise ValueError("quantity and pages are at least one")


@dataclass(frozen=True, kw_only=True)
class ImportedDossier:
    """One dossier of today's system, after its fields were mapped (docs/import-dossiers.md)."""

    code: str
    procedure_code: str
    state: State
    channel: Channel
    receiving_agency: str
    handling_agency: str
    applicant: Party
    submitted_at: datetime
    accepted_at: datetime | None = None
    due_at: datetime | None = None
    ended_at: datetime | None = None
    returned_at: datetime | None = None
    answers: Mapping[str, Json] = field(default_factory=dict)
    files: tuple[Mapping[str, Json], ...] = ()
    note: str = ""
    national_code: str = ""
    amount_due: int | None = None

    def __post_init__(self) -> None:
        for moment in (
            self.submitted_at,
            self.accepted_at,
            self.due_at,
            self.ended_at,
            self.returned_at,
        ):
            if moment is not None:
                require_aware(moment)


@dataclass(frozen=True, kw_only=True)
class Quarantined:
    """A record that could not be believed: its place in the file, the reasons, and the record itself."""

    row: int
    code: str
    reasons: tuple[str, ...]
    raw: Mapping[str, Json]
