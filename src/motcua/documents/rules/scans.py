"""Scans as PDF pages: a photo becomes a page of its true size, and the first page's corner is found."""

from __future__ import annotations

from io import BytesIO

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from motcua.documents.data import Box, MediaType
from motcua.documents.rules.sniffing import BrokenFile, UnknownFileType

SCAN_DPI = 200  # NĐ 30/2020/NĐ-CP: at least 200 dots per inch (second-hand)
_WIDTH, _HEIGHT, _EDGE = 190.0, 27.0, 6.0


class NotAScan(UnknownFileType):
    """Only a PDF or a photo (JPG, PNG) can be a scan."""

    message_vi = "Bản quét phải là PDF hoặc ảnh (JPG, PNG)."


def as_pdf(content: bytes, media_type: MediaType) -> bytes:
    """The scan as a sound PDF. Raises `NotAScan` for Office files, `BrokenFile` beyond repair.

    Scanners write faulty tables, which a signature would freeze; a PDF that is signed already stays as it is.
    """
    if media_type is MediaType.PDF:
        return content if b"/ByteRange" in content else _repaired(content)
    if media_type not in (MediaType.JPEG, MediaType.PNG):
        raise NotAScan
    with Image.open(BytesIO(content)) as image:
        out = BytesIO()
        flat = image if image.mode in ("L", "RGB") else image.convert("RGB")
        flat.save(out, "PDF", resolution=SCAN_DPI)
        return _repaired(out.getvalue())  # Pillow's own table is not strict enough to be signed


def _repaired(content: bytes) -> bytes:
    out = BytesIO()
    try:
        PdfWriter(clone_from=BytesIO(content)).write(out)
    except (PyPdfError, IndexError, KeyError, ValueError, TypeError, OSError, RecursionError) as error:
        raise BrokenFile(str(error)) from error
    return out.getvalue()


def top_left(pdf: bytes) -> Box:
    """The place at the top left of the first page where the copyist signs (TT 01/2023/TT-VPCP Đ.7)."""
    try:
        frame = PdfReader(BytesIO(pdf)).pages[0].mediabox
    except (PyPdfError, IndexError, KeyError, ValueError, OSError) as error:
        raise BrokenFile(str(error)) from error
    left, top = float(frame.left) + _EDGE, float(frame.top) - _EDGE
    return Box(page=0, left=left, bottom=top - _HEIGHT, right=left + _WIDTH, top=top)
