"""Takes in the messages of payment services: kept as they came, then verified, then settled, then answered."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from motcua.base.data import Actor, ActorKind, require_aware
from motcua.base.errors import DomainError
from motcua.fees.actions.settling import Settled, Via, settle
from motcua.fees.actions.starting import gateway
from motcua.fees.data import CallbackRefused, Reply, Verdict
from motcua.fees.models import CallbackRow

KEPT_BYTES = 16 * 1024
log = logging.getLogger(__name__)


def actor_of(gateway_id: str) -> Actor:
    """A payment service as the ledger names it."""
    return Actor(kind=ActorKind.SYSTEM, ref=f"pay:{gateway_id}", role="system")


def receive_callback(
    *, at: datetime, gateway_id: str, body: bytes, source: str = ""
) -> tuple[Reply, Settled]:
    """Keep, verify, settle and answer one message. Raises `NoSuchGateway` only.

    Whatever goes wrong after it was kept, it is on record without a verdict, the sender is told to come again, and
    the duty that asks after open tries learns the truth from the gateway itself.
    """
    require_aware(at)
    way = gateway(gateway_id)
    row = CallbackRow.objects.create(
        id=uuid4(),
        gateway=gateway_id,
        received_at=at,
        source=source[:60],
        body=body[:KEPT_BYTES],
        length=len(body),
        digest=hashlib.sha256(body).hexdigest(),
    )
    settled, why = Settled(verdict=Verdict.ERROR), ""
    try:
        if len(body) > KEPT_BYTES:
            raise CallbackRefused(Verdict.FIELD, "too long")
        told = way.read_callback(body)
        with transaction.atomic():
            settled = settle(
                by=actor_of(gateway_id), at=at, gateway_id=gateway_id, told=told, via=Via.CALLBACK
            )
    except CallbackRefused as error:
        settled, why = Settled(verdict=error.verdict), str(error)
    except DomainError as error:
        why = f"{type(error).__name__}: {error}"
        log.exception("callback %s of %s could not be settled", row.id, gateway_id)
    reply = way.reply(body, settled.verdict, at=at)
    _answered(row.id, settled, why, reply)
    return reply, settled


def _answered(row_id: UUID, settled: Settled, why: str, reply: Reply) -> None:
    CallbackRow.objects.filter(id=row_id).update(
        verdict=settled.verdict.value,
        why=why[:300],
        attempt_id=settled.attempt_id,
        answered=reply.body[:KEPT_BYTES],
    )
