"""Brings records of the business or tax register into the mirror of organisations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, require_aware
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.base.vietnamese import nfc
from motcua.ledger.api import Subject, append
from motcua.people.actions.mirror import UnknownPopulationSource
from motcua.people.data import RefusedRecord, SourceOrganisation, UpsertReport, population_sources
from motcua.people.models import Organisation, Person
from motcua.people.rules.numbers import check_tax_code
from motcua.people.rules.persons import search_key

FIELDS = [
    "name",
    "name_key",
    "kind",
    "unit_key",
    "address",
    "phone",
    "email",
    "representative_id",
    "representative_name",
    "active",
    "source",
    "as_of",
]
SAYS_NOTHING = {"as_of", "source"}  # moving these alone is no change


def upsert_organisations(
    *, by: Actor, at: datetime, source: str, organisations: Sequence[SourceOrganisation]
) -> UpsertReport:
    """Mirror organisations by tax code; a wrong tax code is refused with its reason, the others are taken.

    An older record changes nothing. One ledger entry for the batch. Raises `UnknownPopulationSource`.
    """
    require_aware(at)
    if source not in dict(population_sources.all()):
        raise UnknownPopulationSource(source=source)
    with transaction.atomic():
        advisory_lock("people", "organisations")
        report = _mirror(source, organisations, at)
        append(
            kind="organisations.mirrored",
            subject=Subject(kind="population_source", id=source),
            by=by,
            at=at,
            payload={
                "created": report.created,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "refused": len(report.refused),
            },
        )
    return report


def _mirror(source: str, organisations: Sequence[SourceOrganisation], at: datetime) -> UpsertReport:
    on = at.astimezone(VN).date()
    numbers = [record.representative_number for record in organisations if record.representative_number]
    people = dict(Person.objects.filter(personal_number__in=numbers).values_list("personal_number", "id"))
    held = {
        row.tax_code: row
        for row in Organisation.objects.filter(tax_code__in=[o.tax_code for o in organisations])
    }
    created: dict[str, Organisation] = {}
    changed: dict[str, Organisation] = {}
    refused: list[RefusedRecord] = []
    ids: dict[str, UUID] = {}
    for record in organisations:
        try:
            code = check_tax_code(record.tax_code, on=on)
        except DomainError as error:
            refused.append(
                RefusedRecord(ref=record.tax_code, reason_vi=error.public(), reason_en=error.public("en"))
            )
            continue
        values = _values(record, source, people.get(record.representative_number))
        row = held.get(code)
        if row is None:
            row = Organisation(id=uuid4(), tax_code=code, **values)
            created[code] = held[code] = row
        elif row.as_of <= record.as_of and any(
            getattr(row, name) != value for name, value in values.items() if name not in SAYS_NOTHING
        ):
            for name, value in values.items():
                setattr(row, name, value)
            if code not in created:
                changed[code] = row
        ids[record.tax_code] = row.id
    Organisation.objects.bulk_create(created.values(), batch_size=1000)
    if changed:
        Organisation.objects.bulk_update(
            changed.values(), [name.removesuffix("_id") for name in FIELDS], batch_size=500
        )
    return UpsertReport(
        created=len(created),
        changed=len(changed),
        unchanged=len(organisations) - len(created) - len(changed) - len(refused),
        refused=tuple(refused),
        ids=ids,
    )


def _values(record: SourceOrganisation, source: str, representative: UUID | None) -> dict[str, object]:
    name = nfc(record.name)
    return {
        "name": name,
        "name_key": search_key(name),
        "kind": record.kind,
        "unit_key": record.unit_key,
        "address": record.address,
        "phone": record.phone,
        "email": record.email,
        "representative_id": representative,
        "representative_name": record.representative_name,
        "active": record.active,
        "source": source,
        "as_of": record.as_of,
    }
