"""What crosses the ledger's border: subjects, entries as read, seals, and the seal maker's protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from motcua.base.data import Actor, Json


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What an entry is about: `kind` such as "dossier", `id` that never changes."""

    kind: str
    id: str

    def __post_init__(self) -> None:
        if not self.kind or not self.id or len(self.kind) > 40 or len(self.id) > 64:
            raise ValueError(f"a subject needs a kind (40) and an id (64): {self.kind!r} {self.id!r}")


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """The part of an entry that stays for ever and names nobody: what the seal covers."""

    subject_kind: str
    subject_id: str
    subject_seq: int
    kind: str
    unit: str | None
    actor_kind: str
    actor_ref: str
    actor_role: str | None
    at: datetime
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What `append` gives back: the entry's id and its place in its subject's history."""

    id: int
    subject: Subject
    subject_seq: int
    kind: str
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """An entry as it is read: `payload` is None when it was erased; `position` is None until sequenced."""

    id: int
    subject: Subject
    subject_seq: int
    position: int | None
    kind: str
    unit: str | None
    actor: Actor
    at: datetime
    recorded_at: datetime
    payload: Mapping[str, Json] | None


@dataclass(frozen=True, kw_only=True)
class AccessView:
    """One reading of somebody's personal data: who, when, why, which fields."""

    actor: Actor
    at: datetime
    subject: Subject
    purpose: str
    fields: tuple[str, ...]


class Sealer(Protocol):
    """Signs the roots of the ledger; its key must not be within the reach of the serving role."""

    key_id: str

    def sign(self, message: bytes) -> bytes:
        """A signature over `message`."""
        ...

    def check(self, *, message: bytes, signature: bytes, key_id: str) -> bool:
        """Did the holder of `key_id` sign `message`?"""
        ...


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The first thing that is wrong with a log: where, and what."""

    log: str
    position: int
    entry_id: int | None
    problem: str


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What `verify` read and the first thing it found wrong, if any."""

    log: str
    entries: int
    seals: int
    unsealed: int
    finding: Finding | None


class Forgetter(Protocol):
    """What a package does when a person is forgotten; says how much went. Done twice it changes nothing more."""

    def __call__(self, *, by: Actor, at: datetime, person_id: UUID) -> int: ...
