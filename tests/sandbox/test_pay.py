"""The payment platform: seals, the citizen's acts, callbacks good and bad, refunds, the day's statement."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from motcua_sandbox.pay import sealing
from motcua_sandbox.server import Sandbox
from motcua_sandbox.services import TEST_SECRET
from tests.sandbox.asking import HTTP
from tests.sandbox.receiving import Receiver, receiving

NOW = "20261123080000"
ORDERS = {
    "init": sealing.INIT,
    "query": sealing.ASK,
    "bill": sealing.ASK,
    "refund": sealing.REFUND,
    "statement": sealing.STATEMENT,
}
KINDS = {
    "init": "THANHTOAN",
    "query": "QUERY",
    "bill": "GET_BILL",
    "refund": "REFUND",
    "statement": "STATEMENT",
}


class Partner:
    """The product's side, in the test's own words."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url = f"{sandbox.base_url}/pay"

    def send(self, kind: str, secret: str = TEST_SECRET, **fields: Any) -> dict[str, Any]:
        head = {"LoaiBanTin": KINDS[kind], "PhienBan": "1.0.6", "MaDoiTac": "motcua", "ThoiGianGD": NOW}
        body = sealing.sealed(head | fields, ORDERS[kind], secret)
        return dict(HTTP.post(f"{self.url}/{kind}", json=body, timeout=10).json())

    def begin(self, amount: object = 50_000, **fields: Any) -> tuple[str, dict[str, Any]]:
        ref = str(fields.pop("MaThamChieu", uuid.uuid4().hex))
        return ref, self.send("init", **(order(amount) | {"MaThamChieu": ref} | fields))

    def act(self, ref: str, act: str, **more: Any) -> int:
        return HTTP.post(f"{self.url}/_act", json={"MaThamChieu": ref, "act": act} | more).status_code

    def faults(self, *rows: dict[str, Any]) -> None:
        assert HTTP.post(f"{self.url}/_faults", json={"faults": rows}).status_code == 200


def order(amount: object = 50_000) -> dict[str, Any]:
    fee = {"LoaiPhiLePhi": "2", "MaPhiLePhi": "LP1", "TenPhiLePhi": "Lệ phí", "SoTien": amount}
    return {
        "SoTien": amount,
        "MaTienTe": "VND",
        "ThongTinGiaoDich": "Lệ phí khai sinh",
        "Ip": "127.0.0.1",
        "ThongTinBienLai": {
            "MaDichVu": "2",
            "MaDonVi": "H41.50.07",
            "TenDonVi": "UBND xã Thử",
            "TKThuHuong": "3700000001",
            "MaNHThuHuong": "970436",
            "HoTenNguoiNop": "Nguyễn Thị Mẫu",
            "PhiLePhi": [fee],
        },
    }


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def partner(sandbox: Sandbox, receiver: Receiver) -> Partner:
    urls = {"callback_url": f"{receiver.url}/callback", "return_url": f"{receiver.url}/return"}
    HTTP.post(f"{sandbox.base_url}/pay/_partner", json=urls)
    return Partner(sandbox)


def test_the_seal_is_a_plain_sha256_over_the_fields_in_order() -> None:
    message = {
        "LoaiBanTin": "QUERY",
        "PhienBan": "1.0.6",
        "MaDoiTac": "m",
        "MaThamChieu": "R",
        "ThoiGianGD": NOW,
    }
    wanted = hashlib.sha256(f"QUERY|1.0.6|m|R|{NOW}|bí mật".encode()).hexdigest()
    assert sealing.seal(message, sealing.ASK, "bí mật") == wanted
    assert sealing.seal({"ThongTinBienLai": {"b": "đ", "a": [1]}}, ["ThongTinBienLai", "Ip"], "s") == (
        hashlib.sha256('{"b":"đ","a":[1]}||s'.encode()).hexdigest()
    )


