"""What is kept of a dossier, its parts, and the desk's own lists."""

from .desk import Draft, Handover, HandoverItem, NumberCounter, QuarantinedRecord, Ticket
from .dossier import Dossier
from .parts import (
    ClockFact,
    Component,
    Consultation,
    Extension,
    PaperLocation,
    PaymentLink,
    ResultLink,
    SupplementRequest,
)
from .tasks import CalendarTask

__all__ = [
    "CalendarTask",
    "ClockFact",
    "Component",
    "Consultation",
    "Dossier",
    "Draft",
    "Extension",
    "Handover",
    "HandoverItem",
    "NumberCounter",
    "PaperLocation",
    "PaymentLink",
    "QuarantinedRecord",
    "ResultLink",
    "SupplementRequest",
    "Ticket",
]
