"""Finding a person and their family in the mirror."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Q

from motcua.base.errors import DomainError
from motcua.people.data import (
    Contact,
    DatePrecision,
    Identifier,
    IdentifierKind,
    IdentityLevel,
    MaritalStatus,
    OrganisationView,
    PersonView,
    Provenance,
    Relation,
    RelationKind,
    Sex,
)
from motcua.people.models import FamilyTie, IdentityLink, Organisation, OwnContact, Person
from motcua.people.models import Identifier as IdentifierRow
from motcua.people.rules.numbers import tidy_number
from motcua.people.rules.persons import search_key


class PersonNotFound(DomainError):
    """No such person is known here."""

    message_vi: ClassVar[str] = "Không tìm thấy công dân này trong dữ liệu."


class OrganisationNotFound(DomainError):
    """No such organisation is known here."""

    message_vi: ClassVar[str] = "Không tìm thấy tổ chức này trong dữ liệu."


INVERSE = {
    RelationKind.FATHER: RelationKind.CHILD,
    RelationKind.MOTHER: RelationKind.CHILD,
    RelationKind.SPOUSE: RelationKind.SPOUSE,
    RelationKind.HOUSEHOLD_HEAD: RelationKind.HOUSEHOLD_MEMBER,
}


def view(row: Person) -> PersonView:
    """The frozen form of a row."""
    return PersonView(
        id=row.id,
        personal_number=row.personal_number,
        full_name=row.full_name,
        dob=row.dob,
        dob_precision=DatePrecision(row.dob_precision),
        sex=Sex(row.sex),
        ethnicity=row.ethnicity,
        nationality=row.nationality,
        marital_status=MaritalStatus(row.marital_status),
        permanent_unit=row.permanent_unit,
        permanent_address=row.permanent_address,
        temporary_unit=row.temporary_unit,
        temporary_address=row.temporary_address,
        phone=row.phone,
        email=row.email,
        alive=row.alive,
        died_on=row.died_on,
        identity_level=IdentityLevel(row.identity_level),
        provenance=read_provenance(row.provenance),
    )


def read_provenance(raw: Mapping[str, Mapping[str, str]]) -> dict[str, Provenance]:
    """Provenance as it is kept: field → source and ISO time."""
    return {
        name: Provenance(source=entry["source"], as_of=datetime.fromisoformat(entry["as_of"]))
        for name, entry in raw.items()
    }


def get(person_id: UUID) -> PersonView:
    """The person, or `PersonNotFound`. Unlogged: for the person's own pages and for the system's own work."""
    row = Person.objects.filter(pk=person_id).first()
    if row is None:
        raise PersonNotFound(str(person_id))
    return view(row)


def get_many(person_ids: Iterable[UUID]) -> dict[UUID, PersonView]:
    """Those of the persons that are known, in one query."""
    return {row.id: view(row) for row in Person.objects.filter(pk__in=list(person_ids))}


def by_personal_number(number: str) -> PersonView | None:
    """The person with this personal number, if the mirror holds one. Spaces and dots in `number` are forgiven."""
    row = Person.objects.filter(personal_number=tidy_number(number)).first()
    return view(row) if row else None


def by_personal_numbers(numbers: Iterable[str]) -> dict[str, PersonView]:
    """Persons by their numbers, in one query; unknown numbers are left out."""
    rows = Person.objects.filter(personal_number__in=list(numbers))
    return {str(row.personal_number): view(row) for row in rows}


def by_old_id_number(number: str) -> list[PersonView]:
    """Everybody who had this old identity card number: provinces gave them out apart, so there can be several."""
    ids = IdentifierRow.objects.filter(kind=IdentifierKind.CMND.value, number=tidy_number(number)).values(
        "person_id"
    )
    return [view(row) for row in Person.objects.filter(pk__in=ids).order_by("full_name", "id")]


def find(text: str, *, dob: date | None = None, unit_key: str = "", limit: int = 20) -> list[PersonView]:
    """Persons by number, old number, or beginning of the name (accents or not), best known first.

    Unlogged: a screen that shows others' data calls `people.api.look_up`, which writes the access log.
    """
    typed = tidy_number(text)
    if typed.isdigit():
        old = IdentifierRow.objects.filter(number=typed).values("person_id")
        rows = Person.objects.filter(Q(personal_number=typed) | Q(pk__in=old))
    else:
        key = search_key(text)
        if len(key) < 2:
            return []
        rows = Person.objects.filter(name_key__startswith=key)
    if dob is not None:
        rows = rows.filter(dob=dob)
    if unit_key:
        rows = rows.filter(permanent_unit=unit_key)
    return [view(row) for row in rows.order_by("name_key", "dob", "id")[:limit]]


def family(person_id: UUID) -> list[Relation]:
    """Relatives and household, as sources gave them for this person and for the relatives themselves.

    Two queries whatever the size of the family. The same relative in the same kind comes once.
    """
    found: dict[tuple[RelationKind, UUID | str], Relation] = {}
    for tie in FamilyTie.objects.filter(person_id=person_id).select_related("related").order_by("kind", "id"):
        related = view(tie.related) if tie.related else None
        kind = RelationKind(tie.kind)
        found[kind, related.id if related else tie.related_name] = Relation(
            kind=kind,
            full_name=related.full_name if related else tie.related_name,
            personal_number=related.personal_number if related else tie.related_number,
            person=related,
            source=tie.source,
            as_of=tie.as_of,
        )
    for tie in FamilyTie.objects.filter(related_id=person_id).select_related("person").order_by("kind", "id"):
        inverse = INVERSE.get(RelationKind(tie.kind))
        if inverse is None or tie.person_id == person_id:
            continue
        found.setdefault(
            (inverse, tie.person_id),
            Relation(
                kind=inverse,
                full_name=tie.person.full_name,
                personal_number=tie.person.personal_number,
                person=view(tie.person),
                source=tie.source,
                as_of=tie.as_of,
            ),
        )
    return list(found.values())


def identifiers(person_id: UUID) -> list[Identifier]:
    """Numbers of the person's older papers."""
    rows = IdentifierRow.objects.filter(person_id=person_id).order_by("kind", "number")
    return [
        Identifier(
            kind=IdentifierKind(row.kind),
            number=row.number,
            issued_on=row.issued_on,
            issued_by=row.issued_by,
            source=row.source,
            as_of=row.as_of,
        )
        for row in rows
    ]


