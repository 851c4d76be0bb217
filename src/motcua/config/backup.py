"""`motcua backup` and `motcua restore`: database, files and keys in one archive that can be put back elsewhere.

The dump is one consistent snapshot (pg_dump). Cursors, seals and positions are rows like any other; transaction
ids mean nothing in another cluster, so a restore forgets them and the sequencer goes on from the last position.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from motcua.config import postgres, roles, setup
from motcua.ledger import api as ledger

FORMAT = 1
SQLITE_ASIDE = (".sqlite3-wal", ".sqlite3-shm")
LAST = "end.json"  # written last: an archive without it was cut off
TRANSACTION_TIMEOUT_SINCE = 170000
MEMBERS = ("manifest.json", "database.dump", "secrets.json")


class CannotBackUp(RuntimeError):
    """There is nothing to back up."""


class ProgramFailed(RuntimeError):
    """One of PostgreSQL's programs failed; it says why."""


class CannotRestore(RuntimeError):
    """The archive is not a backup of ours, or the place it should go to is not empty."""


def main(argv: Sequence[str]) -> int:
    """`motcua backup FILE` and `motcua restore FILE`."""
    parser = argparse.ArgumentParser(prog=f"motcua {argv[0]}", description=__doc__)
    parser.add_argument("file", type=Path)
    archive = parser.parse_args(argv[1:]).file
    try:
        if argv[0] == "restore":
            restore(archive)
            return 0
        if not settings.MOTCUA_SECRETS_FILE.exists():
            raise CannotBackUp(f"{settings.MOTCUA_VAR} holds no installation")
        with setup.database_running():
            backup(archive)
    except (CannotRestore, CannotBackUp, ProgramFailed, psycopg.OperationalError) as error:
        sys.stderr.write(f"motcua {argv[0]}: {error}\n")
        return 1
    return 0


def backup(archive: Path) -> None:
    """Write everything that makes this installation into `archive` (mode 0600; it holds the keys).

    The database first, then the files: every file that the dump names was written before it.
    """
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".motcua-backup-") as name:
        dump = Path(name) / "database.dump"
        with psycopg.connect(settings.MOTCUA_DATABASE_URLS["owner"], autocommit=True) as connection:
            row = connection.execute("SELECT coalesce(max(position), 0) FROM ledger_position").fetchone()
        _run("pg_dump", "--format=custom", f"--file={dump}", settings.MOTCUA_DATABASE_URLS["owner"])
        position = row[0] if row else 0
        manifest = {"format": FORMAT, "position": position, "dump": _digest(dump)}
        unfinished = archive.with_name(archive.name + ".part")
        try:
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as out, tarfile.open(fileobj=out, mode="w") as packed:
                _add_text(packed, "manifest.json", json.dumps(manifest))
                packed.add(dump, "database.dump")
                packed.add(settings.MOTCUA_SECRETS_FILE, "secrets.json")
                kept = sum(_pack(packed, folder, inside) for folder, inside in _folders())
                _add_text(packed, LAST, json.dumps({"files": kept}))
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(archive)
        finally:
            unfinished.unlink(missing_ok=True)
    sys.stdout.write(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB, position {position}\n")


def restore(archive: Path) -> None:
    """Put `archive` back into an installation without data; cursors and numbers go on where they were.

    Everything is read and checked before anything is changed; what fails later is taken back. Raises
    `CannotRestore`, `ProgramFailed`.
    """
    made = [folder for folder in (settings.MOTCUA_CLUSTER.folder, *_places()) if not folder.exists()]
    try:
        with tempfile.TemporaryDirectory(dir=settings.MOTCUA_VAR, prefix=".restore-") as name:
            manifest = _unpack(archive, Path(name))
            _refuse_files()
            if not settings.MOTCUA_EXTERNAL_DATABASE:
                settings.MOTCUA_CLUSTER.start()
                setup.make_roles()
            _put_back(Path(name) / "database.dump")
            for folder, inside in _folders():
                if (Path(name) / inside).exists():
                    folder.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copytree(Path(name) / inside, folder, dirs_exist_ok=True)
    except BaseException:
        # The database was restored in one transaction, or its folder is one of those that were not there.
        _stop()
        for folder in made:
            shutil.rmtree(folder, ignore_errors=True)
        # `motcua restore` itself brought the secrets here a moment ago (it refuses where there are some).
        settings.MOTCUA_SECRETS_FILE.unlink(missing_ok=True)
        raise
    _stop()
    sys.stdout.write(f"restored up to position {manifest['position']}\n")


def _stop() -> None:
    if not settings.MOTCUA_EXTERNAL_DATABASE:
        settings.MOTCUA_CLUSTER.stop()


def _unpack(archive: Path, folder: Path) -> dict[str, Any]:
    """Unpack everything into `folder` and check that it is whole; returns the manifest."""
    try:
        with tarfile.open(archive) as packed:
            manifest = _check(packed)
            packed.extractall(folder, filter="data")
        wanted = json.loads((folder / LAST).read_text())["files"]
    except (tarfile.TarError, OSError, ValueError, KeyError) as error:
        raise CannotRestore(f"{archive} is not a whole backup of this system ({error})") from error
    there = sum(1 for _folder, inside in _folders() for one in (folder / inside).rglob("*") if one.is_file())
    if there != wanted or _digest(folder / "database.dump") != manifest.get("dump"):
        raise CannotRestore(f"{archive} is damaged; nothing was changed")
    return manifest


def _put_back(dump: Path) -> None:
    """The database in one transaction: all of it or nothing."""
    url = settings.MOTCUA_DATABASE_URLS["owner"]
    with psycopg.connect(url, autocommit=True) as owner:
        _refuse_full(owner)
        roles.ensure_extensions(owner)
        version = owner.info.server_version
    script = dump.with_name("restore.sql")
    _run(
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
        f"--use-list={_without_extensions(dump)}",
        f"--file={script}",
        str(dump),
    )
    if version < TRANSACTION_TIMEOUT_SINCE:
        _without_line(script, b"SET transaction_timeout = 0;")
    _run(
        "psql",
        "--quiet",
        "--no-psqlrc",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        f"--file={script}",
        url,
    )
    with psycopg.connect(url, autocommit=True) as owner:
        ledger.forget_transactions(owner)
        setup.grant_rights(owner, settings.MOTCUA_DATABASE_URLS)


def _without_line(script: Path, line: bytes) -> None:
    """Older servers do not know this setting; programs of a newer one write it all the same."""
    shorter = script.with_suffix(".older")
    with script.open("rb") as old, shorter.open("wb") as new:
        new.writelines(one for one in old if one.strip() != line)
    shorter.replace(script)


def _pack(packed: tarfile.TarFile, folder: Path, inside: str) -> int:
    """Add a folder's files; what is half written by a running system (".….part") is not one yet."""
    count = 0
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name.startswith(".") or path.name.endswith(SQLITE_ASIDE):
            continue
        name = f"{inside}/{path.relative_to(folder)}"
        if path.suffix == ".sqlite3":
            _pack_sqlite(packed, path, name)
        else:
            packed.add(path, name)
        count += 1
    return count


def _pack_sqlite(packed: tarfile.TarFile, path: Path, name: str) -> None:
    """The simulated systems write while we read: SQLite makes the copy that is whole."""
    with (
        tempfile.NamedTemporaryFile(suffix=".sqlite3") as whole,
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(whole.name)) as copy,
    ):
        source.backup(copy)
        packed.add(whole.name, name)


