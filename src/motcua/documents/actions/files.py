"""Taking files in."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from motcua.base.data import Actor, require_aware
from motcua.documents import storage
from motcua.documents.data import FileInfo, MediaType
from motcua.documents.models import StoredFile
from motcua.documents.queries.files import file_view
from motcua.documents.rules import images, sniffing
from motcua.documents.rules.names import safe_name
from motcua.ledger.api import Subject, append

DEFAULT_LIMIT = 20 * 1024 * 1024


def store_file(
    *, content: bytes, name: str, by: Actor, at: datetime, claimed_type: str = "", limit: int | None = None
) -> FileInfo:
    """Check, clean and keep a file that somebody handed in.

    `claimed_type` is what the browser says and is not believed. `limit` is in bytes. Raises the errors of
    `rules.sniffing` and `rules.images`, and `StorageFull`; then nothing is kept.
    """
    del claimed_type  # the content decides; browsers send whatever the name suggests
    kept, media_type = _checked(content, name, limit)
    return keep(kept, media_type=media_type, name=name, by=by, at=at, received=storage.digest(content))


def store_for_action(
    *, content: bytes, name: str, by: Actor, at: datetime, limit: int | None = None
) -> FileInfo:
    """Check, clean and keep a file that an action hands in; the action's own entry names it with its hash.

    Raises as `store_file` does.
    """
    kept, media_type = _checked(content, name, limit)
    row = quiet_row(kept, media_type=media_type, name=name, by=by, at=at, received=storage.digest(content))
    return file_view(row)


def _checked(content: bytes, name: str, limit: int | None) -> tuple[bytes, MediaType]:
    """The bytes to keep, and what they are."""
    allowed = limit if limit is not None else int(getattr(settings, "MOTCUA_MAX_FILE_BYTES", DEFAULT_LIMIT))
    media_type = sniffing.sniff(content, name=name, limit=allowed)
    pictured = media_type in (MediaType.JPEG, MediaType.PNG)
    return (images.clean(content, media_type) if pictured else content), media_type


def keep(
    content: bytes, *, media_type: MediaType, name: str, by: Actor, at: datetime, received: str = ""
) -> FileInfo:
    """Keep bytes that are already checked or made by ourselves, with their entry in the ledger."""
    row = keep_row(content, media_type=media_type, name=name, by=by, at=at, received=received)
    return file_view(row)


@transaction.atomic
def keep_row(
    content: bytes, *, media_type: MediaType, name: str, by: Actor, at: datetime, received: str = ""
) -> StoredFile:
    """`keep`, for callers who link the row: bytes first, the row last."""
    row = quiet_row(content, media_type=media_type, name=name, by=by, at=at, received=received)
    append(
        kind="file.stored",
        subject=Subject(kind="file", id=str(row.id)),
        by=by,
        at=at,
        unit=by.unit,
        payload={"sha256": row.sha256, "size": row.size, "media_type": row.media_type},
    )
    return row


def quiet_row(
    content: bytes, *, media_type: MediaType, name: str, by: Actor, at: datetime, received: str = ""
) -> StoredFile:
    """The row without an entry of its own, for an action whose own entry names the file."""
    require_aware(at)
    sha256 = storage.put(content)
    return StoredFile.objects.create(
        sha256=sha256,
        received_sha256=received or sha256,
        size=len(content),
        media_type=media_type,
        name=safe_name(name, media_type),
        stored_at=at,
        stored_by=by.ref,
    )
