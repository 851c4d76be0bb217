"""What a draft remembers beside its answers: for whom, where, what was prefilled, which files and papers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.base.data import Json


@dataclass(frozen=True, kw_only=True)
class Acting:
    """For whom the citizen files, and on which ground (a value of `people.AuthorityKind`)."""

    kind: str
    name: str
    person: UUID | None = None
    organisation: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A prefilled value with its source: as long as the answer is this value, it is the state's own."""

    value: Any
    source: str
    as_of: datetime


@dataclass(frozen=True, kw_only=True)
class HeldFile:
    """A file uploaded into this draft."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Given:
    """How a required paper is provided so far: files of this draft, or a paper of the wallet."""

    files: tuple[str, ...] = ()
    wallet: str = ""


@dataclass(frozen=True, kw_only=True)
class Notes:
    """The draft's context, read and written as JSON."""

    agency: str
    acting: Acting
    prefilled: Mapping[str, Origin] = field(default_factory=dict)
    disputed: frozenset[str] = frozenset()
    papers: Mapping[str, Given] = field(default_factory=dict)
    files: Mapping[str, HeldFile] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        """Plain values; `read` reads them back."""
        return {
            "agency": self.agency,
            "acting": {
                "kind": self.acting.kind,
                "name": self.acting.name,
                "person": str(self.acting.person) if self.acting.person else None,
                "organisation": str(self.acting.organisation) if self.acting.organisation else None,
            },
            "prefilled": {
                key: {"value": one.value, "source": one.source, "as_of": one.as_of.isoformat()}
                for key, one in self.prefilled.items()
            },
            "disputed": sorted(self.disputed),
            "papers": {
                code: {"files": list(one.files), "wallet": one.wallet} for code, one in self.papers.items()
            },
            "files": {
                file_id: {"name": one.name, "kind": one.kind, "size": one.size}
                for file_id, one in self.files.items()
            },
        }

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Notes:
        """Read what `as_json` wrote."""
        acting = raw["acting"]
        return cls(
            agency=raw["agency"],
            acting=Acting(
                kind=acting["kind"],
                name=acting["name"],
                person=UUID(acting["person"]) if acting["person"] else None,
                organisation=UUID(acting["organisation"]) if acting["organisation"] else None,
            ),
            prefilled={
                key: Origin(
                    value=one["value"], source=one["source"], as_of=datetime.fromisoformat(one["as_of"])
                )
                for key, one in raw["prefilled"].items()
            },
            disputed=frozenset(raw["disputed"]),
            papers={
                code: Given(files=tuple(one["files"]), wallet=one["wallet"])
                for code, one in raw["papers"].items()
            },
            files={file_id: HeldFile(**one) for file_id, one in raw["files"].items()},
        )

    def is_states_own(self, key: str, answer: Any) -> bool:
        """Is the answer still the value that the state gave, and undisputed?"""
        origin = self.prefilled.get(key)
        return origin is not None and key not in self.disputed and origin.value == answer

    def but(self, **changes: Any) -> Notes:
        """The same with some parts replaced."""
        return replace(self, **changes)
