"""A small world for dossiers: a few procedures of our own, officers of every role, one family, a stand-in signer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from motcua.base.clock import VN
from motcua.base.data import SYSTEM, Actor, ActorKind, Certainty, Source
from motcua.deadlines import api as deadlines
from motcua.documents.data import SignatureCheck, SigningRequest, SigningUnavailable
from motcua.dossiers import api
from motcua.dossiers.api import ComponentGiven, Done, Filed, HowProvided, Party
from motcua.people import api as people
from motcua.people.data import SourcePerson, SourceRelation, population_sources
from motcua.procedures import api as procedures
from motcua.procedures.data import DecisionRef, ProcedureContent, decode
from motcua.staff import api as staff
from motcua.staff.data import NewOfficer, Role

CENTRE = "ttpvhcc-xa-16681"
COMMITTEE = "ubnd-xa-16681"
OTHER_CENTRE = "ttpvhcc-xa-16690"
OTHER_COMMITTEE = "ubnd-xa-16690"
PROVINCE_CENTRE = "ttpvhcc-tinh"
JUSTICE = "so-tu-phap"
OFFICE = "vp-ubnd-tinh"

CERTIFY = "9.000001"  # with review, five working days, a fee online and none at the desk
QUICK = "9.000002"  # without review, same day
JUSTICE_PAPER = "9.000003"  # decided by a department
COPIES = "9.000004"  # given at once
PAIR = "9.000005"  # opens QUICK at once and CERTIFY after it

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=VN)  # a Monday
SOURCE = Source(text="Quyết định thử nghiệm", certainty=Certainty.OWN)


class RubberStamp:
    """A signer that adds a line to the PDF: enough where the signature itself is not what is tested."""

    broken = False

    def sign(self, pdf: bytes, request: SigningRequest) -> bytes:
        """The PDF and a comment."""
        if self.broken:
            raise SigningUnavailable
        return pdf + f"\n% signed by {request.ref}\n".encode()

    def check(self, pdf: bytes) -> tuple[SignatureCheck, ...]:
        """Nothing is checked here."""
        return ()

    def check_config(self) -> list[str]:
        """Nothing is missing."""
        return []


class Population:
    """A population source that knows nobody."""

    def label(self, language: str) -> str:
        """What to call it."""
        return "Thử nghiệm" if language == "vi" else "Test"

    def look_up(self, *, personal_number: str, full_name: str, dob: date | None) -> tuple[SourcePerson, ...]:
        """Nobody."""
        return ()


if "dossier-tests" not in dict(population_sources.all()):
    population_sources.add("dossier-tests", Population())


def content(code: str, **changes: Any) -> ProcedureContent:
    """A procedure as a catalogue file would give it."""
    door = {"source": {"text": "NĐ 61/2018", "certainty": "V"}}
    raw: dict[str, Any] = {
        "code": code,
        "name": "Cấp giấy xác nhận thử nghiệm",
        "field": "Hộ tịch",
        "levels": ["commune"],
        "agencies": [
            {"part": "receives", "name": "Trung tâm", "kind": "one_stop_centre", "level": "commune"},
            {"part": "decides", "name": "UBND cấp xã", "kind": "people_committee", "level": "commune"},
        ],
        "steps": [{"text": "Nộp hồ sơ."}],
        "channels": [{"kind": "direct"}, {"kind": "online", "degree": "full"}, {"kind": "post"}],
        "components": [
            {"code": "TP-01", "name": "Giấy chứng sinh", "originals": 1},
            {"code": "TP-02", "name": "Giấy ủy quyền", "required": False},
        ],
        "limit": "5 working_day",
        "results": [
            {
                "code": f"KQ.{code}",
                "name": "Giấy xác nhận",
                "symbol": "{number}/GXN",
                "register_book": "so-xac-nhan",
                "signers": [{"title": "Chủ tịch"}],
            }
        ],
        "fees": [
            {"name": "Lệ phí", "kind": "charge", "amount": 8000, "channel": "direct"},
            {"name": "Lệ phí", "kind": "charge", "amount": 0, "channel": "online"},
        ],
        "legal_basis": [{"number": "60/2014/QH13", "certainty": "V"}],
        "internal_process": [
            {"order": 1, "name": "Tiếp nhận", "action": "receive", "role": "reception", "hours": 2},
            {"order": 2, "name": "Phân công", "action": "assign", "role": "desk_lead", "hours": 2},
            {"order": 3, "name": "Thẩm định", "action": "solve", "role": "solver", "hours": 20},
            {"order": 4, "name": "Duyệt", "action": "review", "role": "reviewer", "hours": 8},
            {"order": 5, "name": "Ký", "action": "sign", "role": "signer", "hours": 4},
            {"order": 6, "name": "Đóng dấu", "action": "stamp", "role": "clerk", "hours": 4},
        ],
        "doors": [
            {"kind": "provincial_eform", "validity": {"start": "2022-01-01", "end": "2025-07-01"}, **door},
            {"kind": "national_portal", "validity": {"start": "2025-07-01"}, **door},
            {"kind": "desk", "validity": {"start": "2018-06-21"}, **door},
            {"kind": "post", "validity": {"start": "2018-06-21"}, **door},
        ],
        "form": {
            "key": "confirmation",
            "title_vi": "Tờ khai",
            "groups": [
                {
                    "key": "what",
                    "title_vi": "Nội dung",
                    "fields": [
                        {"key": "purpose", "label_vi": "Mục đích", "type": "text", "required": True},
                        {"key": "born", "label_vi": "Ngày sinh", "type": "date", "max": "today"},
                    ],
                }
            ],
        },
    }
    raw.update(changes)
    return decode(ProcedureContent, raw)


def quick(code: str = QUICK, **changes: Any) -> ProcedureContent:
    """The same day, no review."""
    process = [
        {"order": 1, "name": "Thẩm định", "action": "solve", "role": "solver", "hours": 4},
        {"order": 2, "name": "Ký", "action": "sign", "role": "signer", "hours": 2},
        {"order": 3, "name": "Đóng dấu", "action": "stamp", "role": "clerk", "hours": 1},
    ]
    return content(code, limit="1 same_day", internal_process=process, **changes)


def publish(what: ProcedureContent, *, start: date, at: datetime | None = None) -> UUID:
    """Put a version in force through the administrator's own steps."""
    when = at or datetime(2024, 12, 1, 8, 0, tzinfo=VN)
    draft = procedures.create_draft(by=SYSTEM, at=when, content=what, valid_from=start, source=SOURCE)
    found = [p for p in procedures.check(by=SYSTEM, at=when, version_id=draft.id) if p.blocking]
    assert not found, found
    done = procedures.publish(
        by=SYSTEM,
        at=when,
        version_id=draft.id,
        decision=DecisionRef(number="1/QĐ-UBND", agency="UBND tỉnh Nghệ An"),
        valid_from=start,
    )
    return done.id


