"""Frozen values that this package hands to others: versions, problems, differences, search hits, import reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from motcua.base.data import Certainty, Source, Validity

from .catalogue import DecisionRef
from .content import ProcedureContent


class VersionStatus(StrEnum):
    """A version is written (draft), found without faults (checked), in force (published), or taken back."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Origin(StrEnum):
    """Where a version's text came from."""

    CATALOGUE = "catalogue"
    IMPORT = "import"
    EDITOR = "editor"


@dataclass(frozen=True, kw_only=True)
class VersionInfo:
    """One version as others see it; `number` counts the versions of one code from 1."""

    id: UUID
    code: str
    number: int
    status: VersionStatus
    origin: Origin
    reviewed: bool
    content: ProcedureContent
    validity: Validity
    known_from: datetime
    source: Source
    decision: DecisionRef | None
    content_hash: str

    @property
    def name(self) -> str:
        """The procedure's name."""
        return self.content.name

    @property
    def certainty(self) -> Certainty:
        """How sure the text is."""
        return self.content.review.certainty


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """One version in a list, without its content."""

    id: UUID
    code: str
    name: str
    field: str
    number: int
    status: VersionStatus
    origin: Origin
    reviewed: bool
    validity: Validity
    flags: tuple[str, ...]
    waiting: bool = False


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What stands in the way of publishing (`blocking`) or deserves a look, and where."""

    path: str
    text_vi: str
    text_en: str
    blocking: bool = True


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference between two versions, in words."""

    path: str
    title_vi: str
    before: str
    after: str

    @property
    def sentence_vi(self) -> str:
        """The difference as one sentence."""
        if not self.before:
            return f"{self.title_vi}: thêm “{self.after}”."
        if not self.after:
            return f"{self.title_vi}: bỏ “{self.before}”."
        return f"{self.title_vi}: “{self.before}” đổi thành “{self.after}”."


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One answer of the search; `why` says in Vietnamese what it matched."""

    code: str
    name: str
    score: float
    why: str
    field: str = ""
    levels: tuple[str, ...] = ()
    reviewed: bool = False


@dataclass(frozen=True, kw_only=True)
class LifeEvent:
    """A moment of life and the procedures that belong to it, the most common first."""

    key: str
    title_vi: str
    title_en: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quarantined:
    """A record that was kept out, where it stood and why."""

    file: str
    position: int
    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How an imported text differs from the entry that an officer reviewed; a draft waits under `draft_id`."""

    code: str
    name: str
    draft_id: UUID
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did. `read` records are `new + unchanged + changed + len(quarantined)`.

    `waiting` (part of `changed`): the reviewed entry stays in force and the imported text waits as a draft.
    """

    read: int
    new: int
    unchanged: int
    changed: int
    waiting: tuple[Difference, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    notes: tuple[str, ...] = ()
    shapes: Mapping[str, int] | None = None


@dataclass(frozen=True, kw_only=True)
class OpenDoor:
    """A door open on a day, and why."""

    kind: str
    system: str
    since: date
    until: date | None
    source: Source
