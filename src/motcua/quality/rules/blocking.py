"""Who could it be? Many cheap keys, each an exact agreement of a few facts; a key that too many share is skipped."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from motcua.quality.rules.names import BACK, BAG, ENDS, FOLD, FRONT, PARTS, Names, mix
from motcua.quality.rules.sides import Side

U64 = NDArray[np.uint64]
_SALT = np.uint64(0x9E3779B97F4A7C15)
_SLOT = np.uint64(0xD6E8FEB86659FD93)
_FEW = 20_000  # wanted keys; a table for so few fits into the processor's cache
CARD_FROM = 10**12


class Facts:
    """The facts of one side as 64-bit numbers, 0 where unknown; made when first asked for."""

    def __init__(
        self,
        side: Side,
        names: Names,
        rows: NDArray[np.int64] | None = None,
        unnumbered: NDArray[np.bool_] | None = None,
    ) -> None:
        """Of all rows or some; the numbers of `unnumbered` rows are hidden."""
        self._side, self._names, self._rows, self._unnumbered = side, names, rows, unnumbered
        self._made: dict[str, U64] = {}

    def make(self, name: str) -> None:
        """Have one fact ready."""
        if name not in self._made:
            self._made[name] = self._make(name)

    def __getitem__(self, name: str) -> U64:
        self.make(name)
        return self._made[name]

    def _of(self, attribute: str) -> NDArray[np.generic]:
        values = getattr(self._side, attribute)
        return np.asarray(values if self._rows is None else values[self._rows])

    def _name(self, attribute: str, which: int) -> U64:
        return self._names.column(which, self._of(attribute))  # type: ignore[arg-type]

    def _make(self, name: str) -> U64:
        if name in _PLAIN:
            return self._of(name).astype(np.uint64)
        if name in _NAMED:
            return self._name(*_NAMED[name])
        if name in ("given", "family"):
            parts = self._name("full", PARTS)
            return parts & np.uint64(0xFFFFFFFF) if name == "given" else parts >> np.uint64(32)
        if name in ("personal", "card", "tail", "stem", "digits"):
            return self._number(name)
        dob = self._dates()
        year, month, day = dob // 10_000, dob // 100 % 100, dob % 100
        whole = day > 0
        made = {
            "date": np.where(whole, dob, 0),
            "year": year,
            "monthday": np.where(whole, month * 100 + day, 0),
            "yearmonth": np.where(month > 0, year * 100 + month, 0),
            "yearday": np.where(whole, year * 100 + day, 0),
            "swapped": np.where(whole & (day <= 12) & (day != month), year * 10_000 + day * 100 + month, 0),
        }[name]
        return made.astype(np.uint64)

    def _dates(self) -> NDArray[np.int64]:
        """Birth dates; the year that a shown number tells where there is none."""
        dob = self._of("dob").astype(np.int64)
        if not len(self._side.hint):
            return dob
        open_ = dob == 0 if self._unnumbered is None else (dob == 0) & ~self._unnumbered
        return np.where(open_, self._of("hint"), dob).astype(np.int64)

    def _number(self, name: str) -> U64:
        whole = self._of("whole").astype(np.int64)
        personal = np.where(whole < CARD_FROM, whole, 0)
        if self._unnumbered is not None:
            personal[self._unnumbered] = 0
        if name == "personal":
            return personal.astype(np.uint64)
        if name == "card":
            cards = self._of("card") if len(self._side.card) else np.where(whole >= CARD_FROM, whole, 0)
            return cards.astype(np.uint64)
        if name == "tail":
            return (personal % 10**6).astype(np.uint64)
        if name == "stem":
            return (personal // 1000).astype(np.uint64)
        total = np.zeros(len(personal), dtype=np.uint64)
        rest = personal % 10**6
        for _ in range(6):
            total += mix((rest % 10 + 1).astype(np.uint64))
            rest = rest // 10
        return np.where(personal > 0, total, np.uint64(0))

    def key(self, facts: tuple[str, ...], *, masked: bool) -> U64:
        """One number for the agreement on all `facts`; if `masked`, 0 where one of them is unknown."""
        out = self[facts[0]]
        if len(facts) > 1:
            out = out * _SALT
            for name in facts[1:-1]:
                out += self[name]
                out *= _SALT
            out += self[facts[-1]]
            if masked:
                for name in facts:
                    out[self[name] == 0] = 0
        return out


_PLAIN = frozenset(("sex", "new", "old", "district", "hamlet", "phone"))
_NAMED = {
    "name": ("full", FOLD), "bag": ("full", BAG), "ends": ("full", ENDS), "front": ("full", FRONT),
    "back": ("full", BACK), "father": ("father", FOLD),
    "mother": ("mother", FOLD), "spouse": ("spouse", FOLD), "head": ("head", FOLD),
    "fathers": ("father", ENDS), "mothers": ("mother", ENDS), "spouses": ("spouse", ENDS), "heads": ("head", ENDS),
}  # fmt: skip


@dataclass(frozen=True)
class Key:
    """A blocking key: facts of the record, facts of the person if they differ, and the most who may share it."""

    facts: tuple[str, ...]
    most: int = 12
    base: tuple[str, ...] = ()

    @cached_property
    def of_base(self) -> tuple[str, ...]:
        """The facts on the side of the base."""
        return self.base or self.facts


def _keys(text: str) -> tuple[Key, ...]:
    found = []
    for line in text.split(";"):
        left, _, most = line.strip().partition(":")
        record, _, base = left.partition("=")
        found.append(Key(tuple(record.split()), int(most or 12), tuple(base.split())))
    return tuple(found)


# The first look: numbers, and the name with the birth date.
FIRST = _keys("personal:4; card:4; name date:6")
# The second look, for records that the first does not settle.
SECOND = _keys(
    "front date; back date; front year new hamlet; back year new hamlet; back new hamlet:8; "
    "front new hamlet:8; front old hamlet:8; back old; front mother:8; front father:8; front spouse:8; "
    "front head:8; given swapped new=given date new; back swapped=back date:8; front swapped=front date:8; "
    "back mother:8; back father:8; back spouse; back head; bag date; ends date; given date:15; date new:8; "
    "date old:8; date district sex family:6; date phone; name swapped=name date:6; "
    "ends swapped new=ends date new; name yearmonth; name yearday; name monthday:12; name year:14; "
    "name year new:12; name year old; name year district:12; name new:14; name old:14; "
    "name district hamlet; name new hamlet; name father; name mother; name spouse; name head; "
    "bag year new; bag new:10; ends year new; ends monthday new; ends mother; ends father; ends spouse; "
    "ends head; ends new hamlet; given year new:10; given year old:10; given monthday new; "
    "given mother year; given father year; given mother father; given spouse new; given spouse year; "
    "given head new; given head year; mother date; father date; spouse date; head date:10; "
    "mother father year; mother year new:8; father year new:8; spouse new:6; spouse year sex:6; "
    "head year new sex:6; mother monthday; father monthday; phone:8; tail year; tail given; "
    "digits year given; stem given; name:5; bag:4; given year new hamlet; given spouse; "
    "monthday new family sex:6; head given=spouse given:6; head given date=father given date; "
    "head given year=father given year; head given year=mother given year; yearmonth new given:8; "
    "yearday new given:8; name spouse=name head:6; head ends=father ends; head ends=mother ends; "
    "name old hamlet; ends old hamlet:8; bag new hamlet:8; name hamlet:6; name spouses; name mothers; "
    "name fathers; name heads; given mothers fathers; date mothers; date fathers; date spouses; "
    "given spouses new; given mothers new; given fathers new; back heads hamlet"
)


def candidates(
    people: Facts, records: Facts, keys: tuple[Key, ...], numbers: NDArray[np.int64] | None = None
) -> U64:
    """Sorted distinct pairs (record << 32 | person); `numbers` gives the records' own numbers.

    Of a record that some person shares many keys with, those who share only one in four as many are left out.
    """
    for key in keys:  # made once, before the threads share them
        for name in key.facts:
            records.make(name)
        for name in key.of_base:
            people.make(name)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda key: _join(people, records, key), keys))
    pairs = np.concatenate(found) if found else np.zeros(0, dtype=np.uint64)
    del found
    pairs.sort()
    if len(pairs):
        begin = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]]))
        times = np.diff(np.append(begin, len(pairs)))
        pairs = pairs[begin]
        record = pairs >> np.uint64(32)
        first = np.flatnonzero(np.concatenate([[True], record[1:] != record[:-1]]))
        most = np.repeat(np.maximum.reduceat(times, first), np.diff(np.append(first, len(pairs))))
        pairs = pairs[times * 4 > most]
    if numbers is not None and len(pairs):
        own = numbers[(pairs >> np.uint64(32)).astype(np.int64)].astype(np.uint64)
        pairs = (own << np.uint64(32)) | (pairs & np.uint64(0xFFFFFFFF))
    return pairs


def _join(people: Facts, records: Facts, key: Key) -> U64:
    """The pairs of one key."""
    wanted = records.key(key.facts, masked=True)
    # A person who lacks a fact meets no record: theirs have them all.
    held = people.key(key.of_base, masked=False)
    known = np.flatnonzero(wanted)
    wanted = wanted[known]
    bits = 18 if len(wanted) < _FEW else 24
    seen = np.zeros(1 << bits, dtype=bool)
    seen[_slots(wanted, bits)] = True
    rows = np.flatnonzero(seen[_slots(held, bits)])
    held = held[rows]
    order = np.argsort(held)
    held, rows = held[order], rows[order]
    seen[:] = False
    seen[_slots(held, bits)] = True
    hit = seen[_slots(wanted, bits)]
    known, wanted = known[hit], wanted[hit]
    again = np.argsort(wanted)  # neighbours in order are found in the cache
    known, wanted = known[again], wanted[again]
    begin = np.searchsorted(held, wanted, side="left")
    end = np.searchsorted(held, wanted, side="right")
    count = end - begin
    good = (count > 0) & (count <= key.most)
    known, begin, count = known[good], begin[good], count[good]
    total = int(count.sum())
    offset = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    person = rows[np.repeat(begin, count) + offset]
    record = np.repeat(known, count).astype(np.uint64)
    return np.asarray((record << np.uint64(32)) | person.astype(np.uint64))


def _slots(values: U64, bits: int) -> NDArray[np.uint32]:
    slots: NDArray[np.uint32] = ((values * _SLOT) >> np.uint64(64 - bits)).astype(np.uint32)
    return slots


def met(people: Facts, records: Facts, key: Key, before: Facts, after: Facts) -> NDArray[np.int64]:
    """The rows of `records` whose candidates by `key` change when people that were `before` are `after` (in `people`).

    A key that too many share, before and after, makes no candidates: who else has it is not touched.
    """
    were, are = before.key(key.of_base, masked=True), after.key(key.of_base, masked=True)
    values = np.unique(np.concatenate([were, are]))
    values = values[values != 0]
    wanted = records.key(key.facts, masked=True)
    rows = _among(wanted, values)
    if not len(rows):
        return rows
    values = np.unique(wanted[rows])
    held = people.key(key.of_base, masked=True)
    now = _times(held[_among(held, values)], values)
    once = now - _times(are, values) + _times(were, values)
    values = values[np.minimum(now, once) <= key.most]
    return rows[np.isin(wanted[rows], values)]


def _among(keys: U64, values: U64) -> NDArray[np.int64]:
    """Where `keys` is one of the few `values`."""
    seen = np.zeros(1 << 18, dtype=bool)
    seen[_slots(values, 18)] = True
    rows = np.flatnonzero(seen[_slots(keys, 18)])
    return np.asarray(rows[np.isin(keys[rows], values)])


def _times(keys: U64, values: U64) -> NDArray[np.int64]:
    """How often each of `values` (sorted) is in `keys`."""
    sorted_ = np.sort(keys)
    times = np.searchsorted(sorted_, values, side="right") - np.searchsorted(sorted_, values, side="left")
    return np.asarray(times, dtype=np.int64)
