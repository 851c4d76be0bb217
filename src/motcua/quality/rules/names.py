"""Millions of names as numbers: every distinct text is read once, every distinct word once.

`motcua.base.vietnamese.standard_name` says what a name is; this module says the same about whole columns. Texts
of letters and single spaces need only their words looked at; whatever else a text holds goes through the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import polars as pl
from numpy.typing import NDArray

from motcua.base.vietnamese import strip_accents
from motcua.base.vietnamese.names import standard_name, standard_word

U64 = NDArray[np.uint64]
U32 = NDArray[np.uint32]
NONE = np.uint32(0)  # the name that is not there
# Anything but letters between single spaces, marks that stand alone, letters that Vietnamese does not have,
# vowel pairs of old fonts, and the words that make a name something else: all these are read by the rule.
_ODD = (
    r"[^\p{L} ]|^ | $|  |^$|[^\x00-\x7fÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư\x{1EA0}-\x{1EF9}]"
    r"|[aA][àáâãèéêúÀÁÂÃÈÉÊÚ]|[eE][àáâãùõÀÁÂÃÙÕ]|[oO][âùõÂÙÕ]|[uU][ùõÙÕ]|[yY][ùõÙÕ]"
    r"|(?i)\s(?:và|va)\s|^(?:hộ|ho|gđ|gd|ông|ong|bà|ba|cháu|chau|em|anh|chị|chi|cô|co|chú|chu|bác|bac|cụ|cu"
    r"|thầy|thay|mr|mrs|ms|n|ngx?|nguyên|nguyển|ngyễn)\s|^(?:không|khong|chưa|chua|null|none|nan|na|unknown|test|x+|trống)"
)
ACC, FOLD, BAG, ENDS, INITIALS, PARTS, SIGNATURE, SHAPE, FRONT, BACK = range(10)
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Names:
    """Every distinct name: a row of ten 64-bit numbers (see the constants), and its text without accents.

    PARTS holds the family name in the upper and the given name in the lower 32 bits; SHAPE the number of words
    (bits 0-7), whether it has accents (8) and whether a word is an initial (9); FRONT is without the last word, BACK
    without the first (0 for two words). Row 0 is the missing name.
    """

    rows: NDArray[np.uint64]
    text: pl.Series
    parts: tuple[str, ...] = ()

    def column(self, which: int, ids: U32) -> U64:
        """One property for each of `ids`."""
        return np.asarray(self.rows[:, which][ids], dtype=np.uint64)


def mix(values: U64) -> U64:
    """A well spread 64-bit number for each (the finisher of splitmix64)."""
    out = values ^ (values >> np.uint64(30))
    out *= np.uint64(0xBF58476D1CE4E5B9)
    out ^= out >> np.uint64(27)
    out *= np.uint64(0x94D049BB133111EB)
    out ^= out >> np.uint64(31)
    return out


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


class Distinct:
    """Numbers texts, and gives the distinct texts back."""

    def __init__(self) -> None:
        self._all = pl.Categories.random()
        self._alive = pl.Series([], dtype=pl.Categorical(self._all))  # what no series holds is forgotten

    def take(self, column: pl.Series) -> U32:
        """The number of each text, from 1; 0 where there is none."""
        coded = column.cast(pl.String).cast(pl.Categorical(self._all))
        self._alive = coded.head(1)
        return (coded.to_physical().cast(pl.UInt32) + 1).fill_null(0).to_numpy().astype(np.uint32, copy=False)

    def texts(self) -> pl.Series:
        """The distinct texts, in the order of their numbers."""
        return self._all.to_series().cast(pl.String)


class NameReader:
    """Takes columns one after the other; `finish` gives the table, and the ids stay valid for it."""

    def __init__(self) -> None:
        self._raw = Distinct()

    def take(self, column: pl.Series) -> U32:
        """The number of each raw text, from 1; 0 where there is none."""
        return self._raw.take(column)

    def finish(self) -> tuple[Names, U32, U32]:
        """The table of names, and for each raw number the number of its name and of its second person."""
        clean, other = _cleaned(self._raw.texts())
        both = pl.concat([clean, other]).replace("", None)
        distinct = Distinct()
        numbers = distinct.take(both)
        texts = distinct.texts()
        first = np.concatenate([[NONE], numbers[: len(clean)]]).astype(np.uint32)
        second = np.concatenate([[NONE], numbers[len(clean) :]]).astype(np.uint32)
        return _table(texts), first, second


# Signs that stand between words and mean nothing, in texts without a sign that means something.
_BETWEEN = r"[\x00-\x20!\x22#$%\x27*,\-.:;<=>?@\x5c^_`|\x7f\x{A0}]+"
_MEANING = r"[0-9()\[\]{}/&+~\x{A1}-\x{BF}\x{D7}\x{F7}]"


def _cleaned(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Each text in lower case and in order, and the second person it names."""
    odd = raw.str.contains(_ODD).fill_null(value=False)
    places = odd.arg_true()
    texts = raw.filter(odd)
    simple = texts.to_frame("t").select(
        pl.when(pl.col("t").str.contains(_MEANING))
        .then("t")
        .otherwise(pl.col("t").str.normalize("NFC").str.replace_all(_BETWEEN, " ").str.strip_chars(" "))
    )["t"]
    still = simple.str.contains(_ODD)
    at = still.arg_true()
    done = [standard_name(text) for text in texts.filter(still)]
    values = simple.str.to_lowercase().scatter(at, [one.value for one in done])
    others = pl.repeat("", len(values), dtype=pl.String, eager=True).scatter(at, [one.other for one in done])
    clean = raw.str.to_lowercase().scatter(places, values)
    other = pl.repeat("", len(raw), dtype=pl.String, eager=True).scatter(places, others)
    return clean, other