def contact(person_id: UUID) -> Contact:
    """Where to reach a person: what they told us first, then what the mirror holds."""
    person = get(person_id)
    own = OwnContact.objects.filter(person_id=person_id).first()
    if own is None:
        return Contact(phone=person.phone, email=person.email, source="mirror")
    return Contact(phone=own.phone or person.phone, email=own.email or person.email, source="citizen")


def view_organisation(row: Organisation) -> OrganisationView:
    """The frozen form of a row."""
    return OrganisationView(
        id=row.id,
        tax_code=row.tax_code,
        name=row.name,
        kind=row.kind,
        unit_key=row.unit_key,
        address=row.address,
        phone=row.phone,
        email=row.email,
        representative_id=row.representative_id,
        representative_name=row.representative_name,
        active=row.active,
        source=row.source,
        as_of=row.as_of,
    )


def get_organisation(organisation_id: UUID) -> OrganisationView:
    """The organisation, or `OrganisationNotFound`."""
    row = Organisation.objects.filter(pk=organisation_id).first()
    if row is None:
        raise OrganisationNotFound(str(organisation_id))
    return view_organisation(row)


def organisation_by_tax_code(tax_code: str) -> OrganisationView | None:
    """The organisation with this tax code, with or without the dash of a branch."""
    digits = tidy_number(tax_code)
    written = f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits
    row = Organisation.objects.filter(tax_code=written).first()
    return view_organisation(row) if row else None


def has_open_sign_in(person_id: UUID) -> bool:
    """Has the person a live account at an identity provider?"""
    return IdentityLink.objects.filter(person_id=person_id, ended_at__isnull=True).exists()
