"""Reads answers of every kind, and names the canaries in them that the reader may not see."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from html import unescape

from openpyxl import load_workbook
from pypdf import PdfReader

from motcua.people.api import SourcePerson
from tests.matrix.world import Province, See


def words_of(content: bytes, kind: str) -> str:
    """Everything that can be read in an answer: a page, JSON, a PDF's text, a workbook's cells, names in a zip."""
    if content.startswith(b"%PDF"):
        text = " ".join(page.extract_text() or "" for page in PdfReader(io.BytesIO(content)).pages)
    elif content.startswith(b"PK"):
        text = " ".join(_cells(content))
    else:
        text = content.decode("utf-8", errors="replace")
        text = unescape(text)
        if "json" in kind:
            text += " " + json.dumps(json.loads(content or b"null"), ensure_ascii=False)
    text = unicodedata.normalize("NFC", text).replace("\u200b", "").replace("\u00a0", " ")
    return re.sub(r"\s+", " ", text)


def _cells(content: bytes) -> Iterator[str]:
    if "xl/workbook.xml" not in zipfile.ZipFile(io.BytesIO(content)).namelist():
        return
    for sheet in load_workbook(io.BytesIO(content), read_only=True).worksheets:
        for row in sheet.iter_rows(values_only=True):
            yield from (str(cell) for cell in row if cell is not None)


def household(world: Province, person: SourcePerson) -> frozenset[str]:
    """The person, and whoever carries the same house number."""
    return world.everybody.whose(person.permanent_address or "") | {person.ref}


def leaks(
    world: Province,
    text: str,
    see: tuple[See, See],
    *,
    sent: str = "",
    known: frozenset[str] = frozenset(),
) -> list[str]:
    """Which canaries stand in the text that the reader may not see.

    `sent`: what the request itself held; saying it back tells nothing. `known`: people whom this page is for.
    """
    found = []
    for case, may in zip(world.cases(), see, strict=True):
        found += [
            mark for mark, needed in case.marks.items() if needed > may and mark in text and mark not in sent
        ]
    asked = world.everybody.whose(sent)
    readable = frozenset().union(
        *(
            household(world, case.person)
            for case, may in zip(world.cases(), see, strict=True)
            if may >= See.OWN
        )
    )
    strangers = world.everybody.whose(text) - readable - known - asked
    found += [f"person {ref}" for ref in sorted(strangers)]
    return found


def count_of(world: Province, see: tuple[See, See]) -> int:
    """How many dossiers the reader may count."""
    return sum(len(case.ids) + 1 for case, may in zip(world.cases(), see, strict=True) if may > See.NOTHING)
