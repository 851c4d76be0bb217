"""Reading somebody else's data: each read is written to the sealed access log, with who, why and which fields."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor, require_aware
from motcua.ledger.api import Subject, record_access
from motcua.people.data import Fact, PersonView
from motcua.people.queries.facts import read_facts
from motcua.people.queries.persons import find, get

SHOWN_IN_LISTS = ("personal_number", "full_name", "dob", "permanent_address")


def look_up(
    *,
    by: Actor,
    at: datetime,
    purpose: str,
    text: str,
    dob: date | None = None,
    unit_key: str = "",
    limit: int = 20,
) -> list[PersonView]:
    """Find persons as `find` does, and log that `by` saw each of them."""
    require_aware(at)
    found = find(text, dob=dob, unit_key=unit_key, limit=limit)
    with transaction.atomic():
        for person in found:
            _log(by=by, at=at, purpose=purpose, person_id=person.id, fields=SHOWN_IN_LISTS)
    return found


def read_person(
    *, by: Actor, at: datetime, purpose: str, person_id: UUID, fields: Iterable[str] = ("*",)
) -> PersonView:
    """The person, with the read logged when `by` is somebody else. Raises `PersonNotFound`."""
    require_aware(at)
    with transaction.atomic():
        person = get(person_id)
        _log(by=by, at=at, purpose=purpose, person_id=person_id, fields=tuple(fields))
    return person


def facts_for_prefill(
    person_id: UUID,
    keys: Iterable[str],
    *,
    organisation_id: UUID | None = None,
    by: Actor | None = None,
    at: datetime | None = None,
    purpose: str = "prefill",
) -> dict[str, Fact]:
    """The known facts among `keys` (see `fact_keys`), each with source and time; unknown facts are left out.

    Give `by` and `at` whenever a human will see the answer: the read is logged unless it is the person's own.
    Raises `UnknownFact` and `PersonNotFound`.
    """
    facts = read_facts(person_id, keys, organisation_id=organisation_id)
    if by is not None:
        if at is None:
            raise ValueError("a read by somebody needs its time")
        _log(by=by, at=require_aware(at), purpose=purpose, person_id=person_id, fields=tuple(facts))
    return facts


def _log(*, by: Actor, at: datetime, purpose: str, person_id: UUID, fields: tuple[str, ...]) -> None:
    if by.ref == str(person_id):
        return
    record_access(
        by=by, at=at, subject=Subject(kind="person", id=str(person_id)), purpose=purpose, fields=list(fields)
    )
