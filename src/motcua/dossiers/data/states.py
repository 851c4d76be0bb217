"""The ten national states of a dossier, the steps of work inside state 4, and the other closed lists."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class State(IntEnum):
    """The national status code (TrangThaiHoSo); the same ten numbers everywhere, never mapped."""

    REGISTERED = 1
    ACCEPTED = 2
    REFUSED = 3
    IN_PROGRESS = 4
    SUPPLEMENT = 5
    PAYMENT_DUE = 6
    WITHDRAWN = 7
    STOPPED = 8
    RESOLVED = 9
    RETURNED = 10

    @property
    def label_vi(self) -> str:
        """What the state is called on every Vietnamese screen."""
        return _STATE_LABELS[self][0]

    @property
    def label_en(self) -> str:
        """What the state is called on every English screen."""
        return _STATE_LABELS[self][1]

    @property
    def is_open(self) -> bool:
        """Does somebody still have to decide or to supply something?"""
        return self in OPEN_STATES

    @property
    def has_ended(self) -> bool:
        """Has the deciding ended? (Index 766 group 2 counts these as end states.)"""
        return not self.is_open


_STATE_LABELS: dict[State, tuple[str, str]] = {
    State.REGISTERED: ("Mới đăng ký", "Registered"),
    State.ACCEPTED: ("Được tiếp nhận", "Accepted"),
    State.REFUSED: ("Không được tiếp nhận", "Not accepted"),
    State.IN_PROGRESS: ("Đang xử lý", "In progress"),
    State.SUPPLEMENT: ("Yêu cầu bổ sung giấy tờ", "Supplement requested"),
    State.PAYMENT_DUE: ("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment due"),
    State.WITHDRAWN: ("Công dân yêu cầu rút hồ sơ", "Withdrawn"),
    State.STOPPED: ("Dừng xử lý", "Stopped"),
    State.RESOLVED: ("Đã xử lý xong", "Resolved"),
    State.RETURNED: ("Đã trả kết quả", "Result returned"),
}

OPEN_STATES = frozenset(
    {State.REGISTERED, State.ACCEPTED, State.IN_PROGRESS, State.SUPPLEMENT, State.PAYMENT_DUE}
)
HELD_STATES = frozenset({State.SUPPLEMENT, State.PAYMENT_DUE})


class Step(StrEnum):
    """Where the work stands inside state 4; empty in every other state."""

    NONE = ""
    UNASSIGNED = "unassigned"
    ASSIGNED = "assigned"
    SOLVING = "solving"
    CONSULTING = "consulting"
    REVIEWING = "reviewing"
    SIGNING = "signing"
    STAMPING = "stamping"
    OUTSIDE = "outside"  # handed over to a ministry's own system, whose status is mirrored

    @property
    def label_vi(self) -> str:
        """What the step is called on a Vietnamese screen."""
        return _STEP_LABELS[self][0]

    @property
    def label_en(self) -> str:
        """What the step is called on an English screen."""
        return _STEP_LABELS[self][1]


_STEP_LABELS: dict[Step, tuple[str, str]] = {
    Step.NONE: ("", ""),
    Step.UNASSIGNED: ("Chờ phân công", "Waiting to be assigned"),
    Step.ASSIGNED: ("Đã phân công", "Assigned"),
    Step.SOLVING: ("Đang thẩm định", "Being examined"),
    Step.CONSULTING: ("Đang lấy ý kiến", "Being consulted on"),
    Step.REVIEWING: ("Chờ duyệt", "Waiting for review"),
    Step.SIGNING: ("Chờ ký", "Waiting for signature"),
    Step.STAMPING: ("Chờ đóng dấu", "Waiting for the agency's signature"),
    Step.OUTSIDE: ("Đang giải quyết trên hệ thống của bộ", "Worked on in a ministry's system"),
}


class Queue(StrEnum):
    """Whose turn it is: the worklist in which a dossier lies."""

    NONE = ""
    ACCEPT = "accept"
    ASSIGN = "assign"
    SOLVE = "solve"
    CONSULT = "consult"
    REVIEW = "review"
    SIGN = "sign"
    STAMP = "stamp"
    RETURN = "return"
    WAITING = "waiting"  # for somebody outside: the citizen, a ministry's system, the linked parts

    @property
    def label_vi(self) -> str:
        """The worklist's Vietnamese name."""
        return _QUEUE_LABELS[self][0]

    @property
    def label_en(self) -> str:
        """The worklist's English name."""
        return _QUEUE_LABELS[self][1]


