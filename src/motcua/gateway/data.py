"""What crosses the REST door's border: scopes and the client that calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from motcua.base.data import Actor, ActorKind


class Scope(StrEnum):
    """What a client may do."""

    CATALOGUE = "catalogue"
    FILE = "file"
    STATUS = "status"
    RESULT = "result"
    WEBHOOK = "webhook"


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The client behind a request, with what its token is good for.

    `grants`: operation → the desks at which it holds (none: everywhere).
    """

    client_id: str
    name: str
    grants: Mapping[Scope, frozenset[str]]
    door: str
    per_minute: int
    xroad: str = ""

    @property
    def scopes(self) -> frozenset[Scope]:
        """The operations, wherever they hold."""
        return frozenset(self.grants)

    def actor(self) -> Actor:
        """Who is written in the ledger: the system, never the person behind it."""
        return Actor(kind=ActorKind.GATEWAY, ref=self.client_id, name=self.name)

    def may(self, scope: Scope, agency: str) -> bool:
        """Does the token allow the operation at this desk?"""
        agencies = self.grants.get(scope)
        return agencies is not None and (not agencies or agency in agencies)


@dataclass(frozen=True, kw_only=True)
class Given:
    """A token as it is given out."""

    token: str
    scope: str
    seconds: int


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A paper whose file comes in the same request as its dossier."""

    code: str
    name: str
    file_name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A dossier as its client finds it again."""

    dossier_id: UUID
    code: str
    state: int
    receiving_agency: str


@dataclass(frozen=True, kw_only=True)
class ClientView:
    """An enrolled system as its administrator sees it."""

    id: str
    name: str
    scopes: tuple[str, ...]
    agencies: tuple[str, ...]
    door: str
    per_minute: int
    xroad: str
    is_active: bool
    made_at: datetime
    previous_until: datetime | None
    handed_in: int


class DeliveryState(StrEnum):
    """Where a webhook's message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class HookView:
    """A subscription: which address is told of what. `rests_until`: it failed and is left in peace until then."""

    id: UUID
    client_id: str
    url: str
    events: tuple[str, ...]
    is_active: bool
    made_at: datetime
    failures: int
    rests_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class DeliveryView:
    """One message of a subscription."""

    id: UUID
    hook_id: UUID
    event: str
    state: DeliveryState
    tries: int
    status: int | None
    why: str
    made_at: datetime
    ended_at: datetime | None
