"""What comes through the door for files, and what does not."""

from __future__ import annotations

import errno
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from motcua.base.errors import DomainError
from motcua.documents import storage
from motcua.documents.api import (
    BrokenFile,
    DangerousFile,
    EmptyFile,
    FileDamaged,
    FileTooLarge,
    HeicPhoto,
    ImageTooLarge,
    InfectedFile,
    LockedFile,
    MediaType,
    NotWhatItsNameSays,
    OldOfficeFile,
    StorageFull,
    UnknownFileType,
    open_file,
    store_file,
)
from motcua.documents.models import StoredFile
from motcua.documents.rules import images
from motcua.documents.rules.names import safe_name
from motcua.documents.rules.sniffing import EICAR, sniff
from motcua.ledger.api import Subject, entries
from tests.documents import factories as make

LIMIT = 1024 * 1024


def stored(content: bytes, name: str) -> bytes:
    return open_file(store_file(content=content, name=name, by=make.CITIZEN, at=make.AT).id)


@pytest.mark.django_db
def test_a_file_is_kept_and_written_down() -> None:
    info = store_file(content=make.pdf(), name="../../Tờ khai.PDF", by=make.CITIZEN, at=make.AT)
    assert (info.media_type, info.name) == (MediaType.PDF, "Tờ khai.pdf")
    assert open_file(info.id) == make.pdf()
    (entry,) = entries(Subject(kind="file", id=str(info.id)))
    assert entry.kind == "file.stored"
    assert entry.payload["sha256"] == info.sha256


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once_but_belong_to_two_people() -> None:
    first = store_file(content=make.pdf(), name="a.pdf", by=make.CITIZEN, at=make.AT)
    second = store_file(content=make.pdf(), name="b.pdf", by=make.OFFICER, at=make.AT)
    assert first.id != second.id
    assert first.sha256 == second.sha256
    assert len(list(storage.path_of(first.sha256).parent.iterdir())) == 1


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "a.pdf", EmptyFile),
        (make.pdf() + b" " * LIMIT, "a.pdf", FileTooLarge),
        (b"MZ\x90\x00" + b"\0" * 100, "a.pdf", UnknownFileType),
        (b"<html><script>alert(1)</script>", "a.html", UnknownFileType),
        (b"GIF89a" + b"\0" * 50, "a.gif", UnknownFileType),
        (make.photo(), "a.pdf", NotWhatItsNameSays),
        (make.pdf(), "anh.jpg", NotWhatItsNameSays),
        (b"\0\0\0\x20ftypheic" + b"\0" * 40, "IMG_1.HEIC", HeicPhoto),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", OldOfficeFile),
        (EICAR, "a.pdf", InfectedFile),
        (make.pdf(b"%" + EICAR), "a.pdf", InfectedFile),
        (make.docx(**{"word/media/x.bin": EICAR}), "a.docx", InfectedFile),
        (make.docx(**{"word/vbaProject.bin": b"x"}), "a.docx", DangerousFile),
        (make.docx(**{"word/big.xml": b"\0" * 30_000_000}), "a.docx", DangerousFile),
        (make.pdf(b"<</S/JavaScript/JS(app.alert(1))>>"), "a.pdf", DangerousFile),
        (make.pdf(b"<</S/Launch /F(cmd.exe)>>"), "a.pdf", DangerousFile),
        (make.pdf() + make.docx(), "a.pdf", DangerousFile),
        (make.pdf(b"<</Encrypt 5 0 R>>"), "a.pdf", LockedFile),
        (make.pdf()[:-8], "a.pdf", BrokenFile),
        (make.docx()[:200], "a.docx", BrokenFile),
    ],
)
def test_a_bad_file_is_refused_in_words(content: bytes, name: str, error: type[DomainError]) -> None:
    with pytest.raises(error) as caught:
        sniff(content, name=name, limit=LIMIT)
    for language in ("vi", "en"):
        assert len(caught.value.public(language)) > 20
        assert "{" not in caught.value.public(language)


def test_an_archive_of_another_kind_and_a_second_file_inside_a_pdf_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", b"x")
    with pytest.raises(UnknownFileType):
        sniff(out.getvalue(), name="a.zip", limit=LIMIT)
    with pytest.raises(DangerousFile):
        sniff(make.pdf(make.docx()), name="a.pdf", limit=LIMIT)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png")])
