"""What crosses the border of `fees`: the fee due for a filing, a payment and the states of its life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from motcua.base.data import Json


class PaymentState(StrEnum):
    """The life of a payment; which may follow which is the table in `rules`."""

    DUE = "due"
    PAID = "paid"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"


class PaymentMethod(StrEnum):
    """How it was paid; empty until it is."""

    NONE = ""
    CASH = "cash"
    TRANSFER = "transfer"  # at the counter, by bank transfer or card
    NATIONAL_PLATFORM = "national_platform"  # the payment platform of the national portal
    PROVINCIAL_GATEWAY = "provincial_gateway"

    @property
    def online(self) -> bool:
        """Does index 766 count it as paid online (DuocThanhToanTrucTuyen 1 or 2)?"""
        return self in (PaymentMethod.NATIONAL_PLATFORM, PaymentMethod.PROVINCIAL_GATEWAY)


@dataclass(frozen=True, kw_only=True)
class FeeLine:
    """One fee or charge: `unit_amount` × `quantity`, capped by `cap` where the tariff has one; whole đồng."""

    name: str
    code: str
    kind: str
    unit_amount: int
    quantity: int
    cap: int | None
    amount: int
    case: str = ""

    def as_json(self) -> dict[str, Json]:
        """Plain values."""
        return {
            "name": self.name,
            "code": self.code,
            "kind": self.kind,
            "unit_amount": self.unit_amount,
            "quantity": self.quantity,
            "cap": self.cap,
            "amount": self.amount,
            "case": self.case,
        }


@dataclass(frozen=True, kw_only=True)
class FeeDue:
    """What is to be paid. `unknown` names fees of which only words are known: an officer must say the amount."""

    lines: tuple[FeeLine, ...]
    unknown: tuple[str, ...]
    total: int


@dataclass(frozen=True, kw_only=True)
class PaymentView:
    """A payment as other packages see it; amounts in whole đồng."""

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
