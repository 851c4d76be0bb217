"""The systems that may call: enrolling one, changing its secret, giving it a token, shutting it out."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from motcua.base.data import Actor, ActorKind, Json, require_aware
from motcua.base.errors import DomainError
from motcua.gateway import tokens
from motcua.gateway.data import Given, Scope
from motcua.gateway.models import Client
from motcua.gateway.rules import scopes as wanted_scopes
from motcua.gateway.rules import xroad as xroad_rules
from motcua.ledger import api as ledger
from motcua.procedures.data import DoorKind
from motcua.staff.data import Role
from motcua.units import api as units

PER_MINUTE = 600
BOTH_SECRETS_FOR = timedelta(days=7)


class ClientRefused(DomainError):
    """The client id or its secret is wrong."""

    message_vi = "Mã hệ thống hoặc khóa bí mật không đúng."


class ScopeRefused(DomainError):
    """This system may not ask for “{scope}”."""

    message_vi = "Hệ thống này không được xin quyền “{scope}”."


class BadClient(DomainError):
    """This system cannot be enrolled: {why}."""

    message_vi = "Không đăng ký được hệ thống này: {why}."


class MayNotEnrol(DomainError):
    """Only the system's administrator decides which systems may call."""

    message_vi = "Chỉ quản trị hệ thống được quyết định hệ thống nào kết nối."


def check_may_enrol(by: Actor) -> None:
    """Raise `MayNotEnrol` for anybody but the administrator and the system itself."""
    if by.kind is ActorKind.SYSTEM or (by.kind is ActorKind.OFFICER and by.role == Role.SYSTEM_ADMIN):
        return
    raise MayNotEnrol(f"{by.kind}/{by.role}")


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
    xroad: str = "",
) -> str:
    """Let a system in, or give it a new secret at once; returns the secret, which is kept only as a hash.

    `agencies`: keys of the desks it may hand in at; none means every one. `xroad`: its X-Road identifier
    (instance/class/member/subsystem), which its X-Road-Client headers must then say. A changed secret ends the
    tokens got with the old one; changed rights hold at once, also for tokens already given.
    Raises `BadClient`, `MayNotEnrol`.
    """
    require_aware(at)
    check_may_enrol(by)
    _check_client(client_id, door, agencies, per_minute, xroad)
    chosen = secret or secrets.token_urlsafe(32)
    with transaction.atomic():
        before = Client.objects.select_for_update().filter(id=client_id).first()
        same = before is not None and bool(secret) and check_password(secret, before.secret_hash)
        Client.objects.update_or_create(
            id=client_id,
            defaults={
                "name": name,
                "secret_hash": before.secret_hash if before and same else make_password(chosen),
                "previous_hash": "",
                "previous_until": None,
                "generation": (before.generation if before else 0) + (not same),
                "scopes": [scope.value for scope in scopes],
                "agencies": list(agencies),
                "door": door,
                "per_minute": per_minute,
                "xroad": xroad,
                "is_active": True,
                "made_at": at,
            },
        )
        _told(
            "gateway.client_enrolled",
            client_id,
            by=by,
            at=at,
            name=name,
            scopes=[scope.value for scope in scopes],
            agencies=list(agencies),
            door=door,
            per_minute=per_minute,
            xroad=xroad,
        )
    return chosen


def _told(kind: str, client_id: str, *, by: Actor, at: datetime, **payload: Json) -> None:
    ledger.append(
        kind=kind,
        subject=ledger.Subject(kind="gateway", id=client_id),
        by=by,
        at=at,
        payload=payload,
    )


