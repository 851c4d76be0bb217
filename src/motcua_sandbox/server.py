"""One light process on one loopback port that plays every national system.

`/vneid` identity provider · `/pki` OCSP, CRL and time stamps · `/pki-ra` issue and revoke certificates ·
`/control` faults · `/health`.
"""

from __future__ import annotations

import base64
import json
import re
import socketserver
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from motcua_sandbox.citizens import Citizens
from motcua_sandbox.identity import FAULTS, IdentityProvider, answer_error
from motcua_sandbox.pki import ARCH, Enrolment, Pki, PkiError

MAX_BODY = 2_000_000


class Sandbox:
    """The WSGI application of all simulated systems."""

    def __init__(
        self, *, base_url: str, data_dir: Path, citizens: Path | None = None, peers: tuple[str, ...] = ()
    ) -> None:
        self.base_url = base_url
        self.pki = Pki(data_dir, base_url)
        self.identity = IdentityProvider(
            base_url=base_url, data_dir=data_dir, citizens=Citizens(citizens), peers=peers
        )
        self.pki_down = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        request.max_content_length = MAX_BODY
        try:
            response = self._route(request)
        except PkiError as error:
            response = _json({"error": str(error)}, 400)
        except HTTPException as error:
            response = answer_error(error)
        return response(environ, start_response)

    def _route(self, request: Request) -> Response | Callable[..., Iterable[bytes]]:
        first, _, rest = request.path.lstrip("/").partition("/")
        if first == "health":
            return _json({"status": "ok"})
        if first == "vneid":
            return self.identity(_below(request, first, rest))
        if first == "pki":
            if self.pki_down:
                return _json({"error": "down"}, 503)
            inner = _posted(_below(request, first, rest))
            return lambda _environ, start: self.pki.answer(inner.environ, start)
        if first == "pki-ra":
            return self._registration(request, rest)
        if first == "control":
            return self._control(request, rest)
        raise NotFound()

    def _registration(self, request: Request, rest: str) -> Response:
        if rest == "authority" and request.method == "GET":
            return _json(
                {
                    "root": self.pki.certificate("root"),
                    "intermediates": [self.pki.certificate(f"{kind}-ca") for kind in ("person", "agency")],
                    "time_stamping": f"{self.base_url}/pki/{ARCH}/tsa/tsa",
                }
            )
        if request.method != "POST":
            raise NotFound()
        body = _body(request)
        if rest == "enrol":
            wanted = [_enrolment(row) for row in body.get("certificates", [])]
            labels = self.pki.enrol(wanted)
            issued = [
                {
                    "label": label,
                    "certificate": self.pki.certificate(label),
                    "chain": self.pki.chain(request_.kind),
                }
                for label, request_ in zip(labels, wanted, strict=True)
            ]
            return _json({"certificates": issued})
        if rest == "revoke":
            self.pki.revoke(
                str(body.get("label", "")),
                reason=str(body.get("reason", "key_compromise")),
                since=str(body.get("since", "")),
            )
            return _json({"revoked": body["label"]})
        raise NotFound()

    def _control(self, request: Request, rest: str) -> Response:
        if rest != "faults":
            raise NotFound()
        if request.method == "POST":
            body = _body(request)
            fault = str(body.get("identity", self.identity.fault))
            if fault and fault not in FAULTS:
                raise BadRequest(f"unknown fault; known: {', '.join(FAULTS)}")
            self.identity.fault = fault
            self.pki_down = bool(body.get("pki_down", self.pki_down))
        return _json({"identity": self.identity.fault, "pki_down": self.pki_down, "known": list(FAULTS)})


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _QuietHandler(WSGIRequestHandler):
    """No access log, and no reverse look-up of the client's name."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests to OCSP and time stamping are far too many."""

    def address_string(self) -> str:
        return str(self.client_address[0])


def serve(application: Any, host: str, port: int) -> WSGIServer:
    """A server bound to `host:port`; the caller runs `serve_forever`."""
    return make_server(host, port, application, server_class=_Server, handler_class=_QuietHandler)


def _below(request: Request, first: str, rest: str) -> Request:
    environ = dict(request.environ)
    environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
    environ["PATH_INFO"] = f"/{rest}"
    inner = Request(environ)
    inner.max_content_length = MAX_BODY
    return inner


def _posted(request: Request) -> Request:
    """OCSP over GET (RFC 6960 A.1) turned into the POST that certomancer answers."""
    found = re.fullmatch(rf"(/{ARCH}/ocsp/[\w-]+)/(.+)", request.path)
    if request.method != "GET" or found is None:
        return request
    try:
        body = base64.b64decode(unquote(found.group(2)), validate=True)
    except ValueError as error:
        raise BadRequest("not an OCSP request") from error
    environ = dict(request.environ)
    environ |= {
        "PATH_INFO": found.group(1),
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    return Request(environ)


def _body(request: Request) -> dict[str, Any]:
    try:
        value = json.loads(request.get_data())
    except ValueError as error:
        raise BadRequest("the body is not JSON") from error
    if not isinstance(value, dict):
        raise BadRequest("the body is not a JSON object")
    return value


def _enrolment(row: object) -> Enrolment:
    if not isinstance(row, dict):
        raise BadRequest("a certificate request is a JSON object")
    try:
        return Enrolment(**{str(key): str(value) for key, value in row.items()})
    except TypeError as error:
        raise BadRequest(f"a certificate request is not complete: {error}") from error


def _json(value: object, status: int = 200) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status=status, mimetype="application/json")
