"""Makes a call to the outside: circuit, time limit, repeats with jitter, one log row for each attempt."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from motcua.exchange.connectors import http
from motcua.exchange.connectors.circuit import Circuit
from motcua.exchange.connectors.errors import CallFailed, CircuitOpen, WentWrong
from motcua.exchange.connectors.masking import masked
from motcua.exchange.connectors.outages import begin_outage, end_outage, keep_call
from motcua.exchange.data import Sent

T = TypeVar("T")
TIMES = 3
FIRST_PAUSE = 0.2

_circuits: dict[str, Circuit] = {}
_lock = threading.Lock()


def _circuit(connector: str) -> Circuit:
    with _lock:
        return _circuits.setdefault(connector, Circuit())


def forget_circuits() -> None:
    """Close every circuit of this process: after a change of settings, and between tests."""
    with _lock:
        _circuits.clear()


def call(
    connector: str,
    name: str,
    request: http.Request,
    *,
    idempotency_key: str = "",
    repeatable: bool | None = None,
    at: datetime,
    timeout: float = 10.0,
    times: int = TIMES,
) -> http.Answer:
    """Send an HTTP request and give its answer, whatever its status below 500.

    It is repeated when nothing left, and, when it may have arrived, only if it is `repeatable`: by default a GET
    or a request with an `idempotency_key` (sent as a header, written to the log). Do not call it inside a
    transaction: the log row would vanish with it. Raises `CallFailed`: `CircuitOpen`, `NotReached`,
    `Unanswered`, `WentWrong` (status 500 and above, or 429).
    """
    content = request.content()
    kind = request.headers.get("Content-Type", "application/json")
    if idempotency_key:
        request = http.Request(
            method=request.method,
            url=request.url,
            headers={**request.headers, "Idempotency-Key": idempotency_key},
            json_body=request.json_body,
            body=request.body,
        )

    def once() -> tuple[http.Answer, int | None, str]:
        answer = http.send(connector, request, content, timeout=timeout)
        told = masked(answer.body[:20000], answer.headers.get("content-type", "application/json"))
        if answer.status >= 500 or answer.status == 429:
            raise WentWrong(f"HTTP {answer.status}", connector=connector, status=answer.status, body=told)
        return answer, answer.status, told

    safe = repeatable if repeatable is not None else bool(idempotency_key) or request.method == "GET"
    said = masked(content or b"", kind)
    return attempt(connector, name, once, said=said, key=idempotency_key, repeatable=safe, at=at, times=times)


def attempt(
    connector: str,
    name: str,
    once: Callable[[], tuple[T, int | None, str]],
    *,
    said: str = "",
    key: str = "",
    repeatable: bool = False,
    at: datetime,
    times: int = TIMES,
) -> T:
    """The same rules for anything else (SMTP): `once` does it and gives (value, status, what came, masked).

    `once` raises a `CallFailed`, whose `sent` says whether it may be done again when not `repeatable`.
    """
    circuit = _circuit(connector)
    began = time.monotonic()
    for number in range(1, times + 1):
        if not circuit.may_call(time.monotonic()):
            raise CircuitOpen(connector=connector)
        started = time.monotonic()
        moment = at + timedelta(seconds=started - began)
        try:
            value, status, told = once()
        except CallFailed as error:
            opened = circuit.failed(time.monotonic())
            keep_call(
                connector=connector,
                name=name,
                key=key,
                at=moment,
                attempt=number,
                seconds=time.monotonic() - started,
                status=error.status,
                outcome=error.outcome,
                said=said,
                answered=error.body or masked(error.detail, "text/plain"),
            )
            if opened:
                begin_outage(connector, at=moment, cause=error.detail or error.outcome)
            if number == times or circuit.is_open or not (repeatable or error.sent is Sent.NO):
                raise
            time.sleep(FIRST_PAUSE * 2 ** (number - 1) * (0.5 + random.random()))
        except BaseException:
            circuit.abandoned()
            raise
        else:
            if circuit.succeeded():
                end_outage(connector, at=moment)
            keep_call(
                connector=connector,
                name=name,
                key=key,
                at=moment,
                attempt=number,
                seconds=time.monotonic() - started,
                status=status,
                outcome="ok",
                said=said,
                answered=told,
            )
            return value
    raise AssertionError("unreachable: the last attempt returns or raises")
