"""What a way of paying online is to `fees`: start, read a callback, ask, refund, tell the day's movements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from motcua.base.data import Json
from motcua.base.errors import DomainError

from .payments import PaymentMethod


class Outcome(StrEnum):
    """What the outside says of a try to pay."""

    PAID = "paid"
    PENDING = "pending"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # the outside never heard of it


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be paid: whole đồng, one reference for good; repeating it must be safe."""

    reference: str
    amount: int
    lines: tuple[Mapping[str, Json], ...]
    title: str
    code: str
    procedure: str
    payer: str
    agency_key: str
    agency_name: str
    language: str
    started_at: datetime


@dataclass(frozen=True, kw_only=True)
class Started:
    """Where the payer goes (`url`) or what to scan (`qr`), until when."""

    url: str = ""
    qr: str = ""
    outside_id: str = ""
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Told:
    """A message whose sender was verified: what became of the try `reference`."""

    reference: str
    outcome: Outcome
    amount: int
    outside_ref: str
    at: datetime
    bank: str = ""
    code: str = ""


class Verdict(StrEnum):
    """What was made of a callback."""

    APPLIED = "applied"
    DOUBLED = "doubled"  # the same message once more: the same answer
    NOTED = "noted"  # it ended the try
    SURPLUS = "surplus"  # money that pays nothing: to be given back
    FORGED = "forged"
    PARTNER = "partner"
    FIELD = "field"
    UNKNOWN = "unknown"
    AMOUNT = "amount"
    CONTRADICTS = "contradicts"
    ERROR = "error"


class CallbackRefused(DomainError):
    """The message was not accepted: {why}."""

    message_vi = "Không chấp nhận thông báo thanh toán: {why}."

    def __init__(self, verdict: Verdict, why: str) -> None:
        super().__init__(why, why=why)
        self.verdict = verdict


class GatewayUnavailable(DomainError):
    """The payment service does not answer now; nothing was charged. Try again later or pay another way."""

    message_vi = "Dịch vụ thanh toán hiện không trả lời; bạn chưa bị trừ tiền. Hãy thử lại sau hoặc chọn cách nộp khác."


class GatewayRefused(DomainError):
    """The payment service did not accept the request ({code})."""

    message_vi = "Dịch vụ thanh toán không nhận yêu cầu này (mã {code}). Hãy chọn cách nộp khác."


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is answered to the sender of a callback."""

    status: int
    body: bytes
    content_type: str = "application/json"


@dataclass(frozen=True, kw_only=True)
class RefundOrder:
    """Money to give back, whole: by which key (repeating it must be safe), to whom, why."""

    key: str
    reference: str
    outside_ref: str
    amount: int
    reason: str
    payer_account: str
    payer_bank: str
    payer_name: str


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One line of the outside's statement of a day; `refund` says in which direction. Whole đồng, positive."""

    outside_ref: str
    reference: str
    amount: int
    refund: bool
    at: datetime


class PaymentGateway(Protocol):
    """A way of paying online. Calls to the outside raise `GatewayUnavailable` or `GatewayRefused`."""

    @property
    def id(self) -> str: ...

    @property
    def name_vi(self) -> str: ...

    @property
    def name_en(self) -> str: ...

    @property
    def method(self) -> PaymentMethod: ...

    def check_config(self) -> list[str]:
        """What is missing for it to work, in words; empty when it can work."""

    def start(self, order: Order, *, at: datetime) -> Started:
        """Open the try at the outside; safe to repeat with the same order."""

    def read_callback(self, body: bytes) -> Told:
        """Verify and read a callback. Raises `CallbackRefused`; nothing unverified comes back."""

    def reply(self, body: bytes, verdict: Verdict, *, at: datetime) -> Reply:
        """What to answer to that callback, whatever was made of it."""

    def query(self, reference: str, *, at: datetime) -> Told | None:
        """What the outside knows of the try; None where it cannot be asked about one (bank transfers)."""

    def bill(self, reference: str, *, at: datetime) -> str:
        """Address of the outside's own bill; empty where there is none."""

    def refund(self, order: RefundOrder, *, at: datetime) -> str:
        """Give the money back; the outside's reference. Safe to repeat with the same key."""

    def statement(self, day: date, *, at: datetime) -> Sequence[Movement]:
        """Every movement that the outside booked on `day` (Vietnam's)."""
