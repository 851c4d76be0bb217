"""The bank: transfers arrive as they are sent or as banks spoil them, and the feed tells each once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as Xml

import httpx
import pytest

from motcua_sandbox.bank import camt, vietqr
from motcua_sandbox.bank.vietqr import BadQr
from motcua_sandbox.server import Sandbox
from motcua_sandbox.services import TEST_SECRET, USER
from tests.sandbox.asking import HTTP

NS = {"c": camt.SPACE}
# Made by a public VietQR generator's rules: account 3700000001 at 970436, 50,000 đồng, content HS1.
QR_BODY = "00020101021238540010A00000072701240006970436011037000000010208QRIBFTTA53037045405500005802VN62070803HS16304"
ROW = {"account": "3700000001", "amount": 50_000, "content": "Lệ phí HS 1 đợt đầu", "payer": "NGUYEN THI MAU"}


class Client:
    """The product's side and the citizen's."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.url = sandbox, f"{sandbox.base_url}/bank"
        self.http = httpx.Client(auth=(USER, TEST_SECRET))

    def arrive(self, **row: Any) -> httpx.Response:
        return self.http.post(f"{self.url}/_transfer", json=ROW | row)

    def feed(self, **query: Any) -> tuple[list[Xml.Element], int]:
        answer = self.http.get(f"{self.url}/camt054", params={"account": "3700000001"} | query)
        assert answer.status_code == 200, answer.text
        return Xml.fromstring(answer.text).findall(".//c:Ntry", NS), int(answer.headers["X-Next-Cursor"])

    def faults(self, *rows: dict[str, Any]) -> None:
        assert self.http.post(f"{self.url}/_faults", json={"faults": rows}).status_code == 200


@pytest.fixture
def bank(sandbox: Sandbox) -> Iterator[Client]:
    with sandbox.service("bank").store.writing() as db:
        for name in ("entry", "late", "payout"):
            db.execute(f"DELETE FROM {name}")
    client = Client(sandbox)
    yield client
    client.http.close()


def said(entry: Xml.Element, path: str) -> str:
    return entry.findtext("/".join(f"c:{part}" for part in path.split("/")), "", NS)


def test_a_transfer_arrives_in_the_feed(bank: Client) -> None:
    assert bank.arrive(payer_account="0123456789").json()["reference"].startswith("FT")
    [entry], cursor = bank.feed()
    assert entry.find("c:Amt", NS).attrib == {"Ccy": "VND"}  # type: ignore[union-attr]
    assert said(entry, "Amt") == "50000"
    assert said(entry, "CdtDbtInd") == "CRDT"
    assert said(entry, "NtryDtls/TxDtls/RmtInf/Ustrd") == "Lệ phí HS 1 đợt đầu"
    assert said(entry, "NtryDtls/TxDtls/RltdPties/Dbtr/Pty/Nm") == "NGUYEN THI MAU"
    assert said(entry, "NtryDtls/TxDtls/Refs/EndToEndId") == "NOTPROVIDED"
    assert bank.feed(after=cursor) == ([], cursor)
    day = said(entry, "BookgDt/DtTm")[:10]
    assert len(bank.feed(day=day)[0]) == 1
    assert bank.feed(day="2020-01-01")[0] == []


def test_the_bank_reads_the_qr_itself(bank: Client) -> None:
    text = QR_BODY + vietqr._crc(QR_BODY.encode())
    found = vietqr.read(text)
    assert (found.bin, found.account, found.amount, found.content) == ("970436", "3700000001", 50_000, "HS1")
    answer = bank.http.post(f"{bank.url}/_transfer", json={"qr": text, "payer": "LE VAN B"})
    assert answer.status_code == 200
    assert said(bank.feed()[0][0], "NtryDtls/TxDtls/RmtInf/Ustrd") == "HS1"


@pytest.mark.parametrize(
    "text", ["", "0002", QR_BODY + "0000", "hello" * 9, "00020199" + "9" * 20 + "6304ABCD"]
)
def test_a_bad_qr_is_refused(bank: Client, text: str) -> None:
    with pytest.raises(BadQr):
        vietqr.read(text)
    answer = bank.http.post(f"{bank.url}/_transfer", json={"qr": text})
    assert answer.status_code == 400


def test_the_checksum_is_that_of_the_standard() -> None:
    assert vietqr._crc(b"123456789") == "29B1"


