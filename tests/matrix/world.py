"""A small province in which everything personal carries a canary, and a table of who may see which of them."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from html import unescape
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from openpyxl import load_workbook
from pypdf import PdfReader, PdfWriter

from motcua.base.data import SYSTEM, Actor, ActorKind
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.deadlines import api as deadlines
from motcua.demo import population
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import ComponentGiven, HowProvided, Party
from motcua.fees import api as fees
from motcua.gateway import api as gateway
from motcua.ledger import api as ledger
from motcua.notices import api as notices
from motcua.people import api as people
from motcua.people.api import SourcePerson
from motcua.portal.notes import Acting, Notes
from motcua.procedures import api as procedures
from motcua.staff import api as staff
from motcua.staff.api import NewOfficer, Role
from tests.dossiers.factories import (
    CENTRE,
    CERTIFY,
    COMMITTEE,
    JUSTICE,
    MORNING,
    OFFICE,
    OTHER_CENTRE,
    OTHER_COMMITTEE,
    PROVINCE_CENTRE,
    all_procedures,
)

NOW = MORNING.replace(hour=15)
SECRET = "only-for-tests"
CALLER, OTHER_CALLER = "cong-mot", "cong-hai"


def _blank() -> bytes:
    out = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.write(out)
    return out.getvalue()


PDF = _blank()


class See(IntEnum):
    """How much of a dossier somebody may see."""

    NOTHING = 0
    CARD = 1  # any centre and the province's leaders: that it is there, whose it is, how far
    OWN = 2  # everything but what officers write for each other
    ALL = 3


@dataclass(kw_only=True)
class Case:
    """The dossiers of one citizen at one office, and their marks by how much one must see to read them."""

    side: str
    person: SourcePerson
    person_id: UUID
    centre: str
    committee: str
    ids: dict[str, UUID] = field(default_factory=dict)
    marks: dict[str, See] = field(default_factory=dict)
    file_id: UUID | None = None
    result_id: UUID | None = None  # handed out
    waiting_id: UUID | None = None  # waits to be fetched
    result_code: str = ""
    wallet_id: UUID | None = None
    draft_id: UUID | None = None
    handover_id: UUID | None = None
    outside_code: str = ""
    payment_id: UUID | None = None  # taken at the counter

    @property
    def actor(self) -> Actor:
        """The citizen."""
        return Actor(kind=ActorKind.CITIZEN, ref=str(self.person_id), name=self.person.full_name)

    def word(self, what: str, see: See) -> str:
        """A word that occurs nowhere else, remembered with what it takes to read it."""
        made = f"CHIMYEN{self.side}{what}{len(self.marks):02d}"
        self.marks[made] = see
        return made


HERE_DESK = [(CENTRE, role) for role in ("reception", "desk_lead", "support")]
HERE_WORK = [(COMMITTEE, role) for role in ("solver", "reviewer", "signer", "clerk", "leader")]
THERE_DESK = [(OTHER_CENTRE, "reception"), (OTHER_CENTRE, "desk_lead")]
THERE_WORK = [(OTHER_COMMITTEE, role) for role in ("solver", "reviewer", "signer", "clerk")]
PROVINCE_DESK = [(PROVINCE_CENTRE, "reception"), (PROVINCE_CENTRE, "support")]
DEPARTMENT = [(JUSTICE, "solver"), (JUSTICE, "leader")]
PROVINCE = [(OFFICE, role) for role in ("controller", "leader", "catalogue_admin", "system_admin")]
POSTS = [*HERE_DESK, *HERE_WORK, *THERE_DESK, *THERE_WORK, *PROVINCE_DESK, *DEPARTMENT, *PROVINCE]


def allowed() -> dict[str, tuple[See, See]]:
    """Reader → what they may see of the dossiers here, and of those there. Written by hand, on purpose.

    NĐ 118/2025 Đ.14: any centre receives and returns, so it sees the card of every dossier, and no more.
    """
    table = {
        "anonymous": (See.NOTHING, See.NOTHING),
        "citizen:here": (See.OWN, See.NOTHING),
        "citizen:there": (See.NOTHING, See.OWN),
        "citizen:stranger": (See.NOTHING, See.NOTHING),
        f"caller:{CALLER}": (See.OWN, See.NOTHING),
        f"caller:{OTHER_CALLER}": (See.NOTHING, See.NOTHING),
    }
    for posts, see in (
        (HERE_DESK, (See.ALL, See.CARD)),
        (HERE_WORK, (See.ALL, See.NOTHING)),
        (THERE_DESK, (See.CARD, See.ALL)),
        (THERE_WORK, (See.NOTHING, See.ALL)),
        (PROVINCE_DESK, (See.CARD, See.CARD)),
        (DEPARTMENT, (See.NOTHING, See.NOTHING)),
        (PROVINCE[:1], (See.ALL, See.ALL)),  # controls the procedures of the whole province
        (PROVINCE[1:2], (See.CARD, See.CARD)),
        (PROVINCE[2:], (See.NOTHING, See.NOTHING)),  # administrators see no dossier at all
    ):
        table |= {f"{agency}:{role}": see for agency, role in posts}
    return table


@dataclass(kw_only=True)
class Province:
    """The whole world."""

    everybody: population.Population
    here: Case
    there: Case
    stranger: SourcePerson
    stranger_id: UUID
    officers: dict[tuple[str, str], Actor]
    version_id: UUID

    def cases(self) -> tuple[Case, Case]:
        """Both offices."""
        return self.here, self.there

    def messages(self) -> list[UUID]:
        """Messages of both citizens, each in its owner's inbox."""
        boxes = (notices.inbox(by=case.actor) for case in self.cases())
        return [item.id for box in boxes for item in box.items[:2]]

    def browser(self, reader: str) -> tuple[Client, dict[str, str]]:
        """A browser in which the reader is signed in as after every factor, and the headers it sends."""
        client = Client(raise_request_exception=False)
        client.cookies[TIME_COOKIE] = sign_time(NOW)
        kind, _, which = reader.partition(":")
        if kind == "citizen":
            case = {"here": self.here, "there": self.there}.get(which)
            person = case.person_id if case else self.stranger_id
            session = client.session
            session["citizen"] = {"id": str(person), "name": "Công dân"}
            session.save()
        elif kind == "caller":
            token = gateway.token_for(client_id=which, secret=SECRET)
            return client, {"Authorization": f"Bearer {token}"}
        elif kind != "anonymous":
            actor = self.officers[kind, which]
            (position,) = staff.positions(UUID(actor.ref), on=NOW.date())
            session = client.session
            session["officer"] = {"account": actor.ref, "position": str(position.id)}
            session.save()
        return client, {}


