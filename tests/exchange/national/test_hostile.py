"""A portal that lies, hangs, refuses or dies: nothing lost, doubled or out of order, and a cause for a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from motcua.dossiers import api as dossiers
from motcua.dossiers.data import State
from motcua.exchange import connectors
from motcua.exchange.models import Line, PortalProcedure, Track
from motcua.exchange.national import client, codes, delivering, leasing, mapping
from motcua.exchange.national.status import TO_PORTAL
from tests.dossiers.factories import MORNING, QUICK, World, receive, resolve, to_step
from tests.exchange.national.factories import Portal, send, take_up, track

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(days=30)


def again(portal: Portal, runs: int = 6) -> None:
    """The faults are over; run until nothing is left, as the duty does."""
    portal.faults()
    for number in range(1, runs + 1):
        connectors.forget_circuits()
        send(LATER + timedelta(hours=number))


def through(world: World, portal: Portal, *faults: dict[str, Any]) -> dossiers.Filed:
    """A dossier filed and resolved while the portal has these faults."""
    filed = receive(world)
    take_up(filed.dossier_id)
    send()
    resolve(world, filed.dossier_id, at=MORNING + timedelta(hours=1))
    take_up(filed.dossier_id)
    portal.faults(*faults)
    send(LATER + timedelta(minutes=1))
    return filed


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "timeout_before", "ms": 700},
        {"kind": "timeout_after", "ms": 700},
        {"kind": "error_before"},
        {"kind": "error_after"},
        {"kind": "error_inside"},
        {"kind": "bad_json"},
        {"kind": "empty"},
        {"kind": "truncated"},
        {"kind": "wrong_answer"},
        {"kind": "down"},
        {"kind": "session_expired", "limit": 1},
    ],
    ids=lambda fault: fault["kind"],
)
@pytest.mark.parametrize("operation", ["dossier/progress", "dossier/update"])
def test_each_state_arrives_once_and_in_order(
    world: World, portal: Portal, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], operation: str
) -> None:
    monkeypatch.setattr(client, "TIMEOUT", 0.3)
    filed = through(world, portal, {**fault, "operation": operation} if fault["kind"] != "down" else fault)
    again(portal)
    told = [one["state"] for one in portal.history(filed.code) if one["kind"] != "update"]
    assert [str(state) for state in told] == ["2", "4", "9"]
    assert portal.held(filed.code)["TrangThaiHoSo"] == "9"
    row = track(filed.dossier_id)
    assert (row.todo, row.trouble, row.in_doubt) == (False, "", False)


@pytest.mark.parametrize("kind", ["timeout_after", "error_after", "bad_json", "duplicate"])
def test_an_add_whose_answer_was_lost_is_recognised(
    world: World, portal: Portal, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(client, "TIMEOUT", 0.3)
    portal.faults(
        {"kind": kind, "operation": "dossier/add", **({"ms": 700} if kind == "timeout_after" else {})}
    )
    filed = receive(world)
    take_up(filed.dossier_id)
    send()
    again(portal)
    assert portal.kinds(filed.code).count("add") == 1
    assert track(filed.dossier_id).known
    assert not track(filed.dossier_id).todo


def test_a_worker_that_died_between_sending_and_writing_down(
    world: World, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = through(world, portal, {"kind": "down"})
    portal.faults()
    connectors.forget_circuits()

    def die(*_a: Any, **_k: Any) -> None:
        raise KeyboardInterrupt

    kept = delivering.keep
    monkeypatch.setattr(delivering, "keep", die)
    with pytest.raises(KeyboardInterrupt):
        send(LATER + timedelta(hours=1))
    monkeypatch.setattr(delivering, "keep", kept)
    assert Line.objects.filter(dossier=filed.dossier_id, sent_at__isnull=True).exists()
    assert send(LATER + timedelta(hours=1, seconds=5)) == 0  # leased still
    send(LATER + timedelta(hours=1) + leasing.LEASE + timedelta(seconds=1))
    assert [
        s for s, k in zip(portal.states(filed.code), portal.kinds(filed.code), strict=True) if k != "update"
    ] == [
        "2",
        "4",
        "9",
    ]
    assert not track(filed.dossier_id).todo


def test_what_a_person_must_fix_blocks_that_dossier_only(world: World, portal: Portal) -> None:
    wrong = receive(world, applicant=world.party(phone="gọi chồng"))
    right = receive(world)
    take_up(wrong.dossier_id, right.dossier_id)
    send()
    assert portal.states(right.code) == ["2"]
    row = track(wrong.dossier_id)
    assert (row.trouble, row.blocked, row.error_code) == ("data", True, "3")
    assert row.errors[0]["field"] == "SoDienThoai"
    assert send(LATER + timedelta(days=1)) == 0
    dossiers.correct(
        by=world.lead, at=MORNING + timedelta(hours=2), dossier_id=wrong.dossier_id,
        reason="sai số điện thoại", changes={"applicant": world.party(phone="0912345678")},
    )  # fmt: skip
    take_up(wrong.dossier_id)
    send(LATER + timedelta(days=2))
    assert portal.states(wrong.code)[0] == "2"
    assert track(wrong.dossier_id).trouble == ""


def test_a_procedure_that_the_portal_does_not_list_is_a_fault_of_mapping(
    world: World, portal: Portal
) -> None:
    PortalProcedure.objects.filter(code=QUICK).delete()
    filed = receive(world, procedure_code=QUICK)
    take_up(filed.dossier_id)
    send()
    row = track(filed.dossier_id)
    assert (row.trouble, row.error_code, row.known) == ("mapping", "no_field", False)
    assert portal.history(filed.code) == []
    assert mapping.release(at=LATER) == 1  # the first look knows no codes of before
    send(LATER)
    assert track(filed.dossier_id).blocked
    assert mapping.release(at=LATER) == 0
    PortalProcedure.objects.create(
        code=QUICK, name="Thủ tục", field_code="G15-HT", field_name="Hộ tịch", read_at=LATER
    )
    assert mapping.release(at=LATER) == 1
    send(LATER)
    assert portal.states(filed.code) == ["2"]


def test_a_record_that_the_portal_has_is_not_sent_again(world: World, portal: Portal) -> None:
    filed = receive(world)
    take_up(filed.dossier_id)
    send()
    to_step(world, filed.dossier_id, dossiers.Step.SOLVING, at=MORNING + timedelta(hours=1))
    take_up(filed.dossier_id)
    send(LATER)
    kinds = portal.kinds(filed.code)
    assert kinds.count("update") == 1
    to_step_seq = track(filed.dossier_id).want_seq
    dossiers.propose(
        by=world.solver, at=MORNING + timedelta(hours=2), dossier_id=filed.dossier_id, opinion="đủ điều kiện"
    )
    take_up(filed.dossier_id)
    send(LATER + timedelta(minutes=1))
    row = track(filed.dossier_id)
    assert (row.todo, row.recorded_seq) == (False, row.want_seq)
    assert row.want_seq > to_step_seq
    assert portal.kinds(filed.code) == kinds


def test_after_a_doubt_the_record_is_sent_although_it_looks_the_same(world: World, portal: Portal) -> None:
    filed = receive(world)
    take_up(filed.dossier_id)
    send()
    changed = {"applicant": world.party(phone="0987654321")}
    dossiers.correct(
        by=world.lead,
        at=MORNING + timedelta(hours=1),
        dossier_id=filed.dossier_id,
        reason="x",
        changes=changed,
    )
    take_up(filed.dossier_id)
    portal.faults({"kind": "error_after", "operation": "dossier/update"})
    send(LATER)
    dossiers.correct(
        by=world.lead, at=MORNING + timedelta(hours=2), dossier_id=filed.dossier_id, reason="x",
        changes={"applicant": world.party()},
    )  # fmt: skip
    take_up(filed.dossier_id)
    again(portal)
    assert portal.held(filed.code)["SoDienThoai"] == "0912345678"


def test_who_lost_the_lease_lets_the_record_be_sent_once_more(world: World, portal: Portal) -> None:
    filed = receive(world)
    take_up(filed.dossier_id)
    [slow] = leasing.claim(at=LATER)
    over = LATER + leasing.LEASE + timedelta(seconds=1)
    [quick] = leasing.claim(at=over)
    delivering.Delivery([quick], over).run()
    leasing.keep([slow], at=over)  # what it sent may have arrived last
    leasing.keep([quick], at=over)
    row = track(filed.dossier_id)
    assert (row.known, row.todo, row.recorded_seq, row.lines_waiting) == (True, True, 0, 0)
    send(over + timedelta(minutes=1))
    assert portal.kinds(filed.code) == ["add", "update"]
    assert not track(filed.dossier_id).todo


def test_nothing_leaves_when_the_lease_could_end_before_the_answer(world: World, portal: Portal) -> None:
    filed = receive(world)
    take_up(filed.dossier_id)
    works = leasing.claim(at=LATER)
    late = LATER + leasing.LEASE
    delivering.Delivery(works, late).run()
    assert portal.history(filed.code) == []
    with pytest.raises(client.PortalFailed) as error:
        client.send_items("dossier/add", "H41", [{"MaHoSo": "x"}], at=LATER, until=0.0)
    assert not error.value.in_doubt


def test_an_entry_that_came_while_the_portal_refused_is_tried(world: World, portal: Portal) -> None:
    filed = receive(world, applicant=world.party(phone="gọi chồng"))
    take_up(filed.dossier_id)
    works = leasing.claim(at=LATER)
    delivering.Delivery(works, LATER).run()
    dossiers.correct(
        by=world.lead, at=MORNING + timedelta(hours=2), dossier_id=filed.dossier_id,
        reason="sai số điện thoại", changes={"applicant": world.party()},
    )  # fmt: skip
    take_up(filed.dossier_id)
    leasing.keep(works, at=LATER)
    assert not track(filed.dossier_id).blocked
    send(LATER + timedelta(minutes=1))
    assert portal.states(filed.code)[0] == "2"


@pytest.mark.parametrize(
    ("status", "doubt"), [(500, True), (502, True), (503, True), (429, True), (404, False)]
)
def test_a_server_error_leaves_a_doubt(world: World, portal: Portal, status: int, doubt: bool) -> None:
    portal.faults({"kind": "error_after", "status": status, "operation": "dossier/add"})
    with pytest.raises(client.PortalFailed) as error:
        client.send_items("dossier/add", "H41.50.01.01", [{"MaHoSo": "x"}], at=MORNING)
    assert error.value.in_doubt is doubt


def test_a_unit_of_the_wrong_vintage_is_not_sent_nor_guessed(world: World, portal: Portal) -> None:
    filed = receive(world)
    take_up(filed.dossier_id)
    Track.objects.filter(dossier=filed.dossier_id).update(agency="ubnd-xa-16681-cu")
    send()
    row = track(filed.dossier_id)
    assert (row.trouble, row.error_code) == ("mapping", "-3")
    assert portal.history(filed.code) == []


def test_another_dossier_under_our_code_is_not_overwritten(world: World, portal: Portal) -> None:
    filed = receive(world)
    item = {
        "MaHoSo": filed.code, "MaTTHC": "1.004873", "TenTTHC": "Khác", "MaLinhVuc": "G1", "TenLinhVuc": "Khác",
        "ChuHoSo": "TRẦN VĂN B", "LoaiDoiTuong": "1", "TrangThaiHoSo": "1", "DonViXuLy": "Sở",
        "NgayNopHoSo": "20260101080000",
    }  # fmt: skip
    assert client.send_items("dossier/add", "H41.50.01.01", [item], at=MORNING)[0].code == "0"
    take_up(filed.dossier_id)
    send()
    assert track(filed.dossier_id).trouble == "clash"
    assert portal.held(filed.code)["ChuHoSo"] == "TRẦN VĂN B"


def test_a_portal_that_forgot_is_told_again_from_the_beginning(world: World, portal: Portal) -> None:
    filed = receive(world)
    take_up(filed.dossier_id)
    send()
    portal.reset()
    client.forget_session()
    resolve(world, filed.dossier_id, at=MORNING + timedelta(hours=1))
    take_up(filed.dossier_id)
    send(LATER + timedelta(hours=1))
    again(portal)
    assert [
        s for s, k in zip(portal.states(filed.code), portal.kinds(filed.code), strict=True) if k != "update"
    ] == [
        "2",
        "4",
        "9",
    ]


def test_the_table_of_states_is_one_to_one() -> None:
    assert {int(code) for code in TO_PORTAL.values()} == set(range(1, 11))
    assert all(int(TO_PORTAL[state]) == state.value for state in State)
    assert len(TO_PORTAL) == len(State) == 10


def test_every_code_has_a_class_and_words() -> None:
    for code in codes.known_codes():
        said = codes.words(code)
        if said.meaning is not codes.Meaning.OK:
            assert said.vi
            assert said.en
    assert codes.words("77").meaning is codes.Meaning.RETRY
    assert "77" in codes.words("77").vi


def test_a_name_of_a_field_is_said_in_words() -> None:
    assert codes.field_words("TaiLieuNop[0].DuocSoHoa") == "giấy tờ đã nộp"
    assert codes.field_words("Khac") == "Khac"
