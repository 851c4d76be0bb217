"""What crosses the border of `feedback`: petitions, ratings and the limits for handling them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from motcua.base.data import Source, Validity


class About(StrEnum):
    """What a petition is about."""

    OFFICER = "officer"
    OFFICE = "office"
    PROCEDURE = "procedure"


class PetitionState(StrEnum):
    """How far the handling is."""

    RECEIVED = "received"
    ASKED = "asked"  # the sender was asked for more
    REFUSED = "refused"
    RESOLVED = "resolved"
    PUBLISHED = "published"


class Mark(StrEnum):
    """One tap: the three faces of the rating page."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


class Way(StrEnum):
    """How a rating came."""

    LINK = "link"
    KIOSK = "kiosk"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Working days for refusing, asking for more, resolving and publishing; dated, with source."""

    validity: Validity
    source: Source
    refuse: int
    ask: int
    resolve: int
    publish: int


@dataclass(frozen=True, kw_only=True)
class PetitionTimes:
    """The moments that decide whether a petition was handled in time. `since`: sent, or last transferred."""

    since: datetime
    asked_at: datetime | None = None
    supplied_at: datetime | None = None
    refused_at: datetime | None = None
    resolved_at: datetime | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Judged:
    """In time or not, until when the open part runs, and the sentence why."""

    in_time: bool
    due_on: date | None
    why_vi: str


@dataclass(frozen=True, kw_only=True)
class PetitionView:
    """A petition as officers see it. `same_as`: the same words were sent to another agency before."""

    id: UUID
    code: str
    about: About
    agency_key: str
    procedure_code: str
    dossier_id: UUID | None
    content: str
    sender_name: str
    sender_contact: str
    state: PetitionState
    times: PetitionTimes
    sent_at: datetime
    answer: str
    satisfied: bool | None
    follows: UUID | None
    same_as: UUID | None


@dataclass(frozen=True, kw_only=True)
class PetitionFact:
    """What counting needs of a petition, and nothing about the sender."""

    id: UUID
    code: str
    about: About
    agency_key: str
    dossier_id: UUID | None
    received_on: date
    in_time: bool
    satisfied: bool
    why_vi: str


@dataclass(frozen=True, kw_only=True)
class RatingView:
    """One rating of one dossier. `crowd`: how many ratings came from the same place that day."""

    dossier_id: UUID
    agency_key: str
    mark: Mark
    way: Way
    at: datetime
    crowd: int