def test_photos_stand_upright_and_keep_no_secrets(kind: str, name: str) -> None:
    kept = stored(make.photo(kind, orientation=6) + b"TRAILING-SECRET", name)
    assert b"SECRET" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (40, 60)  # turned a quarter
        red, _, blue = image.convert("RGB").getpixel((20, 5))  # what was left is on top
        assert red > 200 > blue


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png")])
def test_an_upright_photo_keeps_every_pixel(kind: str, name: str) -> None:
    original = make.photo(kind, comment="SECRET-COMMENT") if kind == "JPEG" else make.photo(kind)
    kept = stored(original + b"PK\x03\x04TRAILING", name)
    assert b"SECRET" not in kept
    assert b"TRAILING" not in kept
    with Image.open(io.BytesIO(kept)) as one, Image.open(io.BytesIO(original)) as other:
        assert one.tobytes() == other.tobytes()


def test_a_giant_picture_is_refused_before_it_is_unpacked() -> None:
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(ImageTooLarge) as caught:
        images.clean(bomb.getvalue(), MediaType.PNG)
    assert "12000" in caught.value.public()


@pytest.mark.parametrize("cut", [30, 200, 400])
def test_a_damaged_picture_is_refused(cut: int) -> None:
    with pytest.raises(BrokenFile):
        images.clean(make.photo(size=(400, 300))[:cut], MediaType.JPEG)


@given(st.binary(max_size=400))
def test_rubbish_after_a_real_start_never_crashes_the_door(rubbish: bytes) -> None:
    for start, name, media_type in (
        (b"\xff\xd8\xff", "a.jpg", MediaType.JPEG),
        (b"\x89PNG\r\n\x1a\n", "a.png", MediaType.PNG),
        (b"PK\x03\x04", "a.docx", None),
        (b"%PDF-", "a.pdf", None),
    ):
        content = start + rubbish
        try:
            sniff(content, name=name, limit=LIMIT)
            if media_type is not None:
                images.clean(content, media_type)
        except DomainError:
            continue


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Giấy khai sinh.PDF", "Giấy khai sinh.pdf"),
        ("C:\\Users\\x\\tờ khai.pdf", "tờ khai.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("a\x00b\nc.pdf", "ab c.pdf"),
        ("", "tep.pdf"),
        ("...", "tep.pdf"),
        ("CON.pdf", "tep.pdf"),
        ('<img src=x onerror="1">.pdf', "_img src=x onerror=_1__.pdf"),
        ("Gia\u0302\u0301y.pdf", "Giấy.pdf"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name, MediaType.PDF) == safe


@given(st.text())
def test_any_name_becomes_a_plain_one(name: str) -> None:
    safe = safe_name(name, MediaType.PDF)
    assert safe.endswith(".pdf")
    assert 4 < len(safe) <= 130
    assert not set(safe) & set('/\\<>:"|?*\x00\n')


@pytest.mark.django_db
def test_a_full_disk_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(StorageFull) as caught:
        store_file(content=make.pdf(), name="a.pdf", by=make.CITIZEN, at=make.AT)
    assert "hết chỗ" in caught.value.public()
    assert not [path for path in Path(settings.MOTCUA_FILES_DIR).rglob("*") if path.is_file()]
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_failed_ledger_entry_takes_the_row_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("the ledger is gone")

    monkeypatch.setattr("motcua.documents.actions.files.append", broken)
    with pytest.raises(RuntimeError, match="gone"):
        store_file(content=make.pdf(), name="a.pdf", by=make.CITIZEN, at=make.AT)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_changed_bytes_on_disk_are_noticed() -> None:
    info = store_file(content=make.pdf(), name="a.pdf", by=make.CITIZEN, at=make.AT)
    storage.path_of(info.sha256).write_bytes(make.pdf(b"%x\n"))
    with pytest.raises(FileDamaged):
        open_file(info.id)
    storage.path_of(info.sha256).unlink()
    with pytest.raises(FileDamaged):
        open_file(info.id)


@pytest.mark.django_db
def test_the_database_refuses_an_empty_file() -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="file_not_empty"), transaction.atomic():
        StoredFile.objects.create(
            sha256="a" * 64,
            received_sha256="a" * 64,
            size=0,
            media_type=MediaType.PDF,
            name="x",
            stored_at=make.AT,
            stored_by="x",
        )
    assert connection.is_usable()
