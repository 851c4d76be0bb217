"""One dossier's evidence: which predicates of the index hold for it, on which days it counts, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntFlag
from uuid import UUID

from motcua.documents.data import ResultFile
from motcua.dossiers.data import DossierFacts
from motcua.fees.data import PaymentView


class Holds(IntFlag):
    """The predicates over a received dossier; definitions name them `dossier.<name in small letters>`.

    The numbers are kept in the database: they never change.
    """

    RECEIVED = 1
    SYNCHRONISED = 2
    FIT_FOR_FULL = 4
    ONLINE_FULL = 8
    FILED_ONLINE = 16
    MUST_PAY = 32
    PAID_ONLINE = 64
    WITH_PAPER = 128
    ELECTRONIC_RESULT = 256
    DIGITISED = 512
    REUSED = 1024
    SHARED = 2048
    POPULATION_USED = 4096
    CONTENT = 8192
    CERTIFIES = 16384
    CERTIFIED_COPY = 32768


class Sign(IntFlag):
    """Signs of gaming, shown and never hidden."""

    ASKED_TWICE = 1  # papers asked for more than once
    SAME_FILE = 2  # the same file is the result of other dossiers
    LATE_RECEIPT = 4  # received only when the result was ready
    CROWD = 8  # rated from a place that rates many
    BACKDATED = 16  # ended before it was received
    DUE_MOVED = 32  # the promised time was put off
    EMPTY_FILE = 64  # a result without a byte in it


SIGN_NAMES: dict[Sign, tuple[str, str]] = {
    Sign.ASKED_TWICE: ("Yêu cầu bổ sung quá một lần", "Papers asked for more than once"),
    Sign.SAME_FILE: ("Một tệp làm kết quả của nhiều hồ sơ", "One file as result of several dossiers"),
    Sign.LATE_RECEIPT: ("Tiếp nhận khi đã có kết quả", "Received only when the result was ready"),
    Sign.CROWD: ("Nhiều đánh giá từ một nơi", "Many ratings from one place"),
    Sign.DUE_MOVED: ("Hẹn trả đã bị lùi", "Due time put off"),
    Sign.EMPTY_FILE: ("Tệp kết quả rỗng", "Empty file as result"),
    Sign.BACKDATED: ("Kết thúc ghi trước lúc tiếp nhận", "Ended before it was received"),
}


@dataclass(frozen=True, kw_only=True)
class ProcedureFact:
    """What counting needs of a procedure's version."""

    online: bool
    full_online: bool
    paper_result: bool
    for_people: bool
    complete: bool
    with_fee: bool
    fee_by_channel: frozenset[str]
    certifies: bool = False  # its result is a certified copy of an original


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Everything that is known of one dossier. `synchronised` None: nobody reports it.

    `latest` is when the legal time ends where no appointment was made.
    """

    facts: DossierFacts
    procedure: ProcedureFact
    payments: tuple[PaymentView, ...] = ()
    files: tuple[ResultFile, ...] = ()
    synchronised: bool | None = None
    complained: bool = False
    crowd: bool = False
    latest: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Indicator 2.1 for one dossier. `late_from`: the moment it became late while open. `check_at`: look again then."""

    start: datetime
    end: datetime | None
    in_time: bool
    late_from: datetime | None
    check_at: datetime | None
    waited_days: float
    why_vi: str


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What is kept of a dossier's evidence: enough to count it on every day, and to do so again.

    `can`: predicates that do not hold yet and still could (a file that can be added, a payment still open).
    """

    dossier_id: UUID
    code: str
    seq: int
    agency: str
    receiving_agency: str
    procedure_code: str
    received_day: date | None
    start_day: date | None
    end_day: date | None
    late_day: date | None
    in_time: bool | None
    holds: Holds
    can: Holds
    sync_known: bool
    signs: Sign
    points_time: int
    points_contacts: int
    points_attitude: int
    step: str
    check_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One dossier under one indicator, with the sentence why."""

    code: str
    counted: bool
    met: bool | None
    why_vi: str
