"""Files the catalogue's samples and works them through to the end, through the real actions only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import resources
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from pypdf import PdfReader

from motcua.base.clock import VN
from motcua.base.data import SYSTEM, Actor, ActorKind
from motcua.deadlines import api as deadlines
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.api import ComponentGiven, Done, Filed, HowProvided, Outcome, Party, State, Step
from motcua.people import api as people
from motcua.procedures import api as procedures
from motcua.procedures.api import read_entry
from motcua.procedures.rules.yaml_files import parse_yaml
from motcua.staff import api as staff
from motcua.staff.api import NewOfficer, Role, SigningCapacity

KNOWN = datetime(2022, 9, 1, 8, 0, tzinfo=VN)
CATALOGUE = resources.files("motcua.procedures").joinpath("catalogue")
SOURCE = "flow-tests"
PAIR = "2.000986"
PAIR_PARTS = ("1.004222", "1.001939")


class Base:
    """A population base that knows nobody by itself."""

    def label(self, language: str) -> str:
        """What to call it."""
        return "CSDL dân cư" if language == "vi" else "Population base"

    def look_up(self, *, personal_number: str, full_name: str, dob: date | None) -> tuple[()]:
        """Nobody."""
        return ()


if SOURCE not in dict(people.population_sources.all()):
    people.population_sources.add(SOURCE, Base())


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One valid filing of the catalogue, as its file says."""

    code: str
    filed_at: datetime
    unit: str
    answers: dict[str, Any]
    papers: tuple[str, ...]
    decided: dict[str, Any]
    template: str
    shown: dict[str, Any]


def sample(code: str) -> Sample:
    """The sample of a procedure, filed at half past eight of its day."""
    raw: Any = parse_yaml(CATALOGUE.joinpath("samples", f"{code}.yaml").read_text(encoding="utf-8"))
    day = date.fromisoformat(raw["filed_on"])
    return Sample(
        code=code,
        filed_at=datetime(day.year, day.month, day.day, 8, 30, tzinfo=VN),
        unit=raw["unit"],
        answers=raw["answers"],
        papers=tuple(raw.get("papers", ())),
        decided=raw.get("decided", {}),
        template=raw["result"]["template"],
        shown=raw["result"]["fields"],
    )


def all_codes() -> tuple[str, ...]:
    """The procedures that have a sample."""
    folder = CATALOGUE.joinpath("samples")
    return tuple(
        sorted(one.name.removesuffix(".yaml") for one in folder.iterdir() if one.name.endswith(".yaml"))
    )


def publish_reviewed(code: str) -> None:
    """Every dated version of one reviewed procedure, through the administrator's own steps."""
    folders = [one for one in CATALOGUE.iterdir() if one.is_dir() and one.name != "samples"]
    (path,) = [one.joinpath(f"{code}.yaml") for one in folders if one.joinpath(f"{code}.yaml").is_file()]
    for version in read_entry(parse_yaml(path.read_text(encoding="utf-8"))):
        draft = procedures.create_draft(
            by=SYSTEM,
            at=KNOWN,
            content=version.content,
            valid_from=version.dated.valid_from,
            source=version.dated.source,
        )
        found = [one for one in procedures.check(by=SYSTEM, at=KNOWN, version_id=draft.id) if one.blocking]
        assert not found, found
        procedures.publish(
            by=SYSTEM,
            at=KNOWN,
            version_id=draft.id,
            decision=version.dated.decision
            or procedures.DecisionRef(number="1/QĐ-UBND", agency="UBND tỉnh Nghệ An"),
            valid_from=version.dated.valid_from,
        )


TITLES: dict[Role, tuple[str, SigningCapacity | None]] = {
    Role.RECEPTION: ("Công chức tiếp nhận và trả kết quả", None),
    Role.SOLVER: ("Công chức chuyên môn", None),
    Role.REVIEWER: ("Trưởng phòng chuyên môn", None),
    Role.CLERK: ("Văn thư", None),
}
HEADS = {"ubnd": ("Chủ tịch", SigningCapacity.TM), "so": ("Giám đốc", SigningCapacity.HEAD)}
DEPUTIES = {"ubnd": "Phó Chủ tịch", "so": "Phó Giám đốc"}


@dataclass
class Office:
    """Officers by agency and role, taken on when they are first needed."""

    deputy: bool = False
    officers: dict[tuple[str, Role], Actor] = field(default_factory=dict)

    def at(self, agency: str, role: Role) -> Actor:
        """The officer of an agency with a role."""
        key = (agency, role)
        if key not in self.officers:
            title, capacity = TITLES.get(role) or self._head(agency)
            self.officers[key] = enlist(agency, role, title=title, capacity=capacity)
        return self.officers[key]

    def _head(self, agency: str) -> tuple[str, SigningCapacity | None]:
        kind = agency.partition("-")[0]
        if self.deputy:
            return DEPUTIES.get(kind, "Phó Thủ trưởng"), SigningCapacity.KT
        return HEADS.get(kind, ("Giám đốc", SigningCapacity.HEAD))


