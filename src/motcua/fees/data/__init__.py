"""What crosses the border of `fees`: the tariff and the sum due, payments and the states of their life."""

from .payments import PaymentMethod, PaymentState, PaymentView
from .tariff import (
    ENTITLEMENT_WORDS,
    BaseSalary,
    Chance,
    Dated,
    Entitlement,
    FeeDue,
    FeeLaw,
    FeeLine,
    Origin,
    Reduction,
    TariffLine,
)

__all__ = [
    "ENTITLEMENT_WORDS",
    "BaseSalary",
    "Chance",
    "Dated",
    "Entitlement",
    "FeeDue",
    "FeeLaw",
    "FeeLine",
    "Origin",
    "PaymentMethod",
    "PaymentState",
    "PaymentView",
    "Reduction",
    "TariffLine",
]
