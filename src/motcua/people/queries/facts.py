"""Facts to prefill a form with: each with its source, its time, and whether the citizen disputes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar
from uuid import UUID

from motcua.base.data import Json
from motcua.base.errors import DomainError
from motcua.people.data import (
    ClaimState,
    Fact,
    IdentifierKind,
    PersonView,
    Relation,
    RelationKind,
    population_sources,
)
from motcua.people.models import Claim
from motcua.people.queries.persons import family, get, get_organisation, identifiers
from motcua.people.rules.persons import dob_iso


class UnknownFact(DomainError):
    """There is no fact called “{key}”."""

    message_vi: ClassVar[str] = "Không có thông tin nào tên là “{key}”."


# What the fact's key ends in → the mirror's field it is read from, and how.
PERSON_FACTS: Mapping[str, tuple[str, Callable[[PersonView], Json]]] = {
    "full_name": ("full_name", lambda p: p.full_name),
    "personal_number": ("personal_number", lambda p: p.personal_number),
    "dob": ("dob", lambda p: dob_iso(p.dob, p.dob_precision)),
    "sex": ("sex", lambda p: p.sex.value),
    "ethnicity": ("ethnicity", lambda p: p.ethnicity),
    "nationality": ("nationality", lambda p: p.nationality),
    "marital_status": ("marital_status", lambda p: p.marital_status.value),
    "permanent_address": ("permanent_address", lambda p: p.permanent_address),
    "permanent_unit": ("permanent_unit", lambda p: p.permanent_unit),
    "temporary_address": ("temporary_address", lambda p: p.temporary_address),
    "temporary_unit": ("temporary_unit", lambda p: p.temporary_unit),
    "phone": ("phone", lambda p: p.phone),
    "email": ("email", lambda p: p.email),
    "died_on": ("died_on", lambda p: p.died_on.isoformat() if p.died_on else None),
}
OLD_NUMBER = "old_id_number"
RELATIVES = {
    kind.value: kind
    for kind in (RelationKind.FATHER, RelationKind.MOTHER, RelationKind.SPOUSE, RelationKind.HOUSEHOLD_HEAD)
}
ORGANISATION_FACTS = (
    "tax_code",
    "name",
    "kind",
    "address",
    "unit_key",
    "phone",
    "email",
    "representative_name",
)
SIGN_IN_SOURCE = "vneid"
NOTHING: tuple[Json, ...] = (None, "", "unknown")


def fact_keys() -> frozenset[str]:
    """Every key that `facts_for_prefill` knows."""
    people = {f"{who}.{what}" for who in ("person", *RELATIVES) for what in PERSON_FACTS}
    return frozenset(
        people | {f"person.{OLD_NUMBER}"} | {f"organisation.{what}" for what in ORGANISATION_FACTS}
    )


def check_fact_key(key: str) -> str:
    """Return the key, or raise `UnknownFact`."""
    if key not in fact_keys():
        raise UnknownFact(key=key)
    return key


def read_facts(
    person_id: UUID, keys: Iterable[str], *, organisation_id: UUID | None = None
) -> dict[str, Fact]:
    """The facts that are known among `keys`; a fact that no source gave is left out.

    Raises `UnknownFact` for a key that cannot exist and `PersonNotFound`.
    """
    wanted = [check_fact_key(key) for key in dict.fromkeys(keys)]
    groups = {key.split(".", 1)[0] for key in wanted}
    person = get(person_id)
    relatives = _one_of_each(family(person_id)) if groups & set(RELATIVES) else {}
    disputed = set(
        Claim.objects.filter(person_id=person_id, state=ClaimState.OPEN.value, key__in=wanted).values_list(
            "key", flat=True
        )
    )
    facts: dict[str, Fact] = {}
    for key in wanted:
        who, what = key.split(".", 1)
        if who == "person":
            fact = _old_number(person_id, key) if what == OLD_NUMBER else _of_person(person, key, what)
        elif who == "organisation":
            fact = _of_organisation(organisation_id, key, what)
        else:
            fact = _of_relative(relatives.get(RELATIVES[who]), key, what)
        if fact is not None:
            facts[key] = _mark(fact) if key in disputed else fact
    return facts


def _mark(fact: Fact) -> Fact:
    return Fact(key=fact.key, value=fact.value, source=fact.source, as_of=fact.as_of, disputed=True)


def _one_of_each(relations: list[Relation]) -> dict[RelationKind, Relation]:
    return {relation.kind: relation for relation in reversed(relations)}


def _of_person(person: PersonView, key: str, what: str) -> Fact | None:
    mirror_field, read = PERSON_FACTS[what]
    value, given = read(person), person.provenance.get(mirror_field)
    if value in NOTHING or given is None:
        return None
    return Fact(key=key, value=value, source=given.source, as_of=given.as_of)


def _of_relative(relation: Relation | None, key: str, what: str) -> Fact | None:
    """From the relative's own record when it is held here, else the name and number the person's record gives."""
    if relation is None:
        return None
    if relation.person is not None:
        return _of_person(relation.person, key, what)
    value = {"full_name": relation.full_name, "personal_number": relation.personal_number}.get(what)
    return (
        None if value in NOTHING else Fact(key=key, value=value, source=relation.source, as_of=relation.as_of)
    )


def _old_number(person_id: UUID, key: str) -> Fact | None:
    for held in identifiers(person_id):
        if held.kind is IdentifierKind.CMND:
            return Fact(key=key, value=held.number, source=held.source, as_of=held.as_of)
    return None


def _of_organisation(organisation_id: UUID | None, key: str, what: str) -> Fact | None:
    if organisation_id is None:
        return None
    organisation = get_organisation(organisation_id)
    value: Json = getattr(organisation, what)
    if value in NOTHING:
        return None
    return Fact(key=key, value=value, source=organisation.source, as_of=organisation.as_of)


def source_label(source: str, language: str = "vi") -> str:
    """What to call a fact's source on a screen; a source that is no longer registered keeps its id."""
    if source == SIGN_IN_SOURCE:
        return "VNeID"
    plugin = dict(population_sources.all()).get(source)
    return plugin.label(language) if plugin else source
