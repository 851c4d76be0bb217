"""Writes of the REST door: enrolling a client, giving it a token."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.core.signing import TimestampSigner
from django.db import transaction

from motcua.base.data import Actor, Json
from motcua.base.errors import DomainError
from motcua.dossiers import api as dossiers
from motcua.dossiers.data import ComponentGiven, Party
from motcua.gateway.data import Caller, Scope
from motcua.gateway.models import Client, HandedIn
from motcua.ledger import api as ledger
from motcua.procedures.data import DoorKind

TOKEN_SECONDS = 600
_signer = TimestampSigner(salt="motcua.gateway.token")


class ClientRefused(DomainError):
    """The client id or its secret is wrong."""

    message_vi = "Mã hệ thống hoặc khóa bí mật không đúng."


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
) -> str:
    """Let a system in, or give it a new secret; returns the secret, which is kept only as a hash."""
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
                "is_active": True,
                "made_at": at,
            },
        )
        ledger.append(
            kind="gateway.client_enrolled",
            subject=ledger.Subject(kind="gateway", id=client_id),
            by=by,
            at=at,
            payload={"name": name, "scopes": [scope.value for scope in scopes], "agencies": list(agencies)},
        )
    return chosen


def token_for(*, client_id: str, secret: str) -> str:
    """A bearer token for ten minutes (OAuth 2.0 client credentials). Raises `ClientRefused`."""
    client = Client.objects.filter(id=client_id, is_active=True).first()
    if client is None:
        make_password(secret)  # the same work as for a known client: the answer's time tells nothing
        raise ClientRefused(client_id)
    if not check_password(secret, client.secret_hash):
        raise ClientRefused(client_id)
    return _signer.sign(client.id)


def hand_in(
    *,
    caller: Caller,
    at: datetime,
    outside_code: str,
    procedure_code: str,
    receiving_agency: str,
    handling_agency: str,
    applicant: Party,
    answers: Mapping[str, Json],
    components: Sequence[ComponentGiven],
    identity_proven: bool,
    quantity: int,
) -> dossiers.Filed:
    """Take in a dossier and remember whose it is; the same `outside_code` gives the same dossier."""
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
        HandedIn.objects.get_or_create(
            client_id=caller.client_id, outside_code=outside_code, defaults={"dossier_id": filed.dossier_id}
        )
    return filed
