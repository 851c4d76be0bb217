"""Does the rule allow it now? The conditions named in the transition table, one small check each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from motcua.base.data import Actor
from motcua.base.errors import DomainError
from motcua.deadlines.data import Regime
from motcua.dossiers.models import Dossier
from motcua.procedures.data import DoorKind, OpenDoor

_DOOR_NAMES: dict[DoorKind, tuple[str, str]] = {
    DoorKind.PROVINCIAL_EFORM: ("nộp trực tuyến trên hệ thống của tỉnh", "online on the province's system"),
    DoorKind.NATIONAL_PORTAL: (
        "nộp trực tuyến trên Cổng Dịch vụ công quốc gia",
        "online on the national portal",
    ),
    DoorKind.MINISTRY_SYSTEM: ("nộp trên hệ thống của bộ", "on the ministry's own system"),
    DoorKind.DESK: (
        "nộp trực tiếp tại trung tâm phục vụ hành chính công",
        "in person at a public service centre",
    ),
    DoorKind.POST: ("gửi qua bưu chính công ích", "by public post"),
    DoorKind.AT_ONCE: ("đến quầy, nhận kết quả ngay", "at the desk, with the result at once"),
}


class DoorClosed(DomainError):
    """This procedure cannot be filed this way on {day}. Today it can be filed: {doors_en}."""

    message_vi = "Ngày {day} thủ tục này không nhận hồ sơ theo cách này. Cách nộp đang mở: {doors_vi}."


class FormStale(DomainError):
    """The procedure has changed since this form was opened. What you typed is kept; please look it through."""

    message_vi = (
        "Thủ tục đã thay đổi từ khi bạn mở tờ khai. Nội dung đã nhập vẫn được giữ; hãy xem lại theo mẫu mới."
    )


class AnswersInvalid(DomainError):
    """Some answers need another look: {fields}."""

    message_vi = "Một số ô cần xem lại: {fields}."

    def __init__(self, errors: dict[str, object]) -> None:
        self.errors = errors
        super().__init__(f"answers: {sorted(errors)}", fields=", ".join(sorted(errors)))


class ReasonMissing(DomainError):
    """Say why: the law wants the reason written."""

    message_vi = "Chưa ghi lý do: pháp luật yêu cầu nêu rõ lý do bằng văn bản."


class AlreadyAskedOnce(DomainError):
    """A supplement was already asked for on {day}; it may be asked once, in full (decree 61/2018, art. 15.3)."""

    message_vi = (
        "Hồ sơ đã được yêu cầu bổ sung ngày {day}; chỉ được hướng dẫn một lần, đầy đủ (Nghị định 61/2018 Đ.15.3). "
        "Nếu nội dung bổ sung chưa đúng yêu cầu lần đầu, người phụ trách phải ghi rõ lý do."
    )


class SameAgency(DomainError):
    """Choose another agency: the dossier is already there."""

    message_vi = "Hãy chọn cơ quan khác: hồ sơ đang ở chính cơ quan này."


class AnswerDateInvalid(DomainError):
    """The time to answer must lie in the future."""

    message_vi = "Thời hạn trả lời phải sau thời điểm hiện tại."


class OwnProposal(DomainError):
    """Nobody approves their own proposal."""

    message_vi = "Không tự duyệt tờ trình của chính mình."


class WorkedInParts(DomainError):
    """A linked dossier is worked on in its parts; open the part."""

    message_vi = "Hồ sơ liên thông được giải quyết ở từng phần; hãy mở phần cần làm."


class NotAMinistrysProcedure(DomainError):
    """No ministry's own system takes this procedure today."""

    message_vi = "Hôm nay không có hệ thống nào của bộ nhận thủ tục này."


class NothingToRedate(DomainError):
    """The due time does not change."""

    message_vi = "Hạn trả kết quả không thay đổi."


class NoDueTime(DomainError):
    """The dossier has no due time that could be put off."""

    message_vi = "Hồ sơ không có hạn trả nên không có gì để hẹn lại."


class NotLater(DomainError):
    """The new date must be after {due}."""

    message_vi = "Ngày hẹn lại phải sau {due}."


class ExtendedBefore(DomainError):
    """The dossier was already put off once; the law allows it once (decree 61/2018, art. 19.9)."""

    message_vi = "Hồ sơ đã hẹn lại một lần; chỉ được hẹn lại một lần (Nghị định 61/2018 Đ.19.9)."


