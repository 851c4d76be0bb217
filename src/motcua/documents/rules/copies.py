"""Binds the scan of an original to its certificate: the certified copy is one file, all of whose pages are signed.

NĐ 45/2020/NĐ-CP Đ.10: the electronic certified copy shows the original itself, with the words of certification.
Each page of the scan is laid on a sheet of its own; the foot says to which certificate it belongs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject

from motcua.base.errors import DomainError
from motcua.documents.data import MediaType
from motcua.documents.rules import scans, typeset
from motcua.documents.rules.sniffing import BrokenFile

MOST_PAGES = 200
_SIDE, _TOP, _FOOT = 22.0, 22.0, 46.0  # points: what the sheet keeps free around the page that is laid on it
_FLAT = frozenset({"/Link", "/Popup"})  # marks on a page that print nothing
_BROKEN = (PyPdfError, IndexError, KeyError, ValueError, TypeError, AttributeError, OSError, RecursionError)


class ScanNotFlat(DomainError):
    """The scan holds boxes, notes or signatures laid over its pages, so a copy could show something else than the
    original. Scan the paper itself."""

    message_vi = (
        "Tệp quét có ô điền, ghi chú hoặc chữ ký đặt chồng lên trang nên bản sao có thể khác bản chính. "
        "Hãy quét lại từ giấy."
    )


class TooManyPages(DomainError):
    """A certified copy holds at most {most} pages; this scan has {pages}. Certify it in parts."""

    message_vi = (
        "Một bản sao chứng thực chứa nhiều nhất {most} trang; bản quét này có {pages} trang. Hãy chia phần."
    )


def bind(certificate: bytes, copied: Sequence[tuple[bytes, MediaType]], *, title: str, foot: str) -> bytes:
    """The certificate with every page of the scans behind it. Raises `ScanNotFlat`, `TooManyPages`, `BrokenFile`,
    and `UnknownFileType` for what is neither PDF nor picture."""
    try:
        pages = _sound(copied)
        sheets = PdfReader(BytesIO(typeset.sheets([_is_wide(p) for p in pages], title=title, foot=foot)))
        writer = PdfWriter(clone_from=BytesIO(certificate))
        for page, sheet in zip(pages, sheets.pages, strict=True):
            _lay(writer, page, on=writer.add_page(sheet))
        _claim_no_archive(writer)
        out = BytesIO()
        writer.write(out)
    except _BROKEN as error:
        raise BrokenFile(str(error)) from error
    return out.getvalue()


def check(copied: Sequence[tuple[bytes, MediaType]]) -> None:
    """Raise what `bind` would raise for these scans, before anybody signs."""
    try:
        for page in _sound(copied):
            _size(page)
    except _BROKEN as error:
        raise BrokenFile(str(error)) from error


def _sound(copied: Sequence[tuple[bytes, MediaType]]) -> list[PageObject]:
    pages = [page for content, kind in copied for page in _pages(content, kind)]
    if len(pages) > MOST_PAGES:
        raise TooManyPages(most=MOST_PAGES, pages=len(pages))
    if any(_is_covered(page) for page in pages):
        raise ScanNotFlat
    return pages


def _pages(content: bytes, kind: MediaType) -> list[PageObject]:
    return list(PdfReader(BytesIO(scans.as_pdf(content, kind))).pages)


def _is_covered(page: PageObject) -> bool:
    """Does something with a look of its own lie over the page?"""
    marks = [mark.get_object() for mark in page.get("/Annots", ArrayObject()).get_object()]
    return any("/AP" in mark and mark.get("/Subtype") not in _FLAT for mark in marks)


def _size(page: PageObject) -> tuple[float, float]:
    """Width and height of the page as it is shown."""
    width, height = float(page.cropbox.width), float(page.cropbox.height)
    if width <= 0 or height <= 0:
        raise BrokenFile("a page without a size")
    return (height, width) if page.rotation % 180 else (width, height)


def _is_wide(page: PageObject) -> bool:
    width, height = _size(page)
    return width > height


def _lay(writer: PdfWriter, page: PageObject, *, on: PageObject) -> None:
    """Draw the page, made smaller where it does not fit, into the middle of the sheet `on`."""
    width, height = _size(page)
    free_width = float(on.mediabox.width) - 2 * _SIDE
    free_height = float(on.mediabox.height) - _TOP - _FOOT
    scale = min(free_width / width, free_height / height, 1.0)
    turned = page.rotation % 360
    moved_by = {0: (0.0, 0.0), 90: (0.0, height), 180: (width, height), 270: (width, 0.0)}[turned]
    matrix = (
        Transformation()
        .translate(-float(page.cropbox.left), -float(page.cropbox.bottom))
        .rotate(-turned)
        .translate(*moved_by)
        .scale(scale)
        .translate(_SIDE + (free_width - width * scale) / 2, _FOOT + (free_height - height * scale) / 2)
    )
    contents = page.get_contents()
    drawing = DecodedStreamObject()
    drawing.set_data(contents.get_data() if contents is not None else b"")
    drawing[NameObject("/Type")] = NameObject("/XObject")
    drawing[NameObject("/Subtype")] = NameObject("/Form")
    drawing[NameObject("/BBox")] = ArrayObject(FloatObject(value) for value in page.cropbox)
    drawing[NameObject("/Matrix")] = ArrayObject(FloatObject(value) for value in matrix.ctm)
    drawing[NameObject("/Resources")] = page.get("/Resources", DictionaryObject()).get_object().clone(writer)
    _draw(writer, on, drawing)


def _draw(writer: PdfWriter, sheet: PageObject, drawing: DecodedStreamObject) -> None:
    resources = sheet["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    pictures = resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()
    pictures[NameObject("/Copied")] = writer._add_object(drawing.flate_encode())
    own = sheet.get_contents()
    whole = DecodedStreamObject()
    whole.set_data(b"q /Copied Do Q\n" + (own.get_data() if own is not None else b""))
    sheet[NameObject("/Contents")] = writer._add_object(whole.flate_encode())


def _claim_no_archive(writer: PdfWriter) -> None:
    """A foreign scan keeps no archive standard, so the file must not claim one."""
    held = writer.root_object.get("/Metadata")
    if held is None:
        return
    words = held.get_object().get_data()
    plain = DecodedStreamObject()
    plain.set_data(re.sub(rb"<pdfaid:(\w+)>.*?</pdfaid:\1>", b"", words, flags=re.DOTALL))
    plain[NameObject("/Type")] = NameObject("/Metadata")
    plain[NameObject("/Subtype")] = NameObject("/XML")
    writer.root_object[NameObject("/Metadata")] = writer._add_object(plain)
