"""What other systems hand in: files, and dossiers with or without their files in the same request."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from motcua.base.clock import VN
from motcua.base.data import Json
from motcua.base.errors import DomainError
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import ComponentGiven, HowProvided, Party
from motcua.gateway.data import Attached, Caller
from motcua.gateway.models import HandedIn, SentFile
from motcua.gateway.queries import handed_before, not_sent
from motcua.procedures.data import DoorKind
from motcua.units import api as units

CLOCKS_APART = timedelta(minutes=5)  # two machines' clocks may differ by this much


class CodeUsedForAnother(DomainError):
    """Another dossier was handed in under this code before. Nothing was changed."""

    message_vi = "Mã này đã được dùng cho một hồ sơ có nội dung khác. Không có gì bị thay đổi."


class UnknownFile(DomainError):
    """Some files were not sent by this system: {files}. Send them first with POST /files."""

    message_vi = "Có tệp chưa được hệ thống này gửi lên: {files}. Hãy gửi tệp trước bằng POST /files."


class AgencyNotThere(DomainError):
    """The agency “{agency}” is not known or does not exist on that day."""

    message_vi = "Không có cơ quan “{agency}” vào ngày đó."


class ReceivedInFuture(DomainError):
    """The time of receipt lies in the future; check the sending machine's clock."""

    message_vi = "Thời điểm tiếp nhận ở tương lai; hãy kiểm tra đồng hồ của hệ thống gửi."


def keep_file(*, caller: Caller, at: datetime, content: bytes, name: str, claimed: str) -> documents.FileInfo:
    """Keep a file and whose it is. Raises what `documents.store_file` raises."""
    with transaction.atomic():
        kept = documents.store_file(
            content=content, name=name, claimed_type=claimed, by=caller.actor(), at=at
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {SentFile._meta.db_table} (client_id, file_id) VALUES (%s, %s)",
                [caller.client_id, kept.id],
            )
    return kept


def hand_in(
    *,
    caller: Caller,
    at: datetime,
    outside_code: str,
    received_there_at: datetime,
    procedure_code: str,
    receiving_agency: str,
    handling_agency: str,
    applicant: Party,
    answers: Mapping[str, Json],
    components: Sequence[ComponentGiven],
    attached: Sequence[Attached] = (),
    identity_proven: bool,
    quantity: int,
    content: bytes,
) -> dossiers.Filed | None:
    """Take in a dossier and remember whose it is; None when the same was handed in before under `outside_code`.

    `content` is the request as one canonical text: the same code with other content is refused. `attached`: papers
    whose files came in the same request; they are kept with the dossier or not at all. Raises
    `CodeUsedForAnother`, `UnknownFile`, `AgencyNotThere`, `ReceivedInFuture`, what `documents.store_file` raises
    and what `dossiers.take_in_from_outside` raises.
    """
    content_hash = _fingerprint(content, attached)
    if _is_there(caller, outside_code, content_hash):
        return None
    if received_there_at > at + CLOCKS_APART:
        raise ReceivedInFuture
    _check_handler(handling_agency, at)
    strange = not_sent(caller.client_id, {one.file_id for one in components if one.file_id})
    if strange:
        raise UnknownFile(files=", ".join(sorted(map(str, strange))))
    with transaction.atomic():
        filed = dossiers.take_in_from_outside(
            by=caller.actor(),
            at=at,
            outside_system=caller.client_id,
            outside_code=outside_code,
            procedure_code=procedure_code,
            receiving_agency=receiving_agency,
            handling_agency=handling_agency,
            applicant=applicant,
            answers=answers,
            components=[*components, *_kept(attached, caller=caller, at=at)],
            door=DoorKind(caller.door),
            identity_proven=identity_proven,
            quantity=quantity,
        )
        if not filed.created:
            # Another request with this code was at work and has finished meanwhile: what is here twice goes again.
            transaction.set_rollback(True)
        else:
            _remember(caller, outside_code, filed, content_hash, received_there_at)
    if filed.created:
        return filed
    if not _is_there(caller, outside_code, content_hash):
        raise CodeUsedForAnother(outside_code)
    return None


def _fingerprint(content: bytes, attached: Sequence[Attached]) -> str:
    made = hashlib.sha256(content)
    for one in attached:
        made.update(hashlib.sha256(one.content).digest())
    return made.hexdigest()


def _is_there(caller: Caller, outside_code: str, content_hash: str) -> bool:
    before = handed_before(caller.client_id, outside_code)
    if before is not None and before != content_hash:
        raise CodeUsedForAnother(outside_code)
    return before is not None


def _remember(
    caller: Caller, outside_code: str, filed: dossiers.Filed, content_hash: str, received_there_at: datetime
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {HandedIn._meta.db_table}
                (client_id, outside_code, dossier_id, content_hash, received_there_at)
            VALUES (%s, %s, %s, %s, %s)
            """,
            [caller.client_id, outside_code, filed.dossier_id, content_hash, received_there_at],
        )


def _kept(attached: Sequence[Attached], *, caller: Caller, at: datetime) -> list[ComponentGiven]:
    """The papers with their files kept; the dossier's own entry names each with its fingerprint."""
    found = []
    for one in attached:
        kept = documents.store_for_action(content=one.content, name=one.file_name, by=caller.actor(), at=at)
        found.append(
            ComponentGiven(
                code=one.code, name=one.name, how=HowProvided.FILE, file_id=kept.id, sha256=kept.sha256
            )
        )
    return found


def _check_handler(agency: str, at: datetime) -> None:
    """A dossier for an agency that does not exist would lie in nobody's list."""
    if not agency:
        return
    try:
        there = units.agency(agency).validity.contains(at.astimezone(VN).date())
    except units.UnknownAgency:
        there = False
    if not there:
        raise AgencyNotThere(agency=agency)
