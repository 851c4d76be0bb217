"""May this person do that to this dossier? A matrix of role × relation × action, as data; never the state.

The matrix of the actions stands in the transition table ("role@relation"); reading has its own below. Each
raising `check_…` has a boolean twin.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError
from motcua.dossiers.data import Action, Relation, Sight
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules.transitions import TRANSITIONS

# Who sees how much. The first fitting line counts. Administrators of the system see no dossier at all.
READING: tuple[tuple[str, Sight], ...] = (
    ("citizen@owner", Sight.OWNER),
    *((f"{role}@assignee", Sight.FULL) for role in ("solver", "reviewer", "signer", "reception")),
    *(
        (f"{role}@handling", Sight.FULL)
        for role in ("desk_lead", "solver", "reviewer", "signer", "clerk", "leader", "reception")
    ),
    *((f"{role}@receiving", Sight.FULL) for role in ("reception", "desk_lead", "support", "leader")),
    *((f"{role}@consulted", Sight.FULL) for role in ("solver", "reviewer", "signer", "leader")),
    ("controller@province", Sight.FULL),
    ("system@system", Sight.FULL),
    ("portal@system", Sight.FULL),
    ("gateway@system", Sight.FULL),
    *((f"{role}@returning", Sight.BRIEF) for role in ("reception", "desk_lead", "support")),
    *((f"{role}@centre", Sight.BRIEF) for role in ("reception", "desk_lead", "support")),
    ("controller@handling", Sight.FULL),
    ("controller@receiving", Sight.FULL),
    ("leader@province", Sight.BRIEF),
)


class NotAllowed(DomainError):
    """You are not allowed to do this to this dossier."""

    message_vi = "Bạn không có quyền thực hiện việc này với hồ sơ."


class NotYours(DomainError):
    """There is no such dossier, or it is not yours to see."""

    message_vi = "Không tìm thấy hồ sơ, hoặc bạn không có quyền xem hồ sơ này."


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is known of the actor's own place: is the agency a one-stop centre, does it watch the province,
    and for which absent colleagues does the actor stand in (their account references)."""

    is_centre: bool = False
    is_province: bool = False
    stands_in_for: frozenset[str] = frozenset()


@cache
def matrix() -> Mapping[Action, frozenset[str]]:
    """Action → "role@relation" of everybody who may take it in some state."""
    out: dict[Action, set[str]] = {action: set() for action in Action}
    for row in TRANSITIONS:
        out[row.action] |= set(row.grants)
    return {action: frozenset(grants) for action, grants in out.items()}


def role_of(by: Actor) -> str:
    """The word by which the matrix knows the actor; "" for somebody without a role."""
    if by.kind is ActorKind.OFFICER:
        return by.role or ""
    if by.kind is ActorKind.ANONYMOUS:
        return ""
    return by.kind.value


def relations(by: Actor, row: Dossier, place: Place, *, consulted: bool = False) -> frozenset[Relation]:
    """What the actor is to the dossier. `consulted`: the actor's agency has been asked for an opinion."""
    if by.kind in (ActorKind.SYSTEM, ActorKind.PORTAL, ActorKind.GATEWAY):
        return frozenset({Relation.SYSTEM})
    if by.kind is ActorKind.CITIZEN:
        people = {str(row.applicant_person_id), str(row.submitter_person_id)}
        return frozenset({Relation.OWNER}) if by.ref in people else frozenset()
    if by.kind is not ActorKind.OFFICER:
        return frozenset()
    found: set[Relation] = set(_agency_relations(by, row, place))
    if row.assignee and (row.assignee == by.ref or row.assignee in place.stands_in_for):
        found.add(Relation.ASSIGNEE)
    if consulted:
        found.add(Relation.CONSULTED)
    return frozenset(found)


def _agency_relations(by: Actor, row: Dossier, place: Place) -> list[Relation]:
    pairs = (
        (by.unit in (row.receiving_agency, row.desk_agency), Relation.RECEIVING),
        (by.unit == row.handling_agency, Relation.HANDLING),
        (by.unit == row.return_agency, Relation.RETURNING),
        (place.is_centre, Relation.CENTRE),
        (place.is_province, Relation.PROVINCE),
    )
    return [relation for holds, relation in pairs if holds] if by.unit else []


def relations_to_new(
    by: Actor, receiving_agency: str, owners: frozenset[str], place: Place
) -> frozenset[Relation]:
    """What the actor would be to a dossier that does not exist yet; `owners`: ids of its people."""
    if by.kind in (ActorKind.SYSTEM, ActorKind.PORTAL, ActorKind.GATEWAY):
        return frozenset({Relation.SYSTEM})
    if by.kind is ActorKind.CITIZEN:
        return frozenset({Relation.OWNER}) if by.ref in owners else frozenset()
    if by.kind is not ActorKind.OFFICER or not by.unit:
        return frozenset()
    pairs = (
        (by.unit == receiving_agency, Relation.RECEIVING),
        (place.is_centre, Relation.CENTRE),
        (place.is_province, Relation.PROVINCE),
    )
    return frozenset(relation for holds, relation in pairs if holds)


def granted(by: Actor, has: frozenset[Relation], grants: frozenset[str] | tuple[str, ...]) -> bool:
    """Does one of the grants fit the actor's role and relations?"""
    role = role_of(by)
    return any(f"{role}@{relation.value}" in grants for relation in has)


def check_action(by: Actor, action: Action, has: frozenset[Relation]) -> None:
    """Raise `NotAllowed` unless the matrix lets the actor take the action in some state."""
    if not may_act(by, action, has):
        raise NotAllowed(f"{role_of(by)} {sorted(has)} may not {action}")


def may_act(by: Actor, action: Action, has: frozenset[Relation]) -> bool:
    """The boolean twin of `check_action`."""
    return granted(by, has, matrix()[action])


def sight(by: Actor, has: frozenset[Relation]) -> Sight:
    """How much the actor may see."""
    role = role_of(by)
    held = {f"{role}@{relation.value}" for relation in has}
    for grant, how_much in READING:
        if grant in held:
            return how_much
    return Sight.NONE


def check_sight(by: Actor, has: frozenset[Relation]) -> Sight:
    """The sight, or `NotYours`: whether a dossier exists is not told to who may not see it."""
    found = sight(by, has)
    if found is Sight.NONE:
        raise NotYours(f"{role_of(by)} {sorted(has)}")
    return found


def may_see(by: Actor, has: frozenset[Relation]) -> bool:
    """The boolean twin of `check_sight`."""
    return sight(by, has) is not Sight.NONE
