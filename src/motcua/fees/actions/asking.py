"""Asks the gateways after open tries: what a lost callback would have told is learnt all the same."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from motcua.base.data import require_aware
from motcua.base.errors import DomainError
from motcua.fees.actions.callbacks import actor_of
from motcua.fees.actions.settling import Settled, Via, settle
from motcua.fees.actions.starting import NoSuchGateway, end, gateway, hold
from motcua.fees.actions.writing import write
from motcua.fees.data import AttemptState, Outcome, Told, Verdict
from motcua.fees.models import Attempt

PAUSES = (1, 2, 5, 10, 30, 60, 240)  # minutes between questions; the last one for ever
GIVEN_UP_AFTER = timedelta(days=3)
log = logging.getLogger(__name__)


def ask_after(*, at: datetime, limit: int = 20) -> list[Settled]:
    """Ask after tries whose turn it is; what each answer was. Two processes never ask after the same one."""
    require_aware(at)
    found = []
    for attempt_id in _take(at, limit):
        found.append(ask_one(attempt_id, at=at))
    return found


@transaction.atomic
def _take(at: datetime, limit: int) -> list[UUID]:
    """Claim the next ones by setting when they are asked after again."""
    rows = list(
        Attempt.objects.select_for_update(skip_locked=True)
        .filter(ask_next__lte=at)
        .order_by("ask_next")[:limit]
    )
    for row in rows:
        row.ask_next = _next(row, at)
        row.asks += 1
        row.save(update_fields=["ask_next", "asks"])
    return [row.id for row in rows]


def _next(row: Attempt, at: datetime) -> datetime | None:
    if row.ended_at is not None and at - row.ended_at >= timedelta(days=1):
        return None  # asked once more a day after its end
    if at - row.started_at > GIVEN_UP_AFTER:
        return None
    return at + timedelta(minutes=PAUSES[min(row.asks, len(PAUSES) - 1)])


def ask_one(attempt_id: UUID, *, at: datetime) -> Settled:
    """Ask the gateway about one try now and take note of the answer; a service that is down changes nothing."""
    row = Attempt.objects.get(id=attempt_id)
    try:
        told = gateway(row.gateway).query(row.reference, at=at)
    except (NoSuchGateway, DomainError) as error:
        log.warning("payment %s could not be asked after: %s", row.reference, error)
        return Settled(verdict=Verdict.ERROR, attempt_id=row.id)
    over = row.expires_at is not None and row.expires_at <= at
    unheard = (
        told is not None and told.outcome is Outcome.UNKNOWN and at - row.started_at > timedelta(minutes=5)
    )
    if told is not None and told.outcome not in (Outcome.PENDING, Outcome.UNKNOWN):
        return settle(by=actor_of(row.gateway), at=at, gateway_id=row.gateway, told=told, via=Via.QUERY)
    if (over and _may_expire(told)) or unheard:
        _expire(row.id, at=at, code="time" if over else "never_arrived")
    return Settled(verdict=Verdict.NOTED, attempt_id=row.id)


def _may_expire(told: Told | None) -> bool:
    """Where the gateway can be asked, its word ends the try; where it cannot (bank transfers), the time does."""
    return told is None or told.outcome is Outcome.UNKNOWN


@transaction.atomic
def _expire(attempt_id: UUID, *, at: datetime, code: str) -> None:
    attempt = hold(attempt_id)
    if attempt.state in (AttemptState.INITIATED, AttemptState.PENDING):
        end(attempt, AttemptState.EXPIRED, at=at, code=code)
        write(
            "payment.attempt_ended",
            attempt.payment,
            actor_of(attempt.gateway),
            at,
            reference=attempt.reference,
            end="expired",
        )
