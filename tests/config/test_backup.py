"""`motcua backup` and `motcua restore`: cursors, positions and numbers go on; a broken archive leaves nothing."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from motcua.config import postgres, roles
from tests.config.installation import Installation

pytestmark = pytest.mark.slow

HAND_IN = """
from datetime import datetime
from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.config.worker import Worker
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import Party
from motcua.documents import api as documents
from motcua.ledger import api as ledger
at = datetime(2026, 3, 2, 9, 0, tzinfo=VN)
filed = dossiers.take_in_from_outside(
    by=SYSTEM, at=at, outside_system="backup", outside_code="B-{0}", procedure_code="1.001193",
    receiving_agency="ttpvhcc-xa-16681", applicant=Party(name="Trần Văn Thử"), answers={{}},
)
ledger.consume(name="backup-test", handler=lambda batch: None, at=at, limit=100000)
Worker().turn()
print(filed.code, ledger.last_position())
"""
STATE = """
from motcua.ledger.models import CursorRow
from motcua.ledger import api as ledger
print(CursorRow.objects.get(name="backup-test").position, ledger.last_position())
"""


@dataclass
class Kept:
    """An installation without a demo, with dossiers, and its archive."""

    one: Installation
    archive: Path
    code: str
    state: str


def number(code: str) -> int:
    """The running number of a code."""
    return int(code.rsplit("-", 1)[1])


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    """Set up, three dossiers, a file, a backup."""
    one = Installation(more={"MOTCUA_DEMO": "0"})
    done = one.motcua("setup")
    assert done.returncode == 0, done.stderr[-3000:]
    one.cluster.start()
    for turn in range(3):
        code = one.python(HAND_IN.format(turn)).split()[0]
    stored = one.folder / "files" / "ab" / "cd"
    stored.mkdir(parents=True)
    (stored / "abcd").write_bytes(b"a paper")
    (stored / ".half.part").write_bytes(b"being written")
    state = one.python(STATE)
    archive = one.folder.parent / "kept.tar"
    done = one.motcua("backup", str(archive))
    assert done.returncode == 0, done.stderr
    one.cluster.stop()
    yield Kept(one, archive, code, state)
    one.remove()


@pytest.fixture
def fresh() -> Iterator[Installation]:
    """A folder where nothing is yet."""
    one = Installation(more={"MOTCUA_DEMO": "0"})
    yield one
    one.remove()


def test_everything_goes_on_after_a_restore(kept: Kept, fresh: Installation) -> None:
    assert kept.archive.stat().st_mode & 0o777 == 0o600
    done = fresh.motcua("restore", str(kept.archive))
    assert done.returncode == 0, done.stderr
    assert (fresh.folder / "files" / "ab" / "cd" / "abcd").read_bytes() == b"a paper"
    assert not list(fresh.folder.rglob("*.part"))
    assert (fresh.folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    done = fresh.motcua("ledger", "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    fresh.cluster.start()
    assert fresh.python(STATE) == kept.state
    code, position = fresh.python(HAND_IN.format("again")).split()
    assert number(code) == number(kept.code) + 1
    assert int(position) == int(kept.state.split()[1]) + 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        secrets = json.loads((fresh.folder / "secrets.json").read_text())
        url = fresh.cluster.url(user="motcua_app", password=secrets["app_password"], database="motcua")
        with psycopg.connect(url) as app:
            app.execute("DELETE FROM ledger_entry")
    fresh.cluster.stop()
    again = fresh.motcua("restore", str(kept.archive))
    assert again.returncode == 1
    assert "already holds an installation" in again.stderr
    assert fresh.motcua("ledger", "verify").returncode == 0


def cut(archive: Path, out: Path) -> None:
    """The first half."""
    out.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])


def without_end(archive: Path, out: Path) -> None:
    """Cut exactly between two members: tar itself does not notice."""
    with tarfile.open(archive) as packed:
        out.write_bytes(archive.read_bytes()[: packed.getmembers()[-1].offset])


def flipped(archive: Path, out: Path) -> None:
    """One byte of the database is another."""
    content = bytearray(archive.read_bytes())
    with tarfile.open(archive) as packed:
        member = packed.getmember("database.dump")
    content[member.offset_data + member.size // 2] ^= 1
    out.write_bytes(content)


def rubbish(_archive: Path, out: Path) -> None:
    """Not a tar at all."""
    out.write_bytes(b"rubbish" * 1000)


def climbing(archive: Path, out: Path) -> None:
    """A member that wants to be written elsewhere."""
    shutil.copy(archive, out)
    with tarfile.open(out, "a") as packed:
        packed.addfile(tarfile.TarInfo("../outside"))


@pytest.mark.parametrize("broken", [cut, without_end, flipped, rubbish, climbing])
def test_a_broken_archive_leaves_nothing_half_done(
    kept: Kept, fresh: Installation, broken: object, tmp_path: Path
) -> None:
    assert callable(broken)
    broken(kept.archive, tmp_path / "broken.tar")
    done = fresh.motcua("restore", str(tmp_path / "broken.tar"))
    assert done.returncode == 1
    assert done.stderr.startswith("motcua restore: ")
    assert "Traceback" not in done.stderr
    left = [path for path in fresh.folder.rglob("*") if path.is_file()] if fresh.folder.exists() else []
    assert left == []
    assert not (fresh.folder.parent / "outside").exists()


def test_a_backup_of_nothing_is_refused(fresh: Installation, tmp_path: Path) -> None:
    done = fresh.motcua("backup", str(tmp_path / "none.tar"))
    assert done.returncode == 1
    assert "holds no installation" in done.stderr
    assert not (tmp_path / "none.tar").exists()


@pytest.fixture
def outside(cluster: postgres.Cluster | None) -> Iterator[dict[str, str]]:
    """Roles and a database on a server that is not ours to start or stop."""
    admin_url = os.environ["DATABASE_OWNER_URL"] if cluster is None else cluster.superuser_url()
    parts = psycopg.conninfo.conninfo_to_dict(admin_url)
    where = f"host={parts['host']}&port={parts.get('port', '5432')}"
    name, password = f"motcua_outside_{os.getpid()}", "outside"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        roles.ensure_roles(
            admin, *(roles.Role(name=f"outside_{role}", password=password) for role in ("owner", "app"))
        )
        admin.execute(sql.SQL("GRANT outside_owner TO CURRENT_USER"))
        roles.ensure_database(admin, name=name, owner="outside_owner")
    yield {
        "DATABASE_URL": f"postgresql://outside_app:{password}@/{name}?{where}",
        "DATABASE_OWNER_URL": f"postgresql://outside_owner:{password}@/{name}?{where}",
        "MOTCUA_DEMO": "0",
    }
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_an_archive_moves_to_an_external_server(
    kept: Kept, fresh: Installation, outside: dict[str, str]
) -> None:
    fresh.more = outside
    done = fresh.motcua("restore", str(kept.archive))
    assert done.returncode == 0, done.stderr
    assert not (fresh.folder / "pg").exists()
    assert fresh.motcua("ledger", "verify").returncode == 0
    assert fresh.python(STATE) == kept.state
    done = fresh.motcua("setup")
    assert done.returncode == 0, done.stderr[-3000:]
    code, _position = fresh.python(HAND_IN.format("outside")).split()
    assert number(code) == number(kept.code) + 1
    (fresh.folder / "secrets.json").unlink()
    full = fresh.motcua("restore", str(kept.archive))
    assert full.returncode == 1
    assert "not empty" in full.stderr


def test_an_external_server_is_set_up_without_a_superuser(
    fresh: Installation, outside: dict[str, str]
) -> None:
    fresh.more = outside
    done = fresh.motcua("setup")
    assert done.returncode == 0, done.stderr[-3000:]
    assert not (fresh.folder / "pg").exists()
    fresh.more = outside | {"DATABASE_URL": outside["DATABASE_OWNER_URL"]}
    refused = fresh.motcua("setup")
    assert refused.returncode == 1
    assert "may change ledger entries" in refused.stderr
