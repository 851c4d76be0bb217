"""How a call can fail, told apart by the one thing that matters: may it have arrived?"""

from __future__ import annotations

from motcua.base.errors import DomainError
from motcua.exchange.data import Sent


class CallFailed(DomainError):
    """The system “{connector}” cannot be used now. What you did is kept and will be sent again."""

    message_vi = "Hệ thống “{connector}” hiện không dùng được. Việc bạn đã làm được giữ lại và sẽ gửi tiếp."
    sent: Sent = Sent.UNKNOWN
    outcome: str = "failed"

    def __init__(
        self, detail: str = "", *, connector: str, status: int | None = None, body: str = ""
    ) -> None:
        super().__init__(detail, connector=connector)
        self.connector, self.status, self.body = connector, status, body


class CircuitOpen(CallFailed):
    """The system “{connector}” did not answer lately, so it was not asked. What you did is kept."""

    message_vi = "Hệ thống “{connector}” đang ngừng trả lời nên chưa gửi. Việc bạn đã làm được giữ lại."
    sent = Sent.NO
    outcome = "circuit_open"


class NotReached(CallFailed):
    """The system “{connector}” cannot be reached. Nothing was sent; it will be sent again."""

    message_vi = "Không kết nối được tới hệ thống “{connector}”. Chưa gửi gì; sẽ gửi lại."
    sent = Sent.NO
    outcome = "not_reached"


class Unanswered(CallFailed):
    """The system “{connector}” did not answer in time; it may have received what was sent."""

    message_vi = "Hệ thống “{connector}” không trả lời kịp; chưa rõ đã nhận hay chưa, sẽ kiểm tra lại."
    sent = Sent.UNKNOWN
    outcome = "unanswered"


class WentWrong(CallFailed):
    """The system “{connector}” answered that something went wrong on its side."""

    message_vi = "Hệ thống “{connector}” báo đang có sự cố; sẽ gửi lại sau."
    sent = Sent.UNKNOWN
    outcome = "went_wrong"