def build() -> Province:
    """Make it all through the real actions."""
    deadlines.load_reference_data(by=SYSTEM, at=datetime(2024, 12, 1, 8, 0, tzinfo=MORNING.tzinfo))
    all_procedures()
    everybody = population.generate(citizens=260)
    loaded = people.upsert_from_source(
        by=SYSTEM, at=MORNING, source=population.SOURCE, people=everybody.people
    )
    grown = [p for p in everybody.adults() if p.phone and p.email and p.permanent_address]
    here, there, stranger = grown[0], grown[len(grown) // 2], grown[-1]
    world = Province(
        everybody=everybody,
        here=Case(side="O", person=here, person_id=loaded.ids[here.ref], centre=CENTRE, committee=COMMITTEE),
        there=Case(
            side="K",
            person=there,
            person_id=loaded.ids[there.ref],
            centre=OTHER_CENTRE,
            committee=OTHER_COMMITTEE,
        ),
        stranger=stranger,
        stranger_id=loaded.ids[stranger.ref],
        officers=_officers(),
        version_id=procedures.version_on(CERTIFY, on=MORNING.date()).id,
    )
    for case in world.cases():
        _live(world, case)
    _callers(world)
    _tell(world)
    return world


def _tell(world: Province) -> None:
    """Everything that happened is told."""
    for case in world.cases():
        for dossier_id in case.ids.values():
            entries = ledger.entries(ledger.Subject(kind="dossier", id=str(dossier_id)))
            notices.plan_entries(entries, at=MORNING + timedelta(hours=4))
    while notices.send_due(notices.ChannelId.INBOX, at=NOW):
        pass


def _officers() -> dict[tuple[str, str], Actor]:
    new = [
        NewOfficer(
            username=f"{agency}.{role}",
            full_name=f"Cán bộ {role.replace('_', ' ')}",
            agency_key=agency,
            title="Chuyên viên",
            roles=(Role(role),),
            valid_from=date(2020, 1, 1),
            email=f"{agency}.{role}@noi-bo.example",
        )
        for agency, role in POSTS
    ]
    report = staff.enlist(by=SYSTEM, at=datetime(2024, 12, 1, 8, 0, tzinfo=MORNING.tzinfo), officers=new)
    assert not report.errors, report.errors
    found = {}
    for agency, role in POSTS:
        account = staff.account_by_username(f"{agency}.{role}")
        assert account is not None
        found[agency, role] = Actor(
            kind=ActorKind.OFFICER, ref=str(account.id), unit=agency, role=role, name=account.full_name
        )
    return found


def _live(world: Province, case: Case) -> None:
    """One dossier in each place where one can lie, the last with its result handed out."""
    case.marks[case.person.full_name] = See.CARD
    desk = world.officers[case.centre, "reception"]
    kept = documents.store_file(
        content=PDF,
        name=f"{case.word('TEP', See.OWN)}.pdf",
        by=desk,
        at=MORNING,
        claimed_type="application/pdf",
    )
    case.file_id = kept.id
    for step in ("accept", "assign", "solve", "review", "sign", "stamp", "resolved", "returned"):
        _dossier(world, case, step, desk, kept.id)
    dossiers.record_counter_payment(
        by=desk, at=MORNING + timedelta(minutes=5), dossier_id=case.ids["assign"], amount=8000
    )
    (paid,) = fees.payments_for("dossier", str(case.ids["assign"]))
    case.payment_id = paid.id
    draft = dossiers.save_draft(
        by=case.actor,
        at=MORNING,
        procedure_code=CERTIFY,
        version_id=world.version_id,
        answers={"purpose": case.word("NHAP", See.OWN)},
        context=Notes(
            agency=case.centre, acting=Acting(kind="self", name="Chính tôi", person=case.person_id)
        ).as_json(),
        title="Bản nháp",
    )
    case.draft_id = draft.id
    sheet = dossiers.send_handover(
        by=desk,
        at=MORNING + timedelta(hours=3),
        to_agency=case.committee,
        dossier_ids=[case.ids["assign"]],
        note=case.word("BANGIAO", See.ALL),
    )
    case.handover_id = sheet.id


def _dossier(world: Province, case: Case, step: str, desk: Actor, file_id: UUID) -> None:
    paper = ComponentGiven(
        code="TP-01", name=case.word("GIAY", See.OWN), how=HowProvided.FILE, file_id=file_id
    )
    filing: dict[str, Any] = {
        "procedure_code": CERTIFY,
        "receiving_agency": case.centre,
        "applicant": _party(case),
        "answers": {"purpose": case.word("KHAI", See.OWN)},
        "components": [paper],
    }
    if step == "accept":
        filed = dossiers.take_in_from_outside(
            by=Actor(kind=ActorKind.PORTAL, ref="dvcqg"),
            at=MORNING,
            outside_system="dvcqg",
            outside_code=f"G22.99-260302-000000{len(case.side)}{ord(case.side)}",
            **filing,
        )
    else:
        filed = dossiers.receive_at_desk(by=desk, at=MORNING, idempotency_key=str(uuid4()), **filing)
    case.ids[step] = filed.dossier_id
    case.marks[filed.code] = See.CARD
    if step in ("accept", "assign"):
        return
    _work(world, case, step, filed.dossier_id)


def _work(world: Province, case: Case, step: str, dossier_id: UUID) -> None:
    def by(role: str) -> Actor:
        return world.officers[case.committee, role]

    at = MORNING + timedelta(minutes=10)
    dossiers.assign(
        by=by("reviewer"),
        at=at,
        dossier_id=dossier_id,
        assignee=by("solver").ref,
        note=case.word("GIAO", See.ALL),
    )
    dossiers.take_up(by=by("solver"), at=at, dossier_id=dossier_id)
    if step == "solve":
        return
    dossiers.propose(by=by("solver"), at=at, dossier_id=dossier_id, opinion=case.word("YKIEN", See.OWN))
    if step == "review":
        return
    dossiers.approve(by=by("reviewer"), at=at, dossier_id=dossier_id, note=case.word("DUYET", See.ALL))
    if step == "sign":
        return
    dossiers.sign_result(by=by("signer"), at=at, dossier_id=dossier_id)
    if step == "stamp":
        return
    dossiers.stamp(by=by("clerk"), at=at, dossier_id=dossier_id)
    view = dossiers.get_for(by=SYSTEM, at=at, dossier_id=dossier_id)
    case.waiting_id, case.result_id = case.result_id, view.results[0].result_id
    case.result_code = documents.result(case.result_id).verify_code
    if step == "returned":
        desk = world.officers[case.centre, "reception"]
        dossiers.return_result(by=desk, at=at, dossier_id=dossier_id, received_by="chính chủ")
        items = documents.wallet(case.person_id)
        case.wallet_id = items[0].id if items else None


def _party(case: Case) -> Party:
    one = case.person
    return Party(
        name=one.full_name,
        person_id=case.person_id,
        personal_number=one.personal_number or "",
        phone=one.phone or "",
        email=one.email or "",
        address=one.permanent_address or "",
    )


def _callers(world: Province) -> None:
    """Two outside systems; the first has handed in a dossier of the citizen here."""
    for client_id in (CALLER, OTHER_CALLER):
        gateway.enrol(
            by=SYSTEM,
            at=MORNING,
            client_id=client_id,
            name="Hệ thống thử nghiệm",
            scopes=tuple(gateway.Scope),
            door="national_portal",
            secret=SECRET,
            per_minute=100_000,
        )
    case = world.here
    case.outside_code = "G22.99-260302-7777777"
    client, headers = world.browser(f"caller:{CALLER}")
    body = {
        "outside_code": case.outside_code,
        "procedure_code": CERTIFY,
        "receiving_agency": case.centre,
        "submitted_at": MORNING.isoformat(),
        "applicant": {"name": case.person.full_name, "personal_number": case.person.personal_number},
        "answers": {"purpose": case.word("CONG", See.OWN)},
        "identity_level": 2,
    }
    answer = client.post(
        "/api/v1/dossiers", json.dumps(body), content_type="application/json", headers=headers
    )
    assert answer.status_code == 200, answer.content
    case.marks[answer.json()["code"]] = See.CARD


def words_of(content: bytes, kind: str) -> str:
    """Everything that can be read in an answer: a page, JSON, a PDF's text, a workbook's cells, names in a zip."""
    if content.startswith(b"%PDF"):
        text = " ".join(page.extract_text() or "" for page in PdfReader(io.BytesIO(content)).pages)
    elif content.startswith(b"PK"):
        text = " ".join(_cells(content))
    else:
        text = content.decode("utf-8", errors="replace")
        text = unescape(text)
        if "json" in kind:
            text += " " + json.dumps(json.loads(content or b"null"), ensure_ascii=False)
    text = unicodedata.normalize("NFC", text).replace("\u200b", "").replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text)