def _check_client(client_id: str, door: str, agencies: Sequence[str], per_minute: int, xroad: str) -> None:
    plain = client_id.replace("-", "").replace(".", "").replace("_", "")
    if not (plain.isascii() and plain.isalnum() and len(client_id) <= 40):
        raise BadClient(why=f"{client_id!r} (1–40 letters, digits, '-', '.', '_')")
    if door not in set(DoorKind):
        raise BadClient(why=f"door {door!r}")
    if per_minute < 1:
        raise BadClient(why=f"per minute {per_minute}")
    if xroad and not xroad_rules.is_client(xroad):
        raise BadClient(why=f"X-Road identifier {xroad!r}")
    for key in agencies:
        try:
            units.agency(key)
        except units.UnknownAgency:
            raise BadClient(why=f"agency {key!r}") from None


def rotate(*, by: Actor, at: datetime, client_id: str, both_for: timedelta = BOTH_SECRETS_FOR) -> str:
    """Give a system a new secret while its old one still serves for `both_for`; returns the new one.

    With `both_for` zero the old one and the tokens got with it end at once. Raises `BadClient`, `MayNotEnrol`.
    """
    require_aware(at)
    check_may_enrol(by)
    chosen = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = Client.objects.select_for_update().filter(id=client_id, is_active=True).first()
        if row is None:
            raise BadClient(why=f"{client_id!r} is not enrolled")
        at_once = both_for <= timedelta(0)
        row.previous_hash = "" if at_once else row.secret_hash
        row.previous_until = None if at_once else at + both_for
        row.secret_hash = make_password(chosen)
        row.generation += int(at_once)
        row.save(update_fields=["previous_hash", "previous_until", "secret_hash", "generation"])
        until = row.previous_until.isoformat() if row.previous_until else None
        _told("gateway.secret_changed", client_id, by=by, at=at, old_until=until)
    return chosen


def shut_out(*, by: Actor, at: datetime, client_id: str) -> None:
    """Let a system in no more; its tokens end at once. Raises `BadClient` for one that is not enrolled."""
    check_may_enrol(by)
    with transaction.atomic():
        if not Client.objects.filter(id=client_id, is_active=True).update(is_active=False):
            raise BadClient(why=f"{client_id!r} is not enrolled")
        _told("gateway.client_shut_out", client_id, by=by, at=at)


def token_for(*, client_id: str, secret: str, scope: str = "") -> str:
    """`grant`'s token, for who needs no more of it."""
    return grant(client_id=client_id, secret=secret, scope=scope).token


def grant(*, client_id: str, secret: str, scope: str = "") -> Given:
    """A signed bearer token for ten minutes (OAuth 2.0 client credentials, RFC 6749 §4.4).

    `scope` narrows it: words apart by spaces, each an operation ("status") or an operation at one desk
    ("file:ttpvhcc-xa-16681"); empty asks for everything the client has. Raises `ClientRefused`, `ScopeRefused`.
    """
    now = tokens.now()
    client = Client.objects.filter(id=client_id, is_active=True).first()
    if client is None:
        make_password(secret)  # the same work as for a known client: the answer's time tells nothing
        raise ClientRefused(client_id)
    held = check_password(secret, client.secret_hash)
    if not held and client.previous_until is not None and now < client.previous_until.timestamp():
        held = check_password(secret, client.previous_hash)
    if not held:
        raise ClientRefused(client_id)
    asked = _narrowed(client, scope)
    token = tokens.sign(client_id=client.id, generation=client.generation, scope=asked, now=now)
    return Given(token=token, scope=asked, seconds=tokens.SECONDS)


def _narrowed(client: Client, scope: str) -> str:
    if not scope.strip():
        return " ".join(sorted(client.scopes))
    try:
        asked = wanted_scopes.parse(scope)
    except ValueError:
        raise ScopeRefused(scope=scope[:80]) from None
    allowed: Collection[str] = client.agencies
    for operation, agencies in asked.items():
        strange = [one for one in agencies if allowed and one not in allowed]
        if operation.value not in client.scopes or strange:
            raise ScopeRefused(scope=f"{operation.value}:{strange[0]}" if strange else operation.value)
    return wanted_scopes.written(asked)
