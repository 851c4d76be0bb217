"""How much each agreement weighs, learned from the records whose number says who they are.

For every record the candidates and "not in the base" compete: P(person) = exp(score) / (exp(none) + sum exp(scores)),
Fellegi and Sunter's weights with the posterior taken over the whole list. The weights are sums of small tables: one for
each fact's level, some for levels together, some for each register. Records with a valid number train them with
the number hidden; what the number itself is worth is counted afterwards from links that are sure without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from motcua.quality.rules.comparing import (
    DATE_LEVELS,
    NAME_LEVELS,
    NUMBER_LEVELS,
    PLACE_LEVELS,
    RELATIVE_LEVELS,
    Levels,
)  # fmt: skip

Floats = NDArray[np.float64]
Ints = NDArray[np.signedinteger[Any]]
COMMON = 12  # bins of how common a name is
REGISTERS = 32
NAME_GROUP = np.array([0, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5], dtype=np.uint8)
DATE_GROUP = np.array([0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6], dtype=np.uint8)
PLACE_GROUP = np.array([0, 1, 1, 2, 3, 2, 3, 2], dtype=np.uint8)
RELATIVE_GROUP = np.array([0, 1, 1, 1, 1, 2, 2], dtype=np.uint8)


@dataclass
class Features:
    """For each pair the row of every table; `record` numbers the record of each pair, in order, from 0."""

    record: Ints
    tables: tuple[Ints, ...]
    none: tuple[Ints, ...]  # for each record, the rows of the tables of "not in the base"


def pair_tables(
    levels: Levels, common: NDArray[np.uint8], register: NDArray[np.uint8], known: NDArray[np.uint8]
) -> tuple[Ints, ...]:
    """The rows of each table for pairs; `common`, `register` and `known` are of the pair's record."""
    name, dob, place = (one.astype(np.int32) for one in (levels.name, levels.dob, levels.place))
    group, day = NAME_GROUP[levels.name].astype(np.int32), DATE_GROUP[levels.dob].astype(np.int32)
    near = PLACE_GROUP[levels.place].astype(np.int32)
    family = np.maximum(RELATIVE_GROUP[levels.father] == 1, RELATIVE_GROUP[levels.mother] == 1) | (
        (RELATIVE_GROUP[levels.spouse] == 1) | (RELATIVE_GROUP[levels.head] == 1)
    )
    apart = (
        (RELATIVE_GROUP[levels.father] == 2)
        | (RELATIVE_GROUP[levels.mother] == 2)
        | (RELATIVE_GROUP[levels.spouse] == 2)
    )
    kin = family.astype(np.int32) + 2 * apart
    reg = register.astype(np.int32)
    phone = levels.phone.astype(np.int32)
    return (
        name * 3 + levels.sex,
        dob,
        levels.father.astype(np.int32) * RELATIVE_LEVELS + levels.mother,
        levels.spouse.astype(np.int32),
        levels.head.astype(np.int32),
        place * 3 + levels.hamlet,
        phone * 6 + group,
        name * DATE_LEVELS + dob,
        common.astype(np.int32) * 6 + group,
        (group * 7 + day) * 4 + near,
        (group * 7 + day) * 4 + kin,
        (kin * 4 + near) * 3 + phone,
        reg * NAME_LEVELS + name,
        reg * DATE_LEVELS + dob,
        reg * PLACE_LEVELS + place,
        known.astype(np.int32) * 6 + group,
        (common.astype(np.int32) * 7 + day) * 2 + (group <= 2),
        reg * 48 + levels.station,
    )


SIZES = (
    NAME_LEVELS * 3, DATE_LEVELS, RELATIVE_LEVELS**2, RELATIVE_LEVELS, RELATIVE_LEVELS, PLACE_LEVELS * 3, 18,
    NAME_LEVELS * DATE_LEVELS, COMMON * 6, 6 * 7 * 4, 6 * 7 * 4, 48, REGISTERS * NAME_LEVELS, REGISTERS * DATE_LEVELS,
    REGISTERS * PLACE_LEVELS, 16 * 6, COMMON * 14, REGISTERS * 48,
)  # fmt: skip
NONE_SIZES = (REGISTERS, 16, COMMON * 4, 12)


def none_tables(
    register: NDArray[np.uint8],
    known: NDArray[np.uint8],
    common: NDArray[np.uint8],
    home: NDArray[np.uint8],
) -> tuple[Ints, ...]:
    """The rows of the tables of "not in the base" for records.

    `home` is 1 where a candidate has another given name but the family of the record, 2 where at the same place:
    then the record may be of a member of that household whom the base does not list.
    """
    return (
        register.astype(np.int32),
        known.astype(np.int32),
        common.astype(np.int32) * 4 + (known & 3),
        home.astype(np.int32) * 4 + (known & 3),
    )


def household(levels: Levels, record: Ints, count: int) -> NDArray[np.uint8]:
    """`home` of `none_tables` for each of `count` records."""
    other = NAME_GROUP[levels.name] >= 4
    kin = RELATIVE_GROUP[np.stack([levels.father, levels.mother, levels.spouse, levels.head])] == 1
    kin_only = other & kin.any(axis=0)
    home = np.zeros(count, dtype=np.uint8)
    home[record[kin_only]] = 1
    home[record[kin_only & (PLACE_GROUP[levels.place] == 1)]] = 2
    return home


