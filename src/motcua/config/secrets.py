"""The installation's own secrets: made at set-up, kept in one file that only its owner can read.

Nothing here is ever committed or printed. A backup carries them, or the payloads could not be read again.
"""

from __future__ import annotations

import json
import os
import secrets as random
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from motcua.config import env


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """Every value is random text of at least 256 bits.

    django_key signs sessions; payload_key (64 hex digits) wraps the persons' keys; code_pepper blinds
    public lookups; the others are database passwords and the client secret of the identity provider.
    """

    django_key: str
    payload_key: str
    code_pepper: str
    superuser_password: str
    owner_password: str
    app_password: str
    sequencer_password: str
    reader_password: str
    vneid_client_secret: str
    outside_secret: str  # by which the simulated national systems know this installation


def place() -> Path:
    """Where the installation's secrets are kept; known before settings are read, for these need the file."""
    checkout = Path(__file__).resolve().parents[3]
    root = checkout if (checkout / "pyproject.toml").exists() else Path.cwd()
    return env.folder("MOTCUA_VAR", root / "var") / "secrets.json"


def fresh() -> Secrets:
    """New random secrets."""
    values = {field.name: random.token_urlsafe(36) for field in fields(Secrets)}
    return Secrets(**{**values, "payload_key": random.token_hex(32)})


def read(path: Path) -> Secrets | None:
    """The secrets kept at `path`, or `None` where the system was never set up."""
    if not path.exists():
        return None
    return Secrets(**{**asdict(fresh()), **json.loads(path.read_text())})


def ensure(path: Path) -> Secrets:
    """Read the secrets, or make and keep them (mode 0600)."""
    known = read(path)
    made = known or fresh()
    if known is None or json.loads(path.read_text()).keys() != asdict(known).keys():
        # A newer program knows of secrets that this installation has not: they are made once, and kept.
        path.unlink(missing_ok=True)
        keep(path, json.dumps(asdict(made), indent=1))
    return made


def keep(path: Path, text: str) -> None:
    """Write secrets where there are none yet; only their owner may read them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(text)