def test_paid_and_called_back(partner: Partner, receiver: Receiver) -> None:
    ref, said = partner.begin()
    assert said["MaLoi"] == "00"
    assert sealing.right(said, sealing.INIT_SAID, TEST_SECRET)
    assert partner.send("query", MaThamChieu=ref)["TrangThaiGD"] == "3"
    page = HTTP.get(said["UrlThanhToan"])
    assert "50.000 đ" in page.text
    answer = HTTP.post(said["UrlThanhToan"], data={"act": "pay", "bank": "VCB"})
    assert answer.headers["location"] == f"{receiver.url}/return?MaThamChieu={ref}"
    [callback] = receiver.wait(1)
    assert sealing.right(callback, sealing.CALLBACK, TEST_SECRET)
    assert (callback["MaLoi"], callback["SoTien"], callback["MaNganHang"]) == ("00", "50000", "VCB")
    asked = partner.send("query", MaThamChieu=ref)
    assert (asked["TrangThaiGD"], asked["MaGiaoDich"]) == ("1", said["MaGiaoDich"])
    assert sealing.right(asked, sealing.CALLBACK, TEST_SECRET)
    bill = partner.send("bill", MaThamChieu=ref)
    assert "Lệ phí" in HTTP.get(bill["UrlBienLai"]).text
    assert partner.act(ref, "cancel") == 409
    assert ref in HTTP.get(f"{partner.url}/").text


def test_begun_twice_is_one_payment(partner: Partner) -> None:
    ref, first = partner.begin()
    assert partner.begin(MaThamChieu=ref)[1]["MaGiaoDich"] == first["MaGiaoDich"]
    assert partner.begin(60_000, MaThamChieu=ref)[1]["MaLoi"] == "04"


@pytest.mark.parametrize(
    "amount", [0, -1, "1.000", 1.5, "abc", True, "", 10**13, "01000", None, [1], "１００"]
)
def test_amounts_that_are_none(partner: Partner, amount: object) -> None:
    assert partner.begin(amount)[1]["MaLoi"] == "03"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"MaTienTe": "USD"}, "MaTienTe"),
        ({"Ip": "x"}, "Ip"),
        ({"Lạ": "1"}, "Lạ"),
        ({"ThongTinBienLai": {}}, "ThongTinBienLai.MaDichVu"),
        ({"ThongTinBienLai": "x"}, "ThongTinBienLai"),
        ({"MaThamChieu": "a b"}, "MaThamChieu"),
        ({"ThoiGianGD": "now"}, "ThoiGianGD"),
        ({"SoTien": 50_001}, "ThongTinBienLai.PhiLePhi"),
    ],
)
def test_a_wrong_field_is_named(partner: Partner, change: dict[str, Any], field: str) -> None:
    said = partner.begin(**change)[1]
    assert (said["MaLoi"], said["TruongLoi"]) == ("03", field)


def test_strangers_and_forgers(partner: Partner) -> None:
    assert partner.send("query", secret="guess", MaThamChieu="x")["MaLoi"] == "01"
    assert partner.send("query", MaDoiTac="other", MaThamChieu="x")["MaLoi"] == "02"
    assert partner.send("query", MaThamChieu="nobody")["MaLoi"] == "05"
    assert HTTP.post(f"{partner.url}/query", content=b"[1").json()["MaLoi"] == "03"


def test_cancelled_refused_expired_and_paid_late(partner: Partner, receiver: Receiver) -> None:
    for n, (act, code) in enumerate((("cancel", "24"), ("refuse", "51"), ("expire", "25")), start=1):
        ref, _ = partner.begin()
        assert partner.act(ref, act) == 200
        assert partner.send("query", MaThamChieu=ref)["TrangThaiGD"] == "4"
        callback = receiver.wait(n)[-1]
        assert (callback["MaThamChieu"], callback["MaLoi"]) == (ref, code)
    assert partner.act(ref, "pay") == 200  # the bank was slow, the money came after the end
    assert partner.send("query", MaThamChieu=ref)["TrangThaiGD"] == "1"
    assert partner.act("nobody", "pay") == 409


def test_nobody_pays_and_the_time_is_over(partner: Partner, sandbox: Sandbox) -> None:
    ref, _ = partner.begin()
    partner.faults({"kind": "clock_skew", "seconds": 3600})
    sandbox.service("pay")._tick()  # type: ignore[attr-defined]
    assert partner.send("query", MaThamChieu=ref)["TrangThaiGD"] == "4"


def test_paid_after_some_seconds(partner: Partner, receiver: Receiver) -> None:
    ref, _ = partner.begin()
    assert partner.act(ref, "pay", after_seconds=1) == 200
    assert partner.send("query", MaThamChieu=ref)["TrangThaiGD"] == "3"
    assert receiver.wait(1)[0]["MaThamChieu"] == ref