@pytest.mark.parametrize(
    ("kind", "options", "amounts", "content"),
    [
        ("wrong_amount", {"by": -1000}, ["49000"], "Lệ phí HS 1 đợt đầu"),
        ("wrong_content", {"how": "mangled"}, ["50000"], "LEPHIHS1DOTDAU"),
        ("wrong_content", {"how": "cut"}, ["50000"], "Lệ phí HS"),
        ("wrong_content", {"how": "empty"}, ["50000"], ""),
        ("double_credit", {}, ["50000", "50000"], "Lệ phí HS 1 đợt đầu"),
        ("missing_credit", {}, [], ""),
    ],
)
def test_credits_go_wrong(
    bank: Client, kind: str, options: dict[str, Any], amounts: list[str], content: str
) -> None:
    bank.faults({"kind": kind, "operation": "transfer"} | options)
    bank.arrive()
    entries, _ = bank.feed()
    assert [said(entry, "Amt") for entry in entries] == amounts
    assert {said(entry, "NtryDtls/TxDtls/RmtInf/Ustrd") for entry in entries} <= {content}
    assert len({said(entry, "NtryRef") for entry in entries}) == len(entries)


def test_a_late_credit_comes_behind_the_others(bank: Client) -> None:
    bank.faults({"kind": "late_credit", "operation": "transfer", "seconds": 3600, "limit": 1})
    bank.arrive(content="late")
    bank.arrive(content="on time")
    [first], cursor = bank.feed()
    assert said(first, "NtryDtls/TxDtls/RmtInf/Ustrd") == "on time"
    bank.http.post(f"{bank.url}/_clock", json={"offset_seconds": 3601})
    try:
        [second], _ = bank.feed(after=cursor)
    finally:
        bank.http.post(f"{bank.url}/_clock", json={"offset_seconds": 0})
    assert said(second, "NtryDtls/TxDtls/RmtInf/Ustrd") == "late"


def test_a_feed_that_repeats_and_turns_round(bank: Client) -> None:
    for content in ("a", "b"):
        bank.arrive(content=content)
    bank.faults({"kind": "duplicate", "operation": "camt054"})
    refs = [said(entry, "NtryRef") for entry in bank.feed()[0]]
    assert len(refs) == 4
    assert len(set(refs)) == 2
    bank.faults({"kind": "reorder", "operation": "camt054"})
    assert [said(e, "NtryDtls/TxDtls/RmtInf/Ustrd") for e in bank.feed()[0]] == ["b", "a"]


def test_paying_out_once(bank: Client) -> None:
    row = {
        "account": "3700000001",
        "to_account": "0123456789",
        "to_bin": "970436",
        "to_name": "NGUYEN THI MAU",
        "amount": 20_000,
        "content": "Hoan phi",
        "end_to_end_id": "RF-1",
    }
    first = bank.http.post(f"{bank.url}/transfer", json=row).json()
    assert bank.http.post(f"{bank.url}/transfer", json=row | {"amount": "20000"}).json() == first
    assert bank.http.post(f"{bank.url}/transfer", json=row | {"amount": 1}).status_code == 409
    assert bank.http.post(f"{bank.url}/transfer", json=row | {"amount": -5}).status_code == 400
    [entry], _ = bank.feed()
    assert (said(entry, "CdtDbtInd"), said(entry, "NtryDtls/TxDtls/Refs/EndToEndId")) == ("DBIT", "RF-1")


def test_strangers_and_bad_questions(bank: Client) -> None:
    assert HTTP.get(f"{bank.url}/camt054?account=3700000001").status_code == 401
    assert HTTP.get(f"{bank.url}/camt054?account=3700000001", auth=(USER, "no")).status_code == 401
    for query in ("", "account=x'--", "account=3700000001&day=today", "account=3700000001&after=-1"):
        assert bank.http.get(f"{bank.url}/camt054?{query}").status_code == 400
    for row in ({"amount": "-5"}, {"amount": 1.5}, {"account": ""}, {"at": "soon"}, {"amount": None}):
        assert bank.arrive(**row).status_code == 400


def test_hostile_content_stays_content(bank: Client) -> None:
    bank.arrive(content="</Ustrd><x>&\x01\ufffe]]>", payer="<b>")
    [entry], _ = bank.feed()
    assert said(entry, "NtryDtls/TxDtls/RmtInf/Ustrd") == "</Ustrd><x>&]]>"
    page = bank.http.get(f"{bank.url}/").text
    assert "<b>" not in page
    form = bank.http.post(
        f"{bank.url}/_transfer", data={"account": "3700000001", "amount": "1000", "content": "x"}
    )
    assert form.status_code == 303