def enlist(agency: str, role: Role, *, title: str, capacity: SigningCapacity | None = None) -> Actor:
    """One more officer of an agency."""
    name = f"{role.value}.{agency}.{uuid4().hex[:6]}"
    new = NewOfficer(
        username=name,
        full_name=NAMES.get(role, "Nguyễn Văn Bình"),
        agency_key=agency,
        title=title,
        roles=(role,),
        capacity=capacity,
        valid_from=date(2020, 1, 1),
    )
    report = staff.enlist(by=SYSTEM, at=KNOWN, officers=[new])
    assert not report.errors, report.errors
    account = staff.account_by_username(name)
    assert account is not None
    return Actor(
        kind=ActorKind.OFFICER, ref=str(account.id), unit=agency, role=role.value, name=account.full_name
    )


NAMES = {
    Role.RECEPTION: "Lê Thị Lan",
    Role.SOLVER: "Trần Đức Minh",
    Role.REVIEWER: "Hồ Thị Hương",
    Role.SIGNER: "Nguyễn Cảnh Dương",
    Role.CLERK: "Phạm Thị Ngân",
}


def build_office() -> Office:
    """Calendar and procedures."""
    deadlines.load_reference_data(by=SYSTEM, at=KNOWN)
    for code in dict.fromkeys((*all_codes(), *PAIR_PARTS)):
        publish_reviewed(code)
    return Office()


def applicant(one: Sample) -> Party:
    """Who files, known to the population base under the number on the form."""
    said = one.answers.get("applicant") or one.answers.get(one.answers.get("filer", ""))
    said = said or {"full_name": one.answers["applicant_name"]}
    number = said.get("personal_number", "040188009999")
    record = people.SourcePerson(
        ref=f"{one.code}-applicant",
        as_of=KNOWN,
        full_name=said["full_name"],
        personal_number=number,
        dob=date.fromisoformat(said["dob"]) if len(said.get("dob", "")) == 10 else None,
    )
    done = people.upsert_from_source(by=SYSTEM, at=KNOWN, source=SOURCE, people=[record])
    assert not done.refused, done.refused
    return Party(
        name=said["full_name"],
        person_id=done.ids[record.ref],
        personal_number=number,
        phone=one.answers.get("phone", ""),
    )


def centre_of(one: Sample) -> str:
    """Where the sample is filed."""
    return "ttpvhcc-tinh" if one.code == "2.000829" else f"ttpvhcc-xa-{one.unit.partition('@')[0]}"


def receive(office: Office, one: Sample, **changes: Any) -> Filed:
    """The sample handed in at the desk."""
    values: dict[str, Any] = {
        "by": office.at(centre_of(one), Role.RECEPTION),
        "at": one.filed_at,
        "idempotency_key": str(uuid4()),
        "procedure_code": one.code,
        "receiving_agency": centre_of(one),
        "applicant": applicant(one),
        "answers": one.answers,
        "components": [ComponentGiven(code=c, how=HowProvided.PAPER, original=True) for c in one.papers],
    }
    return dossiers.receive_at_desk(**{**values, **changes})


def finish(
    office: Office,
    dossier_id: UUID,
    *,
    at: datetime,
    decided: dict[str, Any],
    outcome: Outcome = Outcome.GRANTED,
    until: State = State.RETURNED,
) -> dossiers.DossierView:
    """Every officer does what is theirs, a minute apart, until the dossier stands at `until`."""
    for minute in range(1, 15):
        view = dossiers.get_for(by=SYSTEM, at=at, dossier_id=dossier_id)
        if view.card.state >= until:
            return view
        act = _next(office, view, decided, outcome)
        act(at + timedelta(minutes=minute))
    raise AssertionError(f"the dossier stays at {view.card.state.name} {view.card.step}")


def _next(
    office: Office, view: dossiers.DossierView, decided: dict[str, Any], outcome: Outcome
) -> Callable[[datetime], Done]:
    card = view.card
    desk, here = card.receiving_agency, card.handling_agency
    common = {"dossier_id": card.id}
    if card.state is State.REGISTERED:
        return lambda at: dossiers.accept(by=office.at(desk, Role.RECEPTION), at=at, **common)
    if card.state is State.ACCEPTED:
        solver = office.at(here, Role.SOLVER)
        lead = office.at(here, Role.REVIEWER)
        return lambda at: dossiers.assign(by=lead, at=at, assignee=solver.ref, **common)
    if card.state is State.RESOLVED:
        return lambda at: dossiers.return_result(by=office.at(desk, Role.RECEPTION), at=at, **common)
    steps: dict[Step, Callable[[datetime], Done]] = {
        Step.ASSIGNED: lambda at: dossiers.take_up(by=office.at(here, Role.SOLVER), at=at, **common),
        Step.SOLVING: lambda at: dossiers.propose(
            by=office.at(here, Role.SOLVER),
            at=at,
            outcome=outcome,
            opinion="Hồ sơ đủ điều kiện, đề nghị giải quyết.",
            data=decided,
            **common,
        ),
        Step.REVIEWING: lambda at: dossiers.approve(by=office.at(here, Role.REVIEWER), at=at, **common),
        Step.SIGNING: lambda at: dossiers.sign_result(by=office.at(here, Role.SIGNER), at=at, **common),
        Step.STAMPING: lambda at: dossiers.stamp(by=office.at(here, Role.CLERK), at=at, **common),
    }
    return steps[card.step]


def pdf_of(result: documents.IssuedResult) -> bytes:
    """The bytes of a result's file."""
    assert result.file is not None
    return documents.open_file(result.file.id)


def text_of(pdf: bytes) -> str:
    """What the pages say, in one line per line."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
