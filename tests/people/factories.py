"""Makes people for tests, through the same door as everybody: a population source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from motcua.base.clock import VN
from motcua.base.data import SYSTEM, Actor, ActorKind
from motcua.people.api import (
    PersonView,
    RelationKind,
    Sex,
    SourceOrganisation,
    SourcePerson,
    SourceRelation,
    get,
    population_sources,
    upsert_from_source,
    upsert_organisations,
)

SOURCE = "test-base"
OTHER_SOURCE = "test-other-base"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=VN)
OFFICER = Actor(kind=ActorKind.OFFICER, ref="officer-1", unit="ubnd-xa-16681", role="reception")


class StandIn:
    """A population source that knows nobody."""

    def label(self, language: str) -> str:
        """What to call it."""
        return "Thử nghiệm" if language == "vi" else "Test"

    def look_up(self, *, personal_number: str, full_name: str, dob: date | None) -> Sequence[SourcePerson]:
        """Nobody."""
        return ()


for _name in (SOURCE, OTHER_SOURCE):
    if _name not in dict(population_sources.all()):
        population_sources.add(_name, StandIn())


def record(**changes: Any) -> SourcePerson:
    """Nguyễn Thị Hoa, born 1990, as the base gives her; traits by keyword."""
    values: dict[str, Any] = {
        "ref": changes.get("personal_number") or "040190000112",
        "as_of": datetime(2026, 1, 5, 8, 0, tzinfo=VN),
        "personal_number": "040190000112",
        "full_name": "Nguyễn Thị Hoa",
        "dob": date(1990, 5, 20),
        "sex": Sex.FEMALE,
        "ethnicity": "Kinh",
        "permanent_unit": "16681@20250701",
        "permanent_address": "Số 1, khối 2, phường Thành Vinh, tỉnh Nghệ An",
        "phone": "0912345678",
    }
    return SourcePerson(**{**values, **changes})


def man(**changes: Any) -> SourcePerson:
    """Trần Văn Nam, born 1985."""
    values: dict[str, Any] = {
        "personal_number": "040085000221",
        "ref": "040085000221",
        "full_name": "Trần Văn Nam",
        "dob": date(1985, 2, 3),
        "sex": Sex.MALE,
        "phone": "0987654321",
    }
    return record(**{**values, **changes})


def child(**changes: Any) -> SourcePerson:
    """Trần Bảo An, born 2018, with both parents named."""
    values: dict[str, Any] = {
        "personal_number": "040218000333",
        "ref": "040218000333",
        "full_name": "Trần Bảo An",
        "dob": date(2018, 7, 7),
        "sex": Sex.MALE,
        "phone": None,
        "relations": (
            tie(RelationKind.FATHER, man()),
            tie(RelationKind.MOTHER, record()),
        ),
    }
    return record(**{**values, **changes})


def tie(kind: RelationKind, other: SourcePerson) -> SourceRelation:
    """`other` as a relative."""
    return SourceRelation(kind=kind, full_name=other.full_name, personal_number=other.personal_number)


def mirror(*records: SourcePerson, source: str = SOURCE, at: datetime = AT) -> list[PersonView]:
    """Bring records into the mirror; the persons in the same order."""
    report = upsert_from_source(by=SYSTEM, at=at, source=source, people=records)
    assert not report.refused, report.refused
    return [get(report.ids[one.ref]) for one in records]


def organisation(tax_code: str = "2999000002", **changes: Any) -> UUID:
    """A company in the mirror."""
    one = SourceOrganisation(tax_code=tax_code, **{"name": "Công ty TNHH Thử", "as_of": AT, **changes})
    report = upsert_organisations(by=SYSTEM, at=AT, source=SOURCE, organisations=[one])
    assert not report.refused
    return report.ids[tax_code]


def as_citizen(person: PersonView) -> Actor:
    """The person acting for themselves."""
    return Actor(kind=ActorKind.CITIZEN, ref=str(person.id), name=person.full_name)
