"""Putting papers into a wallet, digitised papers among them, and taking them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, Json, require_aware
from motcua.base.errors import DomainError
from motcua.documents import storage
from motcua.documents.actions.files import quiet_row
from motcua.documents.actions.results import NoSigner
from motcua.documents.data import (
    SIGNERS,
    Box,
    MediaType,
    SignatureRole,
    SigningRequest,
    WalletItem,
    WalletSource,
)
from motcua.documents.models import StoredFile, WalletEntry
from motcua.documents.queries.files import FileNotFound
from motcua.documents.queries.wallets import item_view
from motcua.documents.rules import codes, scans, typeset
from motcua.ledger.api import Subject, append


class NotYours(DomainError):
    """This paper is not in the wallet, or was issued by an agency and cannot be removed."""

    message_vi = "Giấy tờ này không có trong kho, hoặc do cơ quan cấp nên không xóa được."


class AlreadyDigitised(DomainError):
    """This paper was digitised before under the code {code}. Please use that one instead of copying it again."""

    message_vi = "Giấy tờ này đã được số hóa với mã {code}. Hãy dùng bản đó, không sao chụp lại."


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper for a wallet; exactly one of `person` and `organisation` holds it. `kind` is its coded type."""

    kind: str
    title: str
    person: UUID | None = None
    organisation: UUID | None = None
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


def add_to_wallet(
    *, by: Actor, at: datetime, paper: Paper, file_id: UUID, source: WalletSource = WalletSource.UPLOADED
) -> WalletItem:
    """Put a stored file into a wallet; uploaded by its owner, or had from another system."""
    with transaction.atomic():
        file = _file(file_id)
        row = _row(paper, source=source, file=file, by=by, at=at)
        _write_down("wallet.added", row, by=by, at=at)
        return item_view(row)


def digitise(
    *,
    by: Actor,
    at: datetime,
    paper: Paper,
    owner_number: str,
    file_id: UUID,
    copied_by: str,
    agency_key: str,
    agency_name: str,
) -> WalletItem:
    """Make a paper that was handed in an electronic one (TT 01/2023/TT-VPCP Đ.7): copy, data, code, keep.

    `file_id` is the scan (PDF or photo); the officer `copied_by` signs it, top left of the first page, with
    name and time. `owner_number` is the owner's personal number, or tax code; empty when there is none.
    Raises `AlreadyDigitised` when the same code is in use.
    """
    signers = list(SIGNERS.all())
    if not signers:
        raise NoSigner
    code = codes.digital_code(owner_number, paper.kind + (f".{paper.number}" if paper.number else ""))
    with transaction.atomic():
        if WalletEntry.objects.filter(digital_code=code, removed_at=None).exists():
            raise AlreadyDigitised(code=code)
        file = _file(file_id)
        pdf = scans.as_pdf(storage.get(file.sha256), MediaType(file.media_type))
        box = scans.top_left(pdf)
        moment = at.astimezone(VN)
        picture = typeset.appearance("scan", box=box, name=copied_by, organisation=agency_name, at=moment)
        signed = signers[0][1].sign(pdf, _scan_request(by, copied_by, agency_name, box, picture))
        kept = quiet_row(signed, media_type=MediaType.PDF, name=f"{paper.title}.pdf", by=by, at=at)
        row = _row(paper, source=WalletSource.DIGITISED, file=kept, by=by, at=at, code=code)
        _write_down("wallet.digitised", row, by=by, at=at, unit=agency_key)
        return item_view(row)


def remove_from_wallet(*, by: Actor, at: datetime, item_id: UUID) -> None:
    """Take out a paper that its owner put in; what an agency issued or digitised stays."""
    with transaction.atomic():
        row = (
            WalletEntry.objects.select_for_update()
            .filter(id=item_id, removed_at=None, source=WalletSource.UPLOADED)
            .first()
        )
        if row is None:
            raise NotYours(str(item_id))
        row.removed_at = at
        row.save(update_fields=["removed_at"])
        _write_down("wallet.removed", row, by=by, at=at)


def _row(
    paper: Paper, *, source: WalletSource, file: StoredFile, by: Actor, at: datetime, code: str = ""
) -> WalletEntry:
    require_aware(at)
    return WalletEntry.objects.create(
        person_id=paper.person,
        organisation_id=paper.organisation,
        kind=paper.kind,
        title=paper.title,
        number=paper.number,
        issuer=paper.issuer,
        source=source,
        issued_on=paper.issued_on,
        valid_until=paper.valid_until,
        file=file,
        digital_code=code,
        data=dict(paper.data),
        added_at=at,
        added_by=by.ref,
    )


def _file(file_id: UUID) -> StoredFile:
    row = StoredFile.objects.filter(id=file_id).first()
    if row is None:
        raise FileNotFound(str(file_id))
    return row


def _scan_request(by: Actor, name: str, agency_name: str, box: Box, picture: bytes) -> SigningRequest:
    return SigningRequest(
        role=SignatureRole.SCAN,
        ref=by.ref,
        name=name,
        organisation=agency_name,
        box=box,
        appearance=picture,
        field_name="SoHoa",
        reason=f"Số hóa giấy tờ, {settings.MOTCUA_PUBLIC_URL}",
    )


def _write_down(kind: str, row: WalletEntry, *, by: Actor, at: datetime, unit: str | None = None) -> None:
    append(
        kind=kind,
        subject=Subject(kind="wallet_item", id=str(row.id)),
        by=by,
        at=at,
        unit=unit or by.unit,
        payload={"kind": row.kind, "title": row.title, "number": row.number, "code": row.digital_code},
        person=row.person_id,
    )
