"""A regime: the rules by which the law of one time counts a limit, each rule with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from motcua.base.data import Certainty, Source, Validity
from motcua.deadlines.data.limits import LimitUnit, TimeLimit


class EndOfDay(StrEnum):
    """When the last day of a limit ends."""

    OFFICE_CLOSE = "office_close"  # the end of the agency's hours: what a receipt can promise
    MIDNIGHT = "midnight"  # 24:00, Bộ luật Dân sự Điều 148.6


class SupplementRule(StrEnum):
    """What a completed supplement does to the clock."""

    RESTART = "restart"  # counted again from the beginning
    RESUME = "resume"  # the rest goes on


@dataclass(frozen=True, kw_only=True)
class Regime:
    """The rules of counting in force during `validity`, each with its own source in `sources`.

    `sources` has one pair (field name, source) for each field that is a rule of law, so that a rule that was
    not verified in the text is marked by itself.
    """

    id: str
    name_vi: str
    validity: Validity
    source: Source
    handover_cutoff: time
    cutoff_units: frozenset[LimitUnit]
    first_day_counted: bool
    end_of_day: EndOfDay
    roll_units: frozenset[LimitUnit]
    supplement: SupplementRule
    supplement_within: TimeLimit
    max_supplements: int
    max_extensions: int
    extension_notice_days: int
    sources: tuple[tuple[str, Source], ...]

    def source_of(self, rule: str) -> Source:
        """The source of one rule, or of the regime as a whole."""
        return dict(self.sources).get(rule, self.source)

    def cite(self, rule: str) -> str:
        """The article behind a rule in words, marked when nobody has verified it."""
        source = self.source_of(rule)
        words = f"{source.article} {source.text}".strip()
        if source.certainty in (Certainty.VERIFIED, Certainty.OWN):
            return words
        return f"{words}, chưa kiểm chứng"
