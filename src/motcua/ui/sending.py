"""Sends a stored file to its reader so that it is shown or saved, and never run as a page of ours."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpResponse

from motcua.documents import api as documents

_SHOWN = {"application/pdf", "image/jpeg", "image/png"}


def send_file(file_id: UUID) -> HttpResponse:
    """The file's bytes; the caller has checked that the reader may have them."""
    try:
        info, content = documents.file_info(file_id), documents.open_file(file_id)
    except documents.FileNotFound:
        raise Http404 from None
    return send_bytes(content, name=info.name, media_type=info.media_type.value)


def send_bytes(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    """Bytes with a name, private to the reader."""
    response = HttpResponse(content, content_type=media_type)
    how = "inline" if media_type in _SHOWN else "attachment"
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response
