"""The PostgreSQL that comes along starts, survives a kill -9, and stops."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from motcua.config import postgres, roles


@pytest.fixture
def own() -> Iterator[postgres.Cluster]:
    """A cluster of this test's own, made and ended here; outside pytest's folder, which other users cannot enter."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-test-"))
    made = postgres.Cluster(folder=folder / "pg", password="test-only")
    yield made
    made.stop(immediate=True)
    shutil.rmtree(made.sockets, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_what_was_committed_survives_a_kill_of_the_database(own: postgres.Cluster) -> None:
    own.start()
    with psycopg.connect(own.superuser_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    pid = own.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while own.pid() is not None:
        time.sleep(0.02)
    own.start()
    with psycopg.connect(own.superuser_url()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
    own.stop()
    assert own.pid() is None


@pytest.mark.slow
def test_an_orphan_that_never_ends_does_not_keep_the_database_away(own: postgres.Cluster) -> None:
    """After a kill -9 of the postmaster a back end may wait for what a dead one held: it holds the memory for ever."""
    own.start()
    pid = own.pid()
    assert pid is not None
    orphan = int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
    os.kill(orphan, signal.SIGSTOP)
    os.kill(pid, signal.SIGKILL)
    while own.pid() is not None:
        time.sleep(0.02)
    own.start()
    with psycopg.connect(own.superuser_url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    own.stop()


@pytest.mark.slow
def test_only_a_password_opens_it_and_a_superuser_may_not_serve(own: postgres.Cluster) -> None:
    own.start()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(own.url(user="postgres", password="guess", database="postgres"))
    with psycopg.connect(own.superuser_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE ledger_entry (n int)")
        with pytest.raises(roles.DangerousRole):
            roles.refuse_dangerous(connection)


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = postgres.Cluster(folder=tmp_path / ("x" * 120), password="test-only")
    assert len(str(deep.sockets)) < postgres.SOCKET_PATH_LIMIT


@pytest.mark.slow
def test_a_pid_file_left_by_a_reboot_is_nobody(own: postgres.Cluster) -> None:
    """The number in the file may belong to any process by now: it is neither believed nor ended."""
    own.start()
    own.stop()
    (own.data / "postmaster.pid").write_text(f"{os.getpid()}\n{own.data}\n")
    assert own.pid() is None
    own.stop()
    own.start()
    assert own.pid() not in (None, os.getpid())
