"""Files that an officer's browser sends with a form: each kept or refused by itself, the last refusal in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.base import clock
from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.desk.words import sentence
from motcua.documents import api as documents

MOST_FILES = 20


@dataclass(frozen=True, kw_only=True)
class HeldFile:
    """A file that was scanned or attached and kept."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What came with a form: the box, the file's id, the file."""

    box: str
    file_id: str
    held: HeldFile


def take_in(request: HttpRequest, *, by: Actor, scans_only: bool = False) -> tuple[list[Sent], str]:
    """Keep every file of the form that may be kept; the second value says why the last refused one was refused.

    `scans_only`: PDFs and pictures that a certified copy can show.
    """
    found: list[Sent] = []
    problem = ""
    for box, uploads in request.FILES.lists():
        for upload in uploads[:MOST_FILES]:
            try:
                stored = documents.store_file(
                    content=upload.read(),
                    name=upload.name or "",
                    by=by,
                    at=clock.now(),
                    claimed_type=upload.content_type or "",
                )
                if scans_only:
                    documents.check_copyable([stored.id])
            except DomainError as error:
                words = {"name": (upload.name or "")[:80], "why": sentence(error)}
                problem = _("Tệp “%(name)s” chưa nhận được. %(why)s") % words
                continue
            held = HeldFile(name=stored.name, kind=stored.media_type.name, size=stored.size)
            found.append(Sent(box=box, file_id=str(stored.id), held=held))
    return found, problem
