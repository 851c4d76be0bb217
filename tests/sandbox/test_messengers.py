"""SMS, population and postal services: each message once, each report later, each refusal with its reason."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from motcua_sandbox.population import squeezed
from motcua_sandbox.server import Sandbox
from motcua_sandbox.services import TEST_SECRET, USER
from motcua_sandbox.sms import parts
from tests.sandbox.asking import HTTP
from tests.sandbox.receiving import receiving


class Client:
    """The product's side."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.http = httpx.Client(base_url=sandbox.base_url, auth=(USER, TEST_SECRET))

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return dict(self.http.post(path, json=body).json())

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return dict(self.http.get(path, params=query).json())

    def faults(self, service: str, *rows: dict[str, Any]) -> None:
        assert self.http.post(f"/{service}/_faults", json={"faults": rows}).status_code == 200

    def wait(self, ref: str, state: str) -> dict[str, Any]:
        end = time.monotonic() + 5
        while (said := self.get("/sms/status", MaThamChieu=ref))["TrangThai"] != state:
            assert time.monotonic() < end, said
            time.sleep(0.05)
        return said


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    one = Client(sandbox)
    yield one
    one.http.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/sms/send"),
        ("GET", "/sms/status"),
        ("GET", "/sms/reports"),
        ("POST", "/population/lookup"),
        ("POST", "/post/price"),
        ("POST", "/post/orders"),
        ("GET", "/post/orders/x"),
        ("POST", "/post/orders/x/cancel"),
        ("GET", "/post/events"),
    ],
)
def test_only_the_product_may_ask(sandbox: Sandbox, method: str, path: str) -> None:
    for auth in (None, (USER, "guess"), ("other", TEST_SECRET)):
        answer = HTTP.request(
            method, sandbox.base_url + path, auth=auth, json={} if method == "POST" else None
        )
        assert answer.status_code == 401


# SMS


def text(**more: Any) -> dict[str, Any]:
    return {
        "MaThamChieu": uuid4().hex,
        "SoDienThoai": "0912345678",
        "NoiDung": "Ho so",
        "BrandName": "MOTCUA",
    } | more


def test_a_text_is_sent_once_and_reported(client: Client) -> None:
    message = text()
    said = client.post("/sms/send", message)
    assert (said["error_code"], said["SoDoan"]) == ("0", 1)
    assert client.post("/sms/send", message)["MaTinNhan"] == said["MaTinNhan"]
    assert client.post("/sms/send", message | {"NoiDung": "other"})["error_code"] == "3"
    client.wait(message["MaThamChieu"], "delivered")
    rows = client.get("/sms/reports")["data"]
    assert [row["TrangThai"] for row in rows if row["MaThamChieu"] == message["MaThamChieu"]] == ["delivered"]
    assert client.get("/sms/status", MaTinNhan="none")["error_code"] == "6"
    assert message["MaThamChieu"] in client.http.get("/sms/").text


@pytest.mark.parametrize(
    ("number", "state", "reason"),
    [("0912345000", "failed", "absent"), ("+84912345003", "failed", "unknown_number")],
)
def test_numbers_that_fail(client: Client, number: str, state: str, reason: str) -> None:
    message = text(SoDienThoai=number)
    client.post("/sms/send", message)
    assert client.wait(message["MaThamChieu"], state)["MaLyDo"] == reason


def test_a_number_that_never_reports(client: Client) -> None:
    message = text(SoDienThoai="0912345001")
    client.post("/sms/send", message)
    time.sleep(0.8)
    assert client.get("/sms/status", MaThamChieu=message["MaThamChieu"])["TrangThai"] == "sent"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"SoDienThoai": "12345"}, "1"),
        ({"SoDienThoai": None}, "1"),
        ({"SoDienThoai": 912345678}, "1"),
        ({"NoiDung": ""}, "2"),
        ({"NoiDung": "x" * 1531}, "2"),
        ({"NoiDung": ["x"]}, "2"),
        ({"BrandName": "OTHER"}, "4"),
        ({"UrlBaoPhat": "file:///etc/passwd"}, "2"),
        ({"MaThamChieu": "x" * 65}, "2"),
        ({"Lạ": 1}, "2"),
    ],
)
def test_texts_that_are_refused(client: Client, change: dict[str, Any], code: str) -> None:
    assert client.post("/sms/send", text(**change))["error_code"] == code


