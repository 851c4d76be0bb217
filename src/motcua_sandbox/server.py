"""One light process on one loopback port that plays every national system: which path belongs to which.

`/national`, `/pay`, `/bank`, `/population`, `/post`, `/sms`, `/mail` are services (docs/sandbox.md); `/vneid` the
identity provider; `/pki` and `/pki-ra` the certification authority; `/control` faults of these; `/health`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.exceptions import BadRequest, HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from motcua_sandbox import authority
from motcua_sandbox.bank.service import Bank
from motcua_sandbox.citizens import Citizens
from motcua_sandbox.identity import FAULTS, IdentityProvider, answer_error
from motcua_sandbox.mail.service import Mail
from motcua_sandbox.national.service import National
from motcua_sandbox.pay.service import Pay
from motcua_sandbox.pki import Pki
from motcua_sandbox.pki_keys import PkiError
from motcua_sandbox.population import Population
from motcua_sandbox.post import Post
from motcua_sandbox.services import TEST_SECRET, Service, Setting, answer
from motcua_sandbox.serving import MAX_BODY, serve
from motcua_sandbox.sms import Sms

__all__ = ["Sandbox", "serve"]

SERVICES: dict[str, type[Service]] = {
    service.name: service for service in (National, Pay, Bank, Population, Post, Sms, Mail)
}


class Sandbox:
    """The WSGI application of all simulated systems. A service is made when it is first asked for, or by `start`."""

    def __init__(
        self,
        *,
        base_url: str,
        data_dir: Path,
        citizens: Path | None = None,
        peers: tuple[str, ...] = (),
        secret: str = TEST_SECRET,
    ) -> None:
        self.base_url = base_url
        self.citizens = Citizens(citizens)
        self.setting = Setting(
            base_url=base_url, data_dir=data_dir, secret=secret, peers=peers, citizens=self.citizens
        )
        self.pki = Pki(data_dir, base_url)
        self.identity = IdentityProvider(
            base_url=base_url, data_dir=data_dir, citizens=self.citizens, peers=peers
        )
        self.pki_down = False
        self._lock = threading.Lock()
        self._services: dict[str, Service] = {}

    def start(self, mail_port: int) -> None:
        """Make every service and begin what runs beside the requests."""
        self.setting.ports["mail"] = mail_port
        for name in SERVICES:
            self.service(name).start()

    def stop(self) -> None:
        """End what runs beside the requests."""
        for service in self._services.values():
            service.stop()

    def service(self, name: str) -> Service:
        """The service of this name."""
        with self._lock:
            if name not in self._services:
                self._services[name] = SERVICES[name](self.setting)
            return self._services[name]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        request.max_content_length = request.max_form_memory_size = MAX_BODY
        try:
            response = self._route(request)
        except PkiError as error:
            response = answer({"error": str(error)}, 400)
        except HTTPException as error:
            response = answer_error(error)
        finally:
            request.close()  # uploaded files
        return response(environ, start_response)

    def _route(self, request: Request) -> Response | Callable[..., Iterable[bytes]]:
        first, slash, rest = request.path.lstrip("/").partition("/")
        if first in SERVICES:
            if not slash:
                return Response("", status=308, headers={"Location": f"/{first}/"})
            return self.service(first)(request, rest)
        others: dict[str, Callable[[], Response | Callable[..., Iterable[bytes]]]] = {
            "health": lambda: answer({"status": "ok"}),
            "vneid": lambda: self.identity(_below(request, first, rest)),
            "pki": lambda: authority.public(self.pki, _below(request, first, rest)),
            "pki-ra": lambda: authority.registration(self.pki, self.base_url, request, rest),
            "control": lambda: self._control(request, rest),
        }
        if first == "pki" and self.pki_down:
            return answer({"error": "down"}, 503)
        if first not in others:
            raise NotFound()
        return others[first]()

    def _control(self, request: Request, rest: str) -> Response:
        if rest != "faults":
            raise NotFound()
        if request.method == "POST":
            body = authority.object_of(request)
            fault = str(body.get("identity", self.identity.fault))
            if fault and fault not in FAULTS:
                raise BadRequest(f"unknown fault; known: {', '.join(FAULTS)}")
            self.identity.fault = fault
            self.pki_down = bool(body.get("pki_down", self.pki_down))
        return answer({"identity": self.identity.fault, "pki_down": self.pki_down, "known": list(FAULTS)})


def _below(request: Request, first: str, rest: str) -> Request:
    environ = dict(request.environ)
    environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{first}"
    environ["PATH_INFO"] = f"/{rest}"
    inner = Request(environ)
    inner.max_content_length = MAX_BODY
    return inner
