"""Takes the secrets out of a backup before anything else reads settings."""

from __future__ import annotations

import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from motcua.config import secrets


def unpack_secrets(argv: Sequence[str]) -> bool:
    """Put the archive's secrets in their place; False, and nothing changed, when that cannot be done."""
    place = secrets.place()
    if place.exists():
        sys.stderr.write(
            f"motcua restore: {place.parent} already holds an installation; nothing was changed\n"
        )
        return False
    archive = Path(argv[-1])
    try:
        with tarfile.open(archive) as packed:
            member = packed.extractfile("secrets.json")
            if member is None:
                raise KeyError("secrets.json")
            secrets.keep(place, member.read().decode())
    except (OSError, KeyError, tarfile.TarError) as error:
        sys.stderr.write(f"motcua restore: {archive} is not a backup of this system ({error})\n")
        return False
    return True
