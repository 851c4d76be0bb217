"""Brings records of a population source into the mirror: the only way a mirrored fact of a person is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, Json, require_aware
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.base.vietnamese import same_name
from motcua.ledger.api import Subject, append
from motcua.people.actions.ties import write_identifiers, write_ties
from motcua.people.data import RefusedRecord, SourcePerson, UpsertReport, population_sources
from motcua.people.models import Person, SourceRecord
from motcua.people.rules.merge import CheckedRecord, check_record, merge

COLUMNS = [
    "personal_number",
    "full_name",
    "name_key",
    "dob",
    "dob_precision",
    "sex",
    "ethnicity",
    "nationality",
    "marital_status",
    "permanent_unit",
    "permanent_address",
    "temporary_unit",
    "temporary_address",
    "phone",
    "email",
    "alive",
    "died_on",
]
NAMED_CHANGES = 200  # a ledger entry names each person's changed fields up to so many persons


class UnknownPopulationSource(DomainError):
    """“{source}” is not a source that may write the mirror of the population base."""

    message_vi: ClassVar[str] = "“{source}” không phải là nguồn được phép ghi dữ liệu dân cư."


class PersonalNumberReused(DomainError):
    """This personal number belongs to somebody with another name and birth date; ask the police to correct it."""

    message_vi: ClassVar[str] = (
        "Số định danh này đã thuộc về người khác (khác họ tên và ngày sinh). "
        "Hãy kiểm tra lại số; nếu số đúng, đề nghị cơ quan công an nơi cư trú đối chiếu."
    )


class RecordConflict(DomainError):
    """The source's reference stands for another person already."""

    message_vi: ClassVar[str] = "Mã của nguồn dữ liệu đã gắn với một người khác."


@dataclass
class _Batch:
    """The work of one call while it is being done."""

    created: list[Person] = field(default_factory=list)
    changed: dict[UUID, tuple[Person, list[str]]] = field(default_factory=dict)
    touched: dict[UUID, Person] = field(default_factory=dict)
    unchanged: int = 0
    refused: list[RefusedRecord] = field(default_factory=list)
    ids: dict[str, UUID] = field(default_factory=dict)
    records: dict[UUID, SourcePerson] = field(default_factory=dict)
    new_refs: list[SourceRecord] = field(default_factory=list)


def upsert_from_source(
    *, by: Actor, at: datetime, source: str, people: Sequence[SourcePerson]
) -> UpsertReport:
    """Mirror the records of the registered population source called `source`.

    A faulty record is refused with its reason and the others are taken. Newer facts win over older ones field by
    field; a second run with the same records changes nothing. One ledger entry tells what the batch did.
    Raises `UnknownPopulationSource`.
    """
    require_aware(at)
    if source not in dict(population_sources.all()):
        raise UnknownPopulationSource(source=source)
    with transaction.atomic():
        advisory_lock("people", "mirror")
        batch = _Batch()
        by_number, by_ref = _held(source, people)
        for record in people:
            try:
                checked = check_record(record, on=at.astimezone(VN).date())
                _take(batch, checked, source, by_number, by_ref)
            except DomainError as error:
                batch.refused.append(
                    RefusedRecord(ref=record.ref, reason_vi=error.public(), reason_en=error.public("en"))
                )
        _write(batch, source)
        append(
            kind="people.mirrored",
            subject=Subject(kind="population_source", id=source),
            by=by,
            at=at,
            payload=_summary(batch),
        )
    return UpsertReport(
        created=len(batch.created),
        changed=len(batch.changed),
        unchanged=batch.unchanged,
        refused=tuple(batch.refused),
        ids=batch.ids,
    )


def _held(source: str, people: Sequence[SourcePerson]) -> tuple[dict[str, Person], dict[str, Person]]:
    """Persons we hold already, by number and by the source's reference."""
    numbers = [record.personal_number for record in people if record.personal_number]
    by_number = {str(row.personal_number): row for row in Person.objects.filter(personal_number__in=numbers)}
    refs = SourceRecord.objects.filter(source=source, ref__in=[record.ref for record in people])
    same = {row.id: row for row in by_number.values()}
    by_ref = {ref.ref: same.get(ref.person_id, ref.person) for ref in refs.select_related("person")}
    return by_number, by_ref


def _take(
    batch: _Batch,
    checked: CheckedRecord,
    source: str,
    by_number: dict[str, Person],
    by_ref: dict[str, Person],
) -> None:
    record = checked.record
    person = _match(checked, by_number, by_ref)
    if person is None:
        changes, provenance = merge({}, {}, checked, source=source)
        person = Person(id=uuid4(), provenance=provenance, **changes)
        batch.created.append(person)
    else:
        current = {name: getattr(person, name) for name in COLUMNS}
        changes, provenance = merge(current, person.provenance, checked, source=source)
        for name, value in changes.items():
            setattr(person, name, value)
        if provenance != person.provenance:
            person.provenance = provenance
            batch.touched[person.id] = person
        if changes and person not in batch.created:
            batch.changed[person.id] = (person, sorted(changes))
        elif not changes:
            batch.unchanged += 1
    if record.personal_number:
        by_number[record.personal_number] = person
    if record.ref not in by_ref:
        by_ref[record.ref] = person
        batch.new_refs.append(SourceRecord(source=source, ref=record.ref, person=person))
    batch.ids[record.ref] = person.id
    batch.records[person.id] = record


def _match(checked: CheckedRecord, by_number: dict[str, Person], by_ref: dict[str, Person]) -> Person | None:
    """The person this record is about. The number says who somebody is; name or birth date must agree with it."""
    record = checked.record
    known = by_ref.get(record.ref)
    holder = by_number.get(record.personal_number) if record.personal_number else None
    if holder is None:
        if known is not None and record.personal_number and known.personal_number:
            raise RecordConflict(f"{record.ref}: number {known.personal_number} became another")
        return known
    if known is not None and known.id != holder.id:
        raise RecordConflict(record.ref)
    same_birth = holder.dob is not None and holder.dob == checked.values.get("dob")
    if not (same_birth or same_name(holder.full_name, record.full_name)):
        raise PersonalNumberReused(record.ref)
    return holder


def _write(batch: _Batch, source: str) -> None:
    Person.objects.bulk_create(batch.created, batch_size=1000)
    made = {person.id for person in batch.created}
    updates = {row.id: row for row, _ in batch.changed.values()} | batch.touched
    kept = [person for key, person in updates.items() if key not in made]
    if kept:
        Person.objects.bulk_update(kept, [*COLUMNS, "provenance"], batch_size=500)
    SourceRecord.objects.bulk_create(batch.new_refs, batch_size=2000)
    write_identifiers(batch.records, source=source)
    write_ties(batch.records, source=source, ids=batch.ids)


def _summary(batch: _Batch) -> dict[str, Json]:
    payload: dict[str, Json] = {
        "created": len(batch.created),
        "changed": len(batch.changed),
        "unchanged": batch.unchanged,
        "refused": len(batch.refused),
    }
    if len(batch.created) + len(batch.changed) <= NAMED_CHANGES:
        named: dict[str, Json] = {str(person.id): ["created"] for person in batch.created}
        for key, (_, fields) in batch.changed.items():
            named[str(key)] = list(fields)
        payload["persons"] = named
    return payload
