"""Records of the same person: inside a register (duplicates) and across registers (clusters), by the linkage's engine.

A register is compared with itself: the same keys, levels and weights as against the base. Two records that hold
two different personal numbers, or two different dates and names, are never put together by way of a third.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from motcua.base.vietnamese import fold
from motcua.quality.rules import comparing as c
from motcua.quality.rules import model as m
from motcua.quality.rules.blocking import CARD_FROM, FIRST, SECOND, Facts, candidates
from motcua.quality.rules.comparing import Levels, compare
from motcua.quality.rules.facts import without_shared
from motcua.quality.rules.linking import _USUAL_NUMBER
from motcua.quality.rules.names import FOLD, Distinct, Names
from motcua.quality.rules.reasons import reasons
from motcua.quality.rules.sides import Side, read_sides

SURE, SEEN = 0.99, 0.5  # joined unseen; shown to a person
MOST_IN_CLUSTER = 60
PRIOR = -4.0  # log odds that a pair the keys found, of which nothing is known, is one person
CHUNK = 400_000
_COMMUNE = re.compile(r"(?:^|[,;(\-]|\s-)\s*(?:xa|phuong|thi tran|x|p|tt)[\s.]+([a-z][a-z ]+)")
_DISTRICT = re.compile(r"(?:^|[,;(\-])\s*(?:huyen|h|quan|q|thi xa|tx|thanh pho|tp)[\s.]+([a-z][a-z ]+)")
Column = Callable[[str], pl.Series]
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Same:
    """Pairs of rows that are one person or may be: probability, why; and the cluster of every row (-1 alone)."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    probability: NDArray[np.float64]
    reasons: pl.Series
    cluster: NDArray[np.int64]


def find_same(records: Column, rows: int, progress: Progress | None = None) -> Same:
    """Duplicates and clusters of the rows of `records` (columns of a register; nulls where it has none)."""
    say = progress or (lambda _what, _share: None)
    say("reading", 0.05)
    if rows < 2:
        return _nothing(rows)
    people, side, names = _sides(records)
    say("second look", 0.4)
    pairs = _pairs(people, side, names)
    if not len(pairs):
        return _nothing(rows)
    left, right = (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    say("comparing", 0.6)
    levels = _levels(people, side, names, left, right)
    probability = _probability(levels, side, names, left)
    seen = probability >= SEEN
    left, right, probability = left[seen], right[seen], probability[seen]
    levels = Levels(**{name: values[seen] for name, values in vars(levels).items()})
    say("weighing", 0.85)
    cluster = _clusters(left, right, probability, side, rows)
    state = np.where(probability >= SURE, 2, 1).astype(np.uint8)
    why = reasons(levels, right, state, np.zeros(len(left)))
    say("done", 1.0)
    return Same(left, right, probability, why, cluster)


def _nothing(rows: int) -> Same:
    empty = np.zeros(0, dtype=np.int64)
    return Same(empty, empty, np.zeros(0), pl.Series([], dtype=pl.String), np.full(rows, -1))


def _sides(records: Column) -> tuple[Side, Side, Names]:
    """The register as people and as records. Places are those that its own addresses name."""
    none = records("no such column")

    def as_base(name: str) -> pl.Series:
        return none if name in _NOT_IN_REGISTER else records(_NAMED.get(name, name))

    people, side, names, _registers = read_sides(as_base, records)
    new, district = _places(records("address"))
    phone = without_shared(side.phone)
    card = np.where(side.whole >= CARD_FROM, side.whole, 0)
    side = replace(side, new=new, district=district, phone=phone)
    whole = np.where(side.whole < CARD_FROM, side.whole, 0)
    people = replace(
        people,
        new=new,
        district=district,
        phone=phone,
        spouse=side.spouse,
        head=side.head,
        whole=whole,
        card=card,
    )
    return people, side, names


_NOT_IN_REGISTER = frozenset((
    "commune", "commune_code", "old_commune", "old_commune_code", "old_district", "household_id", "rel_head", "cmnd9",
))  # fmt: skip
_NAMED = {"cccd": "id_no"}


def _places(column: pl.Series) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    distinct = Distinct()
    which = distinct.take(column)
    communes: dict[str, int] = {}
    districts: dict[str, int] = {}
    table = [(0, 0)]
    for text in distinct.texts():
        plain = fold(text[:300])
        table.append((_number(_COMMUNE.search(plain), communes), _number(_DISTRICT.search(plain), districts)))
    found = np.array(table, dtype=np.uint16)[which]
    return found[:, 0], found[:, 1]


def _number(found: re.Match[str] | None, known: dict[str, int]) -> int:
    if found is None:
        return 0
    return known.setdefault(found[1].strip(), len(known) % 60_000 + 1)


def _pairs(people: Side, side: Side, names: Names) -> NDArray[np.uint64]:
    """Candidate pairs, each once, the earlier row first."""
    parts = []
    for keys in (FIRST, SECOND):
        found = candidates(Facts(people, names), Facts(side, names), keys)
        left, right = found >> np.uint64(32), found & np.uint64(0xFFFFFFFF)
        low, high = np.minimum(left, right), np.maximum(left, right)
        parts.append((low << np.uint64(32) | high)[left != right])
    return np.unique(np.concatenate(parts))


def _levels(
    people: Side, side: Side, names: Names, left: NDArray[np.int64], right: NDArray[np.int64]
) -> Levels:
    parts = [
        compare(people, side, names, left[at : at + CHUNK], right[at : at + CHUNK])
        for at in range(0, len(left), CHUNK)
    ]
    return Levels(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in vars(parts[0])})


