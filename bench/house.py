"""A whole installation for measuring: `motcua run` with two web processes in a folder that vanishes."""

from __future__ import annotations

import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

CLIENT = "bench"


class House:
    """Started on entering, ended and deleted on leaving. The demo's citizens are there, its dossiers are not."""

    def __enter__(self) -> House:
        self.folder = Path(tempfile.mkdtemp(prefix="motcua-bench-"))
        self.port, self.sandbox_port = _free_port(), _free_port()
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("MOTCUA_", "DATABASE_"))} | {
            "MOTCUA_VAR": str(self.folder / "var"),
            "MOTCUA_PORT": str(self.port),
            "MOTCUA_SANDBOX_PORT": str(self.sandbox_port),
        }
        began = time.monotonic()
        log = (self.folder / "run.log").open("ab")
        self.running = subprocess.Popen(
            [self.program, "run", "--first", "0", "--more", "0"], env=self.env, stdout=log, stderr=log
        )
        log.close()
        while not self._healthy():
            if self.running.poll() is not None:
                raise SystemExit((self.folder / "run.log").read_text()[-3000:])
            time.sleep(0.1)
        print(f"first start (set-up without dossiers): {time.monotonic() - began:.1f} s")
        done = self.motcua("gateway", "enrol", CLIENT, "--name", "Bench", "--per-minute", "1000000")
        self.secret = done.split("client_secret:")[1].strip()
        os.environ.update(self.env)
        return self

    def __exit__(self, *_error: object) -> None:
        self.running.send_signal(signal.SIGINT)
        self.running.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def program(self) -> str:
        """The `motcua` command of this environment."""
        return str(Path(sys.executable).parent / "motcua")

    def motcua(self, *words: str) -> str:
        """What a command prints."""
        done = subprocess.run(
            [self.program, *words], env=self.env, capture_output=True, text=True, check=True
        )
        return done.stdout

    def django(self) -> None:
        """Let this process speak to the database as the serving role."""
        os.environ["DJANGO_SETTINGS_MODULE"] = "motcua.config.settings"
        import django

        django.setup()

    def processes(self) -> dict[int, str]:
        """Living processes of this installation; PostgreSQL's overwrite their environment and are known as children."""
        found: dict[int, str] = {}
        parents: dict[int, tuple[int, str]] = {}
        for entry in Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                status = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                parents[int(entry.name)] = (int(status[1]), words)
                if str(self.folder).encode() in (entry / "environ").read_bytes() + words.encode():
                    found[int(entry.name)] = words
            except (OSError, ValueError):
                continue
        found.pop(os.getpid(), None)
        while more := {pid: w for pid, (up, w) in parents.items() if up in found and pid not in found}:
            found |= more
        return found

    def cpu(self) -> dict[str, float]:
        """Seconds of processor that the installation's processes have used so far: web, database, others.

        It hardly depends on what else the machine does, so it says more than a rate taken on a busy one.
        """
        found = {"web": 0.0, "database": 0.0, "others": 0.0}
        for pid, words in self.processes().items():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue  # it ended meanwhile
            kind = "web" if "granian" in words else "database" if "postgres" in words else "others"
            found[kind] += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return found

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5):
                return True
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie (nearest rank); 0.0 when there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else 0.0


def milliseconds(values: Sequence[float]) -> str:
    """Median, p95, p99 of seconds, as text."""
    parts = [f"{name} {percentile(values, share) * 1000:.1f}" for name, share in SHARES]
    return ", ".join(parts) + f" ms (n={len(values)})"


SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
