"""Slows down whoever asks a public page too often, so that codes cannot be tried one after the other.

The counts stand in the database, so that all web processes count together; they hold no address (see `Tally`).
They go by the wall clock, never by a pretended time: nobody may wind it forward to try again.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from motcua.base.errors import DomainError
from motcua.portal.models import Tally

_SWEPT = 100  # rows that one new row sweeps away at most


class TooManyTries(DomainError):
    """Too many requests from your connection. Please wait {minutes} minutes and try again."""

    message_vi = "Đường truyền của bạn đã hỏi quá nhiều lần. Hãy đợi {minutes} phút rồi thử lại."


def spend(request: HttpRequest, *, scope: str, limit: int, seconds: int) -> None:
    """Count one try of this connection; raises `TooManyTries` after `limit` of them in `seconds`."""
    if count(scope, client_of(request), seconds=seconds) > limit:
        raise TooManyTries(minutes=max(1, seconds // 60))


class TrackingLimiter:
    """What `dossiers.track_public` asks before each look-up: few tries a client, and far fewer that miss.

    A guesser misses mostly or walks through neighbouring codes; somebody with a receipt does neither.
    """

    seconds = 600
    most = 30
    most_misses = 10

    def allow(self, *, client: str, at: datetime, found: bool | None) -> bool:
        """Before a look-up (`found` None): may there be one more? After it: count it, and a miss twice."""
        if found is None:
            tries, misses = counted(["track", "track-missed"], client, seconds=self.seconds)
            return tries < self.most and misses < self.most_misses
        count("track", client, seconds=self.seconds)
        if not found:
            count("track-missed", client, seconds=self.seconds)
        return True


def count(scope: str, client: str, *, seconds: int) -> int:
    """One more try; how many there are now in this stretch of `seconds`. One statement: no two are lost."""
    key, until = _key(scope, client, seconds), _end_of_stretch(seconds)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_tally AS t (key, tries, until) VALUES (%s, 1, %s)"
            " ON CONFLICT (key) DO UPDATE SET tries = t.tries + 1 RETURNING tries",
            [key, until],
        )
        tries = int(cursor.fetchone()[0])
        if tries == 1:
            cursor.execute(
                "DELETE FROM portal_tally WHERE key IN (SELECT key FROM portal_tally WHERE until < %s"
                " LIMIT %s FOR UPDATE SKIP LOCKED)",
                [_now(), _SWEPT],
            )
    return tries


def counted(scopes: Sequence[str], client: str, *, seconds: int) -> list[int]:
    """How many tries there were so far in this stretch, for each scope."""
    keys = [_key(scope, client, seconds) for scope in scopes]
    found = {
        bytes(key): tries for key, tries in Tally.objects.filter(key__in=keys).values_list("key", "tries")
    }
    return [found.get(key, 0) for key in keys]


def _key(scope: str, client: str, seconds: int) -> bytes:
    said = f"{scope}\0{client}\0{_end_of_stretch(seconds).isoformat()}"
    return hmac.digest(b"motcua.throttle" + settings.SECRET_KEY.encode(), said.encode(), "sha256")


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), tz=UTC)


def _end_of_stretch(seconds: int) -> datetime:
    return datetime.fromtimestamp((int(time.time()) // seconds + 1) * seconds, tz=UTC)


def client_of(request: HttpRequest) -> str:
    """Where a request comes from, as the throttle counts it: an IPv6 household is one, however many addresses."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network(f"{address}/64", strict=False)) if known.version == 6 else address
