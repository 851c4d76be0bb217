"""Small values that every package speaks: who acts, what the source of a rule is, when a thing is valid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

JsonScalar: TypeAlias = str | int | float | bool | None
Json: TypeAlias = JsonScalar | Sequence["Json"] | Mapping[str, "Json"]


class ActorKind(StrEnum):
    """In which capacity somebody acts."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    SYSTEM = "system"
    PORTAL = "portal"  # the national portal
    GATEWAY = "gateway"  # another system, through the REST door
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: a pseudonymous reference, and for an officer the agency and the role used.

    `ref` is the id of an account, a person or a system, never a name or a personal number.
    `name` is for the screen only and is not written to the ledger's envelope.
    """

    kind: ActorKind
    ref: str
    unit: str | None = None
    role: str | None = None
    name: str = ""


SYSTEM = Actor(kind=ActorKind.SYSTEM, ref="motcua")


class Certainty(StrEnum):
    """How sure a fact of the law is; what is not verified is shown as such wherever it is used."""

    VERIFIED = "V"
    SECOND_HAND = "V2"
    MEMORY = "M"
    CONFLICT = "X"
    OWN = "own"


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a rule, a limit or a name comes from."""

    text: str
    article: str = ""
    certainty: Certainty
    note: str = ""

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> Source:
        """Build from a data file's mapping; unknown keys are refused."""
        unknown = set(raw) - {"text", "article", "certainty", "note"}
        if unknown:
            raise ValueError(f"unknown keys in a source: {sorted(unknown)}")
        return cls(
            text=str(raw["text"]),
            article=str(raw.get("article", "")),
            certainty=Certainty(str(raw["certainty"])),
            note=str(raw.get("note", "")),
        )

    def as_json(self) -> dict[str, str]:
        """The mapping that `from_mapping` reads back."""
        return {
            "text": self.text,
            "article": self.article,
            "certainty": self.certainty.value,
            "note": self.note,
        }


@dataclass(frozen=True, kw_only=True)
class Validity:
    """Half-open span of days: valid from `start` on, no longer valid on `end` (`None`: still valid)."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"validity ends ({self.end}) before it starts ({self.start})")

    def contains(self, day: date) -> bool:
        """Is `day` inside?"""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """What loading reference data did: how many rows were created, changed, left alone."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: LoadReport) -> LoadReport:
        return LoadReport(
            created=self.created + other.created,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
        )


def require_aware(moment: datetime) -> datetime:
    """Return `moment`, or raise `ValueError` when it does not carry its zone."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a moment must carry its zone")
    return moment
