"""What each action at the desk asks of the officer: a table, from which one page is drawn for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_noop as _

from motcua.base.clock import VN
from motcua.dossiers.data import Action


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One box of an action's form.

    kind: text, longtext, count, moment, officer, agency, papers, outcome, told, method.
    """

    name: str
    label: str
    kind: str = "longtext"
    required: bool = True
    help: str = ""

    @property
    def label_now(self) -> str:
        """The label in the reader's language."""
        return translate(self.label)

    @property
    def help_now(self) -> str:
        """The help in the reader's language; "" for none."""
        return translate(self.help) if self.help else ""


@dataclass(frozen=True, kw_only=True)
class ActionForm:
    """How an action looks at the desk.

    key: the keyboard key on the decision bar. primary: the step that moves the work on. dangerous: set apart.
    """

    asks: tuple[Ask, ...] = ()
    key: str = ""
    primary: bool = False
    dangerous: bool = False
    note: str = ""


_REASON = Ask(name="reason", label=_("Lý do (người dân sẽ đọc được)"))
FORMS: Mapping[Action, ActionForm] = {
    Action.ACCEPT: ActionForm(key="N", primary=True),
    Action.TAKE_UP: ActionForm(key="N", primary=True),
    Action.ASSIGN: ActionForm(
        key="P",
        primary=True,
        asks=(
            Ask(name="assignee", label=_("Giao cho"), kind="officer"),
            Ask(name="note", label=_("Ghi chú"), required=False),
        ),
    ),
    Action.PROPOSE: ActionForm(
        key="T",
        primary=True,
        asks=(
            Ask(name="outcome", label=_("Đề xuất"), kind="outcome"),
            Ask(name="opinion", label=_("Ý kiến thẩm định")),
        ),
    ),
    Action.APPROVE: ActionForm(
        key="D", primary=True, asks=(Ask(name="note", label=_("Ý kiến"), required=False),)
    ),
    Action.SIGN_RESULT: ActionForm(
        key="K", primary=True, note=_("Kết quả được tạo, cấp số và ký số bằng chứng thư của bạn.")
    ),
    Action.STAMP: ActionForm(key="D", primary=True, note=_("Chữ ký số của cơ quan được đặt lên kết quả.")),
    Action.RETURN_RESULT: ActionForm(
        key="R",
        primary=True,
        asks=(Ask(name="received_by", label=_("Người nhận"), kind="text", required=False),),
    ),
    Action.RECORD_PAYMENT: ActionForm(key="U", primary=True),  # asked on the cashier's own page
    Action.SUPPLY: ActionForm(
        key="S", primary=True, asks=(Ask(name="note", label=_("Người dân đã bổ sung gì"), required=False),)
    ),
    Action.ANSWER_CONSULTATION: ActionForm(
        key="Y", primary=True, asks=(Ask(name="answer", label=_("Ý kiến của cơ quan")),)
    ),
    Action.REQUEST_SUPPLEMENT: ActionForm(
        key="B",
        asks=(
            Ask(name="papers", label=_("Giấy tờ còn thiếu hoặc chưa đúng"), kind="papers", required=False),
            Ask(
                name="what",
                label=_("Cần bổ sung gì"),
                help=_("Hướng dẫn một lần, đầy đủ: mỗi hồ sơ chỉ được yêu cầu bổ sung một lần."),
            ),
            Ask(
                name="exceptional_reason",
                label=_("Lý do phải yêu cầu thêm lần nữa"),
                required=False,
                help=_("Chỉ điền khi đã yêu cầu một lần trước đó; lần này được ghi nhận riêng."),
            ),
        ),
    ),
    Action.RETURN_STEP: ActionForm(key="L", asks=(Ask(name="reason", label=_("Vì sao trả lại bước trước")),)),
    Action.FORWARD: ActionForm(
        key="C",
        asks=(
            Ask(name="to_agency", label=_("Cơ quan giải quyết"), kind="agency"),
            Ask(name="note", label=_("Ghi chú"), required=False),
        ),
    ),
    Action.HAND_OVER: ActionForm(
        key="M",
        asks=(
            Ask(name="their_code", label=_("Mã hồ sơ ở hệ thống của bộ"), kind="text", required=False),
            Ask(name="note", label=_("Ghi chú"), required=False),
        ),
    ),
    Action.MIRROR: ActionForm(
        key="M",
        primary=True,
        asks=(
            Ask(name="outcome", label=_("Hệ thống của bộ cho biết"), kind="told"),
            Ask(name="status", label=_("Nguyên văn (người dân sẽ đọc được)")),
            Ask(name="their_code", label=_("Mã hồ sơ ở hệ thống của bộ"), kind="text", required=False),
        ),
    ),
    Action.CONSULT: ActionForm(
        key="Y",
        asks=(
            Ask(name="agency", label=_("Cơ quan được hỏi ý kiến"), kind="agency"),
            Ask(name="question", label=_("Nội dung cần ý kiến")),
            Ask(name="answer_by", label=_("Trả lời trước"), kind="moment", required=False),
        ),
    ),
    Action.REQUEST_PAYMENT: ActionForm(key="F"),
    Action.EXTEND: ActionForm(
        key="H",
        asks=(
            Ask(name="to", label=_("Hẹn lại ngày trả"), kind="moment"),
            Ask(
                name="reason",
                label=_("Lý do chậm (in trên văn bản xin lỗi)"),
                help=_("Mỗi hồ sơ chỉ được hẹn lại một lần, trước hạn ít nhất một ngày."),
            ),
        ),
    ),
    Action.REOPEN: ActionForm(asks=(Ask(name="reason", label=_("Lý do mở lại")),)),
    Action.WITHDRAW: ActionForm(
        dangerous=True, asks=(Ask(name="reason", label=_("Lý do người dân xin rút"), required=False),)
    ),
    Action.STOP: ActionForm(dangerous=True, asks=(_REASON,)),
    Action.REFUSE: ActionForm(key="X", dangerous=True, asks=(_REASON,)),
    Action.MOVE_PAPER: ActionForm(
        key="G",
        asks=(
            Ask(name="place", label=_("Hồ sơ giấy để ở đâu"), kind="text", help=_("Ví dụ: tủ 3, ngăn 2")),
            Ask(name="note", label=_("Ghi chú"), required=False),
        ),
    ),
    Action.CORRECT: ActionForm(
        asks=(
            Ask(
                name="reason", label=_("Vì sao phải đính chính"), help=_("Nội dung cũ vẫn nằm trong lịch sử.")
            ),
            Ask(name="name", label=_("Tên người đề nghị"), kind="text"),
            Ask(name="phone", label=_("Điện thoại"), kind="text", required=False),
            Ask(name="email", label=_("Thư điện tử"), kind="text", required=False),
            Ask(name="address", label=_("Địa chỉ"), kind="text", required=False),
            Ask(name="quantity", label=_("Số bộ hồ sơ"), kind="count"),
        ),
    ),
    Action.RE_DATE: ActionForm(asks=(Ask(name="reason", label=_("Căn cứ tính lại hạn")),)),
}


def read_moment(text: str) -> datetime | None:
    """A moment as a `datetime-local` box gives it, in Vietnam's zone; `None` for nothing or nonsense."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=VN) if found.tzinfo is None else found
