"""What the portal handed over and we could not take in: who sees it, why it waits, and taking it again at once."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from motcua.base.data import Actor, require_aware
from motcua.base.errors import DomainError
from motcua.exchange.inbound.reading import CannotTake, agency_of_code
from motcua.exchange.inbound.taking import words
from motcua.exchange.models import Delivery
from motcua.exchange.permissions import agencies_for
from motcua.ledger import api as ledger

MOST = 1000


class NothingToTake(DomainError):
    """None of these can be taken in again: choose at least one that waits."""

    message_vi = "Chưa chọn hồ sơ nào đang chờ nhận."


@dataclass(frozen=True, kw_only=True)
class WaitingDelivery:
    """One thing that waits. `kind`: a dossier (1), a supplement (2), a withdrawal (3); `agency` "" where the unit's
    code names none."""

    id: str
    kind: int
    code: str
    procedure: str
    unit_code: str
    agency: str
    filed_at: datetime
    tries: int
    next_try_at: datetime
    cause_vi: str
    cause_en: str


def waiting_deliveries(*, by: Actor) -> list[WaitingDelivery]:
    """What waits with a cause, the oldest first. A desk sees its own; whose unit is unknown, only who sees all.

    Raises `NotYourExchange`.
    """
    mine = agencies_for(by)

    @functools.cache
    def agency(code: str, on: datetime) -> str:
        try:
            return agency_of_code(code, on)
        except CannotTake:
            return ""

    found = []
    rows = Delivery.objects.filter(outcome="").exclude(cause="").order_by("filed_at", "id")[:MOST]
    for row in rows:
        unit = agency(row.unit_code, row.filed_at)
        if mine is not None and unit not in mine:
            continue
        said = words(row.cause)
        found.append(
            WaitingDelivery(
                id=row.id,
                kind=row.kind,
                code=row.code,
                procedure=row.procedure,
                unit_code=row.unit_code,
                agency=unit,
                filed_at=row.filed_at,
                tries=row.tries,
                next_try_at=row.next_try_at,
                cause_vi=said["vi"].format(detail=row.detail),
                cause_en=said["en"].format(detail=row.detail),
            )
        )
    return found


def take_again(*, by: Actor, at: datetime, delivery_ids: Sequence[str]) -> int:
    """Let the next look at the portal try these; returns how many. What `by` does not see is left out.

    Raises `NothingToTake`, `NotYourExchange`.
    """
    require_aware(at)
    seen = {one.id for one in waiting_deliveries(by=by)}
    keys = sorted(seen.intersection(delivery_ids))
    if not keys:
        raise NothingToTake
    with transaction.atomic():
        Delivery.objects.filter(id__in=keys, outcome="").update(next_try_at=at)
        ledger.append(
            kind="exchange.taken_again",
            subject=ledger.Subject(kind="exchange", id=str(uuid4())),
            by=by,
            at=at,
            payload={"deliveries": keys},
        )
    return len(keys)
