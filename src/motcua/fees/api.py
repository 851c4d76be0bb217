"""The one door to fees: what a filing costs, and payments with their receipts."""

from motcua.fees.actions import (
    AmountInvalid,
    MethodMissing,
    ReasonMissing,
    WrongAmount,
    ask,
    cancel,
    record,
    refund,
)
from motcua.fees.data import FeeDue, FeeLine, PaymentMethod, PaymentState, PaymentView
from motcua.fees.queries import NoSuchPayment, open_demand, payment, payments
from motcua.fees.rules import PaymentNotPossible, QuantityInvalid, fee_due, receipt_number

__all__ = [
    "AmountInvalid",
    "FeeDue",
    "FeeLine",
    "MethodMissing",
    "NoSuchPayment",
    "PaymentMethod",
    "PaymentNotPossible",
    "PaymentState",
    "PaymentView",
    "QuantityInvalid",
    "ReasonMissing",
    "WrongAmount",
    "ask",
    "cancel",
    "fee_due",
    "open_demand",
    "payment",
    "payments",
    "receipt_number",
    "record",
    "refund",
]
