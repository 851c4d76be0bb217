"""The national portal keeps what it is sent, in order, tells it again, and loses nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from motcua_sandbox.cli import main
from motcua_sandbox.national.catalogue import built_in
from motcua_sandbox.server import Sandbox
from motcua_sandbox.services import canonical
from tests.sandbox.asking import HTTP, Portal
from tests.sandbox.national_cases import DOSSIER, IDENTITY, PROGRESS
from tests.sandbox.running import free_port


def dossier(n: int = 1, **more: Any) -> dict[str, Any]:
    return DOSSIER | {"MaHoSo": f"H41.50.07-261123-{n:04d}"} | more


def progress(n: int = 1, **more: Any) -> dict[str, Any]:
    return PROGRESS | {"MaHoSo": f"H41.50.07-261123-{n:04d}"} | more


def test_add_update_progress_and_look_up(portal: Portal) -> None:
    assert portal.post("dossier/update", data=[dossier()])["data"][0]["error_code"] == "2"
    assert portal.post("dossier/progress", data=[progress()])["error_code"] == "2"
    assert portal.post("dossier/add", data=[dossier()])["error_code"] == "0"
    again = portal.post("dossier/add", data=[dossier()])
    assert again["error_code"] == "1"
    assert "đã tồn tại" in again["message"]
    assert portal.post("dossier/progress", data=[progress(), progress(TrangThai="9")])["error_code"] == "0"
    final = dossier(TrangThaiHoSo="9", NgayKetThucXuLy="20261124100000")
    assert portal.post("dossier/update", data=[final])["error_code"] == "0"
    held = portal.post("dossier/lookup", mahoso=final["MaHoSo"])["result"]
    assert [row["TrangThai"] for row in held["TienTrinh"]] == ["4", "9"]
    assert (held["TrangThaiHoSo"], held["SoLanCapNhat"], held["MaDonVi"]) == ("9", 1, "H41.50.07")
    assert held["BamNoiDung"] == hashlib.sha256(canonical(final).encode()).hexdigest()
    assert [m["kind"] for m in portal.history(final["MaHoSo"])] == ["add", "progress", "progress", "update"]
    assert portal.post("dossier/lookup", mahoso="nobody")["error_code"] == "2"


def test_generation_one_asks_at_one_address(portal: Portal) -> None:
    assert (
        portal.post("service", service="DongBoHoSoMC", isUpdating="False", data=[dossier()])["error_code"]
        == "0"
    )
    assert (
        portal.post("service", service="DongBoHoSoMC", isUpdating="True", data=[dossier()])["error_code"]
        == "0"
    )
    assert portal.post("service", service="CapNhatTienDoHoSoMC", data=[progress()])["error_code"] == "0"
    assert portal.post("service", service="TraCuuHoSo", mahoso=dossier()["MaHoSo"])["result"]["TienTrinh"]
    assert portal.post("service", service="XoaHoSo")["error_code"] == "3"


def test_repeats_take_effect_and_are_counted(portal: Portal) -> None:
    portal.post("dossier/add", data=[dossier()])
    for _ in range(2):
        portal.post("dossier/progress", data=[progress()])
        portal.post("dossier/update", data=[dossier()])
    history = portal.history(dossier()["MaHoSo"])
    assert [(m["kind"], m["repeat_of"] is not None) for m in history] == [
        ("add", False),
        ("progress", False),
        ("update", True),
        ("progress", True),
        ("update", True),
    ]
    assert portal.get("_stats").json()["repeats"] == 1
    listed = portal.get("_history", after=history[1]["seq"], limit=2).text.splitlines()
    assert len(listed) == 2


def test_who_may_ask(portal: Portal) -> None:
    assert portal.post("auth", username="motcua", password="wrong")["error_code"] == "-2"
    assert portal.post("dossier/add", session="none", data=[dossier()])["error_code"] == "-2"
    assert portal.post("dossier/add", session=["x"], data=[dossier()])["error_code"] == "-2"
    for unit in ("H42", "000.00.12.H42", "", None, "H41'; DROP TABLE dossier"):
        assert portal.post("dossier/add", madonvi=unit, data=[dossier()])["error_code"] == "-3"
    assert portal.post("dossier/add", madonvi="000.07.50.H41", data=[dossier()])["error_code"] == "0"
    assert HTTP.get(f"{portal.base_url}/national/export").status_code == 401


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b'{"session": NaN}', b'{"a":1,"a":2}', b"[" * 100_000, b"\xff\xfe{}"],
)
def test_a_body_that_cannot_be_read_is_refused(portal: Portal, raw: bytes) -> None:
    answer = HTTP.post(f"{portal.base_url}/national/dossier/add", content=raw)
    assert answer.json()["error_code"] == "3"


def test_calls_of_the_wrong_size(portal: Portal) -> None:
    assert portal.post("dossier/add", data=[])["error_code"] == "3"
    assert portal.post("dossier/add", data={"MaHoSo": "x"})["error_code"] == "3"
    assert portal.post("dossier/add", data=[dossier(n) for n in range(51)])["error_code"] == "-4"
    assert portal.post("dossier/progress", data=[progress()] * 11)["error_code"] == "-4"


def test_a_closed_catalogue_knows_which_unit_lived_when(portal: Portal) -> None:
    lists = {
        "open": False,
        "TTHC": [{"MATTHC": "1.001193", "TENTTHC": "Khai sinh", "MALINHVUC": "HT", "TENLINHVUC": "Hộ tịch"}],
        "COQUAN": [
            {"MADONVI": "H41.50.07", "HIEULUCTU": "20250701", "HIEULUCDEN": ""},
            {"MADONVI": "H41.25", "HIEULUCTU": "", "HIEULUCDEN": "20250701"},
        ],
    }
    HTTP.post(f"{portal.base_url}/national/_catalogue", json=lists)
    assert portal.post("dossier/add", data=[dossier()])["error_code"] == "0"
    for change in ({"MaTTHC": "1.999999"}, {"MaLinhVuc": "XX"}, {"NgayTiepNhan": "20250630080000"}):
        assert portal.post("dossier/update", data=[dossier(**change)])["error_code"] == "4", change
    assert portal.post("dossier/add", madonvi="H41.25", data=[dossier(2)])["error_code"] == "4"
    old = dossier(3, NgayTiepNhan="20250630080000")
    assert portal.post("dossier/add", madonvi="H41.25", data=[old])["error_code"] == "0"
    assert portal.post("catalogue/LayThuTuc", maTTHC="1.001193")["result"][0]["MATTHC"] == "1.001193"
    assert portal.post("catalogue/LayThuTuc", maTTHC="1.999999")["error_code"] == "2"
    assert len(portal.post("catalogue/LayDanhSachTTHC")["result"]) == 1
    assert len(portal.post("catalogue/LayDanhMucCoQuan")["result"]) == 2
    for name in ("LayDanhMucLinhVuc", "LayDVC"):
        assert portal.post(f"catalogue/{name}")["error_code"] == "0"
    refused = portal.get("_refused").text.splitlines()
    assert len(refused) == 4


def test_what_the_portal_knows_until_told_otherwise() -> None:
    lists = built_in()
    assert len({row["MATTHC"] for row in lists["TTHC"]}) == len(lists["TTHC"]) > 70
    fields = {row["MALINHVUC"]: row["TENLINHVUC"] for row in lists["LINHVUC"]}
    assert len(set(fields.values())) == len(fields)
    assert all(fields[row["MALINHVUC"]] == row["TENLINHVUC"] for row in lists["TTHC"])


def exported(portal: Portal, **query: Any) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    after = ""
    while True:
        page = portal.get("export", after=after, **query)
        rows += csv.DictReader(io.StringIO(page.text))
        after = page.headers["X-Next-Cursor"]
        if not after:
            return rows


def test_the_export_holds_everything_once_in_pages(portal: Portal) -> None:
    rich = dossier(
        3,
        ChuHoSo='Công ty "A", B',
        DSKetNoiCSDL=[{"MaCSDL": "7"}, {"MaCSDL": "1"}],
        TaiLieuNop=[
            {"TenTepDinhKem": "a", "DuocSoHoa": "1", "DuocLayTuKhoDMQG": "1"},
            {"TenTepDinhKem": "b"},
        ],
        DanhSachLePhi=[{"TenPhiLePhi": "x", "Gia": "8000"}, {"TenPhiLePhi": "y", "Gia": 2000}],
        DinhDanhCHS=[IDENTITY],
    )
    for n in (1, 2, 4, 5):
        assert portal.post("dossier/add", data=[dossier(n)])["error_code"] == "0"
    portal.post("dossier/add", data=[rich])
    rows = exported(portal, limit=2)
    assert [row["MaHoSo"][-1] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[2]["ChuHoSo"] == 'Công ty "A", B'
    assert (rows[2]["MaCSDL"], rows[2]["TongLePhi"], rows[2]["SoTaiLieuNop"]) == ("1;7", "10000", "2")
    assert (rows[2]["SoDuocSoHoa"], rows[2]["SoLayTuKhoDMQG"], rows[2]["NgayHenTra"]) == ("1", "1", "")
    assert exported(portal, unit="H41.50.08") == []
    assert len(exported(portal, unit="H41.50", **{"from": "20261123", "to": "20261124"})) == 5
    assert exported(portal, to="20261123") == []
    assert portal.get("export", unit="H42").json()["error_code"] == "-3"
    counts = portal.get("counts").json()["data"]
    lines = "".join(f"{row['MaHoSo']},2\n" for row in rows)
    wanted = hashlib.sha256(lines.encode()).hexdigest()
    assert counts == [{"MaDonVi": "H41.50.07", "Ngay": "20261123", "SoHoSo": 5, "DauVet": wanted}]


def test_filled_for_measurements_with_planted_differences(tmp_path: Path, capsys: Any) -> None:
    plant = tmp_path / "plant.csv"
    plant.write_text(
        "MaHoSo,what,field,value\nH41.50.10-230101-0001,missing\nH41.50.10-230101-9999,extra\n"
        "H41.50.10-230101-0002,different,TrangThaiHoSo,8\n"
    )
    words = ["fill-national", "--rows", "10000", "--data-dir", str(tmp_path), "--plant", str(plant)]
    assert main(words) == 0
    assert capsys.readouterr().out == "10000\n"
    with pytest.raises(ValueError, match="no dossier"):
        plant.write_text("MaHoSo,what\nnobody,missing\n")
        main(words)
    sandbox = Sandbox(base_url="http://127.0.0.1:1", data_dir=tmp_path)
    store = sandbox.service("national").store
    assert store.row("SELECT count(*) FROM dossier")[0] == 10000  # type: ignore[index]  # the failed one left no trace
    assert store.row("SELECT 1 FROM dossier WHERE MaHoSo = 'H41.50.10-230101-0001'") is None


def test_outages_are_announced_and_then_real(portal: Portal) -> None:
    url = f"{portal.base_url}/national/_outages"
    later = {"DichVu": "", "TuLuc": "20990101000000", "DenLuc": "20990102000000", "LyDo": "x", "KeHoach": "1"}
    HTTP.post(url, json=later)
    assert portal.post("dossier/add", data=[dossier()])["error_code"] == "0"
    HTTP.post(url, json=later | {"TuLuc": "20260101000000", "DichVu": "dossier"})
    answer = portal.raw("dossier/add", data=[dossier()])
    assert (answer.status_code, answer.json()["error_code"]) == (503, "-1")
    assert portal.post("inbound/list")["error_code"] == "0"
    assert len(portal.get("outages").json()["data"]) == 2
    assert HTTP.post(url, json={"TuLuc": "x"}).json()["error_code"] == "3"
    HTTP.delete(url)
    assert portal.post("dossier/update", data=[dossier()])["error_code"] == "0"


def test_pages_show_what_is_held(portal: Portal) -> None:
    portal.post("dossier/add", data=[dossier(ChuHoSo="<script>alert(1)</script>")])
    for query in ("", "H41.50.07-261123", "H41.50"):
        page = portal.get("", q=query)
        assert "H41.50.07-261123-0001" in page.text
    one = portal.get("ho-so/H41.50.07-261123-0001")
    assert "Được tiếp nhận" in one.text
    assert "<script>" not in one.text
    assert portal.get("ho-so/unknown").status_code == 404
    assert portal.get("no-such-page").status_code == 404


def test_killed_without_warning_it_keeps_what_it_answered(tmp_path: Path) -> None:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "motcua_sandbox.cli",
        "--port-base",
        str(port),
        "--data-dir",
        str(tmp_path),
    ]
    base = f"http://127.0.0.1:{port}"

    def up() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert b"ready" in process.stdout.readline()
        return process

    def client() -> Portal:
        return Portal(base)

    first = up()
    portal = client()
    for n in range(1, 40):
        assert portal.post("dossier/add", data=[dossier(n)])["error_code"] == "0"
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    second = up()
    try:
        assert portal.post("dossier/update", data=[dossier(39)])["error_code"] == "-2"
        assert client().get("_stats").json()["dossiers"] == 39
    finally:
        second.terminate()
        second.communicate()
