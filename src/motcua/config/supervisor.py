"""`motcua run`: one command that starts the database, the sandbox, the web and the worker, and ends them cleanly."""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from django.conf import settings

from motcua.config import postgres, roles
from motcua.config.processes import Process, run_as
from motcua.config.settings import PACKAGE

READY_TIMEOUT = 60.0
BIND = os.environ.get("MOTCUA_BIND") or "127.0.0.1"
FIRST_DOSSIERS = 2_000
MORE_DOSSIERS = 20_000


class CannotStart(RuntimeError):
    """Something outside is in the way; the sentence says what."""


class _Stop(Exception):
    """Somebody asked us to stop."""


def main(argv: Sequence[str]) -> int:
    """`motcua run` and `motcua setup`."""
    parser = argparse.ArgumentParser(prog=f"motcua {argv[0]}", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="web processes (default 2)")
    parser.add_argument("--first", type=int, default=FIRST_DOSSIERS, help="demo dossiers before opening")
    parser.add_argument("--more", type=int, default=MORE_DOSSIERS, help="demo dossiers in the background")
    options = parser.parse_args(argv[1:])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _ask_to_stop)
    try:
        with _alone():
            return _work(argv[0], options)
    except (_Stop, KeyboardInterrupt):
        return 0
    except (CannotStart, roles.DangerousRole, postgres.PostgresFailed) as error:
        _say(str(error))
        return 1
    except subprocess.CalledProcessError as error:
        _say(
            f"không chuẩn bị được: {' '.join(error.cmd)} (exit status {error.returncode}); its words stand above"
        )
        return 1


def _work(command: str, options: argparse.Namespace) -> int:
    try:
        if command == "run":
            _check_ports()
        _prepare(options.first)
        if command == "setup":
            return 0
        return _serve(options.workers, options.first, options.more)
    finally:
        _no_more_signals()
        if not settings.MOTCUA_EXTERNAL_DATABASE:
            settings.MOTCUA_CLUSTER.stop()


@contextmanager
def _alone() -> Iterator[None]:
    """One supervisor per installation: a second one would stop the first one's database when it ends."""
    settings.MOTCUA_VAR.mkdir(parents=True, exist_ok=True)
    with (settings.MOTCUA_VAR / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"{settings.MOTCUA_VAR} is already served by another `motcua run`") from None
        yield


def _check_ports() -> None:
    """Say which port is taken before anything is started."""
    ports = [settings.MOTCUA_PORT]
    if settings.MOTCUA_DEMO:
        ports += [settings.MOTCUA_SANDBOX_PORT, settings.MOTCUA_SANDBOX_PORT + 1]  # its pages, its mail
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((BIND, port))
            except OSError as error:
                raise CannotStart(
                    f"port {port} is taken ({error.strerror}); set MOTCUA_PORT or end the other"
                ) from None


def _no_more_signals() -> None:
    # A second Ctrl-C while things are being ended would leave some of them running.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    raise _Stop


def _say(text: str) -> None:
    sys.stderr.write(f"motcua: {text}\n")
    sys.stderr.flush()


