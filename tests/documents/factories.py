"""Makes files, drafts and people for the tests of documents."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any
from uuid import UUID

from PIL import Image

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind
from motcua.documents.api import Capacity, Draft, SignerRef
from motcua.people.models import Person

AT = datetime(2025, 3, 14, 8, 5, 12, tzinfo=VN)
OFFICER = Actor(
    kind=ActorKind.OFFICER, ref="officer-1", unit="ubnd-xa-17827", role="signer", name="Lê Thị Mai"
)
CITIZEN = Actor(kind=ActorKind.CITIZEN, ref="citizen-1")
SIGNER = SignerRef(
    ref="officer-1",
    name="Nguyễn Thị Hồng Thắm",
    title="Phó Chủ tịch",
    capacity=Capacity.DEPUTY,
    on_behalf_of="TM. Ủy ban nhân dân\nKT. Chủ tịch",
)
BIRTH = {
    "full_name": "NGUYỄN MINH AN",
    "dob": "01/03/2025",
    "sex": "Nữ",
    "personal_number": "040325000017",
    "mother_name": "Trần Thị Bích Nguyệt",
    "father_name": "Nguyễn Văn Phúc",
}


def person(**changes: Any) -> UUID:
    """A synthetic person's id."""
    values: dict[str, Any] = {
        "personal_number": "040325000017",
        "full_name": "Nguyễn Minh An",
        "name_key": "nguyen minh an",
        "dob": date(2025, 3, 1),
    }
    row = Person.objects.create(**(values | changes))
    return UUID(str(row.pk))


def draft(**changes: Any) -> Draft:
    """A birth certificate of a commune, ready to be issued."""
    values: dict[str, Any] = {
        "template": "result_birth",
        "data": {"values": BIRTH},
        "symbol": "GKS",
        "book": "khai-sinh",
        "signer": SIGNER,
        "agency_key": "ubnd-xa-17827",
        "agency_name": "Ủy ban nhân dân xã Hưng Nguyên Nam",
        "agency_parent": "Ủy ban nhân dân huyện Hưng Nguyên",
        "place": "Hưng Nguyên Nam",
        "recipients": ("Người yêu cầu;", "Lưu: VT."),
        "dossier_ref": "000.00.00.H41-250314-0001",
        "procedure_code": "1.001193",
        "result_code": "KQ.G15.000001",
    }
    return Draft(**(values | changes))


def pdf(extra: bytes = b"") -> bytes:
    """A whole PDF of one empty page; `extra` rides between its objects and its table."""
    bodies = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
    )
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    out += extra
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + table
    return out + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start


def photo(
    kind: str = "JPEG", *, size: tuple[int, int] = (60, 40), orientation: int = 1, **options: Any
) -> bytes:
    """A picture whose left half is red, with a camera's and a place's traces."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRET-CAMERA"
    out = io.BytesIO()
    image.save(out, kind, exif=exif, **options)
    return out.getvalue()


def docx(**entries: bytes) -> bytes:
    """A DOCX as far as a door looks at it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("word/document.xml", b"<w:document/>")
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()
