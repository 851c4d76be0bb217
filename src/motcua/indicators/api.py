"""The one door to the index: definitions, evidence, scores, what to fix."""

from motcua.indicators.actions.evidence import pass_due, rebuild, refresh, take_news
from motcua.indicators.data import (
    SIGN_NAMES,
    Basis,
    EvidenceRow,
    Fix,
    GroupScore,
    Holds,
    Indicator,
    IndicatorScore,
    Level,
    Line,
    Loss,
    Plan,
    Scheme,
    Scored,
    Sign,
    Subject,
    UnitRef,
    UnitScore,
)
from motcua.indicators.queries.behind import behind
from motcua.indicators.queries.fixing import alerts, best_fixes, losses, plan, signs
from motcua.indicators.queries.gathering import SyncSource, sync_sources
from motcua.indicators.queries.scores import history, unit_score, unit_scores
from motcua.indicators.queries.units import PROVINCE, UnknownUnit, scored_units, unit_named, unit_of
from motcua.indicators.rules.periods import Grain, Period, period_of, read_period
from motcua.indicators.rules.schemes import UnknownScheme, scheme, scheme_ids, scheme_on

__all__ = [
    "PROVINCE",
    "SIGN_NAMES",
    "Basis",
    "EvidenceRow",
    "Fix",
    "Grain",
    "GroupScore",
    "Holds",
    "Indicator",
    "IndicatorScore",
    "Level",
    "Line",
    "Loss",
    "Period",
    "Plan",
    "Scheme",
    "Scored",
    "Sign",
    "Subject",
    "SyncSource",
    "UnitRef",
    "UnitScore",
    "UnknownScheme",
    "UnknownUnit",
    "alerts",
    "behind",
    "best_fixes",
    "history",
    "losses",
    "pass_due",
    "period_of",
    "plan",
    "read_period",
    "rebuild",
    "refresh",
    "scheme",
    "scheme_ids",
    "scheme_on",
    "scored_units",
    "signs",
    "sync_sources",
    "take_news",
    "unit_named",
    "unit_of",
    "unit_score",
    "unit_scores",
]
