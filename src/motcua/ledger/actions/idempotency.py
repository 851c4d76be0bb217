"""Carries out a request once, however often it arrives."""

from __future__ import annotations

from datetime import datetime

from motcua.base.data import Json
from motcua.base.db import advisory_lock
from motcua.base.errors import DomainError
from motcua.ledger.models import IdempotencyRow


class KeyReused(DomainError):
    """This request key was already used for something else. Start again from a fresh page."""

    message_vi = "Mã yêu cầu này đã dùng cho một việc khác. Hãy mở lại trang và thử lại."


class Claim:
    """The right to carry out one request: `result` is what came of it before, or `None` the first time."""

    def __init__(self, row: IdempotencyRow | None, *, scope: str, key: str, request_hash: str) -> None:
        self._row = row
        self._scope, self._key, self._hash = scope, key, request_hash

    @property
    def done(self) -> bool:
        """Was it carried out before?"""
        return self._row is not None

    @property
    def result(self) -> Json:
        """What came of it the first time."""
        return None if self._row is None else self._row.result

    def keep(self, result: Json, *, at: datetime) -> None:
        """Remember the outcome, in the same transaction as the work."""
        self._row = IdempotencyRow.objects.create(
            scope=self._scope, key=self._key, request_hash=self._hash, result=result, at=at
        )


def idempotent(*, scope: str, key: str, request_hash: str) -> Claim:
    """Claim `key`; a second caller waits until the first has committed or failed.

    Raises `KeyReused` when the key was used for a different request.
    """
    advisory_lock("idempotency", scope, key)
    row = IdempotencyRow.objects.filter(scope=scope, key=key).first()
    if row is not None and row.request_hash != request_hash:
        raise KeyReused
    return Claim(row, scope=scope, key=key, request_hash=request_hash)
