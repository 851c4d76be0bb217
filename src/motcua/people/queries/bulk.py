"""The whole mirror at once, for work that compares a register with everybody: a few columns of each person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from motcua.people.data import DatePrecision, IdentifierKind, RelationKind
from motcua.people.models import FamilyTie, Identifier, Person

_KINDS = (RelationKind.FATHER, RelationKind.MOTHER, RelationKind.SPOUSE, RelationKind.HOUSEHOLD_HEAD)


@dataclass(frozen=True, slots=True)
class PopulationRow:
    """One person: unknown texts are "". `relatives` are names by kind; `head` is the household's head."""

    id: UUID
    personal_number: str
    card: str
    full_name: str
    dob: str  # ISO, cut to what is known
    sex: str
    phone: str
    unit: str
    address: str
    died_on: date | None
    relatives: dict[str, str]
    head: UUID | None


def everybody() -> Iterator[PopulationRow]:
    """Every person of the mirror, the dead too; three queries. Not for screens: reading one is `read_person`."""
    cards = dict(
        Identifier.objects.filter(kind=IdentifierKind.CMND.value)
        .order_by("as_of")
        .values_list("person_id", "number")
    )
    ties: dict[UUID, dict[str, str]] = {}
    heads: dict[UUID, UUID | None] = {}
    found = FamilyTie.objects.filter(kind__in=[kind.value for kind in _KINDS])
    for person, kind, name, related in found.values_list("person_id", "kind", "related_name", "related_id"):
        ties.setdefault(person, {})[kind] = name
        if kind == RelationKind.HOUSEHOLD_HEAD.value:
            heads[person] = related
    length = {DatePrecision.DAY.value: 10, DatePrecision.MONTH.value: 7, DatePrecision.YEAR.value: 4}
    columns = (
        "id", "personal_number", "full_name", "dob", "dob_precision", "sex", "phone", "permanent_unit",
        "permanent_address", "died_on",
    )  # fmt: skip
    for one in Person.objects.order_by("id").values_list(*columns).iterator(chunk_size=5000):
        number, name, dob, precision, sex, phone, unit, address, died = one[1:]
        yield PopulationRow(
            id=one[0],
            personal_number=number or "",
            card=cards.get(one[0], ""),
            full_name=name,
            dob=dob.isoformat()[: length[precision]] if dob else "",
            sex=sex,
            phone=phone,
            unit=unit,
            address=address,
            died_on=died,
            relatives=ties.get(one[0], {}),
            head=heads.get(one[0]),
        )
