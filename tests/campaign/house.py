"""What the campaign stands on: a PostgreSQL of its own, the sandbox and the worker as processes that may be killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import psycopg

PASSWORD = "campaign-only"
ROLES = ("owner", "app", "sequencer", "reader")
NAME = "campaign"


class House:
    """Everything that runs beside the driver. Enter it before Django is set up: it gives the settings."""

    def __init__(self, *, defect: str = "") -> None:
        from motcua.config import postgres

        self.folder = Path(tempfile.mkdtemp(prefix="motcua-campaign-"))
        self.cluster = postgres.Cluster(folder=self.folder / "pg", password=PASSWORD)
        self.defect = defect
        self.worker: subprocess.Popen[bytes] | None = None
        self.kills = {"worker": 0, "database": 0}
        with socket.socket() as probe, socket.socket() as second:
            probe.bind(("127.0.0.1", 0))
            second.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self) -> House:
        self.cluster.start()
        self._database()
        env = {
            "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
            "MOTCUA_VAR": str(self.folder / "var"),
            "DATABASE_URL": self.url("app"),
            "DATABASE_OWNER_URL": self.url("owner"),
            "DATABASE_SEQUENCER_URL": self.url("sequencer"),
            "DATABASE_READER_URL": self.url("reader"),
            "MOTCUA_CONNECTOR_NATIONAL_URL": f"http://127.0.0.1:{self.port}/national",
            "MOTCUA_CONNECTOR_NATIONAL_USER": "motcua",
            "MOTCUA_CONNECTOR_NATIONAL_SECRET": "sandbox-test-secret",
            "MOTCUA_PUBLIC_URL": "https://motcua.example.vn",
            "CAMPAIGN_DEFECT": self.defect,
        }
        os.environ.update(env)
        from motcua.config import secrets

        secrets.ensure(self.folder / "var" / "secrets.json")
        self._run("-m", "motcua.config.manage", "migrate", "--verbosity", "0", MOTCUA_DB_ROLE="owner")
        self._grant()
        self.sandbox = self._start(
            "-m", "motcua_sandbox.cli", "serve", "--port-base", str(self.port),
            "--data-dir", str(self.folder / "sandbox"),
        )  # fmt: skip
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}/national", trust_env=False, timeout=60
        )
        self._wait_for_sandbox()
        return self

    def __exit__(self, *_error: object) -> None:
        self.http.close()
        self.stop_worker()
        self.sandbox.kill()
        self.sandbox.wait()
        self.cluster.stop(immediate=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.cluster.sockets, ignore_errors=True)

    def url(self, role: str) -> str:
        """How `role` reaches the database."""
        return self.cluster.url(user=f"motcua_{role}", password=PASSWORD, database=NAME)

    def _database(self) -> None:
        from motcua.config import roles

        with psycopg.connect(self.cluster.superuser_url(), autocommit=True) as admin:
            roles.ensure_roles(admin, *(roles.Role(name=f"motcua_{r}", password=PASSWORD) for r in ROLES))
            roles.ensure_database(admin, name=NAME, owner="motcua_owner")
            # kill -9 takes the processes, not the machine: what was written is there without waiting for the disk
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("ALTER SYSTEM SET full_page_writes = off")
            admin.execute("SELECT pg_reload_conf()")
        with psycopg.connect(self.url("owner"), autocommit=True) as owner:
            roles.ensure_extensions(owner)

    def _grant(self) -> None:
        code = (
            "import django, psycopg, os; django.setup(); from motcua.config import setup; "
            "from django.conf import settings; "
            "c = psycopg.connect(os.environ['DATABASE_OWNER_URL'], autocommit=True); "
            "setup.grant_rights(c, settings.MOTCUA_DATABASE_URLS); c.close()"
        )
        self._run("-c", code)

    def _run(self, *words: str, **env: str) -> None:
        subprocess.run([sys.executable, *words], env={**os.environ, **env}, check=True)

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        log = (self.folder / "processes.log").open("ab")
        with log:
            return subprocess.Popen([sys.executable, *words], env=dict(os.environ), stdout=log, stderr=log)

    def _wait_for_sandbox(self) -> None:
        for _ in range(300):
            try:
                self.http.get("/_stats").raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError((self.folder / "processes.log").read_text()[-2000:])

    def start_worker(self) -> None:
        """Start the worker, or start it again."""
        self.worker = self._start("-m", "tests.campaign.worker")

    def stop_worker(self) -> None:
        """kill -9."""
        if self.worker is not None:
            self.worker.kill()
            self.worker.wait()
            self.worker = None

    def kill_worker(self) -> None:
        """kill -9, and start another."""
        self.stop_worker()
        self.kills["worker"] += 1
        self.start_worker()

    def kill_database(self) -> None:
        """kill -9 of the postmaster and everything under it, then a start with recovery."""
        pid = self.cluster.pid()
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)  # it makes no more children while we count them
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            _kill(int(child))
        _kill(pid)
        while self.cluster.pid() is not None:
            time.sleep(0.02)
        self.kills["database"] += 1
        self.cluster.start()

    def faults(self, faults: list[dict[str, Any]]) -> None:
        """Switch these on and all others off."""
        self.http.post("/_faults", json={"faults": faults}).raise_for_status()

    def told(self, codes: list[str]) -> dict[str, dict[str, Any]]:
        """What the portal holds of these dossiers and what it received of each, by code; unknown ones are left out."""
        answer = self.http.post("/_told", json={"codes": codes})
        answer.raise_for_status()
        found: dict[str, dict[str, Any]] = answer.json()["told"]
        return found

    def struck(self) -> dict[str, Any]:
        """What is on and how often each struck."""
        found: dict[str, Any] = self.http.get("/_faults").json()
        return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
