"""Pairs of a record and a person it may be about, in the order of the records."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from motcua.quality.rules.comparing import Levels

Floats = NDArray[np.float64]
U64 = NDArray[np.uint64]
KEPT = 8  # candidates kept of a record
EVEN = 1e-9  # probabilities nearer than this are even; then the person's own number decides, not the row


@dataclass
class Pairs:
    """Candidates in the order of the records, with the level of every fact."""

    record: NDArray[np.int64]
    person: NDArray[np.int64]
    levels: Levels

    def __len__(self) -> int:
        return len(self.record)

    def take(self, rows: NDArray[np.generic]) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.record[rows], self.person[rows], taken(self.levels, rows))


@dataclass
class Linked:
    """For each record the best person (-1 without candidates), probabilities, the levels of the best pair."""

    person: NDArray[np.int64]
    probability: Floats
    none: Floats
    second: Floats
    levels: Levels
    figures: dict[str, float] = field(default_factory=dict)


def taken(levels: Levels, rows: NDArray[np.generic] | slice) -> Levels:
    """The levels of some of the pairs."""
    return Levels(**{name: values[rows] for name, values in vars(levels).items()})


def joined(parts: list[Pairs]) -> Pairs:
    """All the pairs, again in the order of the records."""
    record = np.concatenate([part.record for part in parts])
    order = np.argsort(record, kind="stable")
    levels = {
        name: np.concatenate([getattr(part.levels, name) for part in parts])[order]
        for name in vars(parts[0].levels)
    }
    return Pairs(record[order], np.concatenate([part.person for part in parts])[order], Levels(**levels))


def begins(record: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each record's pairs begin."""
    if not len(record):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate([[True], record[1:] != record[:-1]]))


def crowded(pairs: Pairs, most: int = KEPT) -> NDArray[np.int64]:
    """The rows of the records that have more than `most` pairs."""
    begin = begins(pairs.record)
    count = np.diff(np.append(begin, len(pairs)))
    return np.flatnonzero(np.repeat(count > most, count))


def too_many(pairs: Pairs, score: Floats, tie: U64, most: int = KEPT) -> NDArray[np.int64]:
    """The rows of all but each record's `most` best pairs."""
    order = np.lexsort((tie[pairs.person], -score, pairs.record))
    record = pairs.record[order]
    begin = begins(record)
    rank = np.arange(len(record)) - np.repeat(begin, np.diff(np.append(begin, len(record))))
    return np.asarray(order[rank >= most])


def best_of(pairs: Pairs, pair: Floats, nobody: Floats, tie: U64) -> Linked:
    """The best pair of every record; among even ones the person whose number is greatest."""
    count = len(nobody)
    rounded = np.round(pair / EVEN)
    order = np.lexsort((tie[pairs.person], rounded, pairs.record))
    record = pairs.record[order]
    last = (
        np.flatnonzero(np.append(record[1:] != record[:-1], True)) if len(record) else np.zeros(0, dtype=int)
    )
    best = order[last]
    person, probability, second = np.full(count, -1), np.zeros(count), np.zeros(count)
    person[record[last]], probability[record[last]] = pairs.person[best], pair[best]
    two = last[(last > 0)]
    two = two[record[two - 1] == record[two]]
    second[record[two]] = pair[order[two - 1]]
    levels = {}
    for name, values in vars(pairs.levels).items():
        levels[name] = np.zeros(count, dtype=np.uint8)
        levels[name][record[last]] = values[best]
    return Linked(person, probability, nobody, second, Levels(**levels))