def test_a_report_is_signed_and_comes_again_until_taken(client: Client) -> None:
    with receiving() as receiver:
        receiver.answer = lambda n: (503 if n == 1 else 204, {})
        message = text(UrlBaoPhat=f"{receiver.url}/sms")
        client.post("/sms/send", message)
        first, second = receiver.wait(2)
        assert first == second
        assert first["MaThamChieu"] == message["MaThamChieu"]
        body = json.dumps(first, ensure_ascii=False).encode()
        assert receiver.signatures[0] == hmac.new(TEST_SECRET.encode(), body, "sha256").hexdigest()


def test_reports_go_wrong(client: Client) -> None:
    client.faults("sms", {"kind": "fail", "reason": "blocked"})
    message = text()
    client.post("/sms/send", message)
    assert client.wait(message["MaThamChieu"], "failed")["MaLyDo"] == "blocked"
    with receiving() as receiver:
        client.faults("sms", {"kind": "duplicate", "operation": "report"})
        client.post("/sms/send", text(UrlBaoPhat=f"{receiver.url}/sms"))
        assert len({row["Id"] for row in receiver.wait(2)}) == 1


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 159 + "€", 2),
        ("ư" * 70, 1),
        ("ư" * 71, 2),
        ("ư" * 134, 2),
        ("ư" * 135, 3),
    ],
)
def test_parts(message: str, count: int) -> None:
    assert parts(message) == count


# population


def question(**more: Any) -> dict[str, Any]:
    body = {"MaYeuCau": "y1", "MaTichHop": "037", "MaCanBo": "cb1", "HoVaTen": "NGUYENTHIMAU"}
    return body | {"SoDinhDanh": "040190000011", "NgayThangNam": "19900203"} | more


def test_a_person_is_found(client: Client) -> None:
    said = client.post("/population/lookup", question(MaDongY="DY-abc123"))
    assert said["CongDan"]["HoVaTen"] == {"Ho": "Nguyễn", "ChuDem": "Thị", "Ten": "Mẫu"}
    assert (said["CongDan"]["GioiTinh"], said["CheMo"]) == ("2", False)
    assert "040190000011" in client.http.get("/population/").text


def test_relatives_only_with_consent(client: Client) -> None:
    person = {
        "SoDinhDanh": "040190000099",
        "SoCMND": "187654321",
        "HoVaTen": {"Ho": "Đặng", "ChuDem": "", "Ten": "Ước"},
        "NgayThangNamSinh": {"Nam": "1990", "NgayThangNam": ""},
        "Cha": {"SoDinhDanh": "040160000011", "HoVaTen": {"Ho": "Đặng", "ChuDem": "", "Ten": "Cha"}},
        "TonGiao": "x",
    }
    assert client.post("/population/_people", {"people": [person]})["kept"] == 1
    asked = {
        "MaYeuCau": "y",
        "MaTichHop": "037",
        "MaCanBo": "cb",
        "HoVaTen": "DANGUOC",
        "SoCMND": "187654321",
    }
    said = client.post("/population/lookup", asked | {"Nam": "1990"})
    assert said["CheMo"] is True
    assert "Cha" not in said["CongDan"]
    assert "TonGiao" not in said["CongDan"]
    assert client.post("/population/lookup", asked | {"MaDongY": "DY-abcdef"})["CongDan"]["Cha"]
    client.faults("population", {"kind": "masked"})
    assert "Cha" not in client.post("/population/lookup", asked | {"MaDongY": "DY-abcdef"})["CongDan"]
    assert client.post("/population/lookup", asked | {"Nam": "1991"})["error_code"] == "2"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"SoDinhDanh": "040190000012"}, "1"),
        ({"HoVaTen": "NGUYENVANMAU"}, "2"),
        ({"NgayThangNam": "19900204"}, "2"),
        ({"HoVaTen": "Nguyễn Thị Mẫu"}, "3"),
        ({"SoDinhDanh": "40190000011"}, "3"),
        ({"SoDinhDanh": None}, "3"),
        ({"NgayThangNam": "19901340"}, "3"),
        ({"MaDongY": "yes"}, "3"),
        ({"MaCanBo": ""}, "3"),
        ({"SoDinhDanh": {"$gt": ""}}, "3"),
        ({"MaTichHop": "999"}, "4"),
    ],
)
def test_questions_without_an_answer(client: Client, change: dict[str, Any], code: str) -> None:
    said = client.post("/population/lookup", question(**change))
    assert said["error_code"] == code
    assert "CongDan" not in said


