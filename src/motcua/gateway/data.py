"""What crosses the REST door's border: scopes and the client that calls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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

    def actor(self) -> Actor:
        """Who is written in the ledger: the system, never the person behind it."""
        return Actor(kind=ActorKind.GATEWAY, ref=self.client_id, name=self.name)

    def may_see(self, *agencies: str) -> bool:
        """Is one of the agencies within this client's limits?"""
        return not self.agencies or bool(self.agencies & set(agencies))
