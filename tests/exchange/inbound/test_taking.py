"""What citizens file on the portal arrives once, with its files and identity, and its status goes back."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import State
from motcua.exchange import connectors
from motcua.exchange.inbound import taking
from motcua.exchange.models import Delivery
from motcua.exchange.national import client
from tests.dossiers.factories import CENTRE, CERTIFY, World
from tests.exchange.national.factories import Portal, send, take_up

pytestmark = pytest.mark.django_db
NOW = datetime.now(VN).replace(microsecond=0)  # the portal stamps a filing with its own clock
UNIT = "H41.50.01"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def account(**changes: Any) -> dict[str, Any]:
    values = {
        "LoaiTaiKhoan": 1, "SoDinhDanh": "040190000112", "HoVaTen": "NGUYỄN THỊ HOA",
        "NgayThangNamSinh": "19900520", "TechID": "t-1", "MucDoDinhDanh": 2, "SoDienThoai": "0912345678",
        "ThuDienTu": "hoa@example.vn", "DiaChi": "Thành Vinh",
    }  # fmt: skip
    return {**values, **changes}


def file_there(portal: Portal, **changes: Any) -> dict[str, Any]:
    body = {
        "MaTTHC": CERTIFY,
        "MaDonVi": UNIT,
        "TaiKhoan": account(),
        "DuLieuBieuMau": {"purpose": "vay vốn"},
        "ThanhPhanHoSo": [
            {
                "MaThanhPhanHoSo": "TP-01",
                "TenThanhPhanHoSo": "Giấy chứng sinh",
                "LoaiBan": 2,
                "TepDinhKem": [
                    {
                        "TenTepTin": "a.pdf",
                        "LoaiTep": "application/pdf",
                        "Base64": base64.b64encode(PDF).decode(),
                    }
                ],
            }
        ],
    }
    return portal.post("_inbound", {**body, **changes})


def view_of(code: str) -> dossiers.DossierView:
    key = dossiers.ids_by_outside_code("national", [code])[code]
    return dossiers.get_for(by=SYSTEM, at=NOW, dossier_id=key)


def test_a_dossier_arrives_once_with_its_file_and_identity(world: World, portal: Portal) -> None:
    made = file_there(portal)
    assert taking.poll(at=NOW) == 1
    assert taking.poll(at=NOW) == 0
    found = view_of(made["MaHoSo"])
    assert found.card.state is State.REGISTERED
    assert found.card.receiving_agency == CENTRE
    assert found.applicant.person_id == world.mother
    [paper] = found.components
    assert paper.file_id is not None
    assert documents.open_file(paper.file_id) == PDF
    assert dossiers.outside_facts([found.card.id])[found.card.id].identity_proven
    assert Delivery.objects.get(id=made["MaGiaoNhan"]).acknowledged_at is not None


def test_its_status_goes_back_under_the_portals_own_code(world: World, portal: Portal) -> None:
    made = file_there(portal)
    taking.poll(at=NOW)
    found = view_of(made["MaHoSo"])
    dossiers.accept(by=world.reception, at=NOW + timedelta(minutes=5), dossier_id=found.card.id)
    take_up(found.card.id)
    send(NOW + timedelta(hours=1))
    assert portal.kinds(made["MaHoSo"]) == ["filed", "progress", "update"]
    held = portal.held(made["MaHoSo"])
    assert (held["TrangThaiHoSo"], held["NoiNopHoSo"], held["KenhThucHien"]) == ("2", "1", "2")
    assert held["TaiKhoanDuocXacThucVoiVNeID"] == "1"


def test_an_acknowledgement_that_was_lost_does_not_make_a_second_dossier(
    world: World, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT", 0.3)
    made = file_there(portal)
    portal.faults({"kind": "timeout_after", "operation": "inbound/ack", "ms": 700})
    taking.poll(at=NOW)
    portal.faults()
    connectors.forget_circuits()
    taking.poll(at=NOW + timedelta(hours=2))
    view_of(made["MaHoSo"])
    assert Delivery.objects.get().outcome == "taken"


@pytest.mark.parametrize("kind", ["duplicate", "reorder"])
def test_listed_twice_or_in_another_order(world: World, portal: Portal, kind: str) -> None:
    codes = [file_there(portal)["MaHoSo"] for _ in range(3)]
    portal.faults({"kind": kind, "operation": "inbound/list"})
    assert taking.poll(at=NOW) == 3
    assert len({view_of(code).card.id for code in codes}) == 3


@pytest.mark.parametrize("kind", ["lost_file", "wrong_hash"])
def test_half_a_file_is_not_taken(world: World, portal: Portal, kind: str) -> None:
    made = file_there(portal)
    portal.faults({"kind": kind})
    assert taking.poll(at=NOW) == 0
    assert Delivery.objects.get().cause == "files"
    assert not dossiers.ids_by_outside_code("national", [made["MaHoSo"]])
    portal.faults()
    assert taking.poll(at=NOW + timedelta(hours=1)) == 1
    assert view_of(made["MaHoSo"]).components


def test_a_unit_of_the_wrong_vintage_waits_with_its_cause(world: World, portal: Portal) -> None:
    file_there(portal, MaDonVi="H41.21.05")
    assert taking.poll(at=NOW) == 0
    row = Delivery.objects.get()
    assert (row.cause, row.outcome) == ("unit", "")
    assert "H41.21.05" in taking.words("unit")["vi"].format(detail=row.detail)


def test_an_unknown_procedure_waits_with_its_cause(world: World, portal: Portal) -> None:
    file_there(portal, MaTTHC="7.123456")
    assert taking.poll(at=NOW) == 0
    assert Delivery.objects.get().cause == "procedure"


def test_a_dangerous_file_is_named_not_taken(world: World, portal: Portal) -> None:
    bad = {"TenTepTin": "a.exe", "LoaiTep": "application/pdf", "Base64": base64.b64encode(b"MZ\x90").decode()}
    file_there(
        portal,
        ThanhPhanHoSo=[
            {"MaThanhPhanHoSo": "TP-01", "TenThanhPhanHoSo": "x", "LoaiBan": 2, "TepDinhKem": [bad]}
        ],
    )
    assert taking.poll(at=NOW) == 0
    assert Delivery.objects.get().cause == "bad_file"


def test_a_withdrawal_and_one_that_came_before_its_dossier(world: World, portal: Portal) -> None:
    made = file_there(portal)
    portal.post("_inbound", {"Loai": 3, "MaHoSo": made["MaHoSo"], "NoiDung": "đổi ý"})
    portal.faults({"kind": "reorder", "operation": "inbound/list"})
    taking.poll(at=NOW)
    taking.poll(at=NOW + timedelta(hours=1))
    assert view_of(made["MaHoSo"]).card.state is State.WITHDRAWN


def test_a_portal_that_is_down_loses_nothing(world: World, portal: Portal) -> None:
    made = file_there(portal)
    portal.faults({"kind": "down"})
    assert taking.poll(at=NOW) == 0
    portal.faults()
    connectors.forget_circuits()
    assert taking.poll(at=NOW) == 1
    view_of(made["MaHoSo"])
