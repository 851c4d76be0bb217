"""What every test stands on: a private PostgreSQL, folders that vanish, no network but loopback."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from xdist.scheduler import LoadScopeScheduling

from motcua.base.clock import VN
from motcua.config import env, postgres, roles, setup

TEST_DATABASE = f"motcua_test_{os.getpid()}"
PASSWORD = "test-only"

# Dozens of processes are started, in which compiling the libraries anew would take two seconds of each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Files whose tests share something dear to make: they stay in one process, which makes it once.
TOGETHER = {
    "tests/browser/test_every_page.py",
    "tests/config/test_backup.py",
    "tests/config/test_run.py",
    "tests/matrix/test_matrix.py",
}


class Sharing(LoadScopeScheduling):
    """Hands the files of `TOGETHER` out whole, and every other test to whichever process has room."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return file if file in TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    """How the tests are shared out among processes; asked only when there are several."""
    return Sharing(config, log)


TOOLS = {"browser": "chromium", "poppler": "pdfsig"}


def missing_tools() -> dict[str, str]:
    """Markers whose program this machine lacks; none in CI, which sets MOTCUA_REQUIRE_TOOLS=1."""
    if os.environ.get("MOTCUA_REQUIRE_TOOLS") == "1":
        return {}
    return {marker: program for marker, program in TOOLS.items() if shutil.which(program) is None}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a program that this machine lacks; the summary says so aloud."""
    missing = missing_tools()
    out = [item for item in items if any(item.get_closest_marker(marker) for marker in missing)]
    if out:
        items[:] = [item for item in items if item not in out]
        config.hook.pytest_deselected(items=out)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was left out, so that a green run cannot be mistaken for a whole one."""
    for marker, program in sorted(missing_tools().items()):
        terminalreporter.write_line(
            f"LEFT OUT: the tests marked {marker!r}, for {program} is not installed", yellow=True
        )


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster | None]:
    """A PostgreSQL of the tests' own, or `None` when DATABASE_OWNER_URL names another to run on."""
    if os.environ.get("DATABASE_OWNER_URL"):
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="motcua-test-"))
    made = postgres.Cluster(folder=folder / "pg", password=PASSWORD)
    made.start(fsync=False)
    try:
        yield made
    finally:
        made.stop(immediate=True)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(made.sockets, ignore_errors=True)


@pytest.fixture(scope="session")
def database_urls(cluster: postgres.Cluster | None) -> Iterator[dict[str, str]]:
    """A fresh migrated database with its roles: {"app": …, "owner": …, "sequencer": …, "reader": …}."""
    if cluster is not None:
        admin_url = cluster.superuser_url()
        names = {role: f"motcua_{role}" for role in ("owner", "app", "sequencer", "reader")}
    else:
        admin_url = os.environ["DATABASE_OWNER_URL"]
        names = {role: f"motcua_test_{role}" for role in ("owner", "app", "sequencer", "reader")}
    with psycopg.connect(admin_url, autocommit=True) as admin:
        # Several test processes share an external server and its roles: one at a time makes them.
        admin.execute("SELECT pg_advisory_lock(766)")
        roles.ensure_roles(admin, *(roles.Role(name=name, password=PASSWORD) for name in names.values()))
        admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(TEST_DATABASE))
        )
        if cluster is None:  # without CREATEDB of its own the owner gets its database from the administrator
            admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(names["owner"])))
        roles.ensure_database(admin, name=TEST_DATABASE, owner=names["owner"])
    urls = {role: _with(admin_url, user=name) for role, name in names.items()}
    yield urls
    connections.close_all()
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(TEST_DATABASE))
        )


def _with(admin_url: str, *, user: str) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(admin_url)
    host, port = parts.get("host", ""), parts.get("port", "5432")
    return f"postgresql://{user}:{PASSWORD}@/{TEST_DATABASE}?host={host}&port={port}"


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any
) -> None:
    """Migrate as the owner, then serve the tests as the app's role: a missing right fails a test."""
    urls: dict[str, str] = request.getfixturevalue("database_urls")
    with django_db_blocker.unblock():
        with psycopg.connect(urls["owner"], autocommit=True) as owner:
            roles.ensure_extensions(owner)
        _connect_as(urls["owner"])
        call_command("migrate", verbosity=0, interactive=False)
        with psycopg.connect(urls["owner"], autocommit=True) as owner:
            setup.grant_rights(owner, urls)
            # Transactional tests empty the tables afterwards, which the serving role may not do in earnest.
            owner.execute(
                sql.SQL("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO {}").format(
                    sql.Identifier(str(env.database(urls["app"])["USER"]))
                )
            )
        _connect_as(urls["app"])
    settings.MOTCUA_DATABASE_URLS = urls


def _connect_as(url: str) -> None:
    connection = connections["default"]
    connection.close()
    connection.settings_dict.update(env.database(url))
    connection.settings_dict["CONN_MAX_AGE"] = 0


@pytest.fixture(autouse=True)
def empty_queue(request: pytest.FixtureRequest) -> None:
    """Transactional tests empty Django's tables; the ledger's own tables are emptied with them."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        return
    urls: dict[str, str] = request.getfixturevalue("database_urls")
    request.getfixturevalue("transactional_db")
    with psycopg.connect(urls["owner"], autocommit=True) as owner:
        owner.execute("TRUNCATE ledger_pending, ledger_position")


@pytest.fixture(autouse=True)
def private_folders(tmp_path: Path, settings: Any) -> None:
    """Files and keys of a test live and die with it."""
    settings.MOTCUA_FILES_DIR = tmp_path / "files"


@pytest.fixture(scope="session", autouse=True)
def only_loopback() -> Iterator[None]:
    """A test that reaches for another machine fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test reached for {address[0]}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment] # that is the point of the guard
    yield
    socket.socket.connect = connect  # type: ignore[method-assign] # put back


@pytest.fixture
def at() -> datetime:
    """A Friday morning at the desk: 14 March 2025, 08:05."""
    return datetime(2025, 3, 14, 8, 5, tzinfo=VN)
