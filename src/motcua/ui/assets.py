"""Serves the few files a page needs (style, script, fonts) from memory, under a name that changes with them.

A style sheet, two scripts and two font files do not need a second server or a collecting step: they are read once,
compressed once and then answered for ever, also when the database is dead. Fonts (made light by `fonts`) and htmx
come out of the wheels that ship them (fontpkg-be-vietnam-pro, django-htmx); nothing is fetched from elsewhere.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from motcua.ui import fonts

_HERE = Path(__file__).resolve().parent / "static"
_FONTS = {f"fonts/BeVietnamPro-{weight}.woff": weight for weight in fonts.WEIGHTS}
_SHRINKS = {"text/css", "text/javascript", "image/svg+xml"}
_TYPES = {".woff": "font/woff", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One file ready to be sent: its bytes, the same compressed (or `None`), its type."""

    path: str
    content: bytes
    squeezed: bytes | None
    media_type: str


@lru_cache(maxsize=1)
def _places() -> dict[str, Path]:
    places = {path.relative_to(_HERE).as_posix(): path for path in _HERE.rglob("*") if path.is_file()}
    places |= {path: fonts.source(weight) for path, weight in _FONTS.items()}
    htmx = Path(str(resources.files("django_htmx"))) / "static" / "django_htmx" / "htmx-2.min.js"
    places["vendor/htmx.min.js"] = htmx
    return places


@lru_cache(maxsize=64)
def asset(path: str) -> Asset:
    """The file called `path`. Raises `LookupError` for a name that is not ours (there is no way to the disk)."""
    try:
        place = _places()[path]
    except KeyError:
        raise LookupError(path) from None
    content = fonts.light(_FONTS[path]) if path in _FONTS else place.read_bytes()
    media_type = _TYPES.get(Path(path).suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    squeezed = gzip.compress(content, 9, mtime=0) if media_type in _SHRINKS else None
    return Asset(path=path, content=content, squeezed=squeezed, media_type=media_type)


@lru_cache(maxsize=1)
def edition() -> str:
    """Ten hexadecimal digits that change when any file changes: part of every asset's address."""
    digest = hashlib.sha256(fonts.EDITION.encode())
    for path in sorted(_places()):
        digest.update(path.encode() + b"\0" + _places()[path].read_bytes())
    return digest.hexdigest()[:10]


def paths() -> list[str]:
    """Every file there is, sorted."""
    return sorted(_places())
