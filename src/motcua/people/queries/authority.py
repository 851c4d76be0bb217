"""Who may act for whom on a day, and why: oneself, one's minor child, a ward, a principal, an organisation."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q

from motcua.base.data import Validity
from motcua.people.data import AuthorityKind, Principal, RelationKind
from motcua.people.models import Authority, FamilyTie, Organisation
from motcua.people.policies import MayNotActFor, check_ground
from motcua.people.queries.persons import get
from motcua.people.rules.persons import is_minor


def acting_for(person_id: UUID, *, on: date) -> list[Principal]:
    """Everybody for whom the person may act on that day, themselves first. Raises `PersonNotFound`."""
    person = get(person_id)
    own = Principal(
        kind=AuthorityKind.SELF,
        person_id=person.id,
        organisation_id=None,
        name=person.full_name,
        validity=None,
    )
    return [own, *_minor_children(person_id, on), *_recorded(person_id, on), *_organisations(person_id)]


def _minor_children(person_id: UUID, on: date) -> list[Principal]:
    """Children under 18 whose own record names this person as father or mother (Civil Code 91/2015, art. 136)."""
    ties = FamilyTie.objects.filter(
        related_id=person_id,
        kind__in=[RelationKind.FATHER.value, RelationKind.MOTHER.value],
        person__alive=True,
    ).select_related("person")
    return [
        Principal(
            kind=AuthorityKind.PARENT,
            person_id=tie.person_id,
            organisation_id=None,
            name=tie.person.full_name,
            validity=None,
        )
        for tie in ties.order_by("person__dob", "person_id")
        if is_minor(tie.person.dob, on)
    ]


def _recorded(person_id: UUID, on: date) -> list[Principal]:
    rows = (
        Authority.objects.filter(agent_id=person_id, valid__contains=on, ended_at__isnull=True)
        .filter(Q(principal_person__isnull=True) | Q(principal_person__alive=True))
        .select_related("principal_person", "principal_organisation")
        .order_by("recorded_at", "id")
    )
    return [
        Principal(
            kind=AuthorityKind(row.kind),
            person_id=row.principal_person_id,
            organisation_id=row.principal_organisation_id,
            name=row.principal_person.full_name
            if row.principal_person
            else (row.principal_organisation.name if row.principal_organisation else ""),
            validity=Validity(start=row.valid.lower, end=row.valid.upper),
            procedures=tuple(row.procedures),
        )
        for row in rows
    ]


def _organisations(person_id: UUID) -> list[Principal]:
    rows = Organisation.objects.filter(representative_id=person_id, active=True).order_by("name", "id")
    return [
        Principal(
            kind=AuthorityKind.REPRESENTATIVE,
            person_id=None,
            organisation_id=row.id,
            name=row.name,
            validity=None,
        )
        for row in rows
    ]


def check_may_act_for(
    agent_id: UUID,
    *,
    on: date,
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
    procedure: str | None = None,
) -> Principal:
    """Return the ground on which `agent_id` acts, or raise `MayNotActFor`. Name a person or an organisation."""
    grounds = acting_for(agent_id, on=on)
    return check_ground(grounds, person_id=person_id, organisation_id=organisation_id, procedure=procedure)


def may_act_for(
    agent_id: UUID,
    *,
    on: date,
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
    procedure: str | None = None,
) -> bool:
    """The boolean twin of `check_may_act_for`."""
    try:
        check_may_act_for(
            agent_id, on=on, person_id=person_id, organisation_id=organisation_id, procedure=procedure
        )
    except MayNotActFor:
        return False
    return True
