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
from motcua.fees.data import (
    ENTITLEMENT_WORDS,
    Chance,
    Entitlement,
    FeeDue,
    FeeLine,
    PaymentMethod,
    PaymentState,
    PaymentView,
)
from motcua.fees.queries.payments import NoSuchPayment, open_demand, payment, payments
from motcua.fees.queries.tariff import fee_due, reduced_lines
from motcua.fees.rules.moves import PaymentNotPossible, receipt_number
from motcua.fees.rules.pricing import QuantityInvalid, dong

__all__ = [
    "ENTITLEMENT_WORDS",
    "AmountInvalid",
    "Chance",
    "Entitlement",
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
    "dong",
    "fee_due",
    "open_demand",
    "payment",
    "payments",
    "receipt_number",
    "record",
    "reduced_lines",
    "refund",
]