def check_door(doors: Sequence[OpenDoor], asked: DoorKind, day: datetime) -> OpenDoor:
    """The open door of the kind asked for, or `DoorClosed` naming the doors that are open."""
    for door in doors:
        if door.kind == asked.value:
            return door
    names = [_DOOR_NAMES[DoorKind(door.kind)] for door in doors]
    raise DoorClosed(
        f"{asked} closed",
        day=f"{day:%d/%m/%Y}",
        doors_vi="; ".join(vi for vi, _ in names) or "chưa có",
        doors_en="; ".join(en for _, en in names) or "none",
    )


def check_reason(reason: str) -> str:
    """The reason without blanks around it; raises `ReasonMissing`."""
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def check_supplement_once(
    earlier: Sequence[datetime], regime: Regime, *, by: Actor, exceptional_reason: str
) -> bool:
    """Is this one beyond the lawful number? Then only with a reason, and only by who answers for the desk or
    the division: raises `AlreadyAskedOnce` otherwise. Index 766 counts such a dossier as late."""
    if len(earlier) < regime.max_supplements:
        return False
    if exceptional_reason.strip() and by.role in ("desk_lead", "reviewer", "leader"):
        return True
    raise AlreadyAskedOnce(day=f"{earlier[-1]:%d/%m/%Y}")


def check_other_agency(agency: str, here: str) -> None:
    """Raise `SameAgency` when nothing would move."""
    if agency == here:
        raise SameAgency(agency)


def check_answer_by(answer_by: datetime, at: datetime) -> None:
    """Raise `AnswerDateInvalid` unless there is time to answer."""
    if answer_by <= at:
        raise AnswerDateInvalid


def check_not_own_proposal(row: Dossier, by: Actor) -> None:
    """Four eyes: raise `OwnProposal` when the proposer approves."""
    if row.proposed_by and row.proposed_by == by.ref:
        raise OwnProposal(by.ref)


def check_extension(row: Dossier, earlier: Collection[object], regime: Regime, to: datetime) -> datetime:
    """The due time that is put off; raises `NoDueTime`, `ExtendedBefore`, `NotLater`. (Told in time is checked
    with the calendar, by the clock itself.)"""
    if row.due_at is None:
        raise NoDueTime(row.code)
    if len(earlier) >= regime.max_extensions:
        raise ExtendedBefore(row.code)
    if to <= row.due_at:
        raise NotLater(due=f"{row.due_at:%H:%M %d/%m/%Y}")
    return row.due_at


def check_whole(row: Dossier) -> None:
    """Raise `WorkedInParts` for the whole of a linked dossier."""
    if row.has_parts:
        raise WorkedInParts(row.code)


def check_redate(before: datetime | None, after: datetime | None) -> None:
    """Raise `NothingToRedate` when the calendar's change leaves the due time as it is."""
    if before == after:
        raise NothingToRedate


# What the conditions of the transition table mean and where each is checked.
CONDITIONS: dict[str, str] = {
    "version_in_force": "the procedure has a version in force on the day (procedures.version_on)",
    "door_open": "the door is open on the day (check_door)",
    "answers_valid": "the e-form's answers and the required papers are there (checks)",
    "reason_given": "the reason is written (check_reason)",
    "supplement_once": "asked once, in full (check_supplement_once)",
    "other_agency": "the dossier moves to, or asks, another agency (check_other_agency)",
    "answer_date_given": "there is time to answer (check_answer_by)",
    "others_still_open": "other agencies have not answered yet",
    "last_answer": "no other agency is waited for",
    "process_has_review": "the internal process knows a review (process.has_review)",
    "process_without_review": "the internal process knows no review (process.has_review)",
    "not_own_proposal": "four eyes (check_not_own_proposal)",
    "extended_once_only": "not extended before (check_extension)",
    "told_in_time": "at least a day before the due time (deadlines.clock)",
    "later_date": "the new date is later and a working day (check_extension, deadlines.clock)",
    "due_time_changed": "the calendar gives another due time (check_redate)",
    "ministry_door_open": "the procedure's ministry has a system of its own (NotAMinistrysProcedure)",
    "parts_ended": "every linked part has ended (linked.conclude_if_done)",
    "successor_known": "units name the successor (units.agency_successor)",
}
