"""What an index is made of, and what its scores and evidence look like: frozen values without a database."""

from .evidence import (
    SIGN_NAMES,
    Counted,
    Holds,
    Inputs,
    Line,
    ProcedureFact,
    Progress,
    Sign,
)
from .results import EvidenceRow, Fix, IndicatorScore, Loss, Plan, ReportedFigure, UnitRef, UnitScore
from .schemes import Band, Group, Indicator, Level, Rule, RuleKind, Scheme, Subject, Variant, WhenZero
from .scores import Basis, GroupScore, Scored, Tallied

__all__ = [
    "SIGN_NAMES",
    "Band",
    "Basis",
    "Counted",
    "EvidenceRow",
    "Fix",
    "Group",
    "GroupScore",
    "Holds",
    "Indicator",
    "IndicatorScore",
    "Inputs",
    "Level",
    "Line",
    "Loss",
    "Plan",
    "ProcedureFact",
    "Progress",
    "ReportedFigure",
    "Rule",
    "RuleKind",
    "Scheme",
    "Scored",
    "Sign",
    "Subject",
    "Tallied",
    "UnitRef",
    "UnitScore",
    "Variant",
    "WhenZero",
]