def _cells(content: bytes) -> Iterator[str]:
    if "xl/workbook.xml" not in zipfile.ZipFile(io.BytesIO(content)).namelist():
        return
    for sheet in load_workbook(io.BytesIO(content), read_only=True).worksheets:
        for row in sheet.iter_rows(values_only=True):
            yield from (str(cell) for cell in row if cell is not None)


def household(world: Province, person: SourcePerson) -> frozenset[str]:
    """The person, and whoever carries the same house number."""
    return world.everybody.whose(person.permanent_address or "") | {person.ref}


def leaks(
    world: Province,
    text: str,
    see: tuple[See, See],
    *,
    sent: str = "",
    known: frozenset[str] = frozenset(),
) -> list[str]:
    """Which canaries stand in the text that the reader may not see.

    `sent`: what the request itself held; saying it back tells nothing. `known`: people whom this page is for.
    """
    found = []
    for case, may in zip(world.cases(), see, strict=True):
        found += [
            mark for mark, needed in case.marks.items() if needed > may and mark in text and mark not in sent
        ]
    asked = world.everybody.whose(sent)
    readable = frozenset().union(
        *(
            household(world, case.person)
            for case, may in zip(world.cases(), see, strict=True)
            if may >= See.OWN
        )
    )
    strangers = world.everybody.whose(text) - readable - known - asked
    found += [f"person {ref}" for ref in sorted(strangers)]
    return found


def count_of(world: Province, see: tuple[See, See]) -> int:
    """How many dossiers the reader may count."""
    return sum(len(case.ids) + 1 for case, may in zip(world.cases(), see, strict=True) if may > See.NOTHING)
