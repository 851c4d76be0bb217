"""Builds the province of the matrix through the real actions: dossiers in every place where one can lie."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from motcua.base.data import SYSTEM, Actor, ActorKind
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
from motcua.portal.notes import Acting, Notes
from motcua.procedures import api as procedures
from motcua.quality import api as quality
from motcua.staff import api as staff
from motcua.staff.api import NewOfficer, Role
from tests.dossiers.factories import (
    CENTRE,
    CERTIFY,
    COMMITTEE,
    MORNING,
    OTHER_CENTRE,
    OTHER_COMMITTEE,
    all_procedures,
)
from tests.matrix.world import CALLER, NOW, OTHER_CALLER, PDF, POSTS, SECRET, Case, Province, See


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
        _clean(world, case)
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


def _clean(world: Province, case: Case) -> None:
    """A register of the office in which the citizen has another telephone; its owner is asked to mend it."""
    by, one = world.officers[case.committee, "solver"], case.person
    born = one.dob.strftime("%d/%m/%Y") if one.dob else ""
    note = case.word("SO", See.ALL)
    text = (
        f"Họ tên,Ngày sinh,CCCD,SĐT,Ghi chú\n{one.full_name},{born},{one.personal_number},0911111222,{note}\n"
    )
    case.import_id = quality.begin_import(
        by=by, at=MORNING, register=f"Sổ {case.side}", content=text.encode(), file_name="so.csv"
    )
    mapping, _values = quality.proposal(by=by, at=MORNING, import_id=case.import_id)
    quality.map_columns(by=by, at=MORNING, import_id=case.import_id, mapping=mapping)
    quality.link_next(at=MORNING)
    found, _total = quality.records(by=by, at=MORNING, import_id=case.import_id, heap=quality.Heap.MATCHED)
    case.cleaning_record_id = found[0].id
    case.correction_id = quality.send_correction(by=by, at=MORNING, record_id=found[0].id)


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
