"""A whole installation in a folder of its own, driven from outside as a person would."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from motcua.config import postgres

PATIENCE = 240.0  # shared machines are slow; a working system needs seconds


def free_ports() -> tuple[int, int]:
    """A port for the web and a base for the sandbox with some room behind it."""
    for base in range(21000 + os.getpid() % 900 * 10, 32000, 10):
        try:
            for port in range(base, base + 8):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base, base + 2
    raise AssertionError("no free ports")


def until(what: str, holds: Callable[[], Any]) -> Any:
    """Wait until `holds()` is true."""
    deadline = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < deadline, f"waited too long: {what}"
        time.sleep(0.1)
    return found


def alive(pid: int) -> bool:
    """Does the process run (a zombie does not)?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@dataclass
class Installation:
    """One MOTCUA_VAR with its ports."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="motcua-run-")) / "var")
    more: dict[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.port, self.sandbox_port = free_ports()

    @property
    def env(self) -> dict[str, str]:
        """The environment of its commands; the tests' own database is none of its business."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MOTCUA_", "DATABASE_"))}
        return kept | {
            "MOTCUA_VAR": str(self.folder),
            "MOTCUA_PORT": str(self.port),
            "MOTCUA_SANDBOX_PORT": str(self.sandbox_port),
            **self.more,
        }

    @property
    def cluster(self) -> postgres.Cluster:
        """Its embedded PostgreSQL."""
        secrets = json.loads((self.folder / "secrets.json").read_text())
        return postgres.Cluster(folder=self.folder / "pg", password=secrets["superuser_password"])

    def motcua(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [str(Path(sys.executable).parent / "motcua"), *words],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def python(self, script: str) -> str:
        """Run a few lines as the serving role; returns what they print."""
        before = "import django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", before + script],
            env=self.env | {"DJANGO_SETTINGS_MODULE": "motcua.config.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self) -> float:
        """`motcua run`; returns the seconds until it answered."""
        began = time.monotonic()
        log = (self.folder.parent / "run.log").open("ab")
        self.running = subprocess.Popen(
            [str(Path(sys.executable).parent / "motcua"), "run", "--first", "5", "--more", "0"],
            env=self.env,
            stdout=log,
            stderr=log,
        )
        log.close()
        until("the web answers", lambda: self.healthy() or self.running.poll() is not None)
        assert self.running.poll() is None, (self.folder.parent / "run.log").read_text()[-3000:]
        return time.monotonic() - began

    def healthy(self) -> bool:
        """Does the web answer, with its database?"""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def interrupt(self) -> int:
        """Ctrl-C; returns the exit status."""
        assert self.running is not None
        self.running.send_signal(signal.SIGINT)
        status = self.running.wait(PATIENCE)
        self.running = None
        return status

    def processes(self) -> dict[int, str]:
        """Every living process that belongs to it (its folder is in the environment or the words), by id."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                mine = str(self.folder).encode() in (entry / "environ").read_bytes() + words.encode()
            except OSError:
                continue
            if words and mine:
                found[int(entry.name)] = words
        return found

    def count(self, table: str = "dossiers_dossier") -> int:
        """Rows of a table, as committed; the database must be running."""
        with psycopg.connect(self.cluster.superuser_url("motcua")) as connection:
            row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert row is not None
        return int(row[0])

    def remove(self) -> None:
        """End what is left and delete everything."""
        if self.running is not None and self.running.poll() is None:
            self.interrupt()
        if (self.folder / "secrets.json").exists():
            self.cluster.stop(immediate=True)
            shutil.rmtree(self.cluster.sockets, ignore_errors=True)
        shutil.rmtree(self.folder.parent, ignore_errors=True)