def _probability(levels: Levels, side: Side, names: Names, left: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of each pair: the usual weights, how common the name is among the records, and the number."""
    name = names.column(FOLD, side.full)
    values, where, counts = np.unique(name, return_inverse=True, return_counts=True)
    del values
    steps = np.minimum(np.ceil(np.log(counts[where] + 1.0) / 0.9), m.COMMON - 1).astype(np.uint8)
    relative = (side.father > 0) | (side.mother > 0) | (side.spouse > 0) | (side.head > 0)
    known = (side.dob % 100 > 0) + 2 * (side.new > 0) + 4 * relative + 8 * (side.phone > 0)
    model = m.Model(m._start(), _USUAL_NUMBER.copy())
    zero = np.zeros(len(left), dtype=np.uint8)
    tables = m.pair_tables(levels, steps[left], zero, known.astype(np.uint8)[left])
    score = model.scores(tables) + model.number[levels.number] + PRIOR
    score = np.where(levels.number == c.I_DIFFERENT, np.minimum(score, -4.0), score)
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(score - 5.0, -50, 50))))


def _clusters(
    left: NDArray[np.int64], right: NDArray[np.int64], probability: NDArray[np.float64], side: Side, rows: int
) -> NDArray[np.int64]:
    """Sure pairs joined, the surest first; a cluster holds one personal number and one whole date of birth's year."""
    root = np.arange(rows)
    number = np.where(side.whole < CARD_FROM, side.whole, 0).tolist()
    size = [1] * rows
    for at in np.argsort(-probability, kind="stable"):
        if probability[at] < SURE:
            break
        one, two = _top(root, int(left[at])), _top(root, int(right[at]))
        if one == two or size[one] + size[two] > MOST_IN_CLUSTER:
            continue
        if number[one] and number[two] and number[one] != number[two]:
            continue
        one, two = min(one, two), max(one, two)
        root[two] = one
        size[one] += size[two]
        number[one] = number[one] or number[two]
    tops = np.array([_top(root, row) for row in range(rows)])
    alone = np.bincount(tops, minlength=rows)[tops] == 1
    return np.where(alone, -1, tops)


def _top(root: NDArray[np.int64], row: int) -> int:
    while root[row] != row:
        root[row] = root[root[row]]
        row = int(root[row])
    return row
