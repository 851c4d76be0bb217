"""A mail server and an SMS gateway of the tests' own, on loopback: they do what a test tells them."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks SMTP; `answers` maps a word ("RCPT", "DATA", ".") to the line it answers instead, or None: hangs up."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Mail)
        self.answers: dict[str, str | None] = {}
        self.mails: list[str] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Mail(socketserver.StreamRequestHandler):
    server: MailServer

    def say(self, word: str, usual: str) -> bool:
        line = self.server.answers.get(word, usual)
        if line is None:
            return False
        self.wfile.write(line.encode() + b"\r\n")
        return line[0] in "23"

    def handle(self) -> None:
        if not self.say("HELLO", "220 test"):
            return
        while line := self.rfile.readline():
            word = line.split()[0].decode().upper().split(":")[0] if line.split() else ""
            if word == "DATA":
                if not self.say("DATA", "354 go on"):
                    return
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                self.server.mails.append(body.decode())
                if not self.say(".", "250 kept"):
                    return
            elif word == "QUIT":
                self.say("QUIT", "221 bye")
                return
            else:
                self.say(word, "250 ok")


class Gateway(ThreadingHTTPServer):
    """Answers JSON: `replies` is given out in order, the last one for ever; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Http)
        self.replies: list[tuple[int, Any]] = [(200, {"error_code": "0", "MaTinNhan": "M1"})]
        self.asked: list[tuple[str, dict[str, str], Any]] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Http(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.path, dict(self.headers), json.loads(body) if body else None))
        replies = self.server.replies
        status, said = replies.pop(0) if len(replies) > 1 else replies[0]
        out = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    do_GET = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[None]:
    """The server answers inside the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
