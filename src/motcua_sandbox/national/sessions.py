"""Signing in to the portal: a session that expires, kept in memory, so that a restarted portal asks anew."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from motcua_sandbox.services import USER

LASTS = timedelta(minutes=30)


class Sessions:
    """The sessions that are open."""

    def __init__(self, secret: str, now: Callable[[], datetime]) -> None:
        self._secret, self._now = secret, now
        self._lock = threading.Lock()
        self._until: dict[str, datetime] = {}

    def open(self, user: object, password: object) -> str | None:
        """A new session, or nothing for somebody unknown."""
        right = hmac.compare_digest(str(password).encode(), self._secret.encode())
        if user != USER or not right:
            return None
        session, now = secrets.token_urlsafe(24), self._now()
        with self._lock:
            self._until = {key: until for key, until in self._until.items() if until > now}
            self._until[session] = now + LASTS
        return session

    def lives(self, session: object) -> bool:
        """Whether a session is open still."""
        until = self._until.get(session) if isinstance(session, str) else None
        return until is not None and until > self._now()

    def forget(self, session: object) -> None:
        """End a session before its time."""
        with self._lock:
            self._until.pop(str(session), None)
