"""What leaders see: a unit's score in a period, its rank and history, what it lost, and the cheapest way up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from .evidence import Line, Sign
from .schemes import Band, Group, Indicator, Level, Scheme
from .scores import GroupScore, Scored, Tallied


@dataclass(frozen=True, kw_only=True)
class UnitRef:
    """A unit that has a score: the province, one of its agencies, a commune."""

    key: str
    name: str
    level: Level
    unit_key: str = ""


@dataclass(frozen=True, kw_only=True)
class IndicatorScore:
    """One indicator of one unit in one period."""

    indicator: Indicator
    tallied: Tallied
    scored: Scored

    @property
    def lost(self) -> Decimal | None:
        """Points below the maximum; None where the score is unknown."""
        return None if self.scored.score is None else self.indicator.maximum - self.scored.score


@dataclass(frozen=True, kw_only=True)
class UnitScore:
    """One unit in one period. `rank` is among units of its level with the same period; None: nothing to rank.

    `known` of `known_maximum` is what can be computed; `total` is None while a part is unknown.
    """

    unit: UnitRef
    period: str
    scheme: Scheme
    indicators: tuple[IndicatorScore, ...]
    groups: tuple[tuple[Group, GroupScore], ...]
    total: Scored
    known: Decimal
    known_maximum: Decimal
    handled: int
    as_of: datetime | None
    rank: int | None = None
    of: int = 0

    @property
    def share(self) -> Decimal:
        """Known points as a part of 100 of what is known: what ranks and bands go by."""
        return self.known * 100 / self.known_maximum if self.known_maximum else Decimal(0)

    @property
    def band(self) -> Band:
        """The class, by the total where it is known, else by the known part."""
        return self.scheme.band(self.total.score if self.total.score is not None else self.share)

    def one(self, code: str) -> IndicatorScore:
        """The indicator of that code."""
        return next(i for i in self.indicators if i.indicator.code == code)


@dataclass(frozen=True, kw_only=True)
class ReportedFigure:
    """A figure that somebody reported, with its source and who signed it off ("" while nobody has)."""

    id: int
    series: str
    unit_key: str
    day: date
    numerator: Decimal
    denominator: Decimal | None
    source: str
    file_id: UUID | None
    author: str
    reported_at: datetime
    signed_by: str
    signed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class EvidenceRow:
    """One dossier behind a number."""

    dossier_id: UUID
    code: str
    procedure_code: str
    agency: str
    step: str
    signs: Sign
    line: Line


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Points lost on one indicator by one procedure, step or role; `dossiers` counted and not met."""

    indicator: str
    key: str
    dossiers: int
    points: Decimal


@dataclass(frozen=True, kw_only=True)
class Fix:
    """Something that can still be done: so many dossiers, worth so many points and ranks, by whom."""

    indicator: str
    what_vi: str
    dossiers: int
    points: Decimal
    unit_key: str = ""
    ranks: int = 0  # units passed when it is done


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The fewest dossiers that reach a target. `reached` is the known score after it.

    `picks` is (dossier id, the fixes on it); `impossible` names what can no longer be saved.
    """

    target: Decimal
    start: Decimal
    reached: Decimal
    possible: bool
    picks: tuple[tuple[str, tuple[str, ...]], ...]
    impossible: tuple[str, ...]
