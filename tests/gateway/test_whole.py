"""A dossier with its files in one request: all of it once, or nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from motcua.base.data import SYSTEM
from motcua.documents.models import StoredFile
from motcua.dossiers import api as dossiers
from motcua.gateway.models import HandedIn
from motcua.ledger import api as ledger
from tests.dossiers.factories import MORNING
from tests.gateway.factories import PDF, Caller, dossier

pytestmark = pytest.mark.django_db
PAPERS = [{"code": "TP-01", "file": 0, "name": "Giấy chứng sinh"}, {"code": "TP-02", "file": 1}]


def send(portal: Caller, body: Any, *contents: bytes) -> Any:
    """POST /dossiers/with-files."""
    files = [
        SimpleUploadedFile(f"giay-{n}.pdf", content, "application/pdf") for n, content in enumerate(contents)
    ]
    said = body if isinstance(body, str) else json.dumps(body)
    return portal.client.post(
        "/api/v1/dossiers/with-files",
        {"dossier": said, "files": files},
        headers={"authorization": f"Bearer {portal.token}"},
    )


def test_it_is_kept_with_its_files_and_one_entry_that_names_their_hashes(portal: Caller) -> None:
    answer = send(portal, dossier(components=PAPERS), PDF, PDF + b"%2\n")
    assert answer.status_code == 200, answer.content
    assert answer.json()["created"]
    view = dossiers.get_by_code(by=SYSTEM, at=MORNING, code=answer.json()["code"])
    assert [part.code for part in view.components] == ["TP-01", "TP-02"]
    stored = {row.id: row.sha256 for row in StoredFile.objects.all()}
    assert {part.file_id for part in view.components} == set(stored)
    (entry,) = ledger.entries(ledger.Subject(kind="dossier", id=str(view.card.id)))
    assert entry.payload is not None
    told = {one["code"]: one["sha256"] for one in entry.payload["components"]}  # type: ignore[index,call-overload,union-attr]
    assert told == {part.code: stored[part.file_id] for part in view.components if part.file_id}


def test_sent_again_it_is_the_same_and_no_file_is_kept_twice(portal: Caller) -> None:
    first = send(portal, dossier(components=PAPERS), PDF, PDF + b"%2\n").json()
    again = send(portal, dossier(components=PAPERS), PDF, PDF + b"%2\n").json()
    assert (again["code"], again["created"]) == (first["code"], False)
    assert StoredFile.objects.count() == 2
    other = send(portal, dossier(components=PAPERS), PDF, PDF + b"%3\n")
    assert (other.status_code, other.json()["code"]) == (409, "CodeUsedForAnother")
    assert StoredFile.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "contents", "status"),
    [
        (dossier(components=PAPERS), [PDF], 422),
        (dossier(components=PAPERS[:1]), [PDF, PDF], 422),
        (dossier(components=[PAPERS[0], {**PAPERS[1], "file": 0}]), [PDF, PDF], 422),
        (dossier(components=[{**PAPERS[0], "file": -1}]), [PDF], 422),
        (dossier(components=[{**PAPERS[0], "file": "x"}]), [PDF], 422),
        (dossier(components=[{**PAPERS[0], "file_id": "x"}]), [PDF], 422),
        (dossier(components=PAPERS), [PDF, b"MZ" + bytes(100)], 422),
        (dossier(components=PAPERS), [PDF, b""], 422),
        (dossier(components=[{**PAPERS[0], "code": "TP-99"}]), [PDF], 422),
        (dossier(components=[PAPERS[0]], receiving_agency="nowhere"), [PDF], 422),
        ("{", [PDF], 422),
        ("[]", [PDF], 422),
        ("[" * 5000, [PDF], 422),
        ("", [PDF], 422),
        (dossier(components=PAPERS[:1], answers={"a": "\x00"}), [PDF], 422),
    ],
)
def test_what_is_wrong_leaves_nothing(portal: Caller, body: Any, contents: list[bytes], status: int) -> None:
    answer = send(portal, body, *contents)
    assert answer.status_code == status, answer.content
    assert answer.json()["message_vi"]
    assert not StoredFile.objects.exists()
    assert not HandedIn.objects.exists()


def test_all_files_together_have_a_limit(portal: Caller, settings: Any) -> None:
    settings.MOTCUA_MAX_FILE_BYTES = 2000
    answer = send(portal, dossier(components=PAPERS), PDF + b"x" * 10_000, PDF + b"y" * 10_000)
    assert answer.status_code == 413
