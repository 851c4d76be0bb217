"""Keeps payloads under the person's key, so that forgetting the key forgets what was written about the person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from motcua.base.data import Json
from motcua.ledger.models import PersonKeyRow
from motcua.ledger.rules import cipher


def _installation_key() -> bytes:
    return bytes.fromhex(settings.MOTCUA_PAYLOAD_KEY)


def key_of(person: UUID, *, at: datetime) -> bytes:
    """The person's key, made when there is none yet."""
    row = PersonKeyRow.objects.filter(person=person).first()
    if row is None:
        wrapped = cipher.lock(_installation_key(), cipher.new_key(), bound_to=person.bytes)
        # Two first writers may race: the one row that stays decides which key both use.
        PersonKeyRow.objects.bulk_create(
            [PersonKeyRow(person=person, wrapped=wrapped, made_at=at)], ignore_conflicts=True
        )
        row = PersonKeyRow.objects.get(person=person)
    return cipher.unlock(_installation_key(), bytes(row.wrapped), bound_to=person.bytes)


class Opener:
    """Opens payloads; fetches each person's key once for as long as this object lives."""

    def __init__(self) -> None:
        self._keys: dict[UUID, bytes | None] = {}

    def open(self, person: UUID | None, body: Any) -> Mapping[str, Json] | None:
        """The payload, or `None` when it, or the person's key, was erased."""
        if body is None:
            return None
        plain = bytes(body)
        if person is not None:
            key = self._key(person)
            if key is None:
                return None
            plain = cipher.unlock(key, plain, bound_to=person.bytes)
        opened: Mapping[str, Json] = json.loads(plain)
        return opened

    def _key(self, person: UUID) -> bytes | None:
        if person not in self._keys:
            row = PersonKeyRow.objects.filter(person=person).first()
            self._keys[person] = (
                cipher.unlock(_installation_key(), bytes(row.wrapped), bound_to=person.bytes) if row else None
            )
        return self._keys[person]