def test_an_hour_has_a_quota(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motcua_sandbox.population.QUOTA", 2)
    codes = [client.post("/population/lookup", question(MaCanBo="busy"))["error_code"] for _ in range(3)]
    assert codes == ["0", "0", "5"]
    asked = client.http.get("/population/_asked").text
    assert asked.count('"busy"') == 3


def test_other_persons_and_old_addresses(client: Client) -> None:
    client.faults("population", {"kind": "other_person"})
    assert client.post("/population/lookup", question())["CongDan"]["SoDinhDanh"] != "040190000011"
    client.faults("population", {"kind": "outdated"})
    assert "trước đây" in client.post("/population/lookup", question())["CongDan"]["ThuongTru"]["ChiTiet"]


def test_names_are_squeezed() -> None:
    assert squeezed("Đỗ Thị Ánh-Nguyệt") == "DOTHIANHNGUYET"


# post


def order(**more: Any) -> dict[str, Any]:
    who = {"Province": "Nghệ An", "Address": "Xã Thử", "Name": "Trung tâm", "Tel": "0912345678"}
    body = {
        "CustomerCode": "motcua",
        "OrderNumber": uuid4().hex,
        "Sender": who,
        "Receiver": who | {"Name": "Mẫu"},
    }
    return body | more


def test_an_order_goes_its_way(client: Client) -> None:
    body = order(Weight=600, CODAmount="50000")
    said = client.post("/post/orders", body)
    assert said["ItemCode"].endswith("VN")
    assert said["Price"] == 22_000 + 5_000 + 10_000
    assert client.post("/post/orders", body) == said
    assert client.post("/post/orders", body | {"Weight": 1})["error_code"] == "1"
    number = body["OrderNumber"]
    for status in ("2", "3"):
        move = {"OrderNumber": number, "Status": status, "Place": "Vinh"}
        assert client.post("/post/_advance", move)["error_code"] == "0"
    track = client.get(f"/post/orders/{number}")
    assert [one["Status"] for one in track["Events"]] == ["1", "2", "3"]
    assert client.post(f"/post/orders/{number}/cancel", {})["error_code"] == "6"
    assert client.post("/post/_advance", {"OrderNumber": number, "Status": "2"})["error_code"] == "3"
    events = client.get("/post/events", limit=1)
    assert client.get("/post/events", after=events["next"])["data"]
    assert number in client.http.get("/post/").text


def test_an_order_is_cancelled_in_time(client: Client) -> None:
    body = order()
    client.post("/post/orders", body)
    assert client.post(f"/post/orders/{body['OrderNumber']}/cancel", {})["error_code"] == "0"
    assert client.get(f"/post/orders/{body['OrderNumber']}")["Status"] == "4"
    assert client.post("/post/orders/none/cancel", {})["error_code"] == "2"


def test_an_event_lost_comes_with_the_next(client: Client) -> None:
    body = order()
    client.post("/post/orders", body)
    cursor = client.get("/post/events")["next"]
    client.faults("post", {"kind": "lost_event", "limit": 1})
    client.post("/post/_advance", {"OrderNumber": body["OrderNumber"], "Status": "2"})
    assert client.get("/post/events", after=cursor)["data"] == []
    client.post("/post/_advance", {"OrderNumber": body["OrderNumber"], "Status": "3"})
    assert [one["Status"] for one in client.get("/post/events", after=cursor)["data"]] == ["2", "3"]


@pytest.mark.parametrize(
    "change",
    [
        {"Sender": {}},
        {"Receiver": "x"},
        {"CODAmount": -1},
        {"CODAmount": 1.5},
        {"Weight": 0},
        {"FlagConfig": "3"},
        {"OrderNumber": "a/b"},
        {"CustomerCode": ""},
    ],
)
def test_orders_that_are_refused(client: Client, change: dict[str, Any]) -> None:
    assert client.post("/post/orders", order(**change))["error_code"] == "3"


def test_a_price_before_an_order(client: Client) -> None:
    asked = {"Weight": 200, "Sender": {"Province": "Nghệ An"}, "Receiver": {"Province": "Hà Nội"}}
    assert client.post("/post/price", asked)["Price"] == 30_000
    assert client.post("/post/price", asked | {"Weight": "heavy"})["error_code"] == "3"