def all_procedures() -> None:
    """The five procedures of these tests, in force since 1 January 2025."""
    start = date(2025, 1, 1)
    door = {"source": {"text": "NĐ 61/2018", "certainty": "V"}}
    publish(content(CERTIFY), start=start)
    publish(quick(), start=start)
    justice = [
        {"part": "decides", "name": "Sở Tư pháp", "kind": "department", "level": "province"},
    ]
    publish(content(JUSTICE_PAPER, levels=["province"], agencies=justice), start=start)
    publish(
        content(
            COPIES,
            name="Chứng thực bản sao",
            form=None,
            components=[],
            internal_process=[],
            limit=None,
            results=[{"code": "KQ.COPY", "name": "Bản sao chứng thực", "at_once": True}],
            fees=[{"name": "Phí chứng thực", "amount": 2000, "per": "trang", "max_amount": 200000}],
            doors=[
                {"kind": "at_once", "validity": {"start": "2018-06-21"}, **door},
                {"kind": "desk", "validity": {"start": "2018-06-21"}, **door},
            ],
        ),
        start=start,
    )
    linked = [{"code": QUICK, "name": "Phần nhanh"}, {"code": CERTIFY, "name": "Phần sau", "after": QUICK}]
    publish(content(PAIR, linked=linked), start=start)


