"""A dossier reaches the portal: every state, in order, and a record that is derived from evidence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.dossiers import api as dossiers
from motcua.dossiers.api import ComponentGiven, HowProvided
from tests.dossiers.factories import CERTIFY, COPIES, MORNING, World, receive, resolve
from tests.exchange.national.factories import Portal, send, take_up, track

pytestmark = pytest.mark.django_db


def test_a_dossier_from_acceptance_to_the_result(world: World, portal: Portal) -> None:
    filed = receive(world)
    take_up(filed.dossier_id)
    assert send() == 1
    assert portal.states(filed.code) == ["2"]
    resolve(world, filed.dossier_id, at=MORNING + timedelta(hours=1))
    dossiers.return_result(by=world.reception, at=MORNING + timedelta(hours=3), dossier_id=filed.dossier_id)
    take_up(filed.dossier_id)
    assert send() == 1
    assert portal.states(filed.code) == ["2", "4", "9", "10", "10"]
    assert portal.kinds(filed.code) == ["add", "progress", "progress", "progress", "update"]
    held = portal.held(filed.code)
    assert held["KenhThucHien"] == "1"
    assert held["NgayTiepNhan"] == "20260302090000"
    assert held["NgayKetThucXuLy"] == "20260302100500"
    assert held["NgayTra"] == "20260302120000"
    assert held["DinhDanhCHS"] == [{"LoaiDinhDanh": "1", "SoDinhDanh": "040190000112"}]
    [result] = held["DanhSachGiayToKetQua"]
    assert result["DuongDanTepTinKetQua"].startswith("https://motcua.example.vn/xac-minh/")
    row = track(filed.dossier_id)
    assert (row.todo, row.lines_waiting, row.trouble, row.in_doubt) == (False, 0, "", False)
    assert send() == 0


def test_what_is_sent_twice_is_the_same(world: World, portal: Portal) -> None:
    filed = receive(world)
    take_up(filed.dossier_id)
    take_up(filed.dossier_id)
    assert send() == 1
    take_up(filed.dossier_id)
    assert send() == 0
    assert portal.kinds(filed.code) == ["add"]


def test_a_result_given_at_once_needs_one_message(world: World, portal: Portal) -> None:
    [filed] = dossiers.at_once(
        by=world.reception,
        at=MORNING,
        idempotency_key="one",
        items=[dossiers.AtOnceItem(procedure_code=COPIES, applicant=world.party(), pages=2, title="Bằng")],
    )
    take_up(filed.dossier_id)
    send()
    assert portal.states(filed.code) == ["10"]


def test_a_missing_number_stays_missing(world: World, portal: Portal) -> None:
    filed = receive(world, applicant=world.party(personal_number="", person_id=None, phone=""))
    take_up(filed.dossier_id)
    send()
    held = portal.held(filed.code)
    assert "DinhDanhCHS" not in held
    assert not held.get("SoGiayToChuHoSo")


def test_flags_come_from_papers(world: World, portal: Portal) -> None:
    given = ComponentGiven(
        code="TP-01",
        how=HowProvided.REGISTRY,
        fact={"registry": "population", "key": "person.dob", "value": "1990", "as_of": "2025-01-05"},
    )
    filed = receive(world, components=[given], procedure_code=CERTIFY)
    take_up(filed.dossier_id)
    send()
    held = portal.held(filed.code)
    assert held["DSKetNoiCSDL"] == [{"MaCSDL": "7"}]
    assert held["TaiLieuNop"][0]["DuocTaiSuDung"] == "1"
    assert held["HoSoCoThanhPhanSoHoa"] == "0"
    assert "DuocThanhToanTrucTuyen" not in held