_QUEUE_LABELS: dict[Queue, tuple[str, str]] = {
    Queue.NONE: ("", ""),
    Queue.ACCEPT: ("Chờ tiếp nhận", "To accept"),
    Queue.ASSIGN: ("Chờ phân công", "To assign"),
    Queue.SOLVE: ("Chờ thẩm định", "To examine"),
    Queue.CONSULT: ("Chờ cho ý kiến", "To answer"),
    Queue.REVIEW: ("Chờ duyệt", "To review"),
    Queue.SIGN: ("Chờ ký", "To sign"),
    Queue.STAMP: ("Chờ đóng dấu", "To stamp"),
    Queue.RETURN: ("Chờ trả kết quả", "To return"),
    Queue.WAITING: ("Chờ bên ngoài", "Waiting for others"),
}


class Channel(StrEnum):
    """How the dossier came (NĐ 61/2018 Đ.16): in person, online, by post."""

    DIRECT = "direct"
    ONLINE = "online"
    POST = "post"

    @property
    def national(self) -> int:
        """The code KenhThucHien: 1 direct, 2 online, 3 post."""
        return {"direct": 1, "online": 2, "post": 3}[self.value]


class PartyKind(StrEnum):
    """Whose dossier it is."""

    CITIZEN = "citizen"
    ORGANISATION = "organisation"
    STATE_BODY = "state_body"
    OTHER = "other"

    @property
    def national(self) -> int:
        """The code LoaiDoiTuong: 1 citizen, 2 business or organisation, 3 state agency, 4 other."""
        return {"citizen": 1, "organisation": 2, "state_body": 3, "other": 4}[self.value]


class HowProvided(StrEnum):
    """How a required paper was provided: the evidence behind "digitised" and "reused"."""

    FILE = "file"  # a file that the citizen attached
    WALLET = "wallet"  # taken from the citizen's wallet: nothing was asked for
    REGISTRY = "registry"  # replaced by a fact of a registry: nothing was asked for
    SHOWN = "shown"  # a paper that was only shown (not digitised: TT 01/2023)
    PAPER = "paper"  # a paper that was handed in
    DIGITISED = "digitised"  # a paper handed in and digitised at the desk

    @property
    def reused(self) -> bool:
        """Did the state use what it already had?"""
        return self in (HowProvided.WALLET, HowProvided.REGISTRY)


class Outcome(StrEnum):
    """What was decided in substance; empty while nothing is."""

    NONE = ""
    GRANTED = "granted"
    REJECTED = "rejected"  # refused in substance during solving (NĐ 61/2018 Đ.19.8)


class Relation(StrEnum):
    """What an actor is to one dossier; with the role it decides what the actor may do."""

    OWNER = "owner"  # applicant, submitter or proxy
    ASSIGNEE = "assignee"  # the officer in charge, or the one who stands in while absent
    RECEIVING = "receiving"  # works at the agency that received it
    HANDLING = "handling"  # works at the agency that decides it
    CONSULTED = "consulted"  # works at an agency that was asked for an opinion
    RETURNING = "returning"  # works where the result is to be fetched
    CENTRE = "centre"  # works at any one-stop centre of the province (NĐ 118/2025)
    PROVINCE = "province"  # watches over the whole province
    SYSTEM = "system"  # another system or this one


class Sight(StrEnum):
    """How much of a dossier somebody may see."""

    FULL = "full"  # everything
    OWNER = "owner"  # everything of one's own, without internal notes
    BRIEF = "brief"  # code, procedure, names, state: enough to receive or to hand out
    NONE = "none"


