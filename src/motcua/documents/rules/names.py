"""File names that are safe to show, to store and to offer for download."""

from __future__ import annotations

import re
import unicodedata

from motcua.documents.data import MediaType

MAX_LENGTH = 120
EXTENSIONS = {
    MediaType.PDF: "pdf",
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
    MediaType.DOCX: "docx",
    MediaType.XLSX: "xlsx",
}
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def safe_name(name: str, media_type: MediaType) -> str:
    """`name` without path, control and direction characters, ending as its real type does.

    "..\\\\..\\\\Giấy khai sinh.PDF" → "Giấy khai sinh.pdf"; nothing left → "tep.pdf".
    """
    text = unicodedata.normalize("NFC", name)
    # Cc control, Cf direction and invisible marks ("gpj.exe" turned round), Cs/Co/Cn not characters at all
    text = "".join(" " if char in "\t\r\n" else char for char in text)
    text = "".join(char for char in text if not unicodedata.category(char).startswith("C"))
    text = re.split(r"[/\\]", text)[-1]
    text = re.sub(r'[<>:"|?*]', "_", text)
    text = re.sub(r"\s+", " ", text).strip(" .")
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > 5:
        stem = text
    stem = stem.strip(" .")[:MAX_LENGTH].strip(" .")
    if not stem or _RESERVED.match(stem):
        stem = "tep"
    return f"{stem}.{EXTENSIONS[media_type]}"
