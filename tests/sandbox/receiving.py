"""A small receiver for what the sandbox sends of its own accord; it can be told to be slow, deaf or rude."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What was received, in order; `answer` says what is answered to the n-th."""

    url: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    answer: Callable[[int], tuple[int, object]] = lambda _n: (200, {"MaLoi": "00"})

    def wait(self, count: int, seconds: float = 10) -> list[dict[str, Any]]:
        """The bodies once there are `count` of them."""
        end = time.monotonic() + seconds
        while len(self.bodies) < count:
            assert time.monotonic() < end, f"only {len(self.bodies)} of {count} came"
            time.sleep(0.02)
        return self.bodies


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.bodies.append(json.loads(raw))
            receiver.signatures.append(self.headers.get("X-Sandbox-Signature", ""))
            status, said = receiver.answer(len(receiver.bodies))
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
