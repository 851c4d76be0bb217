"""Faults strike as they are asked for, the same way each time, and leave the store as they say."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from motcua_sandbox.faults import Faults, UnknownFault
from motcua_sandbox.server import SERVICES, Sandbox
from tests.sandbox.asking import HTTP, Portal
from tests.sandbox.national_cases import DOSSIER, PROGRESS

CODE = DOSSIER["MaHoSo"]


def held(portal: Portal) -> bool:
    portal.faults()
    return portal.post("dossier/lookup", mahoso=CODE)["error_code"] == "0"


def struck(faults: Faults, kind: str, count: int) -> list[int]:
    return [n for n in range(count) if faults.strike(kind, "op", f"message {n}")]


def test_the_same_seed_strikes_the_same_messages() -> None:
    first, second, other = Faults(), Faults(), Faults()
    for faults, seed in ((first, 7), (second, 7), (other, 8)):
        faults.replace([{"kind": "slow", "rate": 0.3, "seed": seed}])
    assert struck(first, "slow", 400) == sorted(struck(second, "slow", 400))
    first.replace([{"kind": "slow", "rate": 0.3, "seed": 7}])
    backwards = [n for n in reversed(range(400)) if first.strike("slow", "op", f"message {n}")]
    second.replace([{"kind": "slow", "rate": 0.3, "seed": 7}])
    assert sorted(backwards) == struck(second, "slow", 400)
    share = len(struck(other, "slow", 400))
    assert 80 <= share <= 160


def test_a_message_struck_is_thrown_again() -> None:
    faults = Faults()
    faults.replace([{"kind": "slow", "rate": 0.5, "seed": 1}])
    falls = [sum(bool(faults.strike("slow", "op", f"m{n}")) for _ in range(20)) for n in range(50)]
    assert all(fall < 20 for fall in falls)  # each gets through in the end
    assert any(falls)


def test_counts_and_operations() -> None:
    faults = Faults()
    faults.replace([{"kind": "slow", "operation": "a", "limit": 2, "skip": 1}])
    assert [bool(faults.strike("slow", "a", str(n))) for n in range(5)] == [False, True, True, False, False]
    assert faults.strike("slow", "b", "x") is None
    assert faults.shown()[0]["struck"] == 2


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "no such"},
        {"kind": "slow", "rate": 2},
        {"kind": "slow", "rate": "often"},
        {"kind": "slow", "surprise": 1},
        {"kind": "slow", "ms": "soon"},
        "slow",
        {},
    ],
)
def test_faults_that_make_no_sense(sandbox: Sandbox, row: object) -> None:
    faults = Faults()
    with pytest.raises(UnknownFault):
        faults.replace([row])
    for name in SERVICES:
        answer = HTTP.post(f"{sandbox.base_url}/{name}/_faults", json={"faults": [row]})
        assert answer.status_code == 400


@pytest.mark.parametrize(("kind", "kept"), [("timeout_before", False), ("timeout_after", True)])
def test_the_line_goes_silent(portal: Portal, kind: str, kept: bool) -> None:
    portal.faults({"kind": kind, "operation": "dossier/add", "ms": 50})
    with pytest.raises(httpx.RemoteProtocolError):
        portal.raw("dossier/add", data=[DOSSIER])
    assert held(portal) is kept


@pytest.mark.parametrize(
    ("kind", "options", "status", "kept"),
    [
        ("error_before", {"status": 503}, 503, False),
        ("error_after", {}, 502, True),
        ("down", {}, 503, False),
        ("empty", {}, 200, True),
        ("bad_json", {}, 200, True),
        ("truncated", {}, 200, True),
        ("wrong_answer", {}, 200, True),
    ],
)
def test_answers_that_are_none(
    portal: Portal, kind: str, options: dict[str, Any], status: int, kept: bool
) -> None:
    portal.faults({"kind": kind} | options)
    answer = portal.raw("dossier/add", data=[DOSSIER])
    assert answer.status_code == status
    assert '"error_code":"0"' not in answer.text or kind == "truncated"
    if kind == "truncated":
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            answer.json()
    assert held(portal) is kept


def test_an_error_inside_a_good_answer(portal: Portal) -> None:
    portal.faults({"kind": "error_inside"})
    answer = portal.raw("dossier/add", data=[DOSSIER])
    assert (answer.status_code, answer.json()["error_code"]) == (200, "-1")
    assert not held(portal)


def test_carried_out_twice(portal: Portal) -> None:
    portal.post("dossier/add", data=[DOSSIER])
    portal.faults({"kind": "duplicate", "operation": "dossier/progress"})
    assert portal.post("dossier/progress", data=[PROGRESS])["error_code"] == "0"
    assert [m["kind"] for m in portal.history(CODE)] == ["add", "progress", "progress"]


def test_a_session_forgotten(portal: Portal) -> None:
    portal.faults({"kind": "session_expired", "limit": 1})
    assert portal.post("dossier/add", data=[DOSSIER])["error_code"] == "-2"
    assert portal.post("dossier/add", data=[DOSSIER])["error_code"] == "-2"
    assert Portal(portal.base_url).post("dossier/add", data=[DOSSIER])["error_code"] == "0"


def test_a_clock_that_is_off(portal: Portal) -> None:
    portal.faults({"kind": "clock_skew", "seconds": 3 * 3600})
    assert portal.post("dossier/add", data=[DOSSIER])["error_code"] == "-2"  # thirty minutes are over
    clock = HTTP.get(f"{portal.base_url}/national/_clock").json()
    assert clock["offset_seconds"] == 0
    assert HTTP.post(f"{portal.base_url}/national/_clock", json={"offset_seconds": "x"}).status_code == 400


def test_down_for_a_while(portal: Portal) -> None:
    portal.faults({"kind": "down", "seconds": 1})
    assert portal.raw("dossier/lookup", mahoso=CODE).status_code == 503
    time.sleep(1.1)
    assert portal.post("dossier/lookup", mahoso=CODE)["error_code"] == "2"


def test_slow_callers_do_not_stop_others(portal: Portal) -> None:
    portal.faults({"kind": "slow", "ms": 1500})
    began = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(lambda _: portal.post("dossier/lookup", mahoso=CODE)["error_code"], range(20)))
    assert codes == ["2"] * 20
    assert time.monotonic() - began < 20  # one after the other would be thirty seconds


def test_switched_on_and_off_on_the_page(portal: Portal) -> None:
    url = f"{portal.base_url}/national/_faults"
    answer = HTTP.post(
        url, data={"kind": "slow", "rate": "0.5", "option": "ms=7", "operation": "", "limit": ""}
    )
    assert answer.status_code == 303
    assert HTTP.get(url).json()["faults"][0]["ms"] == 7
    assert "slow" in portal.get("").text
    HTTP.post(url, data={"clear": "1", "kind": "slow"})
    assert HTTP.get(url).json()["faults"] == []


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST /national/auth HTTP/1.1\r\nHost: x\r\nContent-Length: 30000001\r\n\r\n", b"413"),
        (b"POST /national/auth HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST /national/auth HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"\x16\x03\x01 garbage\r\n\r\n", b"400"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b""),
    ],
)
def test_requests_that_are_none(sandbox: Sandbox, head: bytes, status: bytes) -> None:
    port = int(sandbox.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(head)
        try:
            said = line.recv(4096)
        except ConnectionError:
            said = b""
    assert status in said
    assert HTTP.get(f"{sandbox.base_url}/health").json() == {"status": "ok"}