@dataclass
class Model:
    """The tables of weights, and the worth of each level of the number for each of four kinds of number."""

    weights: Floats
    number: Floats = field(default_factory=lambda: np.zeros(4 * NUMBER_LEVELS))

    def scores(self, tables: tuple[Ints, ...]) -> Floats:
        """The score of each pair without the number."""
        return _sum(self.weights, tables, SIZES)

    def none(self, tables: tuple[Ints, ...]) -> Floats:
        """The score of "not in the base" of each record."""
        return _sum(self.weights[sum(SIZES) :], tables, NONE_SIZES)


def _sum(weights: Floats, tables: tuple[Ints, ...], sizes: tuple[int, ...]) -> Floats:
    at, total = 0, np.zeros(len(tables[0]), dtype=np.float64)
    for rows, size in zip(tables, sizes, strict=True):
        total += weights[at : at + size][rows]
        at += size
    return total


def posterior(scores: Floats, record: Ints, none: Floats) -> tuple[Floats, Floats]:
    """The probability of each pair and of "none" for each record; `record` is in order."""
    best = none.copy()
    np.maximum.at(best, record, scores)
    odds = np.exp(scores - best[record])
    nobody = np.exp(none - best)
    total = np.bincount(record, weights=odds, minlength=len(none)) + nobody
    return odds / total[record], nobody / total


def train(
    features: Features, allowed: Floats, nobody: Floats, *, rounds: int = 120, ridge: float = 0.6
) -> Model:
    """The weights that make what is known most likely.

    `allowed` says of each pair, and `nobody` of "not in the base", how well it goes with what is known of the
    record: 1 for the person of its number and 0 for all others, or something between where that is not sure.
    """
    origin = start()
    record, count = features.record, len(nobody)

    def loss(weights: Floats) -> tuple[float, Floats]:
        model = Model(weights)
        pair, none = posterior(model.scores(features.tables), record, model.none(features.none))
        fits, fits_none = allowed * pair, nobody * none
        likely = np.maximum(np.bincount(record, weights=fits, minlength=count) + fits_none, 1e-12)
        value = -float(np.sum(np.log(likely)))
        left = pair - fits / likely[record]
        left_none = none - fits_none / likely
        gradient = np.concatenate(
            [np.bincount(rows, left, size) for rows, size in zip(features.tables, SIZES, strict=True)]
            + [
                np.bincount(rows, left_none, size)
                for rows, size in zip(features.none, NONE_SIZES, strict=True)
            ]
        )
        away = weights - origin
        return value + 0.5 * ridge * float(away @ away), gradient + ridge * away

    return Model(_minimise(loss, origin, rounds))


def start() -> Floats:
    """Where learning begins, and what it falls back on where the data say nothing: the usual weights."""
    name = [0.0, 9, 8.5, 5, 6, 5.5, 5, 5, 2.5, -1, -2, -2, -6, -7, -9]
    date = [0.0, 8, 5, 4.5, 4, 3, 3, 2, 1, -0.5, -1, -1, -3, -6]
    relative = [0.0, 3.5, 2.5, 2.5, 1.5, -1, -2]
    place = [0.0, 4, 3.5, 0.5, -2, 0.5, -2, 3]
    tables = [np.zeros(size) for size in (*SIZES, *NONE_SIZES)]
    tables[0] = (np.array(name)[:, None] + np.array([0.0, 0.4, -3])[None, :]).ravel()
    tables[1] = np.array(date)
    tables[2] = (np.array(relative)[:, None] + np.array(relative)[None, :]).ravel()
    tables[3] = np.array(relative)
    tables[4] = np.array(relative)
    tables[5] = (np.array(place)[:, None] + np.array([0.0, 1.5, -1.5])[None, :]).ravel()
    tables[6] = np.repeat([0.0, 5.0, -0.5], 6)
    tables[8] = np.repeat(np.linspace(1.5, -3.5, COMMON), 6)
    tables[len(SIZES)] = np.full(REGISTERS, 9.0)
    return np.concatenate(tables)


def _minimise(
    loss: Callable[[Floats], tuple[float, Floats]], x: Floats, rounds: int, memory: int = 12
) -> Floats:
    """L-BFGS with a halving line search."""
    steps: list[tuple[Floats, Floats]] = []
    value, gradient = loss(x)
    for _ in range(rounds):
        direction = _direction(gradient, steps[-memory:])
        slope = float(direction @ gradient)
        if slope > -1e-9:
            break
        size = 1.0 if steps else 1.0 / max(1.0, float(np.abs(gradient).max()))
        for _ in range(25):
            new_value, new_gradient = loss(x + size * direction)
            if new_value <= value + 1e-4 * size * slope:
                break
            size *= 0.5
        else:
            break
        step, change = size * direction, new_gradient - gradient
        if float(step @ change) > 1e-12:
            steps.append((step, change))
        done = abs(value - new_value) < 1e-6 * (1 + abs(new_value))
        x, value, gradient = x + step, new_value, new_gradient
        if done:
            break
    return x


def _direction(gradient: Floats, steps: list[tuple[Floats, Floats]]) -> Floats:
    q = gradient.copy()
    kept = []
    for step, change in reversed(steps):
        rho = 1.0 / float(step @ change)
        alpha = rho * float(step @ q)
        q -= alpha * change
        kept.append((rho, alpha))
    if steps:
        step, change = steps[-1]
        q *= float(step @ change) / float(change @ change)
    for (step, change), (rho, alpha) in zip(steps, reversed(kept), strict=True):
        q += step * (alpha - rho * float(change @ q))
    return -q


_start = start
