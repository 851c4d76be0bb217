"""A payment as others see it, and the states of its life."""

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