def test_refunds_in_parts_never_more_than_paid(partner: Partner) -> None:
    ref, _ = partner.begin()
    money = {"MaThamChieu": ref, "LyDo": "Rút hồ sơ"}
    assert partner.send("refund", MaHoanTien=f"{ref}-1", SoTien=1, **money)["MaLoi"] == "06"
    partner.act(ref, "pay")
    said = partner.send("refund", MaHoanTien=f"{ref}-1", SoTien=20_000, **money)
    assert sealing.right(said, sealing.REFUND_SAID, TEST_SECRET)
    assert partner.send("refund", MaHoanTien=f"{ref}-1", SoTien=20_000, **money)["MaLoi"] == "00"
    assert partner.send("refund", MaHoanTien=f"{ref}-1", SoTien=10_000, **money)["MaLoi"] == "04"
    assert partner.send("refund", MaHoanTien=f"{ref}-2", SoTien=30_001, **money)["MaLoi"] == "07"
    assert partner.send("refund", MaHoanTien=f"{ref}-2", SoTien="30000", **money)["MaLoi"] == "00"
    assert partner.send("refund", MaHoanTien=f"{ref}-3", SoTien=1, **money)["MaLoi"] == "06"
    asked = partner.send("query", MaThamChieu=ref)
    assert (asked["TrangThaiGD"], asked["SoTienDaHoan"]) == ("5", "50000")
    day = partner.send("statement", Ngay=asked["ThoiGianGD"][:8])
    assert sealing.right(day, sealing.STATEMENT_SAID, TEST_SECRET)
    mine = [row for row in day["GiaoDich"] if row["MaThamChieu"] == ref]
    assert [(row["Loai"], row["SoTien"]) for row in mine] == [("TT", 50_000), ("HT", 20_000), ("HT", 30_000)]
    assert partner.send("statement", Ngay="20261301")["MaLoi"] == "03"


def test_a_callback_comes_again_until_it_is_taken(partner: Partner, receiver: Receiver) -> None:
    receiver.answer = lambda n: (500, {}) if n == 1 else (200, {"MaLoi": "00"})
    ref, _ = partner.begin()
    partner.act(ref, "pay")
    first, second = receiver.wait(2)[:2]
    assert first == second
    time.sleep(0.1)
    [row] = HTTP.get(f"{partner.url}/_callbacks", params={"MaThamChieu": ref}).json()["callbacks"]
    assert [one["status"] for one in row["attempts"]] == [500, 200]
    assert row["state"] == "accepted"


@pytest.mark.parametrize(
    "kind", ["callback_forged", "callback_missing", "callback_amount", "duplicate", "callback_late"]
)
def test_bad_callbacks(partner: Partner, receiver: Receiver, kind: str) -> None:
    partner.faults({"kind": kind, "operation": "callback"} | ({"ms": 300} if kind == "callback_late" else {}))
    ref, _ = partner.begin()
    if kind == "callback_forged":
        [forged] = receiver.wait(1)
        assert forged["MaLoi"] == "00"
        assert not sealing.right(forged, sealing.CALLBACK, TEST_SECRET)
        assert partner.send("query", MaThamChieu=ref)["TrangThaiGD"] == "3"
        return
    began = time.monotonic()
    partner.act(ref, "pay")
    if kind == "callback_missing":
        time.sleep(0.3)
        assert receiver.bodies == []
    elif kind == "duplicate":
        assert json.dumps(receiver.wait(2)[0]) == json.dumps(receiver.bodies[1])
    elif kind == "callback_amount":
        [callback] = receiver.wait(1)
        assert callback["SoTien"] == "51000"
        assert sealing.right(callback, sealing.CALLBACK, TEST_SECRET)
    else:
        receiver.wait(1)
        assert time.monotonic() - began > 0.25


def test_the_second_overtakes_the_first(partner: Partner, receiver: Receiver) -> None:
    partner.faults({"kind": "reorder", "operation": "callback", "limit": 1})
    refs = [partner.begin()[0] for _ in range(2)]
    for ref in refs:
        partner.act(ref, "pay")
    assert [body["MaThamChieu"] for body in receiver.wait(2)] == refs[::-1]


def test_a_played_callback(partner: Partner, receiver: Receiver) -> None:
    ref, _ = partner.begin()
    body = {"MaThamChieu": ref, "changes": {"SoTien": "1"}, "secret": "guess"}
    said = HTTP.post(f"{partner.url}/_callback", json=body).json()
    assert said["status"] == 200
    assert receiver.bodies[-1]["SoTien"] == "1"
    assert not sealing.right(receiver.bodies[-1], sealing.CALLBACK, TEST_SECRET)
