"""Writes of the REST door: enrolling a client, giving it a token, taking its files and dossiers."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.core.signing import TimestampSigner
from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, Json
from motcua.base.errors import DomainError
from motcua.documents import api as documents
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import ComponentGiven, Party
from motcua.gateway.data import Caller, Scope
from motcua.gateway.models import Client, HandedIn, SentFile
from motcua.gateway.queries import not_sent
from motcua.ledger import api as ledger
from motcua.procedures.data import DoorKind
from motcua.units import api as units

TOKEN_SECONDS = 600
PER_MINUTE = 600
CLOCKS_APART = timedelta(minutes=5)  # two machines' clocks may differ by this much
_signer = TimestampSigner(salt="motcua.gateway.token")


class ClientRefused(DomainError):
    """The client id or its secret is wrong."""

    message_vi = "Mã hệ thống hoặc khóa bí mật không đúng."


class BadClient(DomainError):
    """This system cannot be enrolled: {why}."""

    message_vi = "Không đăng ký được hệ thống này: {why}."


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


def enrol(
    *,
    by: Actor,
    at: datetime,
    client_id: str,
    name: str,
    scopes: Sequence[Scope],
    door: str,
    agencies: Sequence[str] = (),
    secret: str = "",
    per_minute: int = PER_MINUTE,
) -> str:
    """Let a system in, or give it a new secret; returns the secret, which is kept only as a hash.

    `agencies`: keys of the desks it may hand in at; none means every one. Raises `BadClient`.
    """
    _check_client(client_id, door, agencies, per_minute)
    chosen = secret or secrets.token_urlsafe(32)
    with transaction.atomic():
        Client.objects.update_or_create(
            id=client_id,
            defaults={
                "name": name,
                "secret_hash": make_password(chosen),
                "scopes": [scope.value for scope in scopes],
                "agencies": list(agencies),
                "door": door,
                "per_minute": per_minute,
                "is_active": True,
                "made_at": at,
            },
        )
        ledger.append(
            kind="gateway.client_enrolled",
            subject=ledger.Subject(kind="gateway", id=client_id),
            by=by,
            at=at,
            payload={
                "name": name,
                "scopes": [scope.value for scope in scopes],
                "agencies": list(agencies),
                "door": door,
                "per_minute": per_minute,
            },
        )
    return chosen


def _check_client(client_id: str, door: str, agencies: Sequence[str], per_minute: int) -> None:
    plain = client_id.replace("-", "").replace(".", "").replace("_", "")
    if not (plain.isascii() and plain.isalnum() and len(client_id) <= 40):
        raise BadClient(why=f"{client_id!r} (1–40 letters, digits, '-', '.', '_')")
    if door not in set(DoorKind):
        raise BadClient(why=f"door {door!r}")
    if per_minute < 1:
        raise BadClient(why=f"per minute {per_minute}")
    for key in agencies:
        try:
            units.agency(key)
        except units.UnknownAgency:
            raise BadClient(why=f"agency {key!r}") from None


def shut_out(*, by: Actor, at: datetime, client_id: str) -> None:
    """Let a system in no more; its tokens end at once. Raises `BadClient` for one that is not enrolled."""
    with transaction.atomic():
        if not Client.objects.filter(id=client_id, is_active=True).update(is_active=False):
            raise BadClient(why=f"{client_id!r} is not enrolled")
        ledger.append(
            kind="gateway.client_shut_out",
            subject=ledger.Subject(kind="gateway", id=client_id),
            by=by,
            at=at,
            payload={},
        )


def token_for(*, client_id: str, secret: str) -> str:
    """A bearer token for ten minutes (OAuth 2.0 client credentials). Raises `ClientRefused`."""
    client = Client.objects.filter(id=client_id, is_active=True).first()
    if client is None:
        make_password(secret)  # the same work as for a known client: the answer's time tells nothing
        raise ClientRefused(client_id)
    if not check_password(secret, client.secret_hash):
        raise ClientRefused(client_id)
    return _signer.sign(client.id)


def keep_file(*, caller: Caller, at: datetime, content: bytes, name: str, claimed: str) -> documents.FileInfo:
    """Keep a file and whose it is. Raises what `documents.store_file` raises."""
    with transaction.atomic():
        kept = documents.store_file(
            content=content, name=name, claimed_type=claimed, by=caller.actor(), at=at
        )
        SentFile.objects.get_or_create(client_id=caller.client_id, file_id=kept.id)
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
    identity_proven: bool,
    quantity: int,
    content: bytes,
) -> dossiers.Filed:
    """Take in a dossier and remember whose it is; the same `outside_code` gives the same dossier.

    `content` is the request as one canonical text: the same code with other content is refused.
    Raises `CodeUsedForAnother`, `UnknownFile`, `AgencyNotThere`, `ReceivedInFuture`, and what
    `dossiers.take_in_from_outside` raises.
    """
    content_hash = hashlib.sha256(content).hexdigest()
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
            components=components,
            door=DoorKind(caller.door),
            identity_proven=identity_proven,
            quantity=quantity,
        )
        row, _created = HandedIn.objects.get_or_create(
            client_id=caller.client_id,
            outside_code=outside_code,
            defaults={
                "dossier_id": filed.dossier_id,
                "content_hash": content_hash,
                "received_there_at": received_there_at,
            },
        )
        if row.content_hash != content_hash:
            raise CodeUsedForAnother(outside_code)
    return filed


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
