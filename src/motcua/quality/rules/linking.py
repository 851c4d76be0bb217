"""The whole linkage: read both sides, look for candidates in two goes, learn, weigh, decide."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from motcua.quality.rules import comparing as c
from motcua.quality.rules import learning
from motcua.quality.rules import model as m
from motcua.quality.rules.blocking import FIRST, SECOND, Facts, candidates
from motcua.quality.rules.comparing import Levels, compare
from motcua.quality.rules.deciding import claim_worth, claimed_by_others, least_accepted
from motcua.quality.rules.learning import Common, Learned
from motcua.quality.rules.names import FOLD, Names
from motcua.quality.rules.pairs import Linked, Pairs, best_of, crowded, joined, taken, too_many
from motcua.quality.rules.sides import Side

_USUAL_NUMBER = learning.USUAL_NUMBER
Progress = Callable[[str, float], None]
Rows = NDArray[np.int64]
CHUNK = 400_000
_PERSON = np.uint64(0xFFFFFFFF)
_UP = np.uint64(32)


@dataclass
class Scored:
    """Candidates with their scores before the register's other claims; `none` of every record."""

    pairs: Pairs
    score: m.Floats
    none: m.Floats


class Linker:
    """Links the records of one side to the people of the other.

    With `learned` nothing is learned: what a record is linked to then depends on the rows alone, whatever came first.
    """

    def __init__(
        self,
        people: Side,
        records: Side,
        names: Names,
        progress: Progress | None = None,
        learned: Learned | None = None,
    ) -> None:
        self.people, self.plain, self.names = people, records, names
        self.say = progress or (lambda _what, _share: None)
        self.figures: dict[str, float] = {}
        self.settled = np.zeros(len(records), dtype=bool)
        self.scored: Scored | None = None
        self.learned, self.learns = learned, learned is None
        self.counted = learned.common if learned else Common.of(people, names)
        self.common = self.counted(names.column(FOLD, records.full))
        self.known = _known(records)
        self.kind = learning.number_kind(records)
        hinted = np.where(records.dob == 0, records.hint, records.dob) if len(records.hint) else records.dob
        self.records = replace(records, dob=hinted.astype(np.int32))

    def run(self) -> Linked:
        """Every record with its best person."""
        self.scored = self.score(np.arange(len(self.plain)))
        self.say("weighing", 0.85)
        return self.weigh(self.scored)

    @property
    def least(self) -> float:
        """The least probability that is accepted."""
        return self.learned.least if self.learned else 1.0

    def score(self, rows: Rows) -> Scored:
        """The candidates of the records `rows` (in order) with their scores."""
        self.say("first look", 0.35)
        shown = Facts(self.plain, self.names, rows)
        people = Facts(self.people, self.names)
        first = self._pairs(candidates(people, shown, FIRST, rows), self.records)
        settled = self.settled = self._settled(first)
        known, truth = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        if self.learned is None:
            known, truth = learning.sample(self.plain, first, np.random.default_rng(20260101))
            self.known_records, self.known_people = known, truth
        self.figures |= {"trained_on": len(known), "settled": float(settled[rows].mean()) if len(rows) else 0}
        self.say("second look", 0.45)
        # What trains is looked for once more, as those are looked for that have no number.
        open_ = rows[~settled[rows]]
        both = np.concatenate([open_, known])
        hidden = np.arange(len(both)) >= len(open_)
        number = np.concatenate([open_, len(self.plain) + np.arange(len(known))])
        found = candidates(people, Facts(self.plain, self.names, both, hidden), SECOND, number)
        del people, shown
        self.figures["candidates_second"] = len(found)
        self.say("comparing", 0.6)
        cut = int(np.searchsorted(found, np.uint64(len(self.plain)) << _UP))
        every = self._every(found[:cut], first, settled)
        self._own_numbers(first, every)
        if self.learned is None:
            self.say("learning", 0.75)
            self.learned = self._learn(found[cut:], first, every, (known, truth), settled)
        pairs = joined([every, first.take(np.flatnonzero(settled[first.record]))])
        return self._scored(pairs)

    def _scored(self, pairs: Pairs) -> Scored:
        learned = self.learned or learning.usual(self.counted)
        score = np.empty(len(pairs))
        for at in range(0, len(pairs), CHUNK):
            part = slice(at, at + CHUNK)
            level = self.kind[pairs.record[part]] * np.int64(c.NUMBER_LEVELS) + pairs.levels.number[part]
            score[part] = learned.model.scores(self._tables(pairs, part)) + learned.model.number[level]
        every = np.arange(len(self.plain))
        home = m.household(pairs.levels, pairs.record, len(every))
        return Scored(pairs, score, learned.model.none(self._none(every, home)))

    def weigh(self, scored: Scored) -> Linked:
        """The posterior of every record, over all its candidates."""
        learned = self.learned or learning.usual(self.counted)
        pairs, score = scored.pairs, scored.score
        register = self.plain.register[pairs.record]
        pair, nobody = m.posterior(score, pairs.record, scored.none)
        claims = claimed_by_others(register, pairs.person, pair)
        if self.learns and len(self.known_records):
            person = np.full(len(self.plain), -2)
            person[self.known_records] = self.known_people
            rows = np.flatnonzero(person[pairs.record] >= -1)
            learned.claimed, learned.unclaimed = claim_worth(
                claims[rows], person[pairs.record[rows]] == pairs.person[rows]
            )
        final = score + claims * learned.claimed + (1.0 - claims) * learned.unclaimed
        pair, nobody = m.posterior(final, pairs.record, scored.none)
        linked = best_of(pairs, pair, nobody, self.people.tie)
        if self.learns and len(self.known_records):
            learned.least = least_accepted(linked.person, linked.probability, linked.none)
        self.figures |= {"pairs": len(pairs), "claimed": learned.claimed, "unclaimed": learned.unclaimed}
        linked.figures = self.figures
        return linked

    def _pairs(self, packed: NDArray[np.uint64], records: Side) -> Pairs:
        """Compared pairs, worked on in chunks by two threads."""
        record = (packed >> _UP).astype(np.int64)
        person = (packed & _PERSON).astype(np.int64)
        cuts = list(range(0, len(packed), CHUNK)) or [0]

        def one(at: int) -> Levels:
            part = slice(at, at + CHUNK)
            return compare(self.people, records, self.names, record[part], person[part])

        with ThreadPoolExecutor(2) as pool:
            parts = list(pool.map(one, cuts))
        names = vars(parts[0])
        return Pairs(
            record,
            person,
            Levels(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names}),
        )

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
        count = np.bincount(first.record[good | full], minlength=len(self.plain))
        settled = np.zeros(len(self.plain), dtype=bool)
        settled[first.record[good]] = True
        return np.asarray(settled & (count == 1))

    def _every(self, found: NDArray[np.uint64], first: Pairs, settled: NDArray[np.bool_]) -> Pairs:
        """The second look's pairs, and the first's of the same records."""
        first = first.take(np.flatnonzero(~settled[first.record]))
        packed = (first.record.astype(np.uint64) << _UP) | first.person.astype(np.uint64)
        at = np.minimum(np.searchsorted(found, packed), max(len(found) - 1, 0))
        again = found[at] == packed if len(found) else np.zeros(len(packed), dtype=bool)
        keep = np.ones(len(found), dtype=bool)
        keep[at[again]] = False
        return self._best(joined([self._pairs(found[keep], self.records), first]))

    def _best(self, pairs: Pairs) -> Pairs:
        """Each record's best candidates, by the usual weights."""
        rows = crowded(pairs)
        if not len(rows):
            return pairs
        some = pairs.take(rows)
        model = m.Model(m.start())
        score = np.empty(len(some))
        for at in range(0, len(some), CHUNK):
            part = slice(at, at + CHUNK)
            score[part] = model.scores(self._tables(some, part))
        score += 8.0 * np.isin(some.levels.number, (c.I_SAME, c.I_CARD, c.I_NEAR))
        keep = np.ones(len(pairs), dtype=bool)
        keep[rows[too_many(some, score, self.people.tie)]] = False
        return pairs.take(np.flatnonzero(keep))

    def _own_numbers(self, first: Pairs, every: Pairs) -> None:
        """A number that is another person's own says less against a candidate than one that is nobody's."""
        owned = np.zeros(len(self.plain), dtype=bool)
        owned[first.record[np.isin(first.levels.number, (c.I_SAME, c.I_CARD))]] = True
        for pairs in (first, every):
            level = pairs.levels.number
            differ = np.isin(level, (c.I_BIRTH, c.I_DIFFERENT, c.I_OTHER_CARD)) & owned[pairs.record]
            level[differ] = c.I_OTHERS

    def _tables(self, pairs: Pairs, part: slice) -> tuple[m.Ints, ...]:
        record = pairs.record[part]
        return m.pair_tables(
            taken(pairs.levels, part), self.common[record], self.plain.register[record], self.known[record]
        )

    def _none(self, record: Rows, home: NDArray[np.uint8]) -> tuple[m.Ints, ...]:
        return m.none_tables(self.plain.register[record], self.known[record], self.common[record], home)

    def _learn(
        self,
        found: NDArray[np.uint64],
        first: Pairs,
        every: Pairs,
        sample: tuple[Rows, Rows],
        settled: NDArray[np.bool_],
    ) -> Learned:
        """The weights from the records that are known; too few of them leave the usual weights."""
        known, truth = sample
        if len(known) < learning.ENOUGH:
            return learning.usual(self.counted)
        trains = self._training(found, first, known)
        own = np.searchsorted(known, trains.record)
        numbered = Pairs(own, trains.person, trains.levels)
        home = m.household(trains.levels, own, len(known))
        model = learning.weights(self._tables(trains, slice(None)), self._none(known, home), numbered, truth)
        self.figures["reached"] = float((truth[own] == trains.person).sum() / max(1, (truth >= 0).sum()))
        model.number = self._number_worth(model, first, every, settled)
        return Learned(model, self.counted)

    def _training(self, found: NDArray[np.uint64], first: Pairs, known: Rows) -> Pairs:
        """The candidates of the known records that are found without their number."""
        record = (found >> _UP).astype(np.int64) - len(self.plain)
        second = (known[record].astype(np.uint64) << _UP) | (found & _PERSON)
        level = first.levels
        named = (level.name > 0) & (level.name <= c.N_ACCENTS) & (level.dob == c.D_SAME)
        trains = np.zeros(len(self.plain), dtype=bool)
        trains[known] = True
        rows = np.flatnonzero(named & trains[first.record])
        by_name = (first.record[rows].astype(np.uint64) << _UP) | first.person[rows].astype(np.uint64)
        return self._best(self._pairs(np.union1d(second, by_name), self.plain))

    def _number_worth(
        self, model: m.Model, first: Pairs, every: Pairs, settled: NDArray[np.bool_]
    ) -> m.Floats:
        """What the number says, counted on links that are sure without it."""
        chosen = np.zeros(len(self.plain), dtype=bool)
        carry = np.flatnonzero(~settled & (self.kind > 0))
        chosen[np.random.default_rng(7).permutation(carry)[: 6 * learning.SAMPLE]] = True
        some = every.take(np.flatnonzero(chosen[every.record]))
        share = chosen.sum() / max(1, len(carry))
        sure = np.flatnonzero(settled[first.record] & (self.kind[first.record] > 0))
        sure = sure[np.random.default_rng(8).random(len(sure)) < share]
        ids, own = np.unique(some.record, return_inverse=True)
        home = m.household(some.levels, own, len(ids))
        scores = model.scores(self._tables(some, slice(None)))
        pair, _ = m.posterior(scores, own, model.none(self._none(ids, home)))
        return learning.number_worth(self.kind, first.take(sure), some, pair, len(self.people))


def _known(records: Side) -> NDArray[np.uint8]:
    """Which facts each record has: its whole date, its place, a relative, a telephone."""
    relative = (records.father > 0) | (records.mother > 0) | (records.spouse > 0) | (records.head > 0)
    place = records.new + records.old > 0
    known = (records.dob % 100 > 0) + 2 * place + 4 * relative + 8 * (records.phone > 0)
    return np.asarray(known, dtype=np.uint8)
