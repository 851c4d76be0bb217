"""Writes the relatives and old numbers that come with a source's records, linking those whom the mirror holds."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from motcua.people.data import RelationKind, SourcePerson, SourceRelation
from motcua.people.models import FamilyTie, Identifier, Person, SourceRecord

SINGLE = {
    RelationKind.FATHER.value,
    RelationKind.MOTHER.value,
    RelationKind.SPOUSE.value,
    RelationKind.HOUSEHOLD_HEAD.value,
}


def write_identifiers(records: Mapping[UUID, SourcePerson], *, source: str) -> None:
    """Keep the older numbers; one that is kept already stays as it is."""
    Identifier.objects.bulk_create(
        [
            Identifier(person_id=key, kind=kind.value, number=number, source=source, as_of=record.as_of)
            for key, record in records.items()
            for kind, number in record.identifiers
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )


def write_ties(records: Mapping[UUID, SourcePerson], *, source: str, ids: Mapping[str, UUID]) -> None:
    """Make the ties of these persons what their records say.

    A record without relations says nothing about them. An older record changes no newer tie; where only one may
    be (a mother, a spouse), the newer source's one stands.
    """
    told = {key: record for key, record in records.items() if record.relations}
    by_number, by_ref = _relatives(told, source, ids)
    kept: dict[UUID, list[FamilyTie]] = {}
    for tie in FamilyTie.objects.filter(person_id__in=told):
        kept.setdefault(tie.person_id, []).append(tie)
    gone: list[int] = []
    new: list[FamilyTie] = []
    for key, record in told.items():
        wanted = {
            (relation.kind.value, relation.full_name, relation.personal_number): FamilyTie(
                person_id=key,
                kind=relation.kind.value,
                related_id=by_number.get(relation.personal_number or "") or by_ref.get(relation.ref),
                related_name=relation.full_name,
                related_number=relation.personal_number,
                source=source,
                as_of=record.as_of,
            )
            for relation in _one_of_each(record)
        }
        _settle(kept.get(key, []), wanted, record, source, gone)
        new.extend(wanted.values())
    FamilyTie.objects.filter(pk__in=gone).delete()
    FamilyTie.objects.bulk_create(new, batch_size=2000)
    _link_late(records)


def _one_of_each(record: SourcePerson) -> list[SourceRelation]:
    """The record's relations; of a kind that can be only one, the last that it gives."""
    told: dict[object, SourceRelation] = {}
    for relation in record.relations:
        single = relation.kind.value in SINGLE
        told[relation.kind if single else (relation.full_name, relation.personal_number, relation.kind)] = (
            relation
        )
    return list(told.values())


def _settle(
    kept: list[FamilyTie],
    wanted: dict[tuple[str, str, str | None], FamilyTie],
    record: SourcePerson,
    source: str,
    gone: list[int],
) -> None:
    """Take out of `wanted` what stands already or is newer; put into `gone` what the record replaces."""
    for tie in kept:
        same = (tie.kind, tie.related_name, tie.related_number)
        rivals = [key for key in wanted if key[0] == tie.kind] if tie.kind in SINGLE else []
        if same in wanted:
            del wanted[same]
        elif tie.as_of > record.as_of:
            for key in rivals:
                del wanted[key]
        elif tie.source == source or rivals:
            gone.append(tie.pk)


def _relatives(
    told: Mapping[UUID, SourcePerson], source: str, ids: Mapping[str, UUID]
) -> tuple[dict[str, UUID], dict[str, UUID]]:
    numbers = {r.personal_number for record in told.values() for r in record.relations if r.personal_number}
    refs = {r.ref for record in told.values() for r in record.relations if r.ref and r.ref not in ids}
    by_number = {
        str(number): key
        for number, key in Person.objects.filter(personal_number__in=numbers).values_list(
            "personal_number", "id"
        )
    }
    by_ref = dict(SourceRecord.objects.filter(source=source, ref__in=refs).values_list("ref", "person_id"))
    return by_number, by_ref | dict(ids)


def _link_late(records: Mapping[UUID, SourcePerson]) -> None:
    """Link ties of earlier records to persons who came only now."""
    numbers = {record.personal_number: key for key, record in records.items() if record.personal_number}
    loose = list(FamilyTie.objects.filter(related__isnull=True, related_number__in=list(numbers)))
    for tie in loose:
        tie.related_id = numbers[tie.related_number or ""]
    FamilyTie.objects.bulk_update(loose, ["related"], batch_size=1000)
