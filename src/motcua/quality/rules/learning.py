"""What a linkage learns: from records whose number says who they are, with the number hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from motcua.quality.rules import comparing as c
from motcua.quality.rules import model as m
from motcua.quality.rules.blocking import CARD_FROM
from motcua.quality.rules.names import FOLD, Names
from motcua.quality.rules.pairs import Pairs, begins
from motcua.quality.rules.sides import Side

SAMPLE = 60_000  # records that train
ENOUGH = 200
KINDS = 4  # of a record's number: none, twelve digits, nine, a piece


@dataclass
class Common:
    """How many in the base carry a name, in steps of a factor of about two and a half."""

    names: NDArray[np.uint64]
    steps: NDArray[np.uint8]

    @classmethod
    def of(cls, people: Side, names: Names) -> Common:
        """Counted in a base."""
        values, counts = np.unique(names.column(FOLD, people.full), return_counts=True)
        steps = np.minimum(np.ceil(np.log(counts + 1.0) / 0.9), m.COMMON - 1)
        return cls(values, steps.astype(np.uint8))

    def __call__(self, own: NDArray[np.uint64]) -> NDArray[np.uint8]:
        """The step of each name; 0 for one that nobody has."""
        if not len(self.names):
            return np.zeros(len(own), dtype=np.uint8)
        at = np.minimum(np.searchsorted(self.names, own), len(self.names) - 1)
        return np.where(self.names[at] == own, self.steps[at], 0).astype(np.uint8)


@dataclass
class Learned:
    """All that a linkage needs beside the rows themselves: with it, a row's links depend on the rows alone."""

    model: m.Model
    common: Common
    claimed: float = 0.0  # what it says for a pair that another record of the register claims its person
    unclaimed: float = 0.0
    least: float = 1.0  # the least probability that is accepted


def sample(
    records: Side, first: Pairs, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Records whose number says who they are, and that person (-1: the number is of nobody in the base)."""
    level = first.levels
    number = (level.number == c.I_SAME) | (level.number == c.I_CARD)
    agrees = (level.name <= c.N_OTHER_MIDDLE) & (level.name > 0) | (level.dob == c.D_SAME)
    good = np.flatnonzero(number & agrees)
    times = np.bincount(first.record[number], minlength=len(records))
    good = good[times[first.record[good]] == 1]
    with_number = (records.whole > 0) & (records.whole < CARD_FROM)
    missing = np.flatnonzero(with_number & (times == 0))
    share = min(1.0, SAMPLE / max(1, len(good) + len(missing)))
    good = rng.permutation(good)[: int(np.ceil(len(good) * share))]
    missing = rng.permutation(missing)[: int(np.ceil(len(missing) * share))]
    known = np.concatenate([first.record[good], missing])
    truth = np.concatenate([first.person[good], np.full(len(missing), -1)])
    order = np.argsort(known)
    return known[order], truth[order]


# How well a record without a person in the base by its number goes with a candidate: it may be mistyped.
_MISTYPED = np.array([1.0, 0.0, 0.0, 20.0, 5.0, 0.002, 0.01, 0.1, 0.01])
USUAL_NUMBER = np.array([0.0, 13.0, 12.0, 7.0, 5.0, 0.0, -4.0, -2.0, 0.0])


def usual(common: Common) -> Learned:
    """What holds where too little is known to learn from."""
    return Learned(m.Model(m.start(), np.tile(USUAL_NUMBER, KINDS)), common, least=0.97)


def weights(
    tables: tuple[m.Ints, ...], none: tuple[m.Ints, ...], pairs: Pairs, truth: NDArray[np.int64]
) -> m.Model:
    """The weights of everything but the number; `pairs` numbers the records that train from 0."""
    own = pairs.record
    right = truth[own] == pairs.person
    reached = np.bincount(own[right], minlength=len(truth)) > 0
    # A number that nobody has may be a mistyped one: such a record may still be a person of another number.
    allowed = np.where(truth[own] < 0, _MISTYPED[pairs.levels.number], right.astype(np.float64))
    # A person whom the keys do not reach counts as not in the base: nobody among the candidates is right.
    return m.train(m.Features(own, tables, none), allowed, (~reached).astype(np.float64))


def number_kind(records: Side) -> NDArray[np.uint8]:
    """None, twelve digits, nine, or a piece."""
    kind = np.where(records.whole >= CARD_FROM, 2, np.where(records.whole > 0, 1, 3 * (records.piece > 0)))
    return kind.astype(np.uint8)


def number_worth(
    kind: NDArray[np.uint8], settled: Pairs, open_: Pairs, probability: m.Floats, people: int
) -> m.Floats:
    """log(m/u) of each level of the number, for each kind of number.

    m is counted among pairs that are sure without the number. A number that is a person's own and agrees would agree by
    chance once in as many people as there are, times how often a record carries another's number. The other levels
    are weighed against what wrong candidates show of records whose number is nobody's in the base.
    """
    worth = np.zeros((KINDS, c.NUMBER_LEVELS))
    sure, wrong = probability > 0.99, probability < 0.01
    ours = (c.I_SAME, c.I_CARD, c.I_OTHERS)
    begin = begins(open_.record)
    known = np.isin(open_.levels.number, ours)
    owned = np.repeat(
        np.logical_or.reduceat(known, begin) if len(begin) else known,
        np.diff(np.append(begin, len(open_))),
    )
    for one in range(1, KINDS):
        m_count = np.bincount(
            settled.levels.number[kind[settled.record] == one], minlength=c.NUMBER_LEVELS
        ) + np.bincount(open_.levels.number[sure & (kind[open_.record] == one)], minlength=c.NUMBER_LEVELS)
        strange = wrong & ~owned & (kind[open_.record] == one)
        u_count = np.bincount(open_.levels.number[strange], minlength=c.NUMBER_LEVELS)
        if m_count.sum() < ENOUGH or u_count.sum() < ENOUGH:
            worth[one] = USUAL_NUMBER
            continue
        share = (m_count + 0.5) / (m_count.sum() + 0.5 * c.NUMBER_LEVELS)
        chance = (u_count + 0.5) / (u_count.sum() + 0.5 * c.NUMBER_LEVELS)
        another = max(share[c.I_OTHERS], 1e-4)
        chance[[c.I_SAME, c.I_CARD]] = another / max(people, 1)
        worth[one] = np.log(share) - np.log(chance)
        worth[one, c.I_OTHERS] = 0.0
        worth[one, c.I_NONE] = np.clip(worth[one, c.I_NONE], -2.0, 0.5)
    return np.clip(worth, -12.0, 20.0).ravel()