def _fingerprint() -> str:
    """Changes whenever a file of the package does: then schema and reference data are looked at again."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in {".py", ".sql", ".yaml", ".csv", ".json"}:
            state = path.stat()
            digest.update(f"{path.relative_to(PACKAGE)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _prepare(first: int) -> None:
    stamp = settings.MOTCUA_VAR / "prepared"
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted and not settings.MOTCUA_EXTERNAL_DATABASE:
        return
    began = time.monotonic()
    _say("cơ sở dữ liệu… (database, roles, schema)")
    if not settings.MOTCUA_EXTERNAL_DATABASE:
        settings.MOTCUA_CLUSTER.start()  # by us: it must outlive the process that prepares
    run_as("owner", "config_prepare")
    _say("dữ liệu tham chiếu… (units, calendar, catalogue)")
    run_as("app", "config_load")
    if settings.MOTCUA_DEMO:
        sandbox = _sandbox()
        sandbox.start()
        try:
            run_as("app", "demo_people")
            run_as("app", "demo_seed", f"--until={first}")
        finally:
            sandbox.stop()
    stamp.write_text(wanted)
    _say(f"sẵn sàng sau {time.monotonic() - began:.0f} giây (set up)")


def _sandbox() -> Process:
    citizens = settings.MOTCUA_VAR / "sandbox" / "citizens.json"
    return Process(
        name="sandbox",
        command=[
            sys.executable,
            "-m",
            "motcua_sandbox.cli",
            "serve",
            f"--port-base={settings.MOTCUA_SANDBOX_PORT}",
            f"--data-dir={settings.MOTCUA_VAR / 'sandbox'}",
            f"--peers={settings.MOTCUA_PUBLIC_URL}",
            *([f"--citizens={citizens}"] if citizens.exists() else []),
        ],
        env={"MOTCUA_SANDBOX_SECRET": settings.SECRETS.outside_secret},
    )


def _web(workers: int) -> Process:
    return Process(
        name="web",
        command=[
            str(Path(sys.executable).parent / "granian"),
            "--interface=wsgi",
            f"--host={BIND}",
            f"--port={settings.MOTCUA_PORT}",
            f"--workers={workers}",
            "--blocking-threads=4",
            "--respawn-failed-workers",
            "--workers-kill-timeout=5",  # without it a worker that hangs keeps the server, and its port, for ever
            "--no-ws",
            "motcua.config.served:application",
        ],
        env={"MOTCUA_DB_ROLE": "app"},
    )


def _serve(workers: int, first: int, more: int) -> int:
    web, others = _web(workers), _others(first, more)
    running = [web]
    try:
        # The web takes seconds to load its program: the database starts meanwhile, and the web waits for it.
        web.start()
        if not settings.MOTCUA_EXTERNAL_DATABASE:
            settings.MOTCUA_CLUSTER.start()
        roles.refuse_dangerous_at(settings.MOTCUA_DATABASE_URLS["app"])
        deadline = time.monotonic() + READY_TIMEOUT
        while True:
            _tend(running)
            if running == [web] and _answers():
                for process in others:
                    process.start()
                running += others
                _say(f"đang phục vụ tại {settings.MOTCUA_PUBLIC_URL} (Ctrl-C để dừng)")
            if running == [web] and time.monotonic() > deadline:
                raise CannotStart(f"the web does not answer on port {settings.MOTCUA_PORT}")
            time.sleep(0.1 if running == [web] else 0.25)
    finally:
        _no_more_signals()
        _say("đang dừng…")
        for process in reversed([web, *others]):
            process.stop()


def _tend(running: Sequence[Process]) -> None:
    """Start again what died, the database among it."""
    for process in running:
        process.tend()
    if not settings.MOTCUA_EXTERNAL_DATABASE and settings.MOTCUA_CLUSTER.pid() is None:
        _say("cơ sở dữ liệu đã dừng đột ngột; khởi động lại (PostgreSQL recovers)")
        settings.MOTCUA_CLUSTER.start()


def _others(first: int, more: int) -> list[Process]:
    """What works behind the web, in the order in which it is started."""
    serving = {"MOTCUA_DB_ROLE": "app"}
    found = [
        Process(name="worker", command=[sys.executable, "-m", "motcua.config.worker"], env=serving),
        Process(name="errands", command=[sys.executable, "-m", "motcua.config.errands"], env=serving),
    ]
    if settings.MOTCUA_DEMO:
        found.insert(0, _sandbox())
    if settings.MOTCUA_DEMO and more:
        seed = ["demo_seed", f"--until={first + more}", "--gently"]
        command = [sys.executable, "-m", "motcua.config.manage", *seed]
        found.append(Process(name="demo", command=command, keep=False))
    return found


def _answers() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.MOTCUA_PORT}/health", timeout=5):
            return True
    except OSError:  # refused, reset, or an answer that says no
        return False
