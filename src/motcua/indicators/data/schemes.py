"""The definition of an index as data: groups, indicators, how a ratio becomes points, and how sure each is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from motcua.base.data import Source, Validity


class Level(StrEnum):
    """Whose score it is."""

    PROVINCE = "province"
    DEPARTMENT = "department"
    DISTRICT = "district"
    COMMUNE = "commune"


class Subject(StrEnum):
    """What is counted. `reported`: figures that others report, never computed here."""

    DOSSIER = "dossier"
    PROCEDURE = "procedure"
    PETITION = "petition"
    REPORTED = "reported"


class RuleKind(StrEnum):
    """How a numerator and a denominator become points."""

    RATIO = "ratio"  # maximum × min(1, ratio ÷ target)
    STEPS = "steps"  # the first step that the ratio reaches
    MEAN = "mean"  # the mean of points given to each case
    NONE = "none"  # shown for information, not scored
    UNKNOWN = "unknown"  # the text could not be read


class WhenZero(StrEnum):
    """What a denominator of 0 gives."""

    ZERO = "zero"
    FULL = "full"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`target` is the ratio that earns the maximum; `cap` false: a ratio above it earns more, as published.

    `steps` are (ratio from, points), highest first; below the last one `otherwise` points, None: unknown.
    `levels` replaces the first step's ratio by level.
    """

    kind: RuleKind
    target: Decimal = Decimal(1)
    cap: bool = True
    steps: tuple[tuple[Decimal, Decimal], ...] = ()
    otherwise: Decimal | None = None
    levels: tuple[tuple[Level, Decimal], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One reading of the rule. Where sources conflict there are several; the date chooses among the `chosen`."""

    id: str
    rule: Rule
    source: Source
    validity: Validity
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One line of an index; numerator and denominator are names of predicates over evidence."""

    code: str
    number: str
    name_vi: str
    name_en: str
    maximum: Decimal
    subject: Subject
    numerator: str
    denominator: str
    levels: frozenset[Level]
    when_zero: WhenZero
    how_vi: str
    how_en: str
    variants: tuple[Variant, ...]

    def variant_on(self, day: date | None) -> Variant:
        """The reading in force on `day`; the last chosen one where no date is known or none fits."""
        if day is not None and len(self._chosen) > 1:
            for variant in self._chosen:
                if variant.validity.contains(day):
                    return variant
        return self._chosen[-1]

    @cached_property
    def _chosen(self) -> tuple[Variant, ...]:
        return tuple(v for v in self.variants if v.chosen)

    @property
    def scored(self) -> bool:
        """Does it carry points?"""
        return self.maximum > 0


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group of indicators; its score is the sum of the rounded scores of those that carry points."""

    code: str
    name_vi: str
    name_en: str
    maximum: Decimal
    indicators: tuple[Indicator, ...]

    @cached_property
    def members(self) -> tuple[Indicator, ...]:
        """The indicators that carry points."""
        return tuple(i for i in self.indicators if i.scored)


@dataclass(frozen=True, kw_only=True)
class Band:
    """A class of totals, from `start` upwards."""

    start: Decimal
    key: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """One index with everything that turns counts into its total.

    `not_applicable_full`: an indicator that does not apply at a level gives its maximum there.
    """

    id: str
    name_vi: str
    name_en: str
    validity: Validity
    source: Source
    decimals: int
    not_applicable_full: bool
    bands: tuple[Band, ...]
    total_code: str
    total_maximum: Decimal
    groups: tuple[Group, ...]

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in the order of the index."""
        return tuple(i for g in self.groups for i in g.indicators)

    def band(self, total: Decimal) -> Band:
        """The class of a total."""
        return next(b for b in self.bands if total >= b.start)
