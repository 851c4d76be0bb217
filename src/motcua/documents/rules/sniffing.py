"""What a file really is, whatever its name says, and whether it may come in.

Only what an office can open and archive is taken: PDF, JPEG, PNG, DOCX, XLSX. Everything refused is refused
in words that a citizen can act on.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import Protocol

from motcua.base.errors import DomainError
from motcua.base.registry import Registry
from motcua.documents.data import MediaType

MAX_ARCHIVE_BYTES = 200 * 1024 * 1024  # unpacked
MAX_ARCHIVE_RATIO = 200
MAX_ARCHIVE_ENTRIES = 5_000
_SCAN_CHUNK = 1 << 20

# The industry's harmless test virus, kept in two halves so that this file is not taken for one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"

# The names under which browsers and phones send the types that we take.
_CLAIMS: dict[str, MediaType] = {
    "pdf": MediaType.PDF,
    "jpg": MediaType.JPEG,
    "jpeg": MediaType.JPEG,
    "jfif": MediaType.JPEG,
    "png": MediaType.PNG,
    "docx": MediaType.DOCX,
    "xlsx": MediaType.XLSX,
}
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch|RichMedia)[\s/<(\[]")


class EmptyFile(DomainError):
    """The file is empty. Please choose it again."""

    message_vi = "Tệp rỗng, không có nội dung. Vui lòng chọn lại tệp."


class FileTooLarge(DomainError):
    """The file is larger than {limit_mb} MB. Please scan it again at a lower resolution or split it."""

    message_vi = (
        "Tệp lớn hơn {limit_mb} MB. Vui lòng quét lại với độ phân giải thấp hơn hoặc tách thành nhiều tệp."
    )


class UnknownFileType(DomainError):
    """This kind of file is not accepted. Please send a PDF, a photo (JPG, PNG), or a DOCX or XLSX document."""

    message_vi = "Loại tệp này không được nhận. Vui lòng gửi PDF, ảnh (JPG, PNG), tệp DOCX hoặc XLSX."


class NotWhatItsNameSays(DomainError):
    """The file is called {name}, but its content is {found_en}. Please check it and choose it again."""

    message_vi = "Tệp có tên {name} nhưng nội dung lại là {found}. Vui lòng kiểm tra và chọn lại."


class HeicPhoto(DomainError):
    """This photo is in Apple's HEIC format, which offices cannot open. On the phone choose Settings › Camera ›
    Formats › Most Compatible and take it again, or send a screenshot of the photo."""

    message_vi = (
        "Ảnh ở định dạng HEIC của iPhone, cơ quan không mở được. Vào Cài đặt › Camera › Định dạng › "
        "“Tương thích nhất” rồi chụp lại, hoặc gửi ảnh chụp màn hình của ảnh này."
    )


class OldOfficeFile(DomainError):
    """This is an old Office file (.doc, .xls). Please save it as PDF or DOCX and send it again."""

    message_vi = "Đây là tệp Office kiểu cũ (.doc, .xls). Vui lòng lưu lại thành PDF hoặc DOCX rồi gửi lại."


class InfectedFile(DomainError):
    """The file contains a virus and was not stored. Please scan your computer, then make the file again."""

    message_vi = "Tệp có mã độc nên không được lưu. Vui lòng quét vi-rút trên máy của bạn rồi tạo lại tệp."


class DangerousFile(DomainError):
    """The file contains programs or hidden content and was not stored. Please print it to PDF and send that."""

    message_vi = "Tệp chứa chương trình hoặc nội dung ẩn nên không được lưu. Vui lòng in tệp ra PDF rồi gửi bản PDF đó."


class LockedFile(DomainError):
    """The file is protected by a password. Please remove the password and send it again."""

    message_vi = "Tệp bị khóa bằng mật khẩu. Vui lòng bỏ mật khẩu rồi gửi lại."


class BrokenFile(DomainError):
    """The file is damaged and cannot be opened. Please scan or save it again."""

    message_vi = "Tệp bị hỏng, không mở được. Vui lòng quét hoặc lưu lại tệp."


class Scanner(Protocol):
    """Looks for malware in a file; an office plugs its own in."""

    def infected(self, content: bytes) -> str | None:
        """The malware's name, or `None`."""
        ...


