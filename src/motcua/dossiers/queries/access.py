"""What an actor is to a dossier: looked up once, handed to `permissions`, which only compares."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind
from motcua.dossiers.data import Relation
from motcua.dossiers.models import Consultation, Dossier
from motcua.dossiers.permissions import Place, relations, relations_to_new
from motcua.staff import api as staff
from motcua.units import api as units
from motcua.units.data import AgencyInfo, AgencyKind, Level


def agency_of(key: str) -> AgencyInfo | None:
    """The agency, or None for a key that the units do not know."""
    try:
        return units.agency(key)
    except units.UnknownAgency:
        return None


def stands_in_for(by: Actor, at: datetime) -> frozenset[str]:
    """References of the absent colleagues whose position the officer fills today."""
    try:
        account_id = UUID(by.ref)
    except ValueError:
        return frozenset()
    absent = staff.stood_in_for(account_id, agency_key=by.unit or "", on=at.astimezone(VN).date())
    return frozenset(str(one) for one in absent)


def agency_place(by: Actor) -> Place:
    """What the kind of the actor's agency says; no query."""
    agency = agency_of(by.unit) if by.kind is ActorKind.OFFICER and by.unit else None
    return Place(
        is_centre=agency is not None and agency.kind is AgencyKind.ONE_STOP_CENTRE,
        is_province=agency is not None
        and agency.level is Level.PROVINCE
        and agency.kind in (AgencyKind.PEOPLE_COMMITTEE, AgencyKind.OFFICE),
    )


def place_of(by: Actor, at: datetime, *, assignee: str = "") -> Place:
    """The actor's place: the kind of agency, and whether the actor stands in for `assignee`."""
    if by.kind is not ActorKind.OFFICER or not by.unit or not assignee or assignee == by.ref:
        return agency_place(by)
    return replace(agency_place(by), stands_in_for=stands_in_for(by, at))


def relations_at_hand(by: Actor, row: Dossier) -> frozenset[Relation]:
    """What the actor is to the dossier as far as the row itself says; no query, never more than `relations_of`."""
    return relations(by, row, agency_place(by))


def relations_of(by: Actor, row: Dossier, at: datetime) -> frozenset[Relation]:
    """What the actor is to the dossier at `at`."""
    consulted = False
    if by.kind is ActorKind.OFFICER and by.unit and by.unit != row.handling_agency:
        consulted = Consultation.objects.filter(dossier=row, agency=by.unit).exists()
    return relations(by, row, place_of(by, at, assignee=row.assignee), consulted=consulted)


def relations_to_filing(
    by: Actor, receiving_agency: str, owners: frozenset[str], at: datetime
) -> frozenset[Relation]:
    """What the actor would be to a dossier about to be filed."""
    return relations_to_new(by, receiving_agency, owners, place_of(by, at))
