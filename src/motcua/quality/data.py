"""What cleaning looks like from outside: an import, a record with its person, a decision, a correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class ImportState(StrEnum):
    """How far an imported file is."""

    MAPPING = "mapping"  # a person must say which column is what
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Heap(StrEnum):
    """Where a record lies."""

    MATCHED = "matched"
    REVIEW = "review"
    NONE = "none"  # not in the base
    BROKEN = "broken"


class Verdict(StrEnum):
    """What a person says of a proposed match."""

    SAME = "same"
    DIFFERENT = "different"


class CorrectionState(StrEnum):
    """What became of a correction that was asked for."""

    OPEN = "open"
    FIXED = "fixed"
    STANDS = "stands"  # the owner says that the register is right
    WITHDRAWN = "withdrawn"


HEAP_NAMES: Mapping[Heap, tuple[str, str]] = {
    Heap.MATCHED: ("Khớp", "Matched"),
    Heap.REVIEW: ("Cần người xem", "To review"),
    Heap.NONE: ("Không có trong dân cư", "Not in the base"),
    Heap.BROKEN: ("Hàng hỏng", "Broken"),
}
FIELD_NAMES: Mapping[str, tuple[str, str]] = {
    "record_id": ("Mã bản ghi", "Record number"),
    "full_name": ("Họ và tên", "Full name"),
    "dob": ("Ngày sinh", "Date of birth"),
    "sex": ("Giới tính", "Sex"),
    "id_no": ("Số định danh, CMND", "Identity number"),
    "phone": ("Điện thoại", "Telephone"),
    "father_name": ("Tên cha", "Father's name"),
    "mother_name": ("Tên mẹ", "Mother's name"),
    "spouse_name": ("Tên vợ hoặc chồng", "Spouse's name"),
    "head_name": ("Tên chủ hộ", "Head of household"),
    "address": ("Địa chỉ", "Address"),
    "updated_on": ("Ngày cập nhật bản ghi", "Record changed on"),
    "ended_on": ("Ngày kết thúc, báo tử", "Ended on"),
}
RECORD = "record"  # the record as a whole: is it there once, does it show what happened to its person?
FIELDS = tuple(FIELD_NAMES)


@dataclass(frozen=True, kw_only=True)
class ImportView:
    """One imported file. `counts` are records by heap; `share` is from 0 to 1."""

    id: UUID
    register: str
    file_name: str
    agency: str
    owner: str
    state: ImportState
    stage: str
    share: float
    rows: int
    counts: Mapping[Heap, int]
    header: tuple[str, ...]
    mapping: Mapping[str, str]
    trouble: str
    uploaded_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field in which register and base differ, and which kind of error that is."""

    field: str
    register: str
    base: str
    group: str


@dataclass(frozen=True, kw_only=True)
class VoteView:
    """What one person said."""

    verdict: Verdict
    who: str
    name: str
    at: datetime
    note: str


@dataclass(frozen=True, kw_only=True)
class RecordView:
    """A record beside the person it may be. `facts` are the register's own texts, `person` the base's."""

    id: UUID
    import_id: UUID
    row: int
    key: str
    facts: Mapping[str, str]
    extra: Mapping[str, str]
    person: Mapping[str, str]
    person_ref: str
    heap: Heap
    found: Heap
    probability: float | None
    doubtful: bool
    reasons: str
    problem: str
    unit_key: str
    differences: tuple[Difference, ...]
    votes: tuple[VoteView, ...]

    @property
    def title(self) -> str:
        """What the register calls its person; a broken row may have neither name nor number."""
        return self.facts.get("full_name") or self.facts.get("id_no") or "–"


@dataclass(frozen=True, kw_only=True)
class CorrectionView:
    """A correction that the register's owner is asked for, with its limit."""

    id: UUID
    record_id: UUID
    register: str
    row: int
    key: str
    owner: str
    differences: tuple[Difference, ...]
    days: int
    due: date
    state: CorrectionState
    sent_at: datetime
    answer: str
    late: bool


@dataclass(frozen=True, kw_only=True)
class Measure:
    """The four words of one field in one unit of a register, as counts; shares are of what could be asked."""

    register: str
    unit: str
    field: str
    total: int
    given: int
    fabricated: int
    correct: int
    clean: int
    events: int
    live: int

    @property
    def correct_share(self) -> float | None:
        """Of what is given (what was made up is given, and wrong)."""
        return self.correct / self.given if self.given else None

    @property
    def complete_share(self) -> float | None:
        """Of all records; what was made up does not fill."""
        return (self.given - self.fabricated) / self.total if self.total else None

    @property
    def clean_share(self) -> float | None:
        """Of all records: neither double nor contradictory."""
        return self.clean / self.total if self.total else None

    @property
    def live_share(self) -> float | None:
        """Of records whose person had an event long enough ago; None where there was none."""
        return self.live / self.events if self.events else None


@dataclass(frozen=True, kw_only=True)
class CommuneRow:
    """The heaps of one commune ("" where no commune could be read)."""

    unit: str
    heaps: Mapping[Heap, int]
    corrections_open: int
    corrections_done: int

    @property
    def total(self) -> int:
        """All records of the commune."""
        return sum(self.heaps.values())