def _add_text(packed: tarfile.TarFile, name: str, text: str) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(text.encode()), 0o600
    packed.addfile(member, io.BytesIO(text.encode()))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _places() -> list[Path]:
    return [folder for folder, _inside in _folders()]


def _refuse_files() -> None:
    for folder in _places():
        if folder.exists() and any(folder.iterdir()):
            raise CannotRestore(f"{folder} is not empty; nothing was changed")


def _folders() -> tuple[tuple[Path, str], ...]:
    return (
        (settings.MOTCUA_FILES_DIR, "files"),
        (settings.MOTCUA_KEYS_DIR, "keys"),
        (settings.MOTCUA_VAR / "sandbox", "sandbox"),
    )


def _check(packed: tarfile.TarFile) -> dict[str, Any]:
    names = set(packed.getnames())
    missing = [name for name in MEMBERS if name not in names]
    if missing:
        raise CannotRestore(f"not a backup of this system: it has no {', '.join(missing)}")
    member = packed.extractfile("manifest.json")
    manifest: dict[str, Any] = json.loads(member.read()) if member else {}
    if manifest.get("format") != FORMAT:
        raise CannotRestore(f"the archive's format {manifest.get('format')!r} is not {FORMAT}")
    return manifest


def _refuse_full(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute("SELECT to_regclass('ledger_entry') IS NOT NULL").fetchone()
    if row and row[0]:
        raise CannotRestore("the database is not empty; nothing was changed")


def _without_extensions(dump: Path) -> Path:
    # Extensions are made beforehand: only a superuser may restore a comment or an untrusted one.
    listing = _run("pg_restore", "--list", str(dump))
    kept = [line for line in listing.splitlines() if " EXTENSION " not in line]
    wanted = dump.with_name("restore.list")
    wanted.write_text("\n".join(kept))
    return wanted


def _run(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [str(postgres.programs() / program), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ProgramFailed(f"{program} failed: {done.stderr.strip()}")
    return done.stdout
