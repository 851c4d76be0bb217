"""A certified copy is one signed file: the certificate, and behind it every page of the scan."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

from motcua.documents.api import (
    BrokenFile,
    MediaType,
    ScanNotFlat,
    TooManyPages,
    UnknownFileType,
    issue_result,
    open_file,
    render_pdf,
    store_file,
    verify,
)
from motcua.documents.rules import copies, typeset
from motcua_sandbox.server import Sandbox
from tests.documents import factories as make

CERTIFICATE_VALUES = {"document_title": "Bằng tốt nghiệp", "pages": "2", "requester": "Trần Thị Bích"}


def scan(*texts: str, rotate: int = 0, wide: bool = False) -> bytes:
    """A PDF with one page of text for each of `texts`."""
    made = typeset.sheets([wide] * len(texts), title="quét", foot="|".join(texts))
    writer = PdfWriter(clone_from=BytesIO(made))
    for page in writer.pages:
        page.rotate(rotate)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def certificate() -> bytes:
    return render_pdf("result_certified_copy", {"values": CERTIFICATE_VALUES})


def bound(*files: tuple[bytes, MediaType]) -> PdfReader:
    return PdfReader(BytesIO(copies.bind(certificate(), files, title="Bản sao", foot="Thuộc bản sao số 01")))


def _covered(subtype: str) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(scan("a")))
    mark = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject(subtype),
            NameObject("/Rect"): ArrayObject(NumberObject(n) for n in (10, 10, 90, 40)),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): DictionaryObject()}),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(mark)])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_every_page_stands_behind_the_certificate_and_names_it() -> None:
    read = bound(
        (scan("Văn bằng", "Bảng điểm"), MediaType.PDF), (make.photo(size=(1200, 800)), MediaType.JPEG)
    )
    texts = [page.extract_text() for page in read.pages]
    assert len(texts) == 4
    assert "Bằng tốt nghiệp" in texts[0]
    assert all("Thuộc bản sao số 01" in text for text in texts[1:])
    assert ["1/3" in texts[1], "2/3" in texts[2], "3/3" in texts[3]] == [True] * 3
    assert "Văn bằng" in texts[1]


def test_a_wide_scan_lies_on_a_wide_sheet_and_a_turned_one_upright() -> None:
    read = bound(
        (scan("ngang", wide=True), MediaType.PDF),
        (scan("xoay", wide=True, rotate=90), MediaType.PDF),
        (make.photo(size=(900, 600)), MediaType.JPEG),
    )
    shown = [page.mediabox.width > page.mediabox.height for page in read.pages[1:]]
    assert shown == [True, False, True]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_nothing_of_a_page_falls_off_its_sheet(turned: int) -> None:
    """The four corners of the scan, wherever it is turned, come to lie inside the sheet's free middle."""
    read = bound((scan("góc", rotate=turned, wide=True), MediaType.PDF))
    sheet = read.pages[1]
    drawn = sheet["/Resources"]["/XObject"]["/Copied"]
    a, b, c, d, e, f = (float(value) for value in drawn["/Matrix"])
    left, bottom, right, top = (float(value) for value in drawn["/BBox"])
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (left, right) for y in (bottom, top)]
    assert all(0 <= x <= float(sheet.mediabox.width) for x, _ in corners)
    assert all(40 <= y <= float(sheet.mediabox.height) for _, y in corners)


def test_the_picture_is_the_scans_own() -> None:
    """The left half of the photo is red and stays so: the copy shows what was scanned."""
    read = bound((make.photo("PNG", size=(400, 300)), MediaType.PNG))
    inner = read.pages[1]["/Resources"]["/XObject"]["/Copied"]["/Resources"]["/XObject"]
    (picture,) = [one.get_object() for one in inner.values()]
    image = Image.open(BytesIO(picture.get_data() if "/DCTDecode" in str(picture.get("/Filter")) else b""))
    red, green, _ = image.convert("RGB").getpixel((20, 150))
    assert red > 200
    assert green < 60


def test_the_copy_claims_no_archive_standard_for_foreign_pages() -> None:
    whole = copies.bind(certificate(), [(scan("a"), MediaType.PDF)], title="t", foot="f")
    metadata = PdfReader(BytesIO(whole)).trailer["/Root"]["/Metadata"].get_data()
    assert b"pdfaid" in PdfReader(BytesIO(certificate())).trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfaid:" not in metadata


@pytest.mark.parametrize("subtype", ["/Widget", "/Stamp", "/FreeText"])
def test_what_lies_over_the_page_is_not_certified(subtype: str) -> None:
    with pytest.raises(ScanNotFlat):
        bound((_covered(subtype), MediaType.PDF))


def test_a_link_on_a_page_prints_nothing_and_is_left_out() -> None:
    read = bound((_covered("/Link"), MediaType.PDF))
    assert "/Annots" not in read.pages[1]


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnonsense", b"", b"%PDF-1.7\n%%EOF"])
def test_a_broken_scan_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(BrokenFile):
        bound((content, MediaType.PDF))


def test_what_is_neither_page_nor_picture_is_refused() -> None:
    with pytest.raises(UnknownFileType):
        bound((make.docx(), MediaType.DOCX))


def test_a_whole_book_is_certified_in_parts() -> None:
    writer = PdfWriter()
    for _ in range(copies.MOST_PAGES + 1):
        writer.add_blank_page(width=200, height=200)
    out = BytesIO()
    writer.write(out)
    with pytest.raises(TooManyPages) as caught:
        bound((out.getvalue(), MediaType.PDF))
    assert caught.value.public()


@pytest.mark.django_db
def test_signed_as_one_file_that_verifies(authority: Sandbox) -> None:
    held = [
        store_file(content=scan("Học bạ"), name="hoc-ba.pdf", by=make.OFFICER, at=make.AT),
        store_file(content=make.photo(size=(800, 600)), name="anh.jpg", by=make.OFFICER, at=make.AT),
    ]
    issued = issue_result(
        by=make.OFFICER,
        at=make.AT,
        draft=make.draft(
            template="result_certified_copy",
            data={"values": CERTIFICATE_VALUES},
            symbol="2025/CTBS",
            book="so-chung-thuc",
            copied=tuple(one.id for one in held),
        ),
    )
    assert issued.file is not None
    whole = open_file(issued.file.id)
    texts = [page.extract_text() for page in PdfReader(BytesIO(whole)).pages]
    assert len(texts) == 3
    assert issued.full_number in texts[2]
    assert issued.verify_code in texts[1]
    verdict = verify(whole)
    assert verdict.trustworthy
    assert len(verdict.signatures) == 2
    assert not verify(whole[:-2000] + b"x" + whole[-1999:]).trustworthy