@dataclass(kw_only=True)
class World:
    """Everybody a dossier meets."""

    officers: dict[tuple[str, str], Actor] = field(default_factory=dict)
    mother: UUID = field(default_factory=uuid4)
    child: UUID = field(default_factory=uuid4)
    stranger: UUID = field(default_factory=uuid4)

    def at(self, agency: str, role: str) -> Actor:
        """The officer of an agency with a role."""
        return self.officers[agency, role]

    @property
    def reception(self) -> Actor:
        """At the commune's centre."""
        return self.at(CENTRE, "reception")

    @property
    def lead(self) -> Actor:
        """Head of the commune's centre."""
        return self.at(CENTRE, "desk_lead")

    @property
    def solver(self) -> Actor:
        """Examines at the committee."""
        return self.at(COMMITTEE, "solver")

    @property
    def reviewer(self) -> Actor:
        """Head of division at the committee."""
        return self.at(COMMITTEE, "reviewer")

    @property
    def signer(self) -> Actor:
        """Signs at the committee."""
        return self.at(COMMITTEE, "signer")

    @property
    def clerk(self) -> Actor:
        """Stamps at the committee."""
        return self.at(COMMITTEE, "clerk")

    @property
    def citizen(self) -> Actor:
        """The mother, signed in."""
        return Actor(kind=ActorKind.CITIZEN, ref=str(self.mother))

    @property
    def outsider(self) -> Actor:
        """Another citizen."""
        return Actor(kind=ActorKind.CITIZEN, ref=str(self.stranger))

    @property
    def portal(self) -> Actor:
        """The national portal."""
        return Actor(kind=ActorKind.PORTAL, ref="dvcqg")

    def party(self, **changes: Any) -> Party:
        """The mother as applicant."""
        values: dict[str, Any] = {
            "name": "Nguyễn Thị Hoa",
            "person_id": self.mother,
            "personal_number": "040190000112",
            "phone": "0912345678",
        }
        return Party(**{**values, **changes})


POSTS = (
    *((CENTRE, role) for role in ("reception", "desk_lead", "support")),
    *((COMMITTEE, role) for role in ("solver", "reviewer", "signer", "clerk", "leader", "desk_lead")),
    *((OTHER_CENTRE, role) for role in ("reception", "desk_lead")),
    *((OTHER_COMMITTEE, role) for role in ("solver", "reviewer", "signer", "clerk")),
    *((PROVINCE_CENTRE, role) for role in ("reception", "desk_lead")),
    *((JUSTICE, role) for role in ("solver", "reviewer", "signer", "clerk", "leader")),
    *((OFFICE, role) for role in ("controller", "system_admin", "leader")),
)


def enlist(world: World, posts: Any = POSTS) -> None:
    """One officer for every post."""
    when = datetime(2024, 12, 1, 8, 0, tzinfo=VN)
    new = [
        NewOfficer(
            username=f"{agency}.{role}",
            full_name=f"Cán bộ {role} {agency}",
            agency_key=agency,
            title="Chuyên viên",
            roles=(Role(role),),
            valid_from=date(2020, 1, 1),
        )
        for agency, role in posts
    ]
    report = staff.enlist(by=SYSTEM, at=when, officers=new)
    assert not report.errors, report.errors
    for agency, role in posts:
        account = staff.account_by_username(f"{agency}.{role}")
        assert account is not None
        world.officers[agency, role] = Actor(
            kind=ActorKind.OFFICER, ref=str(account.id), unit=agency, role=role, name=account.full_name
        )