def _table(texts: pl.Series) -> Names:
    """The properties of each distinct text; row 0 is nothing."""
    split = texts.str.split(" ")
    words = split.explode(empty_as_null=True)
    lengths = split.list.len().to_numpy().astype(np.int64)
    distinct = Distinct()
    word = distinct.take(words).astype(np.int64) - 1
    standard = [standard_word(one) for one in distinct.texts()]
    word, lengths, vocabulary = _without_joined(word, lengths, standard)
    bare = [strip_accents(one) for one in vocabulary]
    rows = np.zeros((len(texts) + 1, 10), dtype=np.uint64)
    if len(texts):
        _fill(rows[1:], word, lengths, vocabulary, bare)
    folded = pl.Series([*bare, ""], dtype=pl.String)
    order = pl.Series(word, dtype=pl.UInt32)
    text = (
        pl.DataFrame(
            {"n": np.repeat(np.arange(len(texts), dtype=np.uint32), lengths), "w": folded.gather(order)}
        )
        .group_by("n", maintain_order=True)
        .agg(pl.col("w"))["w"]
        .list.join(" ")
    )
    return Names(rows, pl.concat([pl.Series([""], dtype=pl.String), text]), tuple(bare))


def _without_joined(
    word: NDArray[np.int64], lengths: NDArray[np.int64], standard: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Standard words are numbered anew (equal ones get one number); two in one become two."""
    number: dict[str, int] = {}
    spelled: list[list[int]] = []
    for text in standard:
        spelled.append([number.setdefault(one, len(number)) for one in text.split(" ")])
    many = np.array([len(one) for one in spelled], dtype=np.int64)
    if not len(many) or many.max() == 1:
        simple = np.array([one[0] for one in spelled], dtype=np.int64)
        return (simple[word] if len(word) else word), lengths, list(number)
    flat = np.array([part for one in spelled for part in one], dtype=np.int64)
    begin = np.concatenate([[0], np.cumsum(many)[:-1]])
    times = many[word]
    owner = np.repeat(np.arange(len(word)), times)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(times) - times, times)
    name = np.repeat(np.arange(len(lengths)), lengths)
    longer = np.bincount(name, weights=times, minlength=len(lengths)).astype(np.int64)
    return flat[begin[word][owner] + offset], longer, list(number)


_FAMILY_OF = {"huynh": "hoang", "vo": "vu"}  # two spellings of one family name, by region and by taboo


def _fill(
    rows: NDArray[np.uint64],
    word: NDArray[np.int64],
    lengths: NDArray[np.int64],
    full: list[str],
    bare: list[str],
) -> None:
    """The ten properties, from the properties of the words."""
    accented = np.array([_hash(one) for one in full], dtype=np.uint64)
    plain = np.array([_hash(one) for one in bare], dtype=np.uint64)
    leading = np.array([_hash(_FAMILY_OF.get(one, one)) for one in bare], dtype=np.uint64)
    letter = np.array([_LETTERS.find(one[:1]) + 2 for one in bare], dtype=np.uint64)
    marked = np.array([a != b for a, b in zip(full, bare, strict=True)])
    initial = np.array([len(one) == 1 for one in bare])
    bits = np.array([_bigrams(one) for one in bare], dtype=np.uint64)
    begin = np.cumsum(lengths) - lengths
    last = begin + lengths - 1
    place = np.arange(len(word)) - np.repeat(begin, lengths)
    turn = np.power(_PRIME, place.astype(np.uint64)) + np.uint64(2) * place.astype(np.uint64)
    family = plain[word].copy()
    family[begin] = leading[word[begin]]
    rows[:, ACC] = mix(np.add.reduceat(accented[word] * turn, begin))
    whole = np.add.reduceat(family * turn, begin)
    rows[:, FOLD] = mix(whole)
    several = lengths > 2
    rows[:, FRONT] = np.where(several, mix(whole - family[last] * turn[last]), np.uint64(0))
    rows[:, BACK] = np.where(several, mix(whole - family[begin] * turn[begin] + np.uint64(1)), np.uint64(0))
    rows[:, BAG] = mix(np.add.reduceat(plain[word], begin))
    given, head = plain[word[last]], family[begin]
    rows[:, ENDS] = np.where(lengths > 1, mix(head * _PRIME + given), np.uint64(0))
    letters = letter[word].copy()
    letters[last] = np.uint64(0)
    rows[:, INITIALS] = mix(np.add.reduceat(letters * turn, begin) * _PRIME + given)
    low = np.uint64(0xFFFFFFFF)
    rows[:, PARTS] = (head & (low << np.uint64(32))) | (given & low)
    rows[:, SIGNATURE] = np.bitwise_or.reduceat(bits[word], begin)
    shape = lengths.astype(np.uint64) | (
        np.logical_or.reduceat(marked[word], begin).astype(np.uint64) << np.uint64(8)
    )
    rows[:, SHAPE] = shape | (np.logical_or.reduceat(initial[word], begin).astype(np.uint64) << np.uint64(9))


def _bigrams(word: str) -> int:
    bits = 0
    for pair in zip(f"^{word}", f"{word}$", strict=True):
        bits |= 1 << (_hash("".join(pair)) & 63)
    return bits


def texts_of(names: Names, ids: Iterable[int] | U32) -> list[str]:
    """The texts without accents of these names."""
    return list(names.text.gather(pl.Series(np.asarray(ids), dtype=pl.UInt32)))
