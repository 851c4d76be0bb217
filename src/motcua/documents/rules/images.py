"""Photos are set upright and stripped of what they hide (place, camera, thumbnails) before they are kept.

Pixels are left as they are unless the photo must be turned: metadata is cut out of the file, not re-encoded.
"""

from __future__ import annotations

import struct
import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from motcua.base.errors import DomainError
from motcua.documents.data import MediaType
from motcua.documents.rules.sniffing import BrokenFile

MAX_PIXELS = 60_000_000
MAX_SIDE = 20_000
_ORIENTATION = 0x0112
_JPEG_QUALITY = 90
# Kept: size and colour, nothing that speaks of the person, the place or the device.
_PNG_KEPT = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"pHYs",
    b"sBIT",
}
_JPEG_DROPPED = {0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE}


class ImageTooLarge(DomainError):
    """The picture is {width} × {height} dots, more than can be handled. Please scan it at 200–300 dpi."""

    message_vi = "Ảnh có {width} × {height} điểm ảnh, quá lớn. Vui lòng quét ở 200–300 dpi."


def clean(content: bytes, media_type: MediaType) -> bytes:
    """The same picture upright and without metadata or trailing bytes; raises `BrokenFile`, `ImageTooLarge`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged by our own limit below
            return _clean(content, media_type)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error, IndexError) as error:
        raise BrokenFile(str(error)) from error
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(str(error), width="?", height="?") from error


def _clean(content: bytes, media_type: MediaType) -> bytes:
    jpeg = media_type is MediaType.JPEG
    with Image.open(BytesIO(content), formats=["JPEG" if jpeg else "PNG"]) as image:
        width, height = image.size
        if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
            raise ImageTooLarge(width=width, height=height)
        orientation = image.getexif().get(_ORIENTATION, 1)
        if orientation not in (0, 1):
            return _turned(image, jpeg=jpeg)
        if jpeg:
            image.draft("L", (max(1, width // 8), max(1, height // 8)))
        image.load()  # a cut-off picture fails here, not on the officer's screen
    return _bare_jpeg(content) if jpeg else _bare_png(content)


def _turned(image: Image.Image, *, jpeg: bool) -> bytes:
    upright = ImageOps.exif_transpose(image)
    out = BytesIO()
    dpi = image.info.get("dpi")
    extra = {"dpi": dpi} if isinstance(dpi, tuple) else {}
    if jpeg:
        upright.save(out, "JPEG", quality=_JPEG_QUALITY, exif=b"", icc_profile=None, **extra)
    else:
        upright.save(out, "PNG", exif=b"", **extra)
    return out.getvalue()


def _bare_png(content: bytes) -> bytes:
    out, place = [content[:8]], 8
    while True:
        length, kind = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        if end > len(content):
            raise ValueError("a chunk runs past the end")
        if kind in _PNG_KEPT:
            out.append(content[place:end])
        place = end
        if kind == b"IEND":
            return b"".join(out)


def _bare_jpeg(content: bytes) -> bytes:
    out, place = [content[:2]], 2
    while True:
        if content[place] != 0xFF:
            raise ValueError("a marker is missing")
        marker = content[place + 1]
        if marker == 0xFF:  # fill byte
            place += 1
            continue
        if marker == 0xDA:
            end = content.rfind(b"\xff\xd9")
            if end < place:
                raise ValueError("no end of image")
            out.append(content[place : _first_end(content, place)])
            return b"".join(out)
        (length,) = struct.unpack_from(">H", content, place + 2)
        if marker not in _JPEG_DROPPED:
            out.append(content[place : place + 2 + length])
        place += 2 + length


def _first_end(content: bytes, place: int) -> int:
    """Where the picture ends: the first end mark that belongs to it, so that nothing rides behind it.

    Inside scan data 0xFF is always followed by 0x00 or a restart mark, so the first 0xFFD9 is the end.
    """
    return content.index(b"\xff\xd9", place) + 2
