"""What an index is made of, and what its scores and evidence look like: frozen values without a database."""

from .schemes import Band, Group, Indicator, Level, Rule, RuleKind, Scheme, Subject, Variant, WhenZero
from .scores import Basis, GroupScore, Scored, Tallied

__all__ = [
    "Band",
    "Basis",
    "Group",
    "GroupScore",
    "Indicator",
    "Level",
    "Rule",
    "RuleKind",
    "Scheme",
    "Scored",
    "Subject",
    "Tallied",
    "Variant",
    "WhenZero",
]