class Action(StrEnum):
    """Everything that may be done to a dossier; each is one function, one transaction, one ledger entry."""

    SUBMIT = "submit"
    RECEIVE_AT_DESK = "receive_at_desk"
    TAKE_IN = "take_in_from_outside"
    AT_ONCE = "at_once"
    BRING_TO_SIGN = "bring_to_sign"
    IMPORT = "import_dossier"
    ACCEPT = "accept"
    REFUSE = "refuse"
    REQUEST_SUPPLEMENT = "request_supplement"
    SUPPLY = "supply"
    ASSIGN = "assign"
    TAKE_UP = "take_up"
    FORWARD = "forward"
    CONSULT = "consult"
    ANSWER_CONSULTATION = "answer_consultation"
    RETURN_STEP = "return_step"
    PROPOSE = "propose"
    APPROVE = "approve"
    SIGN_RESULT = "sign_result"
    STAMP = "stamp"
    RETURN_RESULT = "return_result"
    WITHDRAW = "withdraw"
    STOP = "stop"
    REOPEN = "reopen"
    EXTEND = "apologise_and_extend"
    CORRECT = "correct"
    REQUEST_PAYMENT = "request_payment"
    RECORD_PAYMENT = "record_payment"
    MOVE_PAPER = "move_paper"
    RE_DATE = "re_date"
    TRANSFER = "transfer_to_successor"
    HAND_OVER = "hand_over"
    MIRROR = "mirror"
    CONCLUDE = "conclude"

    @property
    def label_vi(self) -> str:
        """The Vietnamese words on a button and in a timeline."""
        return ACTION_LABELS[self][0]

    @property
    def label_en(self) -> str:
        """The English words on a button and in a timeline."""
        return ACTION_LABELS[self][1]


ACTION_LABELS: dict[Action, tuple[str, str]] = {
    Action.SUBMIT: ("Nộp hồ sơ", "Submitted"),
    Action.RECEIVE_AT_DESK: ("Tiếp nhận tại quầy", "Received at the desk"),
    Action.TAKE_IN: ("Nhận hồ sơ từ hệ thống khác", "Taken in from another system"),
    Action.AT_ONCE: ("Trả kết quả ngay", "Result given at once"),
    Action.BRING_TO_SIGN: ("Nhận để ký và trả trong ngày", "Taken to be signed the same day"),
    Action.IMPORT: ("Chuyển từ hệ thống cũ", "Brought over from the former system"),
    Action.ACCEPT: ("Tiếp nhận hồ sơ", "Accepted"),
    Action.REFUSE: ("Từ chối tiếp nhận", "Refused"),
    Action.REQUEST_SUPPLEMENT: ("Yêu cầu bổ sung", "Supplement requested"),
    Action.SUPPLY: ("Đã bổ sung", "Supplement supplied"),
    Action.ASSIGN: ("Phân công", "Assigned"),
    Action.TAKE_UP: ("Nhận việc", "Taken up"),
    Action.FORWARD: ("Chuyển cơ quan giải quyết", "Forwarded"),
    Action.CONSULT: ("Lấy ý kiến", "Opinion asked"),
    Action.ANSWER_CONSULTATION: ("Cho ý kiến", "Opinion given"),
    Action.RETURN_STEP: ("Trả lại bước trước", "Sent back a step"),
    Action.PROPOSE: ("Trình kết quả", "Result proposed"),
    Action.APPROVE: ("Duyệt", "Approved"),
    Action.SIGN_RESULT: ("Ký kết quả", "Signed"),
    Action.STAMP: ("Đóng dấu", "Stamped"),
    Action.RETURN_RESULT: ("Trả kết quả", "Result returned"),
    Action.WITHDRAW: ("Rút hồ sơ", "Withdrawn"),
    Action.STOP: ("Dừng giải quyết", "Stopped"),
    Action.REOPEN: ("Mở lại hồ sơ", "Reopened"),
    Action.EXTEND: ("Xin lỗi và hẹn lại", "Apology and new date"),
    Action.CORRECT: ("Đính chính", "Corrected"),
    Action.REQUEST_PAYMENT: ("Yêu cầu nộp phí, lệ phí", "Payment asked"),
    Action.RECORD_PAYMENT: ("Đã nộp phí, lệ phí", "Payment recorded"),
    Action.MOVE_PAPER: ("Chuyển hồ sơ giấy", "Paper moved"),
    Action.RE_DATE: ("Tính lại hạn trả", "Due time counted again"),
    Action.TRANSFER: ("Chuyển cho cơ quan kế thừa", "Transferred to the successor"),
    Action.HAND_OVER: ("Chuyển sang hệ thống của bộ", "Handed over to a ministry's system"),
    Action.MIRROR: ("Cập nhật từ hệ thống của bộ", "Status from the ministry's system"),
    Action.CONCLUDE: ("Kết thúc hồ sơ liên thông", "Linked dossier concluded"),
}
