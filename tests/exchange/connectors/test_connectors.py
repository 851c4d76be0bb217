"""A call to the outside: repeated only where that is safe, cut off when the system is down, logged masked."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from motcua.exchange import connectors as c
from motcua.exchange.connectors import calls, http
from motcua.exchange.connectors.circuit import FAILURES, FIRST_REST, Circuit
from motcua.exchange.connectors.masking import masked
from motcua.exchange.models import ConnectorCall, Outage
from tests.exchange.connectors.servers import Handler, serving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(calls, "FIRST_PAUSE", 0.001)
    c.forget_circuits()
    yield
    c.forget_circuits()
    http.close()


def post(url: str, **more: Any) -> c.Request:
    return c.Request(method="POST", url=url, json_body={"ChuHoSo": "NGUYỄN VĂN A", "MaHoSo": "H41.1"}, **more)


def test_an_answer_is_given_and_logged_without_names(at: datetime) -> None:
    with serving(lambda h, _b: h.answer(200, b'{"error_code":"0","email":"a@b.vn"}')) as server:
        answer = c.call("national", "add", post(server.url), idempotency_key="k1", at=at)
    assert answer.json()["error_code"] == "0"
    row = ConnectorCall.objects.get()
    assert (row.outcome, row.status, row.key, row.attempt) == ("ok", 200, "k1", 1)
    assert "NGUYỄN" not in row.said
    assert "H41.1" in row.said
    assert "a@b.vn" not in row.answered
    assert server.seen[0][3]["Idempotency-Key"] == "k1"


def test_a_failing_answer_is_repeated_only_with_a_key(at: datetime) -> None:
    with serving(lambda h, _b: h.answer(503, b"away")) as server:
        with pytest.raises(c.WentWrong):
            c.call("a", "add", post(server.url), at=at)
        assert len(server.seen) == 1
        with pytest.raises(c.WentWrong):
            c.call("b", "add", post(server.url), idempotency_key="k", at=at)
        assert len(server.seen) == 4
    assert sorted(ConnectorCall.objects.filter(connector="b").values_list("attempt", flat=True)) == [1, 2, 3]


def test_what_never_left_is_always_repeated(at: datetime) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(c.NotReached):
        c.call("national", "add", post(f"http://127.0.0.1:{port}"), at=at)
    assert ConnectorCall.objects.filter(outcome="not_reached").count() == 3


def test_a_server_that_hangs_is_left(at: datetime) -> None:
    def hang(_h: Handler, _b: bytes) -> None:
        time.sleep(0.5)

    with (
        serving(hang) as server,
        pytest.raises(c.Unanswered),
    ):  # whoever waited longer would have got the answer
        c.call("national", "add", post(server.url), at=at, timeout=0.1)


def test_an_answer_cut_off_is_unknown(at: datetime) -> None:
    def half(h: Handler, _b: bytes) -> None:
        h.send_response(200)
        h.send_header("Content-Length", "100")
        h.end_headers()
        h.wfile.write(b'{"error')
        h.close_connection = True

    with serving(half) as server, pytest.raises(c.Unanswered):
        c.call("national", "add", post(server.url), at=at)


def test_no_redirect_is_followed(at: datetime) -> None:
    def away(h: Handler, _b: bytes) -> None:
        h.send_response(302)
        h.send_header("Location", "http://127.0.0.1:1/secret")
        h.send_header("Content-Length", "0")
        h.end_headers()

    with serving(away) as server:
        assert c.call("national", "x", post(server.url), at=at).status == 302


def test_five_failures_open_the_circuit_and_screens_see_the_outage(at: datetime) -> None:
    broken = True

    def behave(h: Handler, _b: bytes) -> None:
        h.answer(500 if broken else 200, b"{}")

    with serving(behave) as server:
        for _ in range(FAILURES):
            with pytest.raises(c.WentWrong):
                c.call("national", "add", post(server.url), at=at)
        with pytest.raises(c.CircuitOpen):
            c.call("national", "add", post(server.url), at=at)
        assert len(server.seen) == FAILURES
        [outage] = c.outages()
        assert (outage.connector, outage.since) == ("national", outage.since)
        broken = False
        calls._circuit("national").asks_again_at = 0.0
        c.call("national", "add", post(server.url), at=at)
    assert c.outages() == []
    assert Outage.objects.get().until is not None


def test_an_outage_that_another_process_noted_ends_with_the_first_answer(at: datetime) -> None:
    Outage.objects.create(connector="national", since=at, cause="killed")
    with serving(lambda h, _b: h.answer(200, b"{}")) as server:
        c.call("national", "add", post(server.url), at=at)
    assert c.outages() == []


def test_one_caller_probes_while_the_circuit_is_open() -> None:
    circuit = Circuit()
    assert [circuit.failed(0.0) for _ in range(FAILURES)] == [False] * (FAILURES - 1) + [True]
    assert not circuit.may_call(FIRST_REST / 2)
    assert circuit.may_call(FIRST_REST + 0.1)
    assert not circuit.may_call(FIRST_REST + 0.1)
    assert not circuit.failed(FIRST_REST + 0.2)
    assert not circuit.may_call(FIRST_REST * 2)
    circuit.abandoned()
    assert circuit.may_call(FIRST_REST * 4)
    assert circuit.succeeded()
    assert circuit.may_call(0.0)


@pytest.mark.parametrize(
    ("body", "hidden"),
    [
        ({"data": [{"ChuHoSo": "TRẦN THỊ BÌNH", "SoDienThoai": "0912345678"}]}, ["TRẦN", "0912345678"]),
        ({"note": "số 040190001234 gọi 0912345678"}, ["040190001234", "0912345678"]),
        ({"password": "s3cret", "session": "abc"}, ["s3cret", "abc"]),
        ({"DinhDanhCHS": {"SoDinhDanh": "040190001234"}}, ["040190001234"]),
        ({"TaiLieuNop": [{"Base64": "QUJD" * 100}]}, ["QUJDQUJD"]),
        ("không phải JSON: 040190001234 a@b.vn", ["040190001234", "a@b.vn"]),
    ],
)
def test_the_log_names_nobody(body: Any, hidden: list[str]) -> None:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    shown = masked(text)
    for secret in hidden:
        assert secret not in shown


def test_form_bodies_are_masked_too() -> None:
    shown = masked("client_secret=abc&code=1&to=0912345678", "application/x-www-form-urlencoded")
    assert "abc" not in shown
    assert "0912345678" not in shown
    assert "code=1" in shown


def test_a_deep_body_does_not_break_the_log() -> None:
    assert masked("[" * 100_000 + "]" * 100_000)


def test_what_is_not_configured_is_named(settings: Any) -> None:
    settings.MOTCUA_CONNECTORS = {"pay": {"url": "ftp://x", "user": "", "secret": ""}}
    assert c.check_endpoint("national") == ["MOTCUA_CONNECTOR_NATIONAL_URL"]
    assert len(c.check_endpoint("pay")) == 3
    with pytest.raises(c.NotConfigured):
        c.endpoint("national")
    assert "s3" not in repr(c.Endpoint(id="a", url="http://x", secret="s3"))
