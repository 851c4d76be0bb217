"""What a source's record changes in the mirror: newer facts win, older ones are left aside, nothing is invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from motcua.base.errors import DomainError
from motcua.people.data import RelationKind, SourcePerson
from motcua.people.rules.numbers import check_old_id_number, check_personal_number, is_personal_number
from motcua.people.rules.persons import check_birth_date, check_email, check_name, check_phone, search_key

PLAIN = (
    "ethnicity",
    "nationality",
    "permanent_unit",
    "permanent_address",
    "temporary_unit",
    "temporary_address",
    "sex",
    "marital_status",
)


# The longest text each column holds; a longer one is a fault of the record, not of the batch.
LONGEST = {
    "ref": 100,
    "ethnicity": 40,
    "nationality": 40,
    "permanent_unit": 40,
    "permanent_address": 300,
    "temporary_unit": 40,
    "temporary_address": 300,
}


class FieldTooLong(DomainError):
    """The field “{field}” is longer than any real value."""

    message_vi: ClassVar[str] = "Trường “{field}” dài bất thường hoặc có ký tự không hiển thị được."


class FaultyRelative(DomainError):
    """A relative in this record has no usable name or number, or is the person themselves."""

    message_vi: ClassVar[str] = (
        "Thông tin người thân trong bản ghi không hợp lệ (thiếu tên, sai số, trùng chính chủ)."
    )


@dataclass(frozen=True, kw_only=True)
class CheckedRecord:
    """A source record whose values passed: `values` holds only what the source gave, as columns."""

    record: SourcePerson
    values: Mapping[str, Any]


def check_record(record: SourcePerson, *, on: date) -> CheckedRecord:
    """Check one record's values and bring them to their kept form. Raises the `DomainError` of the first fault."""
    _check_lengths(record)
    _check_relatives(record)
    values: dict[str, Any] = {"full_name": check_name(record.full_name)}
    if record.dob is not None:
        values["dob"] = check_birth_date(record.dob, record.dob_precision, on=on)
    if record.personal_number is not None:
        check_personal_number(record.personal_number, sex=record.sex, dob=values.get("dob"), on=on)
        values["personal_number"] = record.personal_number
    values |= _contacts(record) | _plain(record)
    if record.died_on is not None:
        values |= {"died_on": record.died_on, "alive": False}
    elif record.alive is not None:
        values["alive"] = record.alive
    for kind, number in record.identifiers:
        if kind.value == "cmnd":
            check_old_id_number(number)
    return CheckedRecord(record=record, values=values)


def _check_lengths(record: SourcePerson) -> None:
    for name, longest in LONGEST.items():
        text = getattr(record, name)
        if text is not None and (len(text) > longest or "\x00" in text):
            raise FieldTooLong(field=name)


def _check_relatives(record: SourcePerson) -> None:
    for relation in record.relations:
        number, name = relation.personal_number, relation.full_name
        oneself = number is not None and number == record.personal_number
        if (
            not 1 <= len(name) <= 100
            or "\x00" in name
            or (number is not None and not is_personal_number(number))
        ):
            raise FaultyRelative
        if oneself and relation.kind is not RelationKind.HOUSEHOLD_HEAD:
            raise FaultyRelative


def _contacts(record: SourcePerson) -> dict[str, str]:
    values = {}
    if record.phone is not None:
        values["phone"] = check_phone(record.phone) if record.phone else ""
    if record.email is not None:
        values["email"] = check_email(record.email) if record.email else ""
    return values


def _plain(record: SourcePerson) -> dict[str, str]:
    """The fields that are taken as they are."""
    given = {name: getattr(record, name) for name in PLAIN}
    return {name: str(value) for name, value in given.items() if value is not None}


def merge(
    current: Mapping[str, Any],
    provenance: Mapping[str, Mapping[str, str]],
    checked: CheckedRecord,
    *,
    source: str,
) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """What must be written: (changed columns, whole new provenance).

    `current` maps columns to kept values (empty for a new person). A field is written when the record is at least
    as new as what is kept. A value seen again only moves its time.
    """
    as_of = checked.record.as_of
    kept = {name: dict(entry) for name, entry in provenance.items()}
    changes: dict[str, Any] = {}
    for name, value in checked.values.items():
        entry = kept.get(name)
        if entry is not None and datetime.fromisoformat(entry["as_of"]) > as_of:
            continue
        kept[name] = {"source": source, "as_of": as_of.isoformat()}
        if not current or current[name] != value:
            changes[name] = value
        if name == "dob" and current.get("dob_precision") != checked.record.dob_precision.value:
            changes["dob_precision"] = checked.record.dob_precision.value
    if "full_name" in changes:
        changes["name_key"] = search_key(changes["full_name"])
    return changes, kept
