"""Public tracking by code: how far a dossier is, and nothing else (TT 01/2018/TT-VPCP Đ.16)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from motcua.base.clock import VN
from motcua.base.errors import DomainError
from motcua.dossiers.data import State, Track
from motcua.dossiers.models import Dossier
from motcua.dossiers.rules.numbers import as_typed


class TooManyLookups(DomainError):
    """Too many look-ups from here. Wait a few minutes, or sign in to see your own dossiers."""

    message_vi = "Tra cứu quá nhiều lần. Vui lòng đợi vài phút, hoặc đăng nhập để xem hồ sơ của bạn."


class Limiter(Protocol):
    """Counts look-ups per client; the web layer brings its own."""

    def allow(self, *, client: str, at: datetime, found: bool | None) -> bool:
        """Before a look-up (`found` None): may there be one more? After it: note whether it found anything."""
        ...


_STAGES = {
    State.REGISTERED: (1, "Đã gửi, chờ tiếp nhận", "Sent, waiting to be accepted"),
    State.ACCEPTED: (2, "Đã tiếp nhận, đang giải quyết", "Accepted, being dealt with"),
    State.IN_PROGRESS: (2, "Đã tiếp nhận, đang giải quyết", "Accepted, being dealt with"),
    State.SUPPLEMENT: (2, "Chờ người nộp bổ sung", "Waiting for the applicant's supplement"),
    State.PAYMENT_DUE: (2, "Chờ nộp phí, lệ phí", "Waiting for a payment"),
    State.RESOLVED: (3, "Đã có kết quả, chờ nhận", "Result ready to be fetched"),
    State.RETURNED: (4, "Đã trả kết quả", "Result handed out"),
    State.REFUSED: (4, "Đã kết thúc", "Closed"),
    State.WITHDRAWN: (4, "Đã kết thúc", "Closed"),
    State.STOPPED: (4, "Đã kết thúc", "Closed"),
}
UNKNOWN = Track(
    stage=0,
    label_vi="Không có thông tin cho mã này. Hãy kiểm tra lại mã trên giấy tiếp nhận.",
    label_en="Nothing is known for this code. Check the code on your receipt.",
)


def track_public(code: str, *, at: datetime, client: str = "", limiter: Limiter | None = None) -> Track:
    """How far the dossier of this code is. Every code without an answer gives the same `UNKNOWN`.

    No name, no agency, no reason. `limiter` is asked before and told after, so that codes cannot be tried one
    after the other: raises `TooManyLookups`. Takes our code or the outside one, in any case, with blanks around.
    """
    if limiter is not None and not limiter.allow(client=client, at=at, found=None):
        raise TooManyLookups(client)
    wanted = as_typed(code, most=80)
    found = None
    if wanted:
        rows = Dossier.objects.only("state", "promised_due")
        found = rows.filter(code=wanted.upper()).first() or rows.filter(outside_code=wanted).first()
    if limiter is not None:
        limiter.allow(client=client, at=at, found=found is not None)
    if found is None:
        return UNKNOWN
    stage, vi, en = _STAGES[State(found.state)]
    promised = found.promised_due.astimezone(VN).date() if found.promised_due and stage == 2 else None
    return Track(stage=stage, label_vi=vi, label_en=en, due_on=promised)
