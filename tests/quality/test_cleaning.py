"""The work of cleaning: a file comes in, records fall into heaps, people decide, owners correct, all undone openly."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from openpyxl import Workbook
from tests.dossiers.factories import COMMITTEE, MORNING, OFFICE, OTHER_COMMITTEE

from motcua.base.data import SYSTEM, Actor, ActorKind
from motcua.deadlines import api as deadlines
from motcua.ledger import api as ledger
from motcua.people import api as people
from motcua.people.data import Sex, SourcePerson
from motcua.quality import api
from motcua.quality.api import CorrectionState, Heap, ImportState, Verdict
from motcua.quality.models import Import, Record
from motcua.units import api as units

HEAD = "Mã thẻ,Họ và tên,Ngày sinh,Giới tính,Số CCCD,SĐT,Ghi chú\n"
HUNG = "T1,NGUYEN VAN HUNG,17/03/1985,Nam,40085123456,0912345671,x\n"


def officer(role: str, name: str = "a", unit: str = COMMITTEE) -> Actor:
    return Actor(kind=ActorKind.OFFICER, ref=f"{role}-{name}", unit=unit, role=role, name=f"Cán bộ {name}")


SOLVER, OTHER, THIRD = officer("solver"), officer("solver", "b"), officer("reviewer", "c")


@pytest.fixture(scope="module")
def shared_base(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        units.load_reference_data(by=SYSTEM, at=MORNING)
        deadlines.load_reference_data(by=SYSTEM, at=datetime(2024, 12, 1, 8, tzinfo=MORNING.tzinfo))
        rows = [
            ("040085123456", "Nguyễn Văn Hùng", date(1985, 3, 17), Sex.MALE),
            ("040185234567", "Trần Thị Hoa", date(1985, 9, 2), Sex.FEMALE),
            ("040090345678", "Lê Minh Tuấn", date(1990, 1, 20), Sex.MALE),
            ("040090345679", "Lê Minh Tuấn", date(1990, 6, 5), Sex.MALE),
        ]
        people.upsert_from_source(
            by=SYSTEM,
            at=MORNING,
            source="dossier-tests",
            people=[
                SourcePerson(
                    ref=f"p{n}", full_name=name, as_of=MORNING, personal_number=number, dob=dob, sex=sex
                )
                for n, (number, name, dob, sex) in enumerate(rows)
            ],
        )
        yield
        transaction.set_rollback(True)


@pytest.fixture
def base(shared_base: None, db: None) -> None:
    """Four people, two of them with one name."""


def bring(text: str | bytes, by: Actor = SOLVER, register: str = "Bảo trợ xã hội") -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    return api.begin_import(by=by, at=MORNING, register=register, content=content, file_name="so.csv")


def linked(text: str, by: Actor = SOLVER) -> Any:
    made = bring(text, by)
    if api.get_import(by=by, import_id=made).state is ImportState.MAPPING:
        mapping, _ = api.proposal(by=by, at=MORNING, import_id=made)
        api.map_columns(by=by, at=MORNING, import_id=made, mapping=mapping)
    assert api.link_next(at=MORNING) == 1
    return made


def one_in_review(doubtful: bool) -> Record:
    """A record as the linkage leaves it, without the seconds that a linkage takes."""
    made = bring(HEAD + HUNG)
    Import.objects.filter(id=made).update(state="done", finished_at=MORNING)
    hung = people.by_personal_number("040085123456")
    assert hung is not None
    return Record.objects.create(
        of_id=made, row=1, facts={"full_name": "NGUYEN VAN HUNG", "dob": "17/03/1986"}, extra={}, found="review",
        heap="review", doubtful=doubtful, probability=0.8, person_ref=str(hung.id),
        person={"full_name": hung.full_name, "dob": "1985-03-17"},
    )  # fmt: skip


def kinds(import_id: Any) -> list[str]:
    return [one.kind for one in ledger.entries(ledger.Subject(kind="cleaning", id=str(import_id)))]


def test_four_heaps_and_the_mapping_is_remembered(base: None) -> None:
    text = (
        HEAD
        + HUNG
        + "T2,Phạm Văn Không,01/02/1999,Nam,,,\nT1,Trần Thị Hoa,,Nữ,,,\n,,,,,0912345678,\nT5,hai ô\n"
    )
    made = linked(text)
    view = api.get_import(by=SOLVER, import_id=made)
    assert view.state is ImportState.DONE, view.trouble
    assert view.counts == {Heap.MATCHED: 1, Heap.REVIEW: 0, Heap.NONE: 1, Heap.BROKEN: 3}
    (found,), total = api.records(by=SOLVER, at=MORNING, import_id=made, heap=Heap.MATCHED)
    assert (total, found.key, found.person["id_no"], found.extra) == (
        1,
        "T1",
        "040085123456",
        {"Ghi chú": "x"},
    )
    assert "số định danh trùng" in found.reasons
    broken, _ = api.records(by=SOLVER, at=MORNING, import_id=made, heap=Heap.BROKEN)
    assert [one.problem for one in broken] == [
        "mã bản ghi đã có ở một hàng trước", "không có họ tên và không có số định danh", "hàng có 2 ô, tiêu đề có 7",
    ]  # fmt: skip
    assert kinds(made) == ["cleaning.imported", "cleaning.mapped", "cleaning.linked"]
    again = bring("Ghi chú,SĐT,Số CCCD,Giới tính,Ngày sinh,Họ và tên,Mã thẻ\n,,,,,Trần Thị Hoa,1\n")
    assert api.get_import(by=SOLVER, import_id=again).state is ImportState.WAITING
    words = {one.field: one for one in api.measures(made)}
    assert (words["full_name"].total, words["full_name"].correct) == (
        2,
        1,
    )  # without its accents it is not the name


def test_a_clear_match_takes_one_person_and_a_doubtful_one_two(base: None) -> None:
    record = one_in_review(doubtful=False)
    assert api.decide_record(by=SOLVER, at=MORNING, record_id=record.id, verdict=Verdict.SAME) is Heap.MATCHED
    doubtful = one_in_review(doubtful=True)
    say = {"at": MORNING, "record_id": doubtful.id}
    assert api.decide_record(by=SOLVER, verdict=Verdict.SAME, **say) is Heap.REVIEW
    with pytest.raises(api.AlreadySaid):
        api.decide_record(by=SOLVER, verdict=Verdict.SAME, **say)
    assert api.decide_record(by=OTHER, verdict=Verdict.DIFFERENT, **say) is Heap.REVIEW
    assert api.next_to_review(by=SOLVER, import_id=doubtful.of_id) is None
    assert api.next_to_review(by=THIRD, import_id=doubtful.of_id) == doubtful.id
    assert api.decide_record(by=THIRD, verdict=Verdict.DIFFERENT, **say) is Heap.NONE
    with pytest.raises(api.NothingToDecide):
        api.decide_record(by=officer("solver", "d"), verdict=Verdict.SAME, **say)
    assert kinds(doubtful.of_id)[-3:] == ["cleaning.decided"] * 3


def test_a_correction_has_its_limit_and_undoing_withdraws_it(base: None) -> None:
    record = one_in_review(doubtful=False)
    made = record.of_id
    Record.objects.filter(id=record.id).update(heap="matched")
    facts = dict(record.facts)
    sent = api.send_correction(by=SOLVER, at=MORNING, record_id=record.id)
    with pytest.raises(api.NothingToCorrect):
        api.send_correction(by=SOLVER, at=MORNING, record_id=record.id)
    (task,) = api.corrections(by=SOLVER, at=MORNING, today=MORNING.date())
    assert {one.group for one in task.differences} >= {"differs"}
    assert (task.days, task.due) == (10, date(2026, 3, 16))
    assert not api.corrections(by=officer("solver", "x", OTHER_COMMITTEE), at=MORNING, today=MORNING.date())
    with pytest.raises(api.ReasonMissing):
        api.answer_correction(by=SOLVER, at=MORNING, correction_id=sent, outcome=CorrectionState.STANDS)
    with pytest.raises(api.NotYourCleaning):
        api.answer_correction(
            by=officer("solver", "x", OTHER_COMMITTEE),
            at=MORNING,
            correction_id=sent,
            outcome=CorrectionState.FIXED,
        )
    api.undo(by=THIRD, at=MORNING, record_id=record.id, why="nhầm người")
    assert api.open_correction_of(record.id) is CorrectionState.WITHDRAWN
    with pytest.raises(api.CorrectionNotFound):
        api.answer_correction(by=SOLVER, at=MORNING, correction_id=sent, outcome=CorrectionState.FIXED)
    record.refresh_from_db()
    assert (record.heap, record.facts) == ("review", facts)
    assert kinds(made)[-2:] == ["cleaning.correction_sent", "cleaning.undone"]


@pytest.mark.parametrize("act", ["decide", "undo", "correct", "read", "import"])
@pytest.mark.parametrize("role", ["system_admin", "reception", "leader", "elsewhere"])
def test_nobody_else_cleans(base: None, act: str, role: str) -> None:
    stranger = officer("solver", "x", OTHER_COMMITTEE) if role == "elsewhere" else officer(role)
    if act == "import" and role == "elsewhere":
        assert bring(HEAD + HUNG, stranger)  # their own register, which is theirs to clean
        return
    record = one_in_review(doubtful=False)
    with pytest.raises((api.NotYourCleaning, api.CleaningNotFound)):
        if act == "decide":
            api.decide_record(by=stranger, at=MORNING, record_id=record.id, verdict=Verdict.SAME)
        elif act == "undo":
            api.undo(by=stranger, at=MORNING, record_id=record.id, why="x")
        elif act == "correct":
            api.send_correction(by=stranger, at=MORNING, record_id=record.id)
        elif act == "read":
            api.get_record(by=stranger, at=MORNING, record_id=record.id)
        else:
            bring(HEAD + HUNG, stranger)
    assert not {"cleaning.decided", "cleaning.undone", "cleaning.correction_sent"} & set(kinds(record.of_id))
    assert (
        api.get_record(by=officer("controller", "t", OFFICE), at=MORNING, record_id=record.id).id == record.id
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x00", b"a,a\n1,2\n", b"PAR1 not parquet", b"PK\x03\x04 not a workbook", b"Ten\n", b",,\n1,2,3\n",
     b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old"],
)  # fmt: skip
def test_files_that_are_no_tables_are_refused(base: None, content: bytes) -> None:
    with pytest.raises(api.FileUnreadable) as refused:
        bring(content)
    assert refused.value.public("vi") != refused.value.public("en")
    assert not Import.objects.exists()


def test_hostile_cells_are_kept_as_text(base: None) -> None:
    sheet = Workbook()
    sheet.active.append(["Họ tên", "Ngày sinh", "CCCD"])  # type: ignore[union-attr] # a new workbook has a sheet
    sheet.active.append(["=HYPERLINK(1)", date(1985, 3, 17), 40085123456.0])  # type: ignore[union-attr]
    out = io.BytesIO()
    sheet.save(out)
    made = bring(out.getvalue())
    mapping, values = api.proposal(by=SOLVER, at=MORNING, import_id=made)
    assert mapping == {"full_name": "Họ tên", "dob": "Ngày sinh", "id_no": "CCCD"}
    assert values["Ngày sinh"] == ["17/03/1985"]
    wrong = (
        {},
        {"dob": "Ngày sinh"},
        {"full_name": "không có"},
        {"full_name": "CCCD", "id_no": "CCCD"},
        {"x": "CCCD"},
    )
    for one in wrong:
        with pytest.raises(api.MappingWrong):
            api.map_columns(by=SOLVER, at=MORNING, import_id=made, mapping=one)


def test_half_a_bad_file_fails_with_a_sentence(base: None) -> None:
    made = bring((HEAD + HUNG * 7).encode() + b"\xff\xfe,\xe1\xe2,,,,,\n" * 60)
    mapping, _ = api.proposal(by=SOLVER, at=MORNING, import_id=made)
    api.map_columns(by=SOLVER, at=MORNING, import_id=made, mapping=mapping)
    assert api.link_next(at=MORNING) == 1
    view = api.get_import(by=SOLVER, import_id=made)
    assert view.state is ImportState.FAILED
    assert "UTF-8" in view.trouble
    assert api.link_next(at=MORNING) == 0
    assert kinds(made)[-1] == "cleaning.failed"


def test_what_is_not_there(base: None) -> None:
    with pytest.raises(api.CleaningNotFound):
        api.get_import(by=SOLVER, import_id=uuid4())
    with pytest.raises(api.ImportNotFound):
        api.map_columns(by=SOLVER, at=MORNING, import_id=uuid4(), mapping={})
