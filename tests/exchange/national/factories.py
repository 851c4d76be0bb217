"""The portal as the person who plays it sees it, and the ways in which entries come to the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from motcua.exchange.models import Track
from motcua.exchange.national import consuming, delivering
from motcua.ledger import api as ledger
from tests.dossiers.factories import MORNING


class Portal:
    """What the sandbox's portal holds."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(trust_env=False, timeout=20)

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def reset(self) -> None:
        """Empty it."""
        self.faults()
        self._http.post(f"{self.url}/_reset").raise_for_status()

    def faults(self, *faults: dict[str, Any]) -> None:
        """Switch these on, and all others off."""
        self._http.post(f"{self.url}/_faults", json={"faults": list(faults)}).raise_for_status()

    def states(self, code: str) -> list[str]:
        """The states that the portal was told, in the order it received them."""
        return [str(one["state"]) for one in self.history(code)]

    def history(self, code: str) -> list[dict[str, Any]]:
        """Everything that took effect."""
        answer = self._http.get(f"{self.url}/_history", params={"code": code})
        if answer.status_code == 404:
            return []
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    def kinds(self, code: str) -> list[str]:
        """add, update, progress: in the order received."""
        return [str(one["kind"]) for one in self.history(code)]

    def held(self, code: str) -> dict[str, Any]:
        """The record as it is held."""
        from motcua.exchange.national import client

        found = client.look_up(code, "H41", at=MORNING)
        assert found is not None, code
        return found

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A move of the person who plays the portal."""
        answer = self._http.post(f"{self.url}/{path}", json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def take_up(*ids: UUID, at: datetime = MORNING) -> None:
    """What the consumer does with the entries of these dossiers (positions are another package's matter)."""
    entries = [one for key in ids for one in ledger.entries(ledger.Subject(kind="dossier", id=str(key)))]
    consuming._handle(entries, at=at)


def send(at: datetime | None = None) -> int:
    """One run of the duty, in this thread; late enough for every pause to be over."""
    return delivering.deliver(at=at or MORNING + timedelta(days=30), threads=1)


def tracks(ids: Iterable[UUID]) -> dict[UUID, Track]:
    """How far each is."""
    return {row.dossier: row for row in Track.objects.filter(dossier__in=list(ids))}


def track(dossier_id: UUID) -> Track:
    """How far it is."""
    return Track.objects.get(dossier=dossier_id)
