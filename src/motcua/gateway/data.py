"""What crosses the REST door's border: scopes and the client that calls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from motcua.base.data import Actor, ActorKind


class Scope(StrEnum):
    """What a client may do."""

    CATALOGUE = "catalogue"
    FILE = "file"
    STATUS = "status"
    RESULT = "result"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The client behind a request."""

    client_id: str
    name: str
    scopes: frozenset[Scope]
    agencies: frozenset[str]
    door: str
    per_minute: int

    def actor(self) -> Actor:
        """Who is written in the ledger: the system, never the person behind it."""
        return Actor(kind=ActorKind.GATEWAY, ref=self.client_id, name=self.name)

    def may_hand_in_at(self, agency: str) -> bool:
        """Is the receiving agency within this client's limits?"""
        return not self.agencies or agency in self.agencies


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A dossier as its client finds it again."""

    dossier_id: UUID
    code: str
    state: int
