"""Slows down whoever asks a public page too often, so that codes cannot be tried one after the other."""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest

from motcua.base.errors import DomainError


class TooManyTries(DomainError):
    """Too many requests from your connection. Please wait {minutes} minutes and try again."""

    message_vi = "Đường truyền của bạn đã hỏi quá nhiều lần. Hãy đợi {minutes} phút rồi thử lại."


def spend(request: HttpRequest, *, scope: str, limit: int, seconds: int) -> None:
    """Count one try of this connection; raises `TooManyTries` after `limit` of them in `seconds`."""
    key = f"throttle:{scope}:{client_of(request)}"
    cache.add(key, 0, timeout=seconds)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out between the two lines
        cache.set(key, 1, timeout=seconds)
        tries = 1
    if tries > limit:
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
        tries, misses = f"track:{client}:tries", f"track:{client}:misses"
        if found is None:
            return bool(cache.get(tries, 0) < self.most and cache.get(misses, 0) < self.most_misses)
        self._count(tries)
        if not found:
            self._count(misses)
        return True

    def _count(self, key: str) -> None:
        cache.add(key, 0, timeout=self.seconds)
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two lines
            cache.set(key, 1, timeout=self.seconds)


def client_of(request: HttpRequest) -> str:
    """Where a request comes from, as the throttle counts it."""
    return str(request.META.get("REMOTE_ADDR", ""))
