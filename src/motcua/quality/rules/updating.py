"""A linkage that is kept: when rows of either side change, only the records that they can touch are looked at anew.

What was learned stays as it is. A record's candidates depend on its own facts and on the people who share a key with
it, its probability also on who else claims these people: so a change reaches the records that share a key with a
person who changed, and from there those that have a person in common. The answer is that of a whole run.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from motcua.quality.rules.blocking import FIRST, SECOND, Facts, Key, met
from motcua.quality.rules.comparing import Levels
from motcua.quality.rules.facts import without_shared
from motcua.quality.rules.learning import Learned
from motcua.quality.rules.linking import Linker, Scored
from motcua.quality.rules.names import ACC, Names
from motcua.quality.rules.pairs import Linked, Pairs, taken
from motcua.quality.rules.sides import NAMES, Side, taken_rows

Rows = NDArray[np.int64]
T = TypeVar("T", bound=np.generic)


@dataclass
class Homes:
    """The household of each person (a hash, 0 without one) and who heads it."""

    number: NDArray[np.uint64]
    head: NDArray[np.bool_]


@dataclass
class Change:
    """New facts of some rows; a row beyond the last is a new one, a row without any facts was deleted."""

    rows: Rows
    side: Side
    homes: Homes | None = None  # of people


@dataclass
class Linkage:
    """Both sides, what was learned, every candidate with its score, and every record's link.

    `phones` are the records' telephones as written: those that too many carry are not facts, and who they are changes.
    """

    people: Side
    records: Side
    names: Names
    homes: Homes
    phones: NDArray[np.uint32]
    settled: NDArray[np.bool_]
    scored: Scored
    linked: Linked
    learned: Learned

    @classmethod
    def of(cls, linker: Linker, linked: Linked, homes: Homes, phones: NDArray[np.uint32]) -> Linkage:
        """A whole run that ended with `linked`, kept."""
        if linker.learned is None or linker.scored is None:
            raise ValueError("a run that did not end cannot be kept")
        people, records, learned = linker.people, linker.plain, linker.learned
        return cls(
            people, records, linker.names, homes, phones, linker.settled, linker.scored, linked, learned
        )

    def take_names(self, names: Names, *sides: Side) -> None:
        """Add a table of names and number the names of `sides` by it."""
        more = np.uint32(len(self.names.rows) - 1)
        for side in sides:
            for one in NAMES:
                ids = getattr(side, one)
                setattr(side, one, np.where(ids > 0, ids + more, 0).astype(np.uint32))
        self.names = Names(
            np.concatenate([self.names.rows, names.rows[1:]]), pl.concat([self.names.text, names.text[1:]])
        )

    def update(self, people: Change, records: Change) -> Rows:
        """Take in changed rows of both sides; returns the records whose link was decided anew, in order."""
        changed, before = self._change_people(people)
        own = self._change_records(records)
        touched = np.zeros(len(self.records), dtype=bool)
        touched[own] = True
        if len(changed):
            touched[self._touched(before, taken_rows(self.people, changed))] = True
        rows = np.flatnonzero(touched)
        return self._decide(rows, self._score(rows))

    def _change_people(self, change: Change) -> tuple[Rows, Side]:
        """The people whose facts change (heads of households change their members'), and what they were."""
        if change.homes is None or not len(change.rows):
            return np.zeros(0, dtype=np.int64), taken_rows(self.people, np.zeros(0, dtype=np.int64))
        total = max(len(self.people), int(change.rows.max()) + 1)
        old = _longer(self.people, total)
        homes = Homes(_grown(self.homes.number, total), _grown(self.homes.head, total))
        moved = np.concatenate([homes.number[change.rows], change.homes.number])
        homes.number[change.rows], homes.head[change.rows] = change.homes.number, change.homes.head
        new = _replaced(old, change)
        members = np.flatnonzero(np.isin(homes.number, moved[moved != 0]))
        alone = change.rows[homes.number[change.rows] == 0]
        new.head[alone] = 0
        new.head[members] = _heads(homes, new, members)
        accents = self.names.rows[:, ACC]
        other = members[accents[new.head[members]] != accents[old.head[members]]]
        changed = np.union1d(change.rows, other)
        self.people, self.homes = new, homes
        return changed, taken_rows(old, changed)

    def _change_records(self, change: Change) -> Rows:
        """The records whose facts change: a telephone that one more carries may be nobody's from now on."""
        if not len(change.rows):
            return np.zeros(0, dtype=np.int64)
        total = max(len(self.records), int(change.rows.max()) + 1)
        before = _grown(self.records.phone, total)
        self.phones = _grown(self.phones, total)
        self.phones[change.rows] = change.side.phone
        self.records = _replaced(_longer(self.records, total), change)
        self.records.phone = without_shared(self.phones)
        self.settled = _grown(self.settled, total)
        self.scored.none = _grown(self.scored.none, total)
        link, levels = self.linked, {k: _grown(v, total) for k, v in vars(self.linked.levels).items()}
        more = np.full(total - len(link.person), -1)
        self.linked = Linked(
            np.concatenate([link.person, more]), _grown(link.probability, total), _grown(link.none, total),
            _grown(link.second, total), Levels(**levels),
        )  # fmt: skip
        return np.union1d(change.rows, np.flatnonzero(before != self.records.phone))

    def _touched(self, before: Side, after: Side) -> Rows:
        """The records that share with one of these people a key by which candidates are found."""
        people, were, are = (
            Facts(self.people, self.names),
            Facts(before, self.names),
            Facts(after, self.names),
        )
        found = []
        for keys, rows in ((FIRST, None), (SECOND, np.flatnonzero(~self.settled))):
            records = Facts(self.records, self.names, rows)
            for key in keys:  # made once, before the threads share them
                for facts, of in ((key.facts, (records,)), (key.of_base, (people, were, are))):
                    for name in facts:
                        for side in of:
                            side.make(name)

            def meets(key: Key, records: Facts = records) -> Rows:
                return met(people, records, key, were, are)

            with ThreadPoolExecutor(2) as pool:
                hit = np.unique(np.concatenate(list(pool.map(meets, keys))))
            found.append(hit if rows is None else rows[hit])
        return np.union1d(*found)

    def _score(self, rows: Rows) -> Pairs:
        """Score the candidates of `rows` anew; returns the candidates that they had before."""
        linker = Linker(self.people, taken_rows(self.records, rows), self.names, learned=self.learned)
        fresh = linker.score(np.arange(len(rows)))
        gone = np.zeros(len(self.records), dtype=bool)
        gone[rows] = True
        kept = self.scored.pairs
        out = gone[kept.record]
        stay = np.flatnonzero(~out)
        record = np.concatenate([kept.record[stay], rows[fresh.pairs.record]])
        order = np.argsort(record, kind="stable")
        levels = {
            name: np.concatenate([values[stay], getattr(fresh.pairs.levels, name)])[order]
            for name, values in vars(kept.levels).items()
        }
        person = np.concatenate([kept.person[stay], fresh.pairs.person])[order]
        none = self.scored.none.copy()
        none[rows], self.settled[rows] = fresh.none, linker.settled
        score = np.concatenate([self.scored.score[stay], fresh.score])[order]
        self.scored = Scored(Pairs(record[order], person, Levels(**levels)), score, none)
        return kept.take(np.flatnonzero(out))

    def _decide(self, rows: Rows, had: Pairs) -> Rows:
        """Weigh the records that have a person in common with `rows`, before or now."""
        pairs = self.scored.pairs
        near = np.zeros(len(self.records), dtype=bool)
        near[rows] = True
        people = np.zeros(len(self.people), dtype=bool)
        people[had.person] = True
        people[pairs.person[near[pairs.record]]] = True
        near[pairs.record[people[pairs.person]]] = True
        decided = np.flatnonzero(near)
        # Who else claims the people of these records: their own probabilities are needed, not decided anew.
        people[pairs.person[near[pairs.record]]] = True
        near[pairs.record[people[pairs.person]]] = True
        every = np.flatnonzero(near)
        at = np.flatnonzero(near[pairs.record])
        own = np.searchsorted(every, pairs.record[at])
        some = Scored(
            Pairs(own, pairs.person[at], taken(pairs.levels, at)),
            self.scored.score[at],
            self.scored.none[every],
        )
        linker = Linker(self.people, taken_rows(self.records, every), self.names, learned=self.learned)
        found = linker.weigh(some)
        back = np.searchsorted(every, decided)
        for name in ("person", "probability", "none", "second"):
            getattr(self.linked, name)[decided] = getattr(found, name)[back]
        for name, values in vars(self.linked.levels).items():
            values[decided] = getattr(found.levels, name)[back]
        return decided


def _heads(homes: Homes, people: Side, members: Rows) -> NDArray[np.uint32]:
    """The name of the head of each member's household; of two heads the one whose number is least."""
    heads = members[homes.head[members]]
    heads = heads[np.lexsort((people.tie[heads], homes.number[heads]))]
    numbers, first = np.unique(homes.number[heads], return_index=True)
    if not len(numbers):
        return np.zeros(len(members), dtype=np.uint32)
    at = np.minimum(np.searchsorted(numbers, homes.number[members]), len(numbers) - 1)
    names = people.full[heads[first]]
    return np.where(numbers[at] == homes.number[members], names[at], 0).astype(np.uint32)


def _grown(values: NDArray[T], total: int) -> NDArray[T]:
    """A copy of at least `total` rows."""
    return np.concatenate([values, np.zeros(max(0, total - len(values)), dtype=values.dtype)])


def _longer(side: Side, total: int) -> Side:
    """A copy of at least `total` rows; facts that this side does not have stay empty."""
    here = len(side)
    return Side(**{n: _grown(v, total) if len(v) == here and here else v for n, v in vars(side).items()})


def _replaced(side: Side, change: Change) -> Side:
    """`side` with the changed rows."""
    out = replace(side)
    for name, values in vars(change.side).items():
        if len(values):
            held = (
                getattr(side, name).copy() if len(getattr(side, name)) else np.zeros(len(side), values.dtype)
            )
            held[change.rows] = values
            setattr(out, name, held)
    return out
