"""Scores with the reason they are as they are."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Basis(StrEnum):
    """Where a score comes from."""

    COMPUTED = "computed"
    GIVEN = "given"  # handed in, because it cannot be computed
    FULL = "full"  # full marks because the indicator does not apply
    NONE = "none"  # unknown; `reason` says why


@dataclass(frozen=True, kw_only=True)
class Scored:
    """The points of one line; `score` None is unknown, and `reason` (Vietnamese) says why. Also notes on a score."""

    score: Decimal | None
    basis: Basis
    reason: str = ""
    variant: str = ""


@dataclass(frozen=True, kw_only=True)
class GroupScore:
    """The sum of a group or the total. `known` is the sum of the members that are known, out of `known_maximum`."""

    scored: Scored
    known: Decimal
    known_maximum: Decimal


@dataclass(frozen=True, kw_only=True)
class Tallied:
    """A numerator over a denominator as counted or reported; None is unknown, which is not 0."""

    numerator: Decimal | None
    denominator: Decimal | None
