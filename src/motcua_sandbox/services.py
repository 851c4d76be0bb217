"""What every simulated service has in common: routes, faults, a clock, a store, and a page that shows what it holds."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from motcua_sandbox.citizens import Citizens
from motcua_sandbox.clocks import Clock
from motcua_sandbox.faults import Fault, Faults, UnknownFault
from motcua_sandbox.serving import NoAnswer
from motcua_sandbox.stores import Store

USER = "motcua"
TEST_SECRET = "sandbox-test-secret"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What all services are told at the start."""

    base_url: str
    data_dir: Path
    secret: str = TEST_SECRET
    peers: tuple[str, ...] = ()
    citizens: Citizens = field(default_factory=lambda: Citizens(None))
    ports: dict[str, int] = field(default_factory=dict)


class Malformed(ValueError):
    """The body cannot be read; the message says why."""


@dataclass(kw_only=True)
class Call:
    """One request to a service: the operation is the path below the service."""

    request: Request
    operation: str
    words: Mapping[str, str] = field(default_factory=dict)
    strikes: Mapping[str, Fault] = field(default_factory=dict)
    _body: dict[str, Any] | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object that was sent; Malformed when it is none."""
        if self._body is None:
            self._body = read_object(self.request.get_data())
        return self._body

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number among the query's parameters."""
        text = self.request.args.get(name, "")
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise Malformed(f"{name} is not a number")
        return min(int(text), most)


Handler = Callable[[Call], Response]


class Service:
    """One simulated service below `/name`. Derived ones give routes and say how an error looks."""

    name = ""
    title = ""
    schema = ""
    own_faults: Mapping[str, Mapping[str, Any]] = {}

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.store = Store(setting.data_dir / self.name / f"{self.name}.sqlite3", self.schema)
        self.faults = Faults(self.own_faults)
        self.clock = Clock(self._skew)
        self.clock.offset = int(self.store.setting("offset", "0"))
        self.build()
        self._exact: dict[tuple[str, str], Handler] = {}
        self._shaped: list[tuple[str, re.Pattern[str], Handler]] = []
        for (method, path), handler in (self.routes() | self._own_routes()).items():
            if "<" in path:
                shape = re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path))
                self._shaped.append((method, shape, handler))
            else:
                self._exact[(method, path)] = handler

    def build(self) -> None:
        """Make the parts of the service; the routes are asked for afterwards."""

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Method and path (with `<word>`) to what answers."""
        raise NotImplementedError

    def refusal(self, message: str, *, system: bool) -> Response:
        """The service's way of saying that a call cannot be read, or (`system`) that it failed itself."""
        raise NotImplementedError

    def forget_session(self, call: Call) -> None:
        """The fault `session_expired`; nothing for a service without sessions."""

    def private(self, handler: Handler) -> Handler:
        """The same handler for the product alone, by HTTP Basic."""

        def checked(call: Call) -> Response:
            return handler(call) if signed_in(self.setting, call.request) else unknown_caller()

        return checked

    def page(self, call: Call) -> Response:
        """What the service holds, for a person."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin what runs beside the requests."""

    def stop(self) -> None:
        """End what runs beside the requests."""

    def __call__(self, request: Request, path: str) -> Response:
        """Answer one request."""
        handler, words = self._found(request.method, path)
        call = Call(request=request, operation=path, words=words)
        if path == "" or path.rpartition("/")[2].startswith("_") or not self._struck(path):
            return self._played(handler, call)
        call.strikes = self.faults.of_call(path, content_of(request))
        return self._faulty(handler, call) if call.strikes else self._played(handler, call)

    def _struck(self, path: str) -> bool:
        """Pages are for people and are left alone."""
        return bool(self.faults)

    def _played(self, handler: Handler, call: Call) -> Response:
        try:
            return handler(call)
        except Malformed as error:
            return self.refusal(str(error), system=False)

    def _faulty(self, handler: Handler, call: Call) -> Response:
        on = call.strikes
        if "slow" in on:
            time.sleep(on["slow"].number("ms") / 1000)
        if "down" in on:
            return Response("", status=503, headers={"Retry-After": "60"})
        if "error_before" in on:
            return Response("", status=on["error_before"].number("status"))
        if "timeout_before" in on:
            hold(on["timeout_before"])
        if "session_expired" in on:
            self.forget_session(call)
        if "error_inside" in on:
            return self.refusal("Lỗi hệ thống, vui lòng thử lại sau", system=True)
        answer = self._played(handler, call)
        if "duplicate" in on and call.request.method == "POST":
            answer = self._played(handler, call)
        if "error_after" in on:
            return Response("", status=on["error_after"].number("status"))
        if "timeout_after" in on:
            hold(on["timeout_after"])
        return _spoilt(answer, on)

    def _found(self, method: str, path: str) -> tuple[Handler, Mapping[str, str]]:
        handler = self._exact.get((method, path))
        if handler is not None:
            return handler, {}
        for wanted, shape, shaped in self._shaped:
            found = shape.fullmatch(path) if wanted == method else None
            if found is not None:
                return shaped, found.groupdict()
        raise NotFound()

    # what the person who plays the outside uses

    def _own_routes(self) -> dict[tuple[str, str], Handler]:
        return {
            ("GET", ""): self.page,
            ("GET", "_faults"): self._show_faults,
            ("POST", "_faults"): self._set_faults,
            ("DELETE", "_faults"): self._end_faults,
            ("GET", "_clock"): self._show_clock,
            ("POST", "_clock"): self._set_clock,
        }

    def _show_faults(self, _call: Call) -> Response:
        return answer({"faults": self.faults.shown(), "known": self.faults.known})

    def _set_faults(self, call: Call) -> Response:
        try:
            if call.request.form:
                self._from_page(call.request.form.to_dict())
                return redirect(f"/{self.name}/", 303)
            rows = call.body.get("faults")
            if not isinstance(rows, list):
                raise BadRequest("faults is a list")
            self.faults.replace(rows)
        except (UnknownFault, Malformed) as error:
            return answer({"error": str(error)}, 400)
        return self._show_faults(call)

    def _from_page(self, form: dict[str, str]) -> None:
        if "clear" in form:
            self.faults.replace([])
            return
        row: dict[str, Any] = {key: value for key, value in form.items() if value and key != "option"}
        for pair in form.get("option", "").split():
            name, _, value = pair.partition("=")
            row[name] = value
        self.faults.add(row)

    def _end_faults(self, call: Call) -> Response:
        self.faults.replace([])
        return self._show_faults(call)

    def _show_clock(self, _call: Call) -> Response:
        return answer({"offset_seconds": self.clock.offset, "now": self.clock.now().isoformat()})

    def _set_clock(self, call: Call) -> Response:
        offset = call.body.get("offset_seconds")
        if not isinstance(offset, int) or isinstance(offset, bool) or abs(offset) > 10**10:
            return answer({"error": "offset_seconds is a whole number"}, 400)
        self.clock.offset = offset
        self.store.keep("offset", str(offset))
        return self._show_clock(call)

    def _skew(self) -> int:
        fault = self.faults.standing("clock_skew")
        return fault.number("seconds") if fault else 0


