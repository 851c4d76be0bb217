"""Webhooks: subscribing, and turning ledger entries into messages, one for each subscription they concern."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from motcua.base.data import Json
from motcua.base.errors import DomainError
from motcua.dossiers.data import State
from motcua.gateway.data import Caller, DeliveryState
from motcua.gateway.models import Delivery, HandedIn, Hook
from motcua.gateway.rules import hooks as rules
from motcua.ledger import api as ledger

MOST_HOOKS = 10


class BadHook(DomainError):
    """This address cannot be told: {why}."""

    message_vi = "Không đăng ký báo tin tới địa chỉ này được: {why}."


class NoSuchHook(DomainError):
    """There is no such subscription of yours."""

    message_vi = "Không có đăng ký nhận tin này."


def secret_of(hook_id: UUID) -> str:
    """The subscription's signing secret, derived from the installation's key: it is stored nowhere."""
    key = hashlib.sha256(b"motcua.gateway.hook\x00" + settings.SECRET_KEY.encode()).digest()
    made = hmac.new(key, hook_id.bytes, hashlib.sha256).digest()
    return "whsec_" + base64.urlsafe_b64encode(made).decode().rstrip("=")


def subscribe(*, caller: Caller, at: datetime, url: str, events: Sequence[str]) -> tuple[UUID, str]:
    """Tell an address what happens to the caller's own dossiers; gives the id and the signing secret.

    Raises `BadHook` for an address that may not be told, an unknown event, one too many, one that is there already.
    """
    try:
        rules.check_url(url, loopback=settings.MOTCUA_DEMO)
    except ValueError as error:
        raise BadHook(why=str(error)) from error
    unknown = sorted(set(events) - set(rules.EVENTS))
    if unknown or not events:
        raise BadHook(why=f"events: {', '.join(unknown) or 'none'}")
    with transaction.atomic():
        ledger.lock_subject(ledger.Subject(kind="gateway", id=caller.client_id))
        mine = Hook.objects.filter(client_id=caller.client_id, is_active=True)
        if mine.filter(url=url).exists():
            raise BadHook(why="it is told already")
        if mine.count() >= MOST_HOOKS:
            raise BadHook(why=f"at most {MOST_HOOKS}")
        row = Hook.objects.create(
            id=uuid4(), client_id=caller.client_id, url=url, events=sorted(set(events)), made_at=at
        )
        ledger.append(
            kind="gateway.subscribed",
            subject=ledger.Subject(kind="gateway", id=caller.client_id),
            by=caller.actor(),
            at=at,
            payload={"hook": str(row.id), "url": url, "events": sorted(set(events))},
        )
    return row.id, secret_of(row.id)


def unsubscribe(*, caller: Caller, at: datetime, hook_id: UUID) -> None:
    """Tell the address nothing more; what waits is dropped. Raises `NoSuchHook`."""
    with transaction.atomic():
        if not Hook.objects.filter(id=hook_id, client_id=caller.client_id, is_active=True).update(
            is_active=False
        ):
            raise NoSuchHook
        Delivery.objects.filter(hook_id=hook_id, state=DeliveryState.QUEUED).update(
            state=DeliveryState.DEAD, why="unsubscribed", ended_at=at
        )
        ledger.append(
            kind="gateway.unsubscribed",
            subject=ledger.Subject(kind="gateway", id=caller.client_id),
            by=caller.actor(),
            at=at,
            payload={"hook": str(hook_id)},
        )


def plan_deliveries(batch: Sequence[ledger.EntryView], *, at: datetime) -> None:
    """The handler of the ledger's consumer: one message for each subscription that an entry concerns."""
    news = [e for e in batch if e.kind in rules.EVENTS and e.subject.kind == "dossier"]
    if not news or not Hook.objects.filter(is_active=True).exists():
        return
    ids = {UUID(e.subject.id) for e in news}
    whose = {
        row.dossier_id: (row.client_id, row.outside_code)
        for row in HandedIn.objects.filter(dossier_id__in=ids)
    }
    subscribed: dict[str, list[Hook]] = {}
    for hook in Hook.objects.filter(is_active=True, client_id__in={client for client, _ in whose.values()}):
        subscribed.setdefault(hook.client_id, []).append(hook)
    rows = []
    for entry in news:
        client_id, outside_code = whose.get(UUID(entry.subject.id), ("", ""))
        for hook in subscribed.get(client_id, ()):
            if entry.kind in hook.events and entry.recorded_at >= hook.made_at - timedelta(days=1):
                rows.append(_delivery(hook, entry, outside_code, at))
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _delivery(hook: Hook, entry: ledger.EntryView, outside_code: str, at: datetime) -> Delivery:
    told = entry.payload or {}
    state = told.get("state")
    body: dict[str, Json] = {
        "type": entry.kind,
        "seq": entry.subject_seq,
        "at": entry.at.isoformat(),
        "code": str(told.get("code") or ""),
        "outside_code": outside_code,
        "state": state if isinstance(state, int) else None,
        "state_name": State(state).label_vi if isinstance(state, int) else "",
        "due_at": told.get("promised_due"),
    }
    return Delivery(
        hook=hook,
        entry_id=entry.id,
        position=entry.position or entry.id,
        event=entry.kind,
        body=body,
        not_before=at,
        made_at=at,
    )


def send_again(*, caller: Caller, at: datetime, delivery_id: UUID) -> None:
    """Try a message that was given up once more. Raises `NoSuchHook` for one that is not among them."""
    mine = Delivery.objects.filter(
        id=delivery_id, hook__client_id=caller.client_id, hook__is_active=True, state=DeliveryState.DEAD
    )
    if not mine.update(state=DeliveryState.QUEUED, tries=0, not_before=at, ended_at=None):
        raise NoSuchHook(str(delivery_id))
