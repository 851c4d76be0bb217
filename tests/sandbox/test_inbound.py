"""What citizens file on the portal waits for the province; what a ministry keeps is told in states and counts."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from tests.sandbox.asking import HTTP, Portal
from tests.sandbox.national_cases import DOSSIER, PROGRESS

PAPER = b"%PDF-1.7 synthetic"
FILED: dict[str, Any] = {
    "MaTTHC": "1.001193",
    "MaDonVi": "H41.50.07",
    "TaiKhoan": {
        "LoaiTaiKhoan": "1",
        "SoDinhDanh": "040190000011",
        "HoVaTen": "Nguyễn Thị Mẫu",
        "NgayThangNamSinh": "19900203",
        "MucDoDinhDanh": "2",
    },
    "DuLieuBieuMau": {"child.full_name": "Nguyễn Văn Con"},
    "ThanhPhanHoSo": [
        {
            "MaThanhPhanHoSo": "1.001193-TP02",
            "TenThanhPhanHoSo": "Giấy chứng sinh",
            "TepDinhKem": [
                {
                    "TenTepTin": "chung-sinh.pdf",
                    "LoaiTep": "application/pdf",
                    "Base64": base64.b64encode(PAPER).decode(),
                }
            ],
        }
    ],
}


def played(portal: Portal, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = HTTP.post(f"{portal.base_url}/national/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def waiting(portal: Portal) -> list[dict[str, Any]]:
    return list(portal.post("inbound/list")["data"])


def test_filed_delivered_until_acknowledged(portal: Portal) -> None:
    code = played(portal, "_inbound", FILED)["MaHoSo"]
    assert code.startswith("H41.50.07-")
    assert [row["LanGiao"] for _ in range(2) for row in waiting(portal)] == [1, 2]
    [row] = waiting(portal)
    assert (row["Loai"], row["MaHoSo"], row["MaTTHC"]) == ("1", code, "1.001193")
    whole = portal.post("inbound/fetch", MaGiaoNhan=row["MaGiaoNhan"])["result"]
    assert whole["TaiKhoan"]["MucDoDinhDanh"] == "2"
    assert whole["TenTTHC"] == "Đăng ký khai sinh"
    [file] = whole["ThanhPhanHoSo"][0]["TepDinhKem"]
    content = portal.get(f"inbound/file/{file['IdTepTin']}").content
    assert content == PAPER
    assert file["HashTepTin"] == hashlib.sha256(content).hexdigest()
    refused = {"MaGiaoNhan": row["MaGiaoNhan"], "KetQua": "-1", "MoTa": "tạm dừng"}
    assert portal.post("inbound/ack", **refused)["error_code"] == "0"
    assert len(waiting(portal)) == 1
    for _ in range(2):
        assert portal.post("inbound/ack", **(refused | {"KetQua": "0"}))["error_code"] == "0"
    assert waiting(portal) == []


def test_the_status_goes_back_under_the_same_code(portal: Portal) -> None:
    code = played(portal, "_inbound", FILED)["MaHoSo"]
    item = DOSSIER | {"MaHoSo": code}
    assert portal.post("dossier/add", data=[item])["error_code"] == "1"
    assert portal.post("dossier/update", data=[item])["error_code"] == "0"
    assert portal.post("dossier/progress", data=[PROGRESS | {"MaHoSo": code}])["error_code"] == "0"
    assert [m["kind"] for m in portal.history(code)] == ["filed", "update", "progress"]


def test_supplement_and_withdrawal_follow(portal: Portal) -> None:
    code = played(portal, "_inbound", FILED)["MaHoSo"]
    more = {"MaHoSo": code, "NoiDung": "Bổ sung giấy", "ThanhPhanHoSo": FILED["ThanhPhanHoSo"]}
    played(portal, "_inbound", more | {"Loai": "2"})
    played(portal, "_inbound", {"MaHoSo": code, "Loai": 3, "NoiDung": "Xin rút"})
    assert [row["Loai"] for row in waiting(portal)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "change",
    [
        {"MaDonVi": "H42"},
        {"MaTTHC": "khai sinh"},
        {"TaiKhoan": None},
        {"TaiKhoan": {"HoVaTen": ""}},
        {"Loai": "9"},
        {"Loai": "2", "MaHoSo": "nobody"},
        {"ThanhPhanHoSo": [{"TepDinhKem": [{"TenTepTin": "x", "Base64": "@@"}]}]},
        {"ThanhPhanHoSo": ["x"]},
    ],
)
def test_filings_that_make_no_sense(portal: Portal, change: dict[str, Any]) -> None:
    answer = HTTP.post(f"{portal.base_url}/national/_inbound", json=FILED | change)
    assert answer.status_code == 400
    assert waiting(portal) == []


def test_one_unit_does_not_see_another(portal: Portal) -> None:
    played(portal, "_inbound", FILED)
    [row] = waiting(portal)
    portal.unit = "H41.50.08"
    assert waiting(portal) == []
    assert portal.post("inbound/fetch", MaGiaoNhan=row["MaGiaoNhan"])["error_code"] == "2"
    assert portal.post("inbound/ack", MaGiaoNhan=row["MaGiaoNhan"], KetQua="0")["error_code"] == "2"
    portal.unit = "H41.50"
    assert len(waiting(portal)) == 1
    assert portal.post("inbound/ack", MaGiaoNhan=row["MaGiaoNhan"], KetQua="yes")["error_code"] == "3"


def test_deliveries_repeat_turn_round_and_lose_files(portal: Portal) -> None:
    for _ in range(2):
        played(portal, "_inbound", FILED)
    straight = [row["MaGiaoNhan"] for row in waiting(portal)]
    portal.faults({"kind": "reorder", "operation": "inbound/list"})
    assert [row["MaGiaoNhan"] for row in waiting(portal)] == straight[::-1]
    portal.faults({"kind": "duplicate", "operation": "inbound/list"})
    assert len(waiting(portal)) == 4
    portal.faults()
    whole = portal.post("inbound/fetch", MaGiaoNhan=straight[0])["result"]
    key = whole["ThanhPhanHoSo"][0]["TepDinhKem"][0]["IdTepTin"]
    portal.faults({"kind": "lost_file", "limit": 1})
    assert portal.get(f"inbound/file/{key}").status_code == 404
    portal.faults({"kind": "wrong_hash", "limit": 1})
    assert portal.get(f"inbound/file/{key}").content != PAPER
    assert portal.get(f"inbound/file/{key}").content == PAPER


def test_a_citizen_files_by_hand(portal: Portal) -> None:
    page = portal.get("nop-ho-so")
    assert "Nộp hồ sơ" in page.text
    form = {
        "MaTTHC": "1.001193",
        "MaDonVi": "H41.50.07",
        "HoVaTen": "Nguyễn Thị Mẫu",
        "SoDinhDanh": "040190000011",
        "form": "child.full_name = Nguyễn Văn Con\nrác",
    }
    url = f"{portal.base_url}/national/nop-ho-so"
    answer = HTTP.post(url, data=form, files={"file": ("a.pdf", PAPER, "application/pdf")})
    assert answer.status_code == 303
    [row] = waiting(portal)
    assert row["MaHoSo"] in answer.headers["location"]
    whole = portal.post("inbound/fetch", MaGiaoNhan=row["MaGiaoNhan"])["result"]
    assert whole["DuLieuBieuMau"] == {"child.full_name": "Nguyễn Văn Con"}
    assert HTTP.post(url, data=form | {"MaDonVi": "H42"}).status_code == 400


# a ministry's own systems


def at_ministry(n: int, **more: Any) -> dict[str, Any]:
    row = {"MaHoSo": f"DKKD-{n}", "MaTTHC": "2.001610", "MaDonVi": "H41.12", "TrangThaiHoSo": "9"}
    times = {
        "NgayTiepNhan": "20261102080000",
        "NgayHenTra": "20261105170000",
        "NgayKetThucXuLy": "20261104100000",
    }
    return row | times | {"KenhThucHien": "2"} | more


def test_a_ministry_tells_changes_and_counts(portal: Portal) -> None:
    late = {"NgayKetThucXuLy": "20261106100000", "KenhThucHien": "1"}
    opened = {"NgayKetThucXuLy": None, "TrangThaiHoSo": "4", "KenhThucHien": "3"}
    rows = [at_ministry(1), at_ministry(2, **late), at_ministry(3, **opened)]
    played(portal, "_ministry", {"HeThong": "DKKD", "data": rows})
    portal.unit = "H41"
    asked = {"HeThong": "DKKD", "after": 0}
    first = portal.post("ministry/list", **asked, limit=2)
    assert [row["MaHoSo"] for row in first["data"]] == ["DKKD-1", "DKKD-2"]
    played(portal, "_ministry", {"HeThong": "DKKD", "data": [at_ministry(1, TrangThaiHoSo="10")]})
    rest = portal.post("ministry/list", HeThong="DKKD", after=first["next"])["data"]
    assert [(row["MaHoSo"], row["TrangThaiHoSo"]) for row in rest] == [("DKKD-3", "4"), ("DKKD-1", "10")]
    [count] = portal.post("ministry/counts", HeThong="DKKD", TuNgay="20261101", DenNgay="20261130")["data"]
    assert (count["TongTiepNhan"], count["TrucTuyen"], count["TrucTiep"], count["BuuChinh"]) == (3, 1, 1, 1)
    assert (count["DaXuLy"], count["DungHan"], count["DangXuLy"]) == (2, 1, 1)
    assert count["QuaHan"] >= 1
    assert portal.post("ministry/counts", HeThong="DKKD", TuNgay="2026", DenNgay="x")["error_code"] == "3"
    assert portal.post("ministry/list", HeThong="X")["error_code"] == "3"
    assert portal.post("ministry/list", **(asked | {"after": "-1"}))["error_code"] == "3"
    answer = HTTP.post(f"{portal.base_url}/national/_ministry", json={"HeThong": "CA", "data": [{}]})
    assert answer.json()["error_code"] == "3"


def test_handed_over_once(portal: Portal) -> None:
    body = {
        "HeThong": "CA",
        "MaHoSoLienThong": "H41.12-261123-0001",
        "MaTTHC": "1.004222",
        "ChuHoSo": "Nguyễn Thị Mẫu",
        "NgayNopHoSo": "20261123080000",
        "KenhThucHien": "1",
    }
    first = portal.post("ministry/handover", **body)
    assert first["error_code"] == "0"
    assert portal.post("ministry/handover", **body)["MaHoSo"] == first["MaHoSo"]
    played(
        portal,
        "_ministry",
        {"HeThong": "CA", "data": [at_ministry(1, MaHoSo=first["MaHoSo"], MaDonVi="H41.50.07")]},
    )
    [row] = portal.post("ministry/list", HeThong="CA")["data"]
    assert (row["MaHoSoLienThong"], row["TrangThaiHoSo"]) == ("H41.12-261123-0001", "9")
    assert portal.post("ministry/handover", **(body | {"ChuHoSo": ""}))["error_code"] == "3"