def settle(world: World) -> None:
    """A mother with her child, and somebody else."""
    as_of = datetime(2025, 1, 5, 8, 0, tzinfo=VN)
    records = [
        SourcePerson(
            ref="mother",
            full_name="Nguyễn Thị Hoa",
            as_of=as_of,
            personal_number="040190000112",
            dob=date(1990, 5, 20),
            sex=people.Sex.FEMALE,
            relations=(
                SourceRelation(
                    kind=people.RelationKind.CHILD, full_name="Trần Văn An", personal_number="040215000113"
                ),
            ),
        ),
        SourcePerson(
            ref="child",
            full_name="Trần Văn An",
            as_of=as_of,
            personal_number="040215000113",
            dob=date(2015, 2, 3),
            sex=people.Sex.MALE,
            relations=(
                SourceRelation(
                    kind=people.RelationKind.MOTHER,
                    full_name="Nguyễn Thị Hoa",
                    personal_number="040190000112",
                ),
            ),
        ),
        SourcePerson(
            ref="stranger",
            full_name="Lê Văn Bình",
            as_of=as_of,
            personal_number="040085000114",
            dob=date(1985, 7, 1),
            sex=people.Sex.MALE,
        ),
    ]
    report = people.upsert_from_source(by=SYSTEM, at=as_of, source="dossier-tests", people=records)
    assert not report.refused, report.refused
    world.mother, world.child, world.stranger = (report.ids[r] for r in ("mother", "child", "stranger"))


def build_world() -> World:
    """Calendar, procedures, officers, people."""
    world = World()
    deadlines.load_reference_data(by=SYSTEM, at=datetime(2024, 12, 1, 8, 0, tzinfo=VN))
    all_procedures()
    enlist(world)
    settle(world)
    return world


PAPER = ComponentGiven(code="TP-01", how=HowProvided.PAPER, original=True)


def receive(world: World, *, at: datetime = MORNING, **changes: Any) -> Filed:
    """A dossier received and accepted at the commune's desk."""
    values: dict[str, Any] = {
        "by": world.reception,
        "at": at,
        "idempotency_key": str(uuid4()),
        "procedure_code": CERTIFY,
        "receiving_agency": CENTRE,
        "applicant": world.party(),
        "answers": {"purpose": "vay vốn"},
        "components": [PAPER],
    }
    return api.receive_at_desk(**{**values, **changes})


def take_in(world: World, *, at: datetime = MORNING, **changes: Any) -> Filed:
    """A dossier from the national portal, waiting for acceptance."""
    values: dict[str, Any] = {
        "by": world.portal,
        "at": at,
        "outside_system": "dvcqg",
        "outside_code": f"G22.99-260302-{uuid4().int % 10**7:07d}",
        "procedure_code": CERTIFY,
        "receiving_agency": CENTRE,
        "applicant": world.party(),
        "answers": {"purpose": "vay vốn"},
    }
    return api.take_in_from_outside(**{**values, **changes})


def to_step(world: World, dossier_id: UUID, step: api.Step, *, at: datetime) -> Done:
    """Work an accepted dossier of the commune on to a step of state 4."""
    done = api.assign(
        by=world.at(COMMITTEE, "desk_lead"), at=at, dossier_id=dossier_id, assignee=world.solver.ref
    )
    if step is api.Step.ASSIGNED:
        return done
    done = api.take_up(by=world.solver, at=at + timedelta(minutes=1), dossier_id=dossier_id)
    if step is api.Step.SOLVING:
        return done
    done = api.propose(
        by=world.solver, at=at + timedelta(minutes=2), dossier_id=dossier_id, opinion="đủ điều kiện"
    )
    if step is api.Step.REVIEWING:
        return done
    if done.step is api.Step.REVIEWING:
        done = api.approve(by=world.reviewer, at=at + timedelta(minutes=3), dossier_id=dossier_id)
    if step is api.Step.SIGNING:
        return done
    return api.sign_result(by=world.signer, at=at + timedelta(minutes=4), dossier_id=dossier_id)


def resolve(world: World, dossier_id: UUID, *, at: datetime) -> Done:
    """Work an accepted dossier through to its stamped result."""
    to_step(world, dossier_id, api.Step.STAMPING, at=at)
    return api.stamp(by=world.clerk, at=at + timedelta(minutes=5), dossier_id=dossier_id)
