"""`motcua backup` and `motcua restore`: database, files and keys in one archive that can be put back elsewhere.

The dump is one consistent snapshot (pg_dump). Cursors, seals and positions are rows like any other; transaction
ids mean nothing in another cluster, so a restore forgets them and the sequencer goes on from the last position.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from motcua.config import postgres, roles, setup
from motcua.ledger import api as ledger

FORMAT = 1
MEMBERS = ("manifest.json", "database.dump", "secrets.json")


class CannotRestore(RuntimeError):
    """The archive is not a backup of ours, or the place it should go to is not empty."""


def main(argv: Sequence[str]) -> int:
    """`motcua backup FILE` and `motcua restore FILE`."""
    parser = argparse.ArgumentParser(prog=f"motcua {argv[0]}", description=__doc__)
    parser.add_argument("file", type=Path)
    archive = parser.parse_args(argv[1:]).file
    if argv[0] == "backup":
        with setup.database_running():
            backup(archive)
        return 0
    try:
        restore(archive)
    except CannotRestore as error:
        sys.stderr.write(f"motcua restore: {error}\n")
        return 1
    finally:
        if not settings.MOTCUA_EXTERNAL_DATABASE:
            settings.MOTCUA_CLUSTER.stop()
    return 0


def backup(archive: Path) -> None:
    """Write everything that makes this installation into `archive` (mode 0600; it holds the keys)."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=".motcua-backup-") as name:
        work = Path(name)
        _run(
            "pg_dump",
            "--format=custom",
            f"--file={work / 'database.dump'}",
            settings.MOTCUA_DATABASE_URLS["owner"],
        )
        with psycopg.connect(settings.MOTCUA_DATABASE_URLS["owner"], autocommit=True) as connection:
            row = connection.execute("SELECT coalesce(max(position), 0) FROM ledger_position").fetchone()
        manifest = {"format": FORMAT, "position": row[0] if row else 0}
        (work / "manifest.json").write_text(json.dumps(manifest))
        unfinished = archive.with_suffix(archive.suffix + ".part")
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out, tarfile.open(fileobj=out, mode="w") as packed:
            packed.add(work / "manifest.json", "manifest.json")
            packed.add(work / "database.dump", "database.dump")
            packed.add(settings.MOTCUA_SECRETS_FILE, "secrets.json")
            for folder, inside in _folders():
                if folder.exists():
                    packed.add(folder, inside)
        unfinished.replace(archive)
    sys.stdout.write(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB, position {manifest['position']}\n")


def restore(archive: Path) -> None:
    """Put `archive` back into an installation without data; cursors and numbers go on where they were."""
    if settings.MOTCUA_EXTERNAL_DATABASE:
        _refuse_full(settings.MOTCUA_DATABASE_URLS["owner"])
    else:
        settings.MOTCUA_CLUSTER.start()
        setup.make_roles()
    with tempfile.TemporaryDirectory(dir=settings.MOTCUA_VAR) as name, tarfile.open(archive) as packed:
        manifest = _check(packed)
        packed.extract("database.dump", name, filter="data")
        for folder, inside in _folders():
            wanted = [m for m in packed.getmembers() if m.name == inside or m.name.startswith(inside + "/")]
            packed.extractall(folder.parent, members=_renamed(wanted, inside, folder.name), filter="data")
        with psycopg.connect(settings.MOTCUA_DATABASE_URLS["owner"], autocommit=True) as owner:
            _refuse_full(settings.MOTCUA_DATABASE_URLS["owner"])
            roles.ensure_extensions(owner)
        _run(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--no-comments",
            f"--use-list={_without_extensions(Path(name))}",
            f"--dbname={settings.MOTCUA_DATABASE_URLS['owner']}",
            str(Path(name) / "database.dump"),
        )
    with psycopg.connect(settings.MOTCUA_DATABASE_URLS["owner"], autocommit=True) as owner:
        ledger.forget_transactions(owner)
        setup.grant_rights(owner, settings.MOTCUA_DATABASE_URLS)
    sys.stdout.write(f"restored up to position {manifest['position']}\n")


def _folders() -> tuple[tuple[Path, str], ...]:
    return (
        (settings.MOTCUA_FILES_DIR, "files"),
        (settings.MOTCUA_KEYS_DIR, "keys"),
        (settings.MOTCUA_VAR / "sandbox", "sandbox"),
    )


def _renamed(members: list[tarfile.TarInfo], inside: str, name: str) -> list[tarfile.TarInfo]:
    for member in members:
        member.name = name + member.name[len(inside) :]
    return members


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


def _refuse_full(url: str) -> None:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT to_regclass('ledger_entry') IS NOT NULL").fetchone()
    if row and row[0]:
        raise CannotRestore("the database is not empty; nothing was changed")


def _without_extensions(folder: Path) -> Path:
    # Extensions are made beforehand: only a superuser may restore a comment or an untrusted one.
    listing = _run("pg_restore", "--list", str(folder / "database.dump"))
    kept = [line for line in listing.splitlines() if " EXTENSION " not in line]
    wanted = folder / "restore.list"
    wanted.write_text("\n".join(kept))
    return wanted


def _run(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [str(postgres.programs() / program), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr.strip()}")
    return done.stdout
