"""Runs the simulated national systems inside the test process, on a free loopback port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from motcua_sandbox.server import Sandbox, serve


@contextmanager
def running(data_dir: Path, citizens: Path | None = None) -> Iterator[Sandbox]:
    """A served sandbox; its address is `sandbox.base_url`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    sandbox = Sandbox(base_url=f"http://127.0.0.1:{port}", data_dir=data_dir, citizens=citizens)
    server = serve(sandbox, "127.0.0.1", port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield sandbox
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
