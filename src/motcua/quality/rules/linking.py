"""The whole linkage: read both sides, look for candidates in two goes, learn, weigh, decide."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from motcua.quality.rules import comparing as c
from motcua.quality.rules import model as m
from motcua.quality.rules.blocking import CARD_FROM, FIRST, SECOND, Facts, candidates
from motcua.quality.rules.comparing import Levels, compare
from motcua.quality.rules.deciding import claim_worth, claimed_by_others
from motcua.quality.rules.names import FOLD, Names
from motcua.quality.rules.sides import Side

Progress = Callable[[str, float], None]
CHUNK = 400_000
KEPT = 8  # candidates kept of a record
SAMPLE = 60_000  # records that train
_PERSON = np.uint64(0xFFFFFFFF)


@dataclass
class Pairs:
    """Candidates in the order of the records, with the level of every fact."""

    record: NDArray[np.int64]
    person: NDArray[np.int64]
    levels: Levels
    by_number: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.record)

    def take(self, rows: NDArray[np.generic]) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.record[rows], self.person[rows], _take(self.levels, rows), self.by_number[rows])


@dataclass
class Linked:
    """For each record the best person (-1 without candidates), probabilities, the levels of the best pair."""

    person: NDArray[np.int64]
    probability: NDArray[np.float64]
    none: NDArray[np.float64]
    second: NDArray[np.float64]
    levels: Levels
    figures: dict[str, float] = field(default_factory=dict)


def _take(levels: Levels, rows: NDArray[np.generic]) -> Levels:
    return Levels(**{name: values[rows] for name, values in vars(levels).items()})


def _joined(parts: list[Pairs]) -> Pairs:
    record = np.concatenate([part.record for part in parts])
    order = np.argsort(record, kind="stable")
    levels = {
        name: np.concatenate([getattr(part.levels, name) for part in parts])[order]
        for name in vars(parts[0].levels)
    }
    person = np.concatenate([part.person for part in parts])[order]
    return Pairs(
        record[order], person, Levels(**levels), np.concatenate([part.by_number for part in parts])[order]
    )


class Linker:
    """Links the records of one side to the people of the other."""

    def __init__(self, people: Side, records: Side, names: Names, progress: Progress | None = None) -> None:
        self.people, self.records, self.names = people, records, names
        self.say = progress or (lambda _what, _share: None)
        self.figures: dict[str, float] = {}
        self.facts = Facts(people, names)
        self.common = self._commonness()
        self.known = self._known()

    def run(self) -> Linked:
        """Every record with its best person."""
        self.say("first look", 0.35)
        first = self._pairs(candidates(self.facts, Facts(self.records, self.names), FIRST))
        settled = self._settled(first)
        known, truth = self._sample(first)
        self.known_records, self.known_people = known, truth
        self.say("second look", 0.45)
        open_ = ~settled
        open_[known] = True
        rows = np.flatnonzero(open_)
        hidden = np.zeros(len(self.records), dtype=bool)
        hidden[known] = True  # what trains must be found as those are found that have no number
        r = self.records
        self.records = replace(r, dob=np.where((r.dob == 0) & ~hidden, r.hint, r.dob).astype(np.int32))
        facts = Facts(self.records, self.names, rows, hidden[rows])
        found = candidates(self.facts, facts, SECOND, rows)
        self.figures["candidates_second"] = len(found)
        self.facts = Facts(self.people, self.names)
        self.say("comparing", 0.6)
        every = self._with_first(found, first, open_)
        self.say("learning", 0.75)
        model = self._learn(every, known, truth)
        self.say("weighing", 0.85)
        return self._weigh(every, first, settled, model)

    def _commonness(self) -> NDArray[np.uint8]:
        """For each record, how many in the base carry its name, in steps of a factor of about two and a half."""
        fold = self.names.column(FOLD, self.people.full)
        values, counts = np.unique(fold, return_counts=True)
        own = self.names.column(FOLD, self.records.full)
        at = (
            np.minimum(np.searchsorted(values, own), len(values) - 1)
            if len(values)
            else np.zeros(len(own), dtype=int)
        )
        times = np.where(values[at] == own, counts[at], 0) if len(values) else np.zeros(len(own))
        steps = np.minimum(np.ceil(np.log(times + 1.0) / 0.9), m.COMMON - 1)
        return np.asarray(steps, dtype=np.uint8)

    def _known(self) -> NDArray[np.uint8]:
        """Which facts each record has: its whole date, its place, a relative, a telephone."""
        r = self.records
        relative = (r.father > 0) | (r.mother > 0) | (r.spouse > 0) | (r.head > 0)
        known = (r.dob % 100 > 0) + 2 * (r.new + r.old > 0) + 4 * relative + 8 * (r.phone > 0)
        return np.asarray(known, dtype=np.uint8)

    def _pairs(self, packed: NDArray[np.uint64]) -> Pairs:
        """Compared pairs, worked on in chunks by two threads."""
        record = (packed >> np.uint64(32)).astype(np.int64)
        person = (packed & _PERSON).astype(np.int64)
        cuts = list(range(0, len(packed), CHUNK)) or [0]
        with ThreadPoolExecutor(2) as pool:
            parts = list(
                pool.map(
                    lambda at: compare(
                        self.people,
                        self.records,
                        self.names,
                        record[at : at + CHUNK],
                        person[at : at + CHUNK],
                    ),
                    cuts,
                )
            )
        levels = Levels(
            **{name: np.concatenate([getattr(p, name) for p in parts]) for name in vars(parts[0])}
        )
        return Pairs(record, person, levels, np.zeros(len(record), dtype=bool))

    def _settled(self, first: Pairs) -> NDArray[np.bool_]:
        """Records that need no second look: one person agrees so well that nobody else can be meant."""
        level = first.levels
        number = (level.number == c.I_SAME) | (level.number == c.I_CARD)
        name = (level.name >= c.N_SAME) & (level.name <= c.N_OTHER_MIDDLE)
        day = (level.dob <= c.D_OTHER_YEAR) & (level.sex != 2)
        by_number = number & name & day
        place = (level.place == c.P_OLD) | (level.place == c.P_NEW) | (level.place == c.P_SAME_NAME)
        kin = (
            (level.father == 1)
            | (level.mother == 1)
            | (level.spouse == 1)
            | (level.head == 1)
            | (level.phone == 1)
        )
        full = (level.name <= c.N_ACCENTS) & (level.name > 0) & (level.dob == c.D_SAME) & (level.sex != 2)
        by_name = full & (place | kin) & (level.number < c.I_BIRTH)
        good = by_number | by_name
        count = np.bincount(first.record[good | full], minlength=len(self.records))
        settled = np.zeros(len(self.records), dtype=bool)
        settled[first.record[good]] = True
        return np.asarray(settled & (count == 1))

    def _sample(self, first: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Records whose number says who they are, and that person (-1: the number is of nobody in the base)."""
        rng = np.random.default_rng(20260101)
        level = first.levels
        number = (level.number == c.I_SAME) | (level.number == c.I_CARD)
        agrees = (level.name <= c.N_OTHER_MIDDLE) & (level.name > 0) | (level.dob == c.D_SAME)
        good = np.flatnonzero(number & agrees)
        times = np.bincount(first.record[number], minlength=len(self.records))
        good = good[times[first.record[good]] == 1]
        with_number = (self.records.whole > 0) & (self.records.whole < CARD_FROM)
        nobody = with_number & (times == 0)
        missing = np.flatnonzero(nobody)
        share = min(1.0, SAMPLE / max(1, len(good) + len(missing)))
        good = rng.permutation(good)[: int(np.ceil(len(good) * share))]
        missing = rng.permutation(missing)[: int(np.ceil(len(missing) * share))]
        self.figures["trained_on"] = len(good) + len(missing)
        known = np.concatenate([first.record[good], missing])
        truth = np.concatenate([first.person[good], np.full(len(missing), -1)])
        order = np.argsort(known)
        return known[order], truth[order]

    def _with_first(self, found: NDArray[np.uint64], first: Pairs, open_: NDArray[np.bool_]) -> Pairs:
        """The second look's pairs, and the first's of the same records.

        A pair that only the number found is marked in `by_number`: records that train must do without it.
        """
        first = first.take(np.flatnonzero(open_[first.record]))
        packed = (first.record.astype(np.uint64) << np.uint64(32)) | first.person.astype(np.uint64)
        level = first.levels
        named = (level.name > 0) & (level.name <= c.N_ACCENTS) & (level.dob == c.D_SAME)
        at = np.minimum(np.searchsorted(found, packed), max(len(found) - 1, 0))
        again = found[at] == packed if len(found) else np.zeros(len(packed), dtype=bool)
        first.by_number = ~named & ~again
        keep = np.ones(len(found), dtype=bool)
        keep[at[again]] = False
        return self._best_of(_joined([self._pairs(found[keep]), first]))

    def _best_of(self, pairs: Pairs) -> Pairs:
        """At most `KEPT` candidates a record, by the usual weights."""
        model = m.Model(m._start())
        score = np.empty(len(pairs))
        for at in range(0, len(pairs), CHUNK):
            part = slice(at, at + CHUNK)
            score[part] = model.scores(self._tables(pairs, part))
        score += 8.0 * np.isin(pairs.levels.number, (c.I_SAME, c.I_CARD, c.I_NEAR))
        order = np.lexsort((-score, pairs.record))
        record = pairs.record[order]
        begin = np.flatnonzero(np.concatenate([[True], record[1:] != record[:-1]])) if len(record) else record
        rank = np.arange(len(record)) - np.repeat(begin, np.diff(np.append(begin, len(record))))
        return pairs.take(np.sort(order[rank < KEPT]))

    def _tables(self, pairs: Pairs, part: slice) -> tuple[m.Ints, ...]:
        record = pairs.record[part]
        levels = Levels(**{name: values[part] for name, values in vars(pairs.levels).items()})
        return m.pair_tables(levels, self.common[record], self.records.register[record], self.known[record])

    def _none(self, record: NDArray[np.int64]) -> tuple[m.Ints, ...]:
        return m.none_tables(self.records.register[record], self.known[record], self.common[record])

    def _learn(self, every: Pairs, known: NDArray[np.int64], truth: NDArray[np.int64]) -> m.Model:
        """The weights from the records that are known; too few of them leave the usual weights."""
        number = np.full(len(self.records), -1)
        number[known] = np.arange(len(known))
        some = every.take(np.flatnonzero((number[every.record] >= 0) & ~every.by_number))
        own = number[some.record]
        right = truth[own] == some.person
        reached = np.bincount(own[right], minlength=len(known)) > 0
        self.figures["reached"] = float(reached[truth >= 0].mean()) if (truth >= 0).any() else 0.0
        if len(known) < 200:
            return m.Model(m._start(), _USUAL_NUMBER.copy())
        features = m.Features(own, self._tables(some, slice(None)), self._none(known))
        # A number that nobody has may be a mistyped one: such a record may still be a person of another number.
        allowed = np.where(truth[own] < 0, _MISTYPED[some.levels.number], right.astype(np.float64))
        # A person whom the keys do not reach counts as not in the base: nobody among the candidates is right.
        model = m.train(features, allowed, (~reached).astype(np.float64))
        model.number = self._number_worth(every, model)
        return model

    def _number_worth(self, every: Pairs, model: m.Model) -> m.Floats:
        """What the number says, counted on links that are sure without it."""
        rng = np.random.default_rng(7)
        carry = np.flatnonzero((self.records.whole > 0) | (self.records.piece > 0))
        chosen = np.zeros(len(self.records), dtype=bool)
        chosen[rng.permutation(carry)[: 4 * SAMPLE]] = True
        some = every.take(np.flatnonzero(chosen[every.record]))
        if not len(some):
            return _USUAL_NUMBER.copy()
        ids, own = np.unique(some.record, return_inverse=True)
        pair, _ = m.posterior(model.scores(self._tables(some, slice(None))), own, model.none(self._none(ids)))
        right, wrong = np.where(pair > 0.99, pair, 0.0), np.where(pair < 0.01, 1 - pair, 0.0)
        return np.where(
            np.arange(c.NUMBER_LEVELS) > 0,
            m.number_worth(some.levels.number, right, wrong, len(ids), len(self.people)),
            0.0,
        )

    def _weigh(self, every: Pairs, first: Pairs, settled: NDArray[np.bool_], model: m.Model) -> Linked:
        """The posterior of every record, over all its candidates."""
        seen = np.zeros(len(self.records), dtype=bool)
        seen[every.record] = True
        pairs = _joined([every, first.take(np.flatnonzero(~seen[first.record]))])
        score = np.empty(len(pairs))
        for at in range(0, len(pairs), CHUNK):
            part = slice(at, at + CHUNK)
            score[part] = model.scores(self._tables(pairs, part)) + model.number[pairs.levels.number[part]]
        none = model.none(self._none(np.arange(len(self.records))))
        pair, nobody = m.posterior(score, pairs.record, none)
        taken = claimed_by_others(self.records.register[pairs.record], pairs.person, pair)
        sure, free = self._claims(pairs, taken)
        score += taken * sure + (1.0 - taken) * free
        pair, nobody = m.posterior(score, pairs.record, none)
        self.figures |= {
            "pairs": len(pairs),
            "settled": float(settled.mean()) if len(settled) else 0.0,
            "claimed": sure,
            "unclaimed": free,
        }
        self.pairs = pairs
        return best_of(pairs, pair, nobody, len(self.records), self.figures)

    def _claims(self, pairs: Pairs, taken: m.Floats) -> tuple[float, float]:
        """What a claim by another record of the register is worth, on the records that are known."""
        person = np.full(len(self.records), -2)
        person[self.known_records] = self.known_people
        rows = np.flatnonzero(person[pairs.record] >= -1)
        return claim_worth(taken[rows], person[pairs.record[rows]] == pairs.person[rows])


_MISTYPED = np.array([1.0, 0.0, 0.0, 20.0, 5.0, 0.002, 0.01, 0.1, 1.0])
_USUAL_NUMBER = np.array([0.0, 13.0, 12.0, 7.0, 5.0, 0.0, -4.0, -2.0, 2.0])


def best_of(pairs: Pairs, pair: m.Floats, nobody: m.Floats, count: int, figures: dict[str, float]) -> Linked:
    """The best pair of every record."""
    order = np.lexsort((pair, pairs.record))
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
    return Linked(person, probability, nobody, second, Levels(**levels), figures)
