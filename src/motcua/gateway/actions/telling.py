"""Hands webhooks over: many receivers at the same time, each in order, none waited for by another."""

from __future__ import annotations

import contextlib
import json
import socket
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings
from django.db import connection, transaction

from motcua.gateway import tokens
from motcua.gateway.actions.hooks import secret_of
from motcua.gateway.data import DeliveryState
from motcua.gateway.models import Delivery, Hook
from motcua.gateway.rules import hooks as rules

SECONDS = 5.0
LEASE = timedelta(seconds=60)
AT_ONCE = 32  # receivers told at the same time
LONGEST_ANSWER = 16 * 1024

_TAKE = """
    UPDATE gateway_delivery SET state = 'sending', leased_until = %(until)s, tries = tries + 1
     WHERE id IN (
        SELECT d.id FROM gateway_hook h
          CROSS JOIN LATERAL (
            SELECT o.id, o.not_before, o.state, o.leased_until FROM gateway_delivery o
             WHERE o.hook_id = h.id AND o.state IN ('queued', 'sending') ORDER BY o.position LIMIT 1) d
         WHERE h.is_active AND (h.rests_until IS NULL OR h.rests_until <= %(at)s) AND d.not_before <= %(at)s
           AND (d.state = 'queued' OR d.leased_until <= %(at)s)
         ORDER BY d.not_before LIMIT %(limit)s)
       AND (state = 'queued' OR leased_until <= %(at)s)
    RETURNING id
"""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of telling: the HTTP status, if there was an answer, and why it failed."""

    status: int | None
    why: str = ""

    @property
    def ok(self) -> bool:
        """Did the receiver take it?"""
        return self.status is not None and 200 <= self.status < 300


class Attempt:
    """One message on its way; `abort` ends it from outside, for a receiver that drips its answer."""

    def __init__(self, row: Delivery, *, loopback: bool, seconds: float) -> None:
        self.row, self.url, self.hook_id = row, row.hook.url, row.hook_id
        self.loopback, self.seconds = loopback, seconds
        self.began, self.lease = monotonic(), row.leased_until
        self._stream: Any = None
        self._aborted = False
        self._client = httpx.Client(
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(seconds, connect=min(seconds, 3.0)),
        )

    def abort(self) -> None:
        """End the connection under it; its own thread closes it: a number freed here might be another's by then."""
        self._aborted = True
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def run(self) -> Told:
        """Tell; never raises."""
        try:
            with self._client:
                return tell(self)
        except (OSError, ValueError, RuntimeError, httpx.HTTPError, httpx.InvalidURL) as error:
            return Told(status=None, why=f"{type(error).__name__}: {error}"[:200])
        finally:
            if self._stream is not None:
                self._stream.close()

    def _notice(self, event: str, info: dict[str, Any]) -> None:
        """Called by the client at each of its steps."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._stream = info["return_value"]
        if self._aborted:
            raise TimeoutError("took too long")

    def post(self, address: str, host: str, body: bytes, headers: dict[str, str]) -> Told:
        """POST to the checked address under the host's name; little of the answer is read."""
        target = httpx.URL(self.url).copy_with(host=address)
        headers = {**headers, "Host": httpx.URL(self.url).netloc.decode()}
        with self._client.stream(
            "POST",
            target,
            content=body,
            headers=headers,
            extensions={"sni_hostname": host, "trace": self._notice},
        ) as answer:
            read = 0
            for part in answer.iter_raw():
                read += len(part)
                if read > LONGEST_ANSWER:
                    break
            why = "" if answer.is_success else f"HTTP {answer.status_code}"
            return Told(status=answer.status_code, why=why)


def tell(attempt: Attempt) -> Told:
    """One attempt, without the database: the name is looked up, checked, and exactly that address is asked."""
    row = attempt.row
    body = json.dumps({"id": str(row.id), **row.body}, ensure_ascii=False, sort_keys=True).encode()
    now = int(tokens.now())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "motcua",
        "X-Motcua-Event": row.event,
        "X-Motcua-Delivery": str(row.id),
        "X-Motcua-Timestamp": str(now),
        "X-Motcua-Signature": rules.signature(secret_of(attempt.hook_id), at=now, body=body),
    }
    host = rules.check_url(attempt.url, loopback=attempt.loopback)
    address = _address(host, urlsplit(attempt.url), loopback=attempt.loopback)
    return attempt.post(address, host, body, headers)


def _address(host: str, parts: SplitResult, *, loopback: bool) -> str:
    found = socket.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(rules.may_reach(one, loopback=loopback) for one in addresses):
        raise ValueError("the name leads to an address that is not told")
    return addresses[0]


def _note(row: Delivery, told: Told, *, at: datetime) -> None:
    """Write what came of it, unless its lease ended and another took it; a receiver that failed rests a while."""
    with transaction.atomic():
        held = Delivery.objects.filter(id=row.id, state=DeliveryState.SENDING, leased_until=row.leased_until)
        if told.ok:
            held.update(
                state=DeliveryState.DELIVERED, leased_until=None, status=told.status, why="", ended_at=at
            )
            Hook.objects.filter(id=row.hook_id).update(failures=0, rests_until=None)
            return
        pause = rules.pause_after(row.tries)
        if pause is None:
            held.update(
                state=DeliveryState.DEAD, leased_until=None, status=told.status, why=told.why, ended_at=at
            )
        else:
            held.update(
                state=DeliveryState.QUEUED,
                leased_until=None,
                status=told.status,
                why=told.why,
                not_before=at + pause,
            )
        hook = Hook.objects.select_for_update().get(id=row.hook_id)
        hook.failures += 1
        hook.rests_until = at + (rules.pause_after(min(hook.failures, rules.MOST_TRIES - 1)) or timedelta(0))
        hook.save(update_fields=["failures", "rests_until"])


class Teller:
    """Keeps messages under way: `turn` notes those that ended and sends the next, and waits for none.

    At most one message of a subscription is under way, so each receiver hears in order.
    """

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="hook")
        self._under_way: dict[Future[Told], Attempt] = {}

    def turn(self, *, at: datetime, patience: float = 0.05) -> int:
        """How many ended or began; `patience` in seconds is how long it looks for an end."""
        done, running = wait(self._under_way, timeout=patience) if self._under_way else (set(), set())
        for future in done:
            _note(self._under_way.pop(future).row, future.result(), at=at)
        for future in running:
            if monotonic() - self._under_way[future].began > 2 * self.seconds:
                self._under_way[future].abort()
        taken = _taken(AT_ONCE - len(self._under_way), at=at)
        for row in taken:
            attempt = Attempt(row, loopback=bool(settings.MOTCUA_DEMO), seconds=self.seconds)
            self._under_way[self._pool.submit(attempt.run)] = attempt
        return len(done) + len(taken)

    @property
    def busy(self) -> int:
        """How many are under way."""
        return len(self._under_way)


def _taken(limit: int, *, at: datetime) -> list[Delivery]:
    """The oldest message of every subscription that is not resting, held for as long as its lease runs."""
    if limit < 1:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"at": at, "until": at + LEASE, "limit": limit})
        ids = [row[0] for row in cursor.fetchall()]
    return list(Delivery.objects.select_related("hook").filter(id__in=ids)) if ids else []
