"""The fewest dossiers to touch for a target score: exact for small questions, with a proof or an honest "at most".

Touching a dossier brings everything that can still be brought about on it. Dossiers that bring the same are
interchangeable, so the search is over how many of each kind. Points rise with every dossier and are capped, so
what a number of touches can bring at best is bounded, and branches that cannot reach the target are cut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from motcua.indicators.rules.scoring import rounded

_NODES = 60_000  # past this the search is given up and the greedy answer stands, marked as not proven


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One indicator: its points when `extra` more dossiers are in the numerator."""

    code: str
    maximum: Decimal
    target: Decimal
    cap: bool
    numerator: int
    denominator: int

    def points(self, extra: int) -> Decimal:
        """Rounded as published."""
        if not self.denominator:
            return Decimal(0)
        value = self.maximum * (self.numerator + extra) / (self.denominator * self.target)
        return rounded(min(value, self.maximum) if self.cap else value, 2)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """How many of each kind, and the score they give; `proven`: no smaller number would do."""

    counts: Mapping[frozenset[str], int]
    reached: Decimal
    proven: bool

    @property
    def total(self) -> int:
        """Dossiers touched."""
        return sum(self.counts.values())


def score_with(curves: Sequence[Curve], base: Decimal, extra: Mapping[str, int]) -> Decimal:
    """The score when so many more dossiers are in each numerator; `base`: points of everything else."""
    return base + sum((c.points(extra.get(c.code, 0)) for c in curves), Decimal(0))


def cheapest(
    curves: Sequence[Curve], base: Decimal, kinds: Mapping[frozenset[str], int], target: Decimal
) -> Chosen | None:
    """The fewest touches that reach `target`; None when all of them together do not."""
    useful = {k: n for k, n in kinds.items() if k and n > 0}
    if score_with(curves, base, {}) >= target:
        return Chosen(counts={}, reached=score_with(curves, base, {}), proven=True)
    if score_with(curves, base, _extra(useful)) < target:
        return None
    greedy = _greedy(curves, base, useful, target)
    search = _Search(curves, base, useful, target)
    best, proven = greedy, True
    for number in range(search.least(), sum(greedy.values())):
        found = search.reach(number)
        if search.nodes > _NODES:
            proven = False
            break
        if found is not None:
            best = found
            break
    return Chosen(
        counts={k: n for k, n in best.items() if n},
        reached=score_with(curves, base, _extra(best)),
        proven=proven,
    )


def _extra(counts: Mapping[frozenset[str], int]) -> dict[str, int]:
    out: dict[str, int] = defaultdict(int)
    for kind, number in counts.items():
        for code in kind:
            out[code] += number
    return out


def _exact(curve: Curve, extra: int) -> Decimal:
    if not curve.denominator:
        return Decimal(0)
    value = curve.maximum * (curve.numerator + extra) / (curve.denominator * curve.target)
    return min(value, curve.maximum) if curve.cap else value


def _greedy(
    curves: Sequence[Curve], base: Decimal, kinds: Mapping[frozenset[str], int], target: Decimal
) -> dict[frozenset[str], int]:
    """Take the kind that brings most now, as long as it stays the best; then give back what was too much."""
    taken: dict[frozenset[str], int] = dict.fromkeys(kinds, 0)
    while score_with(curves, base, _extra(taken)) < target:
        extra = _extra(taken)
        left = [k for k in taken if taken[k] < kinds[k]]
        gain = {k: _gain(curves, k, extra) for k in left}
        best = max(left, key=lambda k: (gain[k], sorted(k)))
        room = kinds[best] - taken[best]
        step = max(1, min(room, _until_cap(curves, best, extra)) // 2)
        taken[best] += step
    for kind in sorted(taken, key=lambda k: (len(k), sorted(k))):
        low, high = 0, taken[kind]
        while low < high:
            middle = (low + high) // 2
            if score_with(curves, base, _extra({**taken, kind: middle})) >= target:
                high = middle
            else:
                low = middle + 1
        taken[kind] = low
    return taken


def _gain(curves: Sequence[Curve], kind: frozenset[str], extra: Mapping[str, int]) -> Decimal:
    """What one more dossier of the kind brings now, before rounding."""
    return sum(
        (
            _exact(c, extra.get(c.code, 0) + 1) - _exact(c, extra.get(c.code, 0))
            for c in curves
            if c.code in kind
        ),
        Decimal(0),
    )


def _until_cap(curves: Sequence[Curve], kind: frozenset[str], extra: Mapping[str, int]) -> int:
    """How many more before one of the kind's indicators is full."""
    rooms = [
        int(c.denominator * c.target) - c.numerator - extra.get(c.code, 0)
        for c in curves
        if c.code in kind and c.cap
    ]
    alive = [r for r in rooms if r > 0]
    return min(alive, default=1)


class _Search:
    """Is the target within reach of so many touches? Depth first over the kinds, cut by what is left at best."""

    def __init__(
        self, curves: Sequence[Curve], base: Decimal, kinds: Mapping[frozenset[str], int], target: Decimal
    ) -> None:
        self.curves, self.base, self.target = curves, base, target
        self.kinds = sorted(kinds.items(), key=lambda item: (-len(item[0]), sorted(item[0])))
        self.nodes = 0

    def least(self) -> int:
        """A number of touches below which the target is out of reach."""
        low, high = 0, sum(n for _, n in self.kinds)
        while low < high:
            middle = (low + high) // 2
            if self._best({}, 0, middle) >= self.target:
                high = middle
            else:
                low = middle + 1
        return low

    def reach(self, number: int) -> dict[frozenset[str], int] | None:
        """Counts that reach the target with `number` touches, or None."""
        return self._down(0, number, {})

    def _best(self, extra: Mapping[str, int], start: int, left: int) -> Decimal:
        """No choice among the kinds from `start` on brings more than this."""
        most: dict[str, int] = dict(extra)
        for curve in self.curves:
            there = sum(n for kind, n in self.kinds[start:] if curve.code in kind)
            most[curve.code] = most.get(curve.code, 0) + min(left, there)
        return score_with(self.curves, self.base, most)

    def _down(
        self, start: int, left: int, counts: dict[frozenset[str], int]
    ) -> dict[frozenset[str], int] | None:
        self.nodes += 1
        extra = _extra(counts)
        if score_with(self.curves, self.base, extra) >= self.target:
            return dict(counts)
        if not left or start == len(self.kinds) or self.nodes > _NODES:
            return None
        if self._best(extra, start, left) < self.target:
            return None
        kind, there = self.kinds[start]
        for number in range(min(left, there), -1, -1):
            found = self._down(start + 1, left - number, {**counts, kind: number})
            if found is not None:
                return found
        return None
