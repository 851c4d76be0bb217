"""Speaks with the national portal: session, one call, and answers read by their codes, never by their text."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from motcua.exchange.connectors import Answer, CallFailed, Request, call, endpoint
from motcua.exchange.data import Sent
from motcua.exchange.national.plugin import ID

TIMEOUT = 10.0
SESSION_SECONDS = 25 * 60  # the portal's own last 30 minutes
MOST_RECORDS = 50
MOST_LINES = 10


class PortalFailed(Exception):
    """A call gave nothing to rely on. `in_doubt`: it may have been carried out all the same."""

    def __init__(self, code: str, *, in_doubt: bool, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.in_doubt = code, in_doubt


@dataclass(frozen=True, kw_only=True)
class ItemAnswer:
    """What the portal says of one item: its code, and which fields it complains of."""

    code: str
    errors: tuple[Mapping[str, str], ...] = ()


@dataclass
class _Session:
    token: str = ""
    until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


_session = _Session()


def forget_session() -> None:
    """Sign in anew with the next call."""
    with _session.lock:
        _session.token = ""


def _signed_in(at: datetime, *, instead_of: str = "") -> str:
    with _session.lock:
        fresh = _session.token and time.monotonic() < _session.until and _session.token != instead_of
        if not fresh:
            here = endpoint(ID)
            raw = _read(
                _send("auth", "", {"username": here.user, "password": here.secret}, at=at, repeatable=True)
            )
            token = raw.get("session")
            if str(raw.get("error_code")) != "0" or not isinstance(token, str) or not token:
                raise PortalFailed("-2", in_doubt=False, detail="sign-in refused")
            _session.token, _session.until = token, time.monotonic() + SESSION_SECONDS
        return _session.token


def _send(path: str, token: str, body: Mapping[str, Any], *, at: datetime, repeatable: bool) -> Answer:
    request = Request(
        method="POST",
        url=f"{endpoint(ID).url}/{path}",
        json_body={"session": token, **body} if token else dict(body),
    )
    try:
        return call(
            ID, path, request, repeatable=repeatable, at=at, timeout=TIMEOUT, times=3 if repeatable else 1
        )
    except CallFailed as error:
        raise PortalFailed("unreached", in_doubt=error.sent is not Sent.NO, detail=error.detail) from error


def _read(answer: Answer) -> dict[str, Any]:
    """The answer as an object with an `error_code`; anything else is not understood, so in doubt."""
    if answer.status != 200:
        raise PortalFailed("unreached", in_doubt=False, detail=f"HTTP {answer.status}")
    try:
        raw = answer.json()
    except (ValueError, RecursionError) as error:
        raise PortalFailed("unreadable", in_doubt=True) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("error_code"), str | int):
        raise PortalFailed("unreadable", in_doubt=True)
    return raw


def ask(
    path: str, body: Mapping[str, Any], *, at: datetime, repeatable: bool, until: float | None = None
) -> dict[str, Any]:
    """One call with a session; signs in again once when the portal says that the session is over.

    Signing in may take long: nothing is sent after `until` (by the monotonic clock). Raises `PortalFailed` when
    there is no answer to rely on; gives every other answer, errors too.
    """
    token = _signed_in(at)
    _in_time(until)
    raw = _read(_send(path, token, body, at=at, repeatable=repeatable))
    if str(raw["error_code"]) == "-2":
        token = _signed_in(at, instead_of=token)
        _in_time(until)
        raw = _read(_send(path, token, body, at=at, repeatable=repeatable))
    if str(raw["error_code"]) in ("-1", "-2"):
        raise PortalFailed(str(raw["error_code"]), in_doubt=str(raw["error_code"]) == "-1")
    return raw


def _in_time(until: float | None) -> None:
    if until is not None and time.monotonic() > until:
        raise PortalFailed("unreached", in_doubt=False, detail="no time left for an answer")


def session(at: datetime) -> str:
    """A session for calls that carry it in a header."""
    return _signed_in(at)


def send_items(
    path: str,
    unit: str,
    items: Sequence[Mapping[str, Any]],
    *,
    at: datetime,
    until: float | None = None,
) -> list[ItemAnswer]:
    """Send records or lines for `unit`, but not after `until`; one answer for each item, in their order.

    Raises `PortalFailed` when it is not known for every single item what became of it.
    """
    body = {"madonvi": unit, "data": list(items), **_updating(path)}
    raw = ask(path, body, at=at, repeatable=False, until=until)
    outer = str(raw["error_code"])
    told = raw.get("data")
    if told is None and outer != "0":
        return [ItemAnswer(code=outer, errors=_complaints(raw))] * len(items)
    if not isinstance(told, list) or len(told) != len(items):
        raise PortalFailed("unreadable", in_doubt=True)
    answers = []
    for sent, one in zip(items, told, strict=True):
        if not isinstance(one, dict) or one.get("MaHoSo") != sent["MaHoSo"] or "error_code" not in one:
            raise PortalFailed("unreadable", in_doubt=True)
        answers.append(ItemAnswer(code=str(one["error_code"]), errors=_complaints(one)))
    return answers


def _updating(path: str) -> dict[str, str]:
    return {"dossier/add": {"isUpdating": "False"}, "dossier/update": {"isUpdating": "True"}}.get(path, {})


def _complaints(raw: Mapping[str, Any]) -> tuple[Mapping[str, str], ...]:
    listed = raw.get("errors")
    if not isinstance(listed, list):
        return ()
    return tuple(
        {"field": str(one.get("field", ""))[:100], "code": str(one.get("code", ""))[:20]}
        for one in listed[:20]
        if isinstance(one, dict)
    )


def look_up(code: str, unit: str, *, at: datetime) -> dict[str, Any] | None:
    """What the portal holds under `code`; None when nothing. Raises `PortalFailed`."""
    raw = ask("dossier/lookup", {"madonvi": unit, "mahoso": code}, at=at, repeatable=True)
    answer = str(raw["error_code"])
    if answer == "2":
        return None
    held = raw.get("result")
    if answer != "0" or not isinstance(held, dict):
        raise PortalFailed("unreadable" if answer == "0" else answer, in_doubt=False)
    return held
