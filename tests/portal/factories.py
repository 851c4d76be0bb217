"""A small world for the portal: the real birth registration, one family, officers of one commune."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.test import Client

import motcua.procedures
from motcua.base.clock import VN
from motcua.base.data import SYSTEM, Actor, ActorKind
from motcua.deadlines import api as deadlines
from motcua.people import api as people
from motcua.procedures import api as procedures
from motcua.staff import api as staff
from motcua.units import api as units

BIRTH = "1.001193"
MARCH = datetime(2025, 3, 14, 8, 5, tzinfo=VN)
HOME = units.lookup_code("16681", on=MARCH.date()).key
CENTRE = "motcua-xa-16681-cu"
COMMITTEE = "ubnd-xa-16681-cu"
_CATALOGUE = Path(motcua.procedures.__file__).parent / "catalogue"
_KNOWN = datetime(2022, 9, 1, 8, 0, tzinfo=VN)
BASE = "portal-tests"


class Base:
    """A population base that knows nobody by itself."""

    def label(self, language: str) -> str:
        """What to call it."""
        return "CSDL dân cư" if language == "vi" else "Population base"

    def look_up(self, *, personal_number: str, full_name: str, dob: date | None) -> tuple[()]:
        """Nobody."""
        return ()


if BASE not in dict(people.population_sources.all()):
    people.population_sources.add(BASE, Base())


@cache
def reviewed_versions(code: str) -> tuple[procedures.CatalogueVersion, ...]:
    """The versions of one reviewed procedure, read once for all tests."""
    (path,) = [p for p in _CATALOGUE.rglob(f"{code}.yaml") if p.parent.name != "samples"]
    return procedures.read_entry(yaml.safe_load(path.read_text("utf-8")))


def publish_reviewed(code: str) -> None:
    """Every dated version of one reviewed procedure, through the administrator's own steps."""
    for version in reviewed_versions(code):
        draft = procedures.create_draft(
            by=SYSTEM,
            at=_KNOWN,
            content=version.content,
            valid_from=version.dated.valid_from,
            source=version.dated.source,
        )
        procedures.check(by=SYSTEM, at=_KNOWN, version_id=draft.id)
        procedures.publish(
            by=SYSTEM,
            at=_KNOWN,
            version_id=draft.id,
            decision=version.dated.decision
            or procedures.DecisionRef(number="1/QĐ-UBND", agency="UBND tỉnh Nghệ An"),
            valid_from=version.dated.valid_from,
        )


def sample_answers(code: str) -> dict[str, Any]:
    """Answers that the form takes."""
    (path,) = (_CATALOGUE / "samples").glob(f"{code}.yaml")
    return dict(yaml.safe_load(path.read_text("utf-8"))["answers"])


def family() -> tuple[UUID, UUID, UUID]:
    """Mother, her child of ten, and a stranger."""
    as_of = datetime(2025, 3, 12, 8, 0, tzinfo=VN)
    mother = people.SourcePerson(
        ref="mother",
        as_of=as_of,
        full_name="Nguyễn Thị Hoa",
        personal_number="040190000112",
        dob=date(1990, 5, 20),
        sex=people.Sex.FEMALE,
        ethnicity="Kinh",
        permanent_unit=HOME,
        permanent_address="Số 1, khối 2",
        phone="0912345678",
    )
    child = people.SourcePerson(
        ref="child",
        as_of=as_of,
        full_name="Trần Văn An",
        personal_number="040215000113",
        dob=date(2015, 2, 3),
        sex=people.Sex.MALE,
        relations=(
            people.SourceRelation(
                kind=people.RelationKind.MOTHER, full_name="Nguyễn Thị Hoa", personal_number="040190000112"
            ),
        ),
    )
    stranger = people.SourcePerson(
        ref="stranger",
        as_of=as_of,
        full_name="Lê Văn Lạ",
        personal_number="040085000221",
        dob=date(1985, 2, 3),
        sex=people.Sex.MALE,
    )
    done = people.upsert_from_source(by=SYSTEM, at=MARCH, source=BASE, people=[mother, child, stranger])
    assert not done.refused, done.refused
    return done.ids["mother"], done.ids["child"], done.ids["stranger"]


def officers() -> dict[str, Actor]:
    """One officer for each role of the commune."""
    posts = [(CENTRE, "reception"), (CENTRE, "desk_lead")]
    posts += [(COMMITTEE, role) for role in ("leader", "solver", "reviewer", "signer", "clerk")]
    new = [
        staff.NewOfficer(
            username=f"{agency}.{role}",
            full_name="Lê Thị Lan" if role == "reception" else f"Cán bộ {role}",
            agency_key=agency,
            title="Chuyên viên",
            roles=(staff.Role(role),),
            valid_from=date(2020, 1, 1),
        )
        for agency, role in posts
    ]
    report = staff.enlist(by=SYSTEM, at=_KNOWN, officers=new)
    assert not report.errors, report.errors
    found = {}
    for agency, role in posts:
        account = staff.account_by_username(f"{agency}.{role}")
        assert account is not None
        found[role] = Actor(
            kind=ActorKind.OFFICER, ref=str(account.id), unit=agency, role=role, name=account.full_name
        )
    return found


def load_calendar() -> None:
    """Working days and regimes."""
    deadlines.load_reference_data(by=SYSTEM, at=_KNOWN)


def sign_in(client: Client, person: UUID, name: str) -> None:
    """Put the person into the client's session, as a completed VNeID sign-in does."""
    client.cookies.pop("sessionid", None)
    session = client.session
    session["citizen"] = {"id": str(person), "name": name}
    session.save()
