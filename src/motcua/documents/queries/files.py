"""Stored files, by id."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from motcua.base.errors import DomainError
from motcua.documents import storage
from motcua.documents.data import FileInfo, MediaType
from motcua.documents.models import StoredFile
from motcua.documents.rules import copies


class FileNotFound(DomainError):
    """This file is not there."""

    message_vi = "Không tìm thấy tệp này."


def file_info(file_id: UUID) -> FileInfo:
    """What is known of a file; raises `FileNotFound`."""
    row = StoredFile.objects.filter(id=file_id).first()
    if row is None:
        raise FileNotFound(str(file_id))
    return file_view(row)


def open_file(file_id: UUID) -> bytes:
    """The bytes of a file, checked against their hash; raises `FileNotFound`, `FileDamaged`.

    Who may read it is the caller's question: files belong to dossiers, results and wallets.
    """
    return storage.get(file_info(file_id).sha256)


def contents(file_ids: Iterable[UUID]) -> list[tuple[bytes, MediaType]]:
    """The bytes of several files with what they are, in order; raises as `open_file` does."""
    found = [file_info(file_id) for file_id in file_ids]
    return [(storage.get(one.sha256), one.media_type) for one in found]


def check_copyable(file_ids: Iterable[UUID]) -> None:
    """Raise unless a certified copy can show these scans: `ScanNotFlat`, `TooManyPages`, `BrokenFile`,
    `UnknownFileType`."""
    copies.check(contents(file_ids))


def file_view(row: StoredFile) -> FileInfo:
    """A row as other packages see it."""
    return FileInfo(
        id=row.id,
        sha256=row.sha256,
        size=row.size,
        media_type=MediaType(row.media_type),
        name=row.name,
        stored_at=row.stored_at,
    )
