"""A system that calls the door, and what it sends."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.gateway import api as gateway
from tests.dossiers.factories import CENTRE, CERTIFY

CLIENT, OTHER = "cong-mot", "cong-hai"
SECRET = "only-for-tests"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
PDF += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Caller:
    """One system with its token."""

    def __init__(self, client: Client, client_id: str) -> None:
        self.client = client
        self.token = gateway.token_for(client_id=client_id, secret=SECRET)

    def get(self, path: str) -> Any:
        """GET below /api/v1."""
        return self.client.get(f"/api/v1{path}", headers={"authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: Any) -> Any:
        """POST a JSON body (bytes go as they are)."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(
            f"/api/v1{path}",
            data,
            content_type="application/json",
            headers={"authorization": f"Bearer {self.token}"},
        )

    def send(self, content: bytes = PDF, name: str = "giay-chung-sinh.pdf") -> Any:
        """POST a file."""
        return self.client.post(
            "/api/v1/files",
            {"file": SimpleUploadedFile(name, content, "application/pdf")},
            headers={"authorization": f"Bearer {self.token}"},
        )


def dossier(**changes: Any) -> dict[str, Any]:
    """A dossier as the national portal would hand it in."""
    body: dict[str, Any] = {
        "outside_code": "G22.99-260302-0000001",
        "procedure_code": CERTIFY,
        "receiving_agency": CENTRE,
        "submitted_at": "2026-03-02T08:55:00+07:00",
        "applicant": {"name": "Nguyễn Thị Hoa", "personal_number": "040190000112", "phone": "0912345678"},
        "answers": {"purpose": "vay vốn"},
        "identity_level": 2,
    }
    return {**body, **changes}
