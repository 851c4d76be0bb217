"""Runs the simulated national systems inside the test process, on free loopback ports."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from motcua_sandbox.server import Sandbox, serve


@contextmanager
def running(data_dir: Path, citizens: Path | None = None, peers: tuple[str, ...] = ()) -> Iterator[Sandbox]:
    """A served sandbox; its address is `sandbox.base_url`, its mail's port `sandbox.setting.ports["mail"]`."""
    sandbox = Sandbox(
        base_url=f"http://127.0.0.1:{free_port()}", data_dir=data_dir, citizens=citizens, peers=peers
    )
    server = serve(sandbox, "127.0.0.1", int(sandbox.base_url.rpartition(":")[2]))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    sandbox.start(mail_port=free_port())
    try:
        yield sandbox
    finally:
        server.shutdown()
        server.server_close()
        sandbox.stop()
        thread.join(timeout=5)


def free_port() -> int:
    """A loopback port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
