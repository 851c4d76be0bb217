"""The HTTP server under the sandbox: HTTP/1.1 with kept connections, a thread for each connection.

A thread for each connection, not a pool: a fault may hold an answer for half a minute, and ten held answers must
not stop the eleventh caller.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from socketserver import TCPServer
from typing import Any
from urllib.parse import unquote
from wsgiref.types import WSGIApplication

MAX_BODY = 30_000_000
IDLE_SECONDS = 75


class NoAnswer(Exception):
    """The line is to be closed without a word."""


class Server(ThreadingHTTPServer):
    """A server bound to one address; the caller runs `serve_forever`."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], application: WSGIApplication) -> None:
        self.application = application
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """Bind without asking the resolver for the machine's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no news."""


class Handler(BaseHTTPRequestHandler):
    """One connection: its requests one after the other, each through the WSGI application."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "sandbox", ""
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    server: Server

    def handle_one_request(self) -> None:
        """Read one request, answer it, keep the line unless told otherwise."""
        try:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or len(self.raw_requestline) > 65536 or not self.parse_request():
                self.close_connection = True
                return
            body = self._body()
            if body is not None:
                self._answer(body)
            self.wfile.flush()
        except NoAnswer:
            self.close_connection = True
        except (TimeoutError, ConnectionError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: there are far too many requests."""

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding"):
            self.send_error(411)
        elif not length.isdecimal():
            self.send_error(400)
        elif int(length) > MAX_BODY:
            self.send_error(413)
        else:
            return self.rfile.read(int(length))
        self.close_connection = True
        return None

    def _answer(self, body: bytes) -> None:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            started[:] = [status, headers]
            return None

        parts = self.server.application(self._environ(body), start_response)
        try:
            self._send(started[0], started[1], parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()

    def _send(self, status: str, headers: list[tuple[str, str]], parts: Iterable[bytes]) -> None:
        names = {name.lower() for name, _ in headers}
        measured = "content-length" in names or status[:3] in ("204", "304") or self.command == "HEAD"
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
        if not measured:
            lines.append("Transfer-Encoding: chunked")
        if self.close_connection:
            lines.append("Connection: close")
        self.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        for part in parts:
            if not part or self.command == "HEAD":
                continue
            self.wfile.write(part if measured else b"%x\r\n%b\r\n" % (len(part), part))
        if not measured:
            self.wfile.write(b"0\r\n\r\n")

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        host, port = self.server.server_name, self.server.server_port
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": None,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            if name.lower() not in ("content-type", "content-length"):
                environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        return environ


def serve(application: WSGIApplication, host: str, port: int) -> Server:
    """A server bound to `host:port`; the caller runs `serve_forever`."""
    return Server((host, port), application)


def zipped(parts: Iterable[bytes]) -> Iterable[bytes]:
    """The same bytes in gzip's form, a piece at a time."""
    buffer = BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=1, mtime=0) as zipper:
        for part in parts:
            zipper.write(part)
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: BytesIO) -> bytes:
    part = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return part
