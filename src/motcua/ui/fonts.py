"""Makes the page's fonts light: only Latin and Vietnamese letters, kept once made.

A whole weight of Be Vietnam Pro is 135 KB; what a Vietnamese page can show of it is 24 KB. On a commune's line that
is the difference between text at once and text after seconds. The letters left out fall back to the system's font.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import tempfile
from importlib import resources
from pathlib import Path

from django.conf import settings

log = logging.getLogger(__name__)

WEIGHTS = ("Regular", "SemiBold")
EDITION = "1"  # goes up when what is kept below changes
FEATURES = ("ccmp", "kern", "liga", "lnum", "locl", "mark", "mkmk", "tnum")
LETTERS = frozenset(
    {
        *range(0x20, 0x7F),
        *range(0xA0, 0x180),  # Latin-1, Latin Extended-A (ă, đ, ĩ, ũ)
        *(0x1A0, 0x1A1, 0x1AF, 0x1B0),  # ơ, ư
        *range(0x1EA0, 0x1EFA),  # the stacked marks of Vietnamese
        *(0x300, 0x301, 0x302, 0x303, 0x306, 0x309, 0x31B, 0x323),  # names that come with marks apart
        *range(0x2010, 0x2027),  # dashes, quotes, bullet, ellipsis
        *(0x20AB, 0x2030, 0x2032, 0x2039, 0x203A, 0x2190, 0x2192, 0x2212),  # ₫ ‰ ′ ‹ › ← → −
    }
)


def source(weight: str) -> Path:
    """The whole font, as the wheel brings it."""
    return Path(str(resources.files("fontpkg_be_vietnam_pro"))) / "files" / f"BeVietnamPro-{weight}.ttf"


def light(weight: str) -> bytes:
    """The weight with only our letters (WOFF); from the cache folder, where it is put when first asked for.

    A full disk costs time, not the page: the font is then made again in each process.
    """
    whole = source(weight).read_bytes()
    name = hashlib.sha256(EDITION.encode() + whole).hexdigest()[:16]
    kept = Path(settings.MOTCUA_VAR) / "cache" / "fonts" / f"BeVietnamPro-{weight}-{name}.woff"
    try:
        return kept.read_bytes()
    except OSError:
        pass  # not made yet
    made = shrink(whole)
    try:
        _keep(kept, made)
    except OSError as error:
        log.warning("font %s could not be kept: %s", kept, error)
    return made


def shrink(whole: bytes) -> bytes:
    """A TrueType font cut down to `LETTERS`, packed as WOFF 1 (zlib: every browser reads it)."""
    # Half a second and 20 MB, needed once in the life of an installation: not at every start of the web.
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped] # ships none
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    options = Options()
    options.layout_features = list(FEATURES)
    options.hinting = False
    options.notdef_outline = True
    font = TTFont(io.BytesIO(whole), recalcTimestamp=False)
    cutter = Subsetter(options)
    cutter.populate(unicodes=sorted(LETTERS))
    cutter.subset(font)
    font.flavor = "woff"
    packed = io.BytesIO()
    font.save(packed)
    return packed.getvalue()


def _keep(place: Path, content: bytes) -> None:
    """Write beside and rename: another process sees the whole file or none."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".woff")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        os.replace(beside, place)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
