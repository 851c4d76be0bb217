"""What crosses the border of `exchange`: outages and announcements, what was sent, what a person must mend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Sent(StrEnum):
    """How far a request got."""

    NO = "no"  # it never left: to send it again is always safe
    UNKNOWN = "unknown"  # it may have arrived: only what is idempotent may be sent again
    YES = "yes"  # it was answered


@dataclass(frozen=True, kw_only=True)
class OutageView:
    """A system outside that does not answer now: since when, why as far as seen, and what still works."""

    connector: str
    name_vi: str
    name_en: str
    since: datetime
    cause: str
    still_works_vi: str
    still_works_en: str


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """A planned outage, told at least seven working days ahead (NĐ 224/2026 Đ.13).

    `told_in_time` is false when it was announced later than that; it is shown all the same.
    """

    id: int
    connector: str
    name_vi: str
    name_en: str
    starts_at: datetime
    ends_at: datetime
    what_vi: str
    what_en: str
    announced_at: datetime
    told_in_time: bool


@dataclass(frozen=True, kw_only=True)
class CallView:
    """One request to the outside as it was logged, personal data masked; `status` is None when none came."""

    connector: str
    name: str
    key: str
    at: datetime
    attempt: int
    milliseconds: int
    status: int | None
    outcome: str
    said: str
    answered: str


@dataclass(frozen=True, kw_only=True)
class ShareOfUnit:
    """How much of a unit's dossiers the national portal has as they are: `synchronised` of `dossiers`."""

    agency: str
    dossiers: int
    synchronised: int
    waiting: int
    failed: int

    @property
    def per_cent(self) -> float | None:
        """The share in per cent; None where there is no dossier."""
        return round(100 * self.synchronised / self.dossiers, 2) if self.dossiers else None


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days from `start` on, `end` not included."""

    start: date
    end: date


@dataclass(frozen=True, kw_only=True)
class TroubleRow:
    """A dossier that the portal does not have as it is, and why. `cause_*` is a sentence, `fields` plain words."""

    dossier: UUID
    code: str
    agency: str
    trouble: str
    error_code: str
    cause_vi: str
    cause_en: str
    fields: tuple[str, ...]
    since: datetime
    tries: int
    next_try_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SyncState:
    """How the synchronisation stands now. `lag_seconds`: how long the oldest untold step waits."""

    waiting: int
    blocked: int
    retrying: int
    lag_seconds: float


@dataclass(frozen=True, kw_only=True)
class ReconciliationView:
    """A comparison with the portal as it was found."""

    id: UUID
    at: datetime
    ours: int
    theirs: int
    same: int
    differences: int
    by_cause: tuple[tuple[str, str, str, int], ...]  # cause, words vi, words en, how many


@dataclass(frozen=True, kw_only=True)
class DifferenceRow:
    """A difference of a comparison with its cause and cure in words."""

    dossier: UUID | None
    code: str
    kind: str
    cause: str
    cause_vi: str
    cause_en: str
    cure_vi: str
    cure_en: str
    fields: tuple[str, ...]