def signed_in(setting: Setting, request: Request) -> bool:
    """HTTP Basic by the user by whom the product is known."""
    given = request.authorization
    if given is None or given.type != "basic":
        return False
    name, word = str(given.username or ""), str(given.password or "")
    right = hmac.compare_digest(word.encode(), setting.secret.encode())
    return right and name == USER


def unknown_caller() -> Response:
    """401 with the way to sign in."""
    return answer({"error": "sign in"}, 401, {"WWW-Authenticate": 'Basic realm="sandbox"'})


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, headers=dict(headers or {}), mimetype="application/json")


def lines(rows: list[dict[str, Any]], cursor: int | str) -> Response:
    """JSON lines with the cursor for what comes after."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return Response(text, headers={"X-Next-Cursor": str(cursor)}, mimetype="application/x-ndjson")


def read_object(raw: bytes) -> dict[str, Any]:
    """A JSON object from bytes, strictly: no floats that are not numbers, no key twice, no endless nesting."""
    try:
        value = json.loads(raw, parse_constant=_no_constant, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise Malformed("not a JSON object")
    return value


def canonical(value: object) -> str:
    """JSON written in one way only."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_of(request: Request) -> bytes:
    """What makes a message itself, whoever sends it and when: the dice are thrown over this."""
    if request.method == "GET":
        return request.full_path.encode()
    raw = request.get_data()
    try:
        body = read_object(raw)
    except Malformed:
        return hashlib.blake2b(raw, digest_size=16).digest()
    fleeting = ("session", "ThoiGianGD", "MaXacThuc")
    kept = {name: value for name, value in body.items() if name not in fleeting}
    return hashlib.blake2b(canonical(kept).encode(), digest_size=16).digest()


def hold(fault: Fault) -> None:
    """Keep the caller waiting, then close the line."""
    time.sleep(fault.number("ms") / 1000)
    raise NoAnswer


def _spoilt(right: Response, on: Mapping[str, Fault]) -> Response:
    if "empty" in on:
        return Response(b"", status=200, mimetype="application/json")
    if "bad_json" in on:
        return Response(b'{"error_code": "0", "message": ', status=200, mimetype="application/json")
    if "truncated" in on:
        whole = right.get_data()
        return Response(whole[: len(whole) // 2], status=200, mimetype=right.mimetype)
    if "wrong_answer" in on:
        return answer({"status": "OK"})
    return right


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
