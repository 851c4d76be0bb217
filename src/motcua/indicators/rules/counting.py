"""From counts to numerators and denominators: what each named predicate is, for a unit and a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from motcua.indicators.data import Indicator, Subject, Tallied


@dataclass(kw_only=True)
class Counts:
    """A unit's counts in a period.

    `flow`: sums over days of receipt; `before`: closed before the start; `until`: sums from the beginning to the end.
    `others`: predicates over procedures and petitions, where somebody knows them.
    """

    flow: dict[str, int] = field(default_factory=dict)
    opened_until: int = 0
    closed_before: int = 0
    left_until: int = 0
    others: dict[str, int | None] = field(default_factory=dict)

    @property
    def handled(self) -> int:
        """Dossiers received or worked on in the period."""
        return self.opened_until - self.closed_before

    @property
    def in_time(self) -> int:
        """Of these, ended in time in the period, or open and in time at its end."""
        return self.flow.get("closed_in_time", 0) + self.opened_until - self.left_until

    def value(self, predicate: str) -> int | None:
        """The count of a predicate; None where nothing is known of it."""
        if predicate == "dossier.handled":
            return self.handled
        if predicate == "dossier.in_time":
            return self.in_time
        if predicate == "dossier.synchronised" and not self.flow.get("sync_known"):
            return None if self.flow.get("received") else 0
        if predicate.startswith("dossier."):
            return self.flow.get(predicate.removeprefix("dossier."))
        return self.others.get(predicate)

    def add(self, other: Mapping[str, int]) -> None:
        """Add sums of the flow columns."""
        for name, amount in other.items():
            self.flow[name] = self.flow.get(name, 0) + amount


def tallied(indicator: Indicator, counts: Counts) -> Tallied:
    """Numerator and denominator of an indicator; TT 01/2018's points count only ended dossiers."""
    below = counts.value(indicator.denominator)
    if indicator.numerator.startswith("dossier.points_"):
        below = counts.flow.get("closed")
    above = counts.value(indicator.numerator)
    if indicator.subject is Subject.REPORTED and above is None:
        below = None
    return Tallied(
        numerator=None if above is None else Decimal(above),
        denominator=None if below is None else Decimal(below),
    )
