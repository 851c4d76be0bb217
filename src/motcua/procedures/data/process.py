"""Who does what in a procedure: agencies, the internal process, doors, linked parts, and how far it was reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from motcua.base.data import Certainty, Source, Validity

from .codec import InvalidContent


class Level(StrEnum):
    """Level of government that decides."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    OTHER = "other"


class AgencyPart(StrEnum):
    """What an agency does in a procedure."""

    RECEIVES = "receives"
    SOLVES = "solves"
    DECIDES = "decides"
    COOPERATES = "cooperates"
    DELEGATED = "delegated"


@dataclass(frozen=True, kw_only=True)
class AgencyRule:
    """Which agency does what: by a rule over units' data (`kind`, `level`), by `key`, or only by its name."""

    part: AgencyPart
    name: str
    kind: str = ""
    level: Level | None = None
    key: str = ""
    note: str = ""


class ProcessRole(StrEnum):
    """Who does a step (same words as the roles of staff)."""

    RECEPTION = "reception"
    DESK_LEAD = "desk_lead"
    SOLVER = "solver"
    REVIEWER = "reviewer"
    SIGNER = "signer"
    CLERK = "clerk"


class ProcessAction(StrEnum):
    """What a step of the internal process does."""

    RECEIVE = "receive"
    ASSIGN = "assign"
    SOLVE = "solve"
    CONSULT = "consult"
    REVIEW = "review"
    SIGN = "sign"
    STAMP = "stamp"
    RETURN = "return"


@dataclass(frozen=True, kw_only=True)
class ProcessStep:
    """One step of the approved internal process (TT 01/2018 Đ.8): who, working hours, at which agency."""

    order: int
    name: str
    action: ProcessAction
    role: ProcessRole
    hours: Decimal
    agency_part: AgencyPart = AgencyPart.SOLVES
    product: str = ""

    def __post_init__(self) -> None:
        if not Decimal(0) <= self.hours <= 5000:
            raise InvalidContent("hours", "số giờ phải từ 0 đến 5000")


class DoorKind(StrEnum):
    """Through which door a dossier may lawfully come in."""

    PROVINCIAL_EFORM = "provincial_eform"
    NATIONAL_PORTAL = "national_portal"
    MINISTRY_SYSTEM = "ministry_system"  # handed over, and its status mirrored
    DESK = "desk"
    POST = "post"
    AT_ONCE = "at_once"  # given while the citizen waits, no receipt (NĐ 61/2018 Đ.17)


@dataclass(frozen=True, kw_only=True)
class Door:
    """A door that is open for a span of days, and the law that opens it."""

    kind: DoorKind
    validity: Validity
    source: Source
    system: str = ""

    def __post_init__(self) -> None:
        if (self.kind == DoorKind.MINISTRY_SYSTEM) != bool(self.system):
            raise InvalidContent("system", "cửa ministry_system (và chỉ cửa này) phải nêu tên hệ thống")


@dataclass(frozen=True, kw_only=True)
class LinkedPart:
    """One child of a parent procedure: filed together, one receipt, its own clock; may wait for `after`."""

    code: str
    name: str
    after: str = ""
    answers: tuple[str, ...] = ()
    note: str = ""


class ReviewState(StrEnum):
    """Who looked at the words: nobody since the import, or an officer who compared them with the law."""

    UNREVIEWED = "unreviewed"
    REVIEWED = "reviewed"


@dataclass(frozen=True, kw_only=True)
class Review:
    """How far the content was checked and how sure it is."""

    state: ReviewState = ReviewState.UNREVIEWED
    certainty: Certainty = Certainty.MEMORY
    reviewed_on: date | None = None
    note: str = ""


UNREVIEWED = Review()


class Flag(StrEnum):
    """What a screen must say aloud about a procedure."""

    HOUSEHOLD_BOOK = "household_book"  # asks for a household book or residence paper (NĐ 104/2022)
    LIMIT_UNKNOWN = "limit_unknown"  # the source gave no unit of time, or no time
    TEXT_SHUFFLED = "text_shuffled"  # the source's sentences are out of order
    FEE_UNSURE = "fee_unsure"  # the source's amount looks a thousand times too small
