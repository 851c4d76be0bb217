"""A payment as others see it: its states, its words, its receipt, and each try to pay it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from motcua.base.data import Json


class PaymentState(StrEnum):
    """The life of a demand; which may follow which is the table in `rules.moves`."""

    DUE = "due"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUND_ASKED = "refund_asked"
    REFUNDED = "refunded"


class AttemptState(StrEnum):
    """The life of one try to pay a demand online."""

    INITIATED = "initiated"  # written down, the gateway not asked yet or not answered
    PENDING = "pending"  # the gateway waits for the payer
    PAID = "paid"  # money came with it
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class MoneyState(StrEnum):
    """What became of money that came in from outside. None of it is ever without a state."""

    APPLIED = "applied"  # it paid a demand
    UNMATCHED = "unmatched"  # nobody knows yet for what it is
    TO_REFUND = "to_refund"  # it pays nothing: another sum, paid twice, demand withdrawn
    REFUND_ASKED = "refund_asked"
    REFUNDED = "refunded"


class ReceiptState(StrEnum):
    """A receipt stands, or was voided; its number is never used again."""

    VALID = "valid"
    VOIDED = "voided"


class ReceiptForm(StrEnum):
    """Electronic, or a leaf of a printed book (until 2026-12-31: NĐ 254/2026/NĐ-CP Đ.44.2)."""

    ELECTRONIC = "electronic"
    PAPER = "paper"


class PaymentMethod(StrEnum):
    """How it was paid; empty until it is."""

    NONE = ""
    CASH = "cash"
    CARD = "card"  # at the counter, by card
    TRANSFER = "transfer"  # at the counter, by bank transfer
    VIETQR = "vietqr"  # bank transfer by VietQR, matched by its reference
    NATIONAL_PLATFORM = "national_platform"  # the payment platform of the national portal
    PROVINCIAL_GATEWAY = "provincial_gateway"

    @property
    def online(self) -> bool:
        """Does index 766 count it as paid online (DuocThanhToanTrucTuyen 1 or 2)?

        A transfer by VietQR does not pass the national platform or a gateway: it is not claimed as such.
        """
        return self in (PaymentMethod.NATIONAL_PLATFORM, PaymentMethod.PROVINCIAL_GATEWAY)

    @property
    def at_counter(self) -> bool:
        """Did a cashier take it?"""
        return self in (PaymentMethod.CASH, PaymentMethod.CARD, PaymentMethod.TRANSFER)


STATE_WORDS: Mapping[PaymentState, tuple[str, str]] = {
    PaymentState.DUE: ("chưa nộp", "not paid yet"),
    PaymentState.PAID: ("đã nộp", "paid"),
    PaymentState.CANCELLED: ("không phải nộp nữa", "no longer due"),
    PaymentState.REFUND_ASKED: ("đang hoàn tiền", "being refunded"),
    PaymentState.REFUNDED: ("đã hoàn tiền", "refunded"),
}
METHOD_WORDS: Mapping[PaymentMethod, tuple[str, str]] = {
    PaymentMethod.NONE: ("", ""),
    PaymentMethod.CASH: ("tiền mặt", "cash"),
    PaymentMethod.CARD: ("thẻ tại quầy", "card at the counter"),
    PaymentMethod.TRANSFER: ("chuyển khoản tại quầy", "transfer at the counter"),
    PaymentMethod.VIETQR: ("chuyển khoản VietQR", "VietQR transfer"),
    PaymentMethod.NATIONAL_PLATFORM: (
        "nền tảng thanh toán của Cổng Dịch vụ công quốc gia",
        "payment platform of the national portal",
    ),
    PaymentMethod.PROVINCIAL_GATEWAY: ("cổng thanh toán của tỉnh", "the province's payment gateway"),
}


@dataclass(frozen=True, kw_only=True)
class About:
    """For what and by whom is paid: a title (procedure), a code (dossier), the procedure's code, the payer."""

    title: str = ""
    code: str = ""
    procedure: str = ""
    payer: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentView:
    """A payment as other packages see it; amounts in whole đồng.

    The one source of every word about it: screens, PDFs and mail say what `status` and `receipt_number` say.
    """

    id: UUID
    subject_kind: str
    subject_id: str
    agency_key: str
    amount: int
    lines: tuple[Mapping[str, Json], ...]
    state: PaymentState
    method: PaymentMethod
    receipt_number: str
    asked_at: datetime
    paid_at: datetime | None
    about: About
    ended_reason: str = ""

    def status(self, language: str = "vi") -> str:
        """Its state in the words that every screen, paper and message uses."""
        return STATE_WORDS[self.state][language == "en"]

    def how(self, language: str = "vi") -> str:
        """How it was paid, in words; empty until it is."""
        return METHOD_WORDS[self.method][language == "en"]


@dataclass(frozen=True, kw_only=True)
class AttemptView:
    """One try to pay online. `url`: where the payer goes; `qr`: the text of the QR to scan."""

    id: UUID
    payment_id: UUID
    gateway: str
    reference: str
    amount: int
    state: AttemptState
    started_at: datetime
    expires_at: datetime | None
    url: str
    qr: str


@dataclass(frozen=True, kw_only=True)
class MoneyView:
    """Money that came from outside and what became of it; `why` says why it paid nothing."""

    id: UUID
    gateway: str
    outside_ref: str
    amount: int
    booked_at: datetime
    reference: str
    payment_id: UUID | None
    state: MoneyState
    why: str


@dataclass(frozen=True, kw_only=True)
class ReceiptView:
    """A receipt as printed: gap-free number in its series, what it is for, whether it stands."""

    id: UUID
    payment_id: UUID
    agency_key: str
    form: ReceiptForm
    series: str
    number: int
    written: str
    amount: int
    issued_at: datetime
    state: ReceiptState
    void_reason: str
    replaced_by: str
    replaces: str
