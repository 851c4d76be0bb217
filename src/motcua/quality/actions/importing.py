"""Bringing a register's file in, and saying once which of its columns is what."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.ledger import api as ledger
from motcua.ledger.api import Subject
from motcua.quality.data import ImportState
from motcua.quality.models import Import, ImportFile
from motcua.quality.models import Mapping as KeptMapping
from motcua.quality.permissions import check_may_clean
from motcua.quality.rules.columns import check_mapping, header_key
from motcua.quality.rules.sheets import SheetUnreadable, read_sheet
from motcua.units import api as units

SAMPLE = 6


class FileUnreadable(DomainError):
    """The file cannot be read as a table. Nothing was imported."""

    message_vi = "Tệp không đọc được như một bảng. Chưa nhập gì."

    def __init__(self, error: SheetUnreadable) -> None:
        super().__init__(error.sentences[1])
        self._vi, self._en = error.sentences

    def public(self, language: str = "vi") -> str:
        """What is wrong with the file."""
        return self._en if language == "en" else self._vi


class RegisterUnnamed(DomainError):
    """Name the register, and an agency that keeps it."""

    message_vi = "Hãy ghi tên sổ, hệ thống dữ liệu và chọn cơ quan quản lý."


class MappingWrong(DomainError):
    """Each field takes a column of its own; the name or the identity number must be among them."""

    message_vi = "Mỗi mục một cột riêng, và phải có cột họ tên hoặc cột số định danh."


class WrongMoment(DomainError):
    """This cannot be done now: the import is already being worked on, or is finished."""

    message_vi = "Không làm được lúc này: tệp đang được xử lý hoặc đã xong."


class ImportNotFound(DomainError):
    """There is no such import, or it is not yours to see."""

    message_vi = "Không tìm thấy tệp nhập này, hoặc bạn không có quyền xem."


def subject(import_id: UUID) -> Subject:
    """An import in the ledger."""
    return Subject(kind="cleaning", id=str(import_id))


def locked(import_id: UUID, by: Actor) -> Import:
    """The import's row, locked, for somebody who may clean it. Raises `ImportNotFound`, `NotYourCleaning`."""
    row = Import.objects.select_for_update().filter(id=import_id).first()
    if row is None:
        raise ImportNotFound(str(import_id))
    check_may_clean(by, row.agency)
    return row


@transaction.atomic
def begin_import(
    *,
    by: Actor,
    at: datetime,
    register: str,
    content: bytes,
    file_name: str,
    owner: str = "",
    agency: str = "",
) -> UUID:
    """Take a file in: it waits for its columns to be named, or for the linkage where they were named before.

    `owner` is the agency that keeps the register and gets its corrections; without one the cleaning agency.
    `agency` is for the system only: who cleans. Raises `FileUnreadable`, `RegisterUnnamed`, `NotYourCleaning`.
    """
    cleaning = agency or by.unit or ""
    check_may_clean(by, cleaning)
    name = " ".join(register.replace("\x00", "").split())[:80]
    try:
        units.agency(owner or cleaning)
    except units.UnknownAgency:
        raise RegisterUnnamed(owner[:60]) from None
    if not name:
        raise RegisterUnnamed
    try:
        header, rows = read_sheet(content, file_name)
        sample = [list(row.cells)[: len(header)] for row in islice(rows, SAMPLE)]
    except SheetUnreadable as error:
        raise FileUnreadable(error) from error
    known = KeptMapping.objects.filter(agency=cleaning, register=name, header_key=header_key(header)).first()
    mapping = dict(known.mapping) if known and not check_mapping(known.mapping, header) else {}
    row = Import.objects.create(
        register=name,
        file_name=(file_name or "").replace("\x00", "")[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        agency=cleaning,
        owner=owner or cleaning,
        header=list(header),
        sample=[[cell[:80] for cell in cells] for cells in sample],
        mapping=mapping,
        state=(ImportState.WAITING if mapping else ImportState.MAPPING).value,
        uploaded_by=by.ref,
        uploaded_at=at,
    )
    ImportFile.objects.create(of=row, content=content)
    ledger.append(
        kind="cleaning.imported",
        subject=subject(row.id),
        by=by,
        at=at,
        unit=cleaning,
        payload={"register": name, "sha256": row.sha256, "owner": row.owner, "remembered": bool(mapping)},
    )
    return row.id


@transaction.atomic
def map_columns(*, by: Actor, at: datetime, import_id: UUID, mapping: Mapping[str, str]) -> None:
    """Say which column is what (field → column); it is remembered, and the import waits for the linkage.

    Raises `MappingWrong`, `WrongMoment`, `ImportNotFound`, `NotYourCleaning`.
    """
    row = locked(import_id, by)
    if row.state not in (ImportState.MAPPING.value, ImportState.WAITING.value):
        raise WrongMoment(row.state)
    wrong = check_mapping(mapping, row.header)
    if wrong:
        raise MappingWrong(", ".join(wrong))
    row.mapping, row.state = dict(mapping), ImportState.WAITING.value
    row.save(update_fields=["mapping", "state"])
    KeptMapping.objects.update_or_create(
        agency=row.agency,
        register=row.register,
        header_key=header_key(row.header),
        defaults={"mapping": dict(mapping), "mapped_by": by.ref, "mapped_at": at},
    )
    ledger.append(
        kind="cleaning.mapped",
        subject=subject(row.id),
        by=by,
        at=at,
        unit=row.agency,
        payload={"mapping": dict(mapping)},
    )