SCANNERS: Registry[Scanner] = Registry("malware scanner")


@SCANNERS.register("eicar")
class EicarScanner:
    """Finds the test virus only: proves that the door is guarded, guards nothing by itself."""

    def infected(self, content: bytes) -> str | None:
        """The test virus's name if its 68 bytes are anywhere in `content`."""
        return "EICAR-Test-File" if EICAR in content else None


def sniff(content: bytes, *, name: str, limit: int) -> MediaType:
    """What `content` is; raises one of this module's errors when it may not come in. `limit` is in bytes."""
    if not content:
        raise EmptyFile(name)
    if len(content) > limit:
        raise FileTooLarge(name, limit_mb=limit // (1024 * 1024))
    _scan(content)
    found = _magic(content)
    claimed = _CLAIMS.get(name.rsplit(".", 1)[-1].lower()) if "." in name else None
    if claimed is not None and claimed is not found:
        raise NotWhatItsNameSays(name=name, found=label(found), found_en=_LABELS_EN[found])
    if found is MediaType.PDF:
        _check_pdf(content)
    return found


_LABELS_EN = {
    MediaType.PDF: "PDF",
    MediaType.JPEG: "a JPG picture",
    MediaType.PNG: "a PNG picture",
    MediaType.DOCX: "a DOCX document",
    MediaType.XLSX: "an XLSX sheet",
}


def label(media_type: MediaType) -> str:
    """The everyday name of a type."""
    return {
        MediaType.PDF: "PDF",
        MediaType.JPEG: "ảnh JPG",
        MediaType.PNG: "ảnh PNG",
        MediaType.DOCX: "văn bản DOCX",
        MediaType.XLSX: "bảng tính XLSX",
    }[media_type]


def _magic(content: bytes) -> MediaType:
    if content.startswith(b"%PDF-"):
        return MediaType.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"}:
        raise HeicPhoto
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise OldOfficeFile
    raise UnknownFileType


def _scan(content: bytes) -> None:
    for _, scanner in SCANNERS.all():
        if (virus := scanner.infected(content)) is not None:
            raise InfectedFile(virus)


def _check_pdf(content: bytes) -> None:
    tail = content[-2048:]
    if b"%%EOF" not in tail:
        raise BrokenFile("no end-of-file mark")
    if b"PK\x05\x06" in content[-70_000:] or b"<script" in content[:2048].lower():
        raise DangerousFile("a second file hides in the PDF")
    if re.search(rb"/Encrypt[\s\d<]", content):
        raise LockedFile
    if _ACTIVE_PDF.search(content):
        raise DangerousFile("active content")


def _office(content: bytes) -> MediaType:
    """DOCX or XLSX; any other archive, a bomb, a macro is refused. Entries are scanned one by one."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if "[Content_Types].xml" not in names:
                raise UnknownFileType("an archive")
            if len(entries) > MAX_ARCHIVE_ENTRIES:
                raise DangerousFile("too many entries")
            if any(entry.flag_bits & 1 for entry in entries):
                raise LockedFile
            if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js")) for name in names):
                raise DangerousFile("macros")
            budget = min(MAX_ARCHIVE_BYTES, len(content) * MAX_ARCHIVE_RATIO)
            for entry in entries:
                budget = _scan_entry(archive, entry, budget)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise BrokenFile(str(error)) from error
    if "word/document.xml" in names:
        return MediaType.DOCX
    if "xl/workbook.xml" in names:
        return MediaType.XLSX
    raise UnknownFileType("an Office file of another kind")


def _scan_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int) -> int:
    """Unpack within `budget` bytes, trusting no size that the archive claims."""
    overlap = b""
    with archive.open(entry) as stream:
        while chunk := stream.read(_SCAN_CHUNK):
            budget -= len(chunk)
            if budget < 0:
                raise DangerousFile("unpacks to far more than it says")
            _scan(overlap + chunk)
            overlap = chunk[-len(EICAR) :]
    return budget
