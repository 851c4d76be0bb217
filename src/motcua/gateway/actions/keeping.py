"""What the door keeps for a time only, and forgets afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from motcua.gateway.data import DeliveryState
from motcua.gateway.models import Bucket, Delivery, XRoadCall
from motcua.gateway.rules.xroad import Envelope

DELIVERIES_FOR = timedelta(days=30)
XROAD_FOR = timedelta(
    days=5 * 365
)  # own: no text found that sets how long; messages between agencies are records
BUCKETS_FOR = timedelta(hours=2)


def log_xroad(
    envelope: Envelope, *, at: datetime, client_id: str, method: str, path: str, status: int, error: str
) -> None:
    """Write down one call that came by X-Road."""
    XRoadCall.objects.create(
        at=at,
        client_id=client_id[:40],
        xroad_client=envelope.client,
        service=envelope.service,
        message_id=envelope.id,
        request_id=envelope.request_id,
        request_hash=envelope.request_hash,
        user_id=envelope.user_id,
        issue=envelope.issue,
        represented_party=envelope.represented_party,
        method=method[:10],
        path=path.replace("\x00", "")[:300],
        status=status,
        error=error[:80],
    )


def tidy(*, at: datetime) -> None:
    """Forget what is past its time."""
    ended = (DeliveryState.DELIVERED, DeliveryState.DEAD)
    Delivery.objects.filter(state__in=ended, ended_at__lt=at - DELIVERIES_FOR).delete()
    XRoadCall.objects.filter(at__lt=at - XROAD_FOR).delete()
    Bucket.objects.filter(at__lt=at - BUCKETS_FOR).delete()
