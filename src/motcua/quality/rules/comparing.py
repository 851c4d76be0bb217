"""How well two descriptions agree, fact by fact: each fact gets a level, by column over millions of pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from motcua.quality.rules.blocking import CARD_FROM
from motcua.quality.rules.names import (
    ACC,
    BAG,
    FOLD,
    INITIALS,
    PARTS,
    SHAPE,
    SIGNATURE,
    Names,
    texts_of,
)  # fmt: skip
from motcua.quality.rules.sides import Side

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
Rows = NDArray[np.int64]

(
    N_NONE, N_SAME, N_PLAIN, N_ACCENTS, N_ORDER, N_EDIT1, N_MIDDLE, N_INITIALS, N_EDIT2, N_OTHER_MIDDLE,
    N_FAMILY_DIFFERS, N_GIVEN, N_GIVEN_DIFFERS, N_FAMILY, N_DIFFERENT,
) = range(15)  # fmt: skip
NAME_LEVELS = 15
RELATIVE_OF_NAME = np.array([0, 1, 1, 2, 3, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6], dtype=np.uint8)
RELATIVE_LEVELS = 7
(
    D_NONE, D_SAME, D_YEAR_ONLY, D_JANUARY, D_SWAPPED, D_DAY, D_MONTH, D_NEAR_YEAR, D_DIGIT_YEAR, D_OTHER_YEAR,
    D_YEAR, D_ONLY_NEAR, D_NEAR, D_DIFFERENT,
) = range(14)  # fmt: skip
DATE_LEVELS = 14
P_NONE, P_OLD, P_NEW, P_DISTRICT, P_OTHER, P_OF_DISTRICT, P_NOT_OF_DISTRICT, P_SAME_NAME = range(8)
PLACE_LEVELS = 8
(
    I_NONE, I_SAME, I_CARD, I_NEAR, I_PART, I_BIRTH, I_DIFFERENT, I_OTHER_CARD, I_OTHERS,
) = range(9)  # fmt: skip
NUMBER_LEVELS = 9


@dataclass
class Levels:
    """A level for each pair and fact."""

    name: U8
    dob: U8
    sex: U8
    father: U8
    mother: U8
    spouse: U8
    head: U8
    place: U8
    hamlet: U8
    phone: U8
    number: U8
    station: U8


def compare(people: Side, records: Side, names: Names, record: Rows, person: Rows) -> Levels:
    """The levels of the pairs (`record`, `person`)."""
    name = name_levels(names, records.full[record], people.full[person])
    relatives = {
        one: RELATIVE_OF_NAME[name_levels(names, getattr(records, one)[record], getattr(people, one)[person])]
        for one in ("father", "mother", "spouse", "head")
    }
    sex, other = records.sex[record], people.sex[person]
    phone, theirs = records.phone[record], people.phone[person]
    place = _place(records, people, record, person)
    hamlet, home = records.hamlet[record], people.hamlet[person]
    near = np.isin(place, (P_NONE, P_OLD, P_NEW, P_OF_DISTRICT))
    return Levels(
        name=name,
        dob=_dates(records.dob[record], people.dob[person]),
        sex=np.where((sex == 0) | (other == 0), 0, np.where(sex == other, 1, 2)).astype(np.uint8),
        **relatives,
        place=place,
        hamlet=np.where(~near | (hamlet == 0) | (home == 0), 0, np.where(hamlet == home, 1, 2)).astype(
            np.uint8
        ),
        phone=np.where((phone == 0) | (theirs == 0), 0, np.where(phone == theirs, 1, 2)).astype(np.uint8),
        number=_numbers(records, people, record, person),
        station=_station(people, person),
    )


def name_levels(names: Names, left: U32, right: U32) -> U8:
    """The level of each pair of names; see the constants."""
    out = np.full(len(left), N_DIFFERENT, dtype=np.uint8)
    missing = (left == 0) | (right == 0)
    out[missing] = N_NONE
    open_ = np.flatnonzero(~missing)
    a, b = names.rows[left[open_]], names.rows[right[open_]]
    same = a[:, FOLD] == b[:, FOLD]
    plain = ((a[:, SHAPE] & b[:, SHAPE]) >> np.uint64(8)) & np.uint64(1) == 0
    level = np.where(a[:, ACC] == b[:, ACC], N_SAME, np.where(plain, N_PLAIN, N_ACCENTS)).astype(np.uint8)
    out[open_[same]] = level[same]
    open_, a, b = open_[~same], a[~same], b[~same]
    if len(open_):
        out[open_] = _unequal(names, left[open_], right[open_], a, b)
    return out


def _unequal(names: Names, left: U32, right: U32, a: NDArray[np.uint64], b: NDArray[np.uint64]) -> U8:
    low, up = np.uint64(0xFFFFFFFF), np.uint64(32)
    given = (a[:, PARTS] & low) == (b[:, PARTS] & low)
    family = (a[:, PARTS] >> up) == (b[:, PARTS] >> up)
    words_a, words_b = a[:, SHAPE] & np.uint64(255), b[:, SHAPE] & np.uint64(255)
    short = ((a[:, SHAPE] | b[:, SHAPE]) >> np.uint64(9)) & np.uint64(1) == 1
    ends = given & family
    level = np.full(len(left), N_DIFFERENT, dtype=np.uint8)
    level[family] = N_FAMILY
    level[given] = N_GIVEN
    level[ends] = np.where(words_a[ends] != words_b[ends], N_MIDDLE, N_OTHER_MIDDLE)
    level[(a[:, INITIALS] == b[:, INITIALS]) & short] = N_INITIALS
    level[(a[:, BAG] == b[:, BAG])] = N_ORDER
    apart = np.bitwise_count(a[:, SIGNATURE] ^ b[:, SIGNATURE])
    close = np.flatnonzero((apart <= 9) & ~np.isin(level, (N_ORDER, N_MIDDLE, N_INITIALS)))
    if len(close):
        far = _edits(names, left[close], right[close])
        level[close[far == 2]] = N_EDIT2
        level[close[far <= 1]] = N_EDIT1
    return level


def _edits(names: Names, left: U32, right: U32) -> U8:
    """Letters apart (3 for more than two), each distinct pair looked at once."""
    pairs = (left.astype(np.uint64) << np.uint64(32)) | right.astype(np.uint64)
    distinct, where = np.unique(pairs, return_inverse=True)
    a = texts_of(names, (distinct >> np.uint64(32)).astype(np.uint32))
    b = texts_of(names, (distinct & np.uint64(0xFFFFFFFF)).astype(np.uint32))
    far = cpdist(a, b, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
    return np.asarray(far, dtype=np.uint8)[where]


def _dates(a: NDArray[np.int32], b: NDArray[np.int32]) -> U8:
    ya, ma, da = a // 10_000, a // 100 % 100, a % 100
    yb, mb, db = b // 10_000, b // 100 % 100, b % 100
    apart = np.abs(ya - yb)
    apart = np.where(apart == 100, 0, apart)
    partly = (da == 0) | (db == 0)
    same_year = apart == 0
    day = (ma == mb) & (da == db)
    month_agrees = (ma == 0) | (mb == 0) | (ma == mb)
    conditions = [
        (ya == 0) | (yb == 0),
        ~partly & same_year & day,
        partly & same_year & month_agrees,
        ~partly & same_year & (a % 10_000 == 101),
        ~partly & same_year & (ma == db) & (da == mb),
        ~partly & same_year & (ma == mb),
        ~partly & same_year & (da == db),
        ~partly & day & (apart <= 2),
        ~partly & day & ((apart % 10 == 0) | (apart < 10)),
        ~partly & day,
        same_year,
        partly & (apart <= 1),
        apart <= 2,
    ]
    levels = [
        D_NONE, D_SAME, D_YEAR_ONLY, D_JANUARY, D_SWAPPED, D_DAY, D_MONTH, D_NEAR_YEAR, D_DIGIT_YEAR, D_OTHER_YEAR,
        D_YEAR, D_ONLY_NEAR, D_NEAR,
    ]  # fmt: skip
    return np.select(conditions, [np.uint8(level) for level in levels], default=np.uint8(D_DIFFERENT))


def _station(people: Side, person: Rows) -> U8:
    """Decade of birth and role in the household: who is in which register."""
    decade = np.clip(people.dob[person] // 100_000 - 192, 0, 11)
    return (decade * 4 + people.role[person]).astype(np.uint8)


def _place(records: Side, people: Side, record: Rows, person: Rows) -> U8:
    new, old, district = records.new[record], records.old[record], records.district[record]
    home, once, once_district = people.new[person], people.old[person], people.district[person]
    conditions = [
        (new == 0) & (old == 0) & (district == 0),
        (old != 0) & (old == once),
        (old == 0) & (new != 0) & (new == home),
        (old != 0) & (new != 0) & (new == home),
        (district != 0) & (district == once_district) & ((old != 0) | (new != 0)),
        (district != 0) & (district == once_district),
        (new == 0) & (old == 0),
    ]
    levels = [P_NONE, P_OLD, P_NEW, P_SAME_NAME, P_DISTRICT, P_OF_DISTRICT, P_NOT_OF_DISTRICT]
    return np.select(conditions, [np.uint8(level) for level in levels], default=np.uint8(P_OTHER))


def _numbers(records: Side, people: Side, record: Rows, person: Rows) -> U8:
    """The level of the identity numbers."""
    whole, piece = records.whole[record], records.piece[record]
    personal, card = people.whole[person], people.card[person]
    out = np.zeros(len(record), dtype=np.uint8)
    twelve = (whole > 0) & (whole < CARD_FROM) & (personal > 0)
    out[twelve] = np.where(whole[twelve] == personal[twelve], I_SAME, I_DIFFERENT)
    nine = (whole >= CARD_FROM) & (card > 0)
    out[nine] = np.where(whole[nine] == card[nine], I_CARD, I_OTHER_CARD)
    cut = nine | ((whole >= CARD_FROM) & (personal > 0))
    out[cut & (personal // 1000 == whole - CARD_FROM)] = I_PART  # twelve digits of which nine were kept
    open_ = np.flatnonzero(out == I_DIFFERENT)
    if len(open_):
        a, b = whole[open_], personal[open_]
        wrong = np.zeros(len(open_), dtype=np.uint8)
        sums = np.zeros(len(open_), dtype=np.int64)
        x, y = a.copy(), b.copy()
        for _ in range(12):
            da, db = x % 10, y % 10
            wrong += da != db
            sums += da - db
            x, y = x // 10, y // 10
        out[open_[a // 10**6 == b // 10**6]] = I_BIRTH
        out[open_[(wrong == 1) | ((wrong == 2) & (sums == 0))]] = I_NEAR
    partly = np.flatnonzero((piece > 0) & (personal > 0))
    if len(partly):
        out[partly] = _pieces(piece[partly], personal[partly], card[partly])
    return out


def _pieces(piece: NDArray[np.int64], personal: NDArray[np.int64], card: NDArray[np.int64]) -> U8:
    """Is the piece the beginning or the end of the number, with or without its leading zeros?"""
    length = np.zeros(len(piece), dtype=np.int64)
    rest = piece.copy()
    while (rest >= 10).any():
        length += rest >= 10
        rest = rest // 10
    digits = piece - 10**length
    significant = np.floor(np.log10(np.maximum(personal, 1))).astype(np.int64) + 1
    fits = np.zeros(len(piece), dtype=bool)
    for total in (12, significant):
        cut = np.maximum(total - length, 0)
        fits |= (total >= length) & (personal // 10**cut == digits)
    fits |= (length >= 6) & (personal % 10 ** np.minimum(length, 12) == digits)
    nine = card - CARD_FROM
    fits |= (card > 0) & (nine // 10 ** np.maximum(9 - length, 0) == digits) & (length <= 9)
    one_off = np.zeros(len(piece), dtype=bool)
    for side in range(12):  # a digit too many or too few inside
        top, bottom = personal // 10 ** (side + 1), personal % 10**side
        one_off |= (length == 11) & (top * 10**side + bottom == digits)
    return np.where(
        fits, I_PART, np.where(one_off, I_NEAR, np.where(length >= 9, I_DIFFERENT, I_NONE))
    ).astype(np.uint8)
