"""The PDFs of the tour: kept in a folder, read, checked on the verify page, and tampered with to see it told."""

from __future__ import annotations

import io
import re
from pathlib import Path

from pypdf import PdfReader

from motcua.demo.tour.browser import Browser
from motcua.demo.tour.pages import Page
from motcua.demo.tour.telling import TourFailed, check

A_SMALL_PICTURE_OF_A_PAPER = (200, 280)


def scan(words: str) -> bytes:
    """A PNG such as a phone makes of a paper."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", A_SMALL_PICTURE_OF_A_PAPER, "white")
    ImageDraw.Draw(picture).text((10, 20), words, fill="black")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


class Folder:
    """Where the tour's PDFs are kept."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        self.kept: list[Path] = []

    def keep(self, page: Page, name: str) -> bytes:
        """Keep a PDF that the system gave; anything else ends the tour."""
        if not page.is_pdf:
            raise TourFailed(f"{name} là một tệp PDF", page)
        return self.keep_bytes(page.content, name)

    def keep_bytes(self, content: bytes, name: str) -> bytes:
        """Keep a PDF that came by another way."""
        check(content.startswith(b"%PDF"), f"{name} là một tệp PDF", content[:80])
        path = self.place / f"{name}.pdf"
        path.write_bytes(content)
        self.kept.append(path)
        return content


def words_of(pdf: bytes) -> str:
    """The text of a PDF in one line."""
    text = " ".join(page.extract_text() or "" for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


def tampered(pdf: bytes) -> bytes:
    """The same paper with one byte of its signed part changed."""
    found = re.search(rb"/ByteRange\s*\[\s*\d+\s+(\d+)", pdf)
    end = int(found.group(1)) if found else len(pdf) // 2
    at = end // 2
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def judged(browser: Browser, pdf: bytes, name: str = "ket-qua.pdf") -> Page:
    """What the verify page says of a file."""
    page = browser.open("/verify")
    form = page.form(has="file")
    check(form is not None, "trang kiểm tra giấy tờ có ô chọn tệp", page)
    assert form is not None
    return browser.send(page, form, {"code": ""}, files={"file": (name, pdf, "application/pdf")}, expect=None)


def verdict(page: Page) -> str:
    """The headline of the verdict; "" when the page has none."""
    lines = page.text.splitlines()
    mark = next((at for at, line in enumerate(lines) if line.startswith(("✓", "!"))), None)
    return lines[mark] if mark is not None else ""
