"""Columns of dates, numbers, telephones and sexes as whole numbers: clean texts by column, odd ones by the rule."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from motcua.base.vietnamese.dates import read_date
from motcua.base.vietnamese.numbers import is_personal_number, read_number, read_phone
from motcua.quality.rules.names import Distinct
from motcua.quality.rules.sexes import SEXES

SHARED_PHONE = 12  # a telephone of more people than this says nothing about any of them
_FIRST_CARD = 10**12  # cards of 9 digits are kept above every personal number: 10^12 + number


def dates(column: pl.Series) -> NDArray[np.int32]:
    """yyyymmdd; month and day 0 where only the year is known; 0 for no date."""
    if column.dtype in (pl.Date, pl.Datetime):
        column = column.dt.strftime("%Y-%m-%d")
    distinct = Distinct()
    which = distinct.take(column)
    read = np.array([0, *(read_date(text).packed for text in distinct.texts())], dtype=np.int32)
    return np.asarray(read[which])


def sexes(column: pl.Series) -> NDArray[np.uint8]:
    """1 man, 2 woman, 0 not said."""
    distinct = Distinct()
    which = distinct.take(column)
    known = [SEXES.get(text.strip().lower(), 0) for text in distinct.texts()]
    return np.asarray(np.array([0, *known], dtype=np.uint8)[which])


def numbers(column: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole identity numbers (0 for none; cards of 9 digits above 10^12), and pieces of numbers (digits after a 1).

    A piece keeps its leading zeros: "0400" is 10400.
    """
    text = column.cast(pl.String)
    whole = np.zeros(len(text), dtype=np.int64)
    piece = np.zeros(len(text), dtype=np.int64)
    plain = text.str.contains(r"^[0-9]{9}$|^[0-9]{12}$").fill_null(value=False)
    digits = text.filter(plain).cast(pl.Int64).to_numpy()
    at = plain.arg_true().to_numpy()
    twelve = text.filter(plain).str.len_bytes().to_numpy() == 12
    good = np.where(twelve, _structured(digits), ~_repeated(digits))
    whole[at] = np.where(good, np.where(twelve, digits, digits + _FIRST_CARD), 0)
    piece[at] = np.where(~good & twelve, digits + 10**12, 0)
    odd = (text.is_not_null() & ~plain).arg_true()
    distinct = Distinct()
    which = distinct.take(text.gather(odd))
    values = [_odd(one) for one in distinct.texts()]
    table = np.array([(0, 0), *values], dtype=np.int64)
    whole[odd.to_numpy()], piece[odd.to_numpy()] = table[which, 0], table[which, 1]
    return whole, piece


def _odd(text: str) -> tuple[int, int]:
    read = read_number(text[:40])
    if read.kind == "personal":
        return int(read.value), 0
    if read.kind == "card":
        return int(read.value) + _FIRST_CARD, 0
    return 0, int("1" + read.value) if read.kind == "part" and len(read.value) <= 14 else 0


def years(whole: NDArray[np.int64], piece: NDArray[np.int64]) -> NDArray[np.int32]:
    """The year of birth that a personal number, or the first digits of one, tells; as a date without day, or 0."""
    number = np.where(whole < _FIRST_CARD, whole, 0)
    first = number // 10**6
    cut = np.where(
        whole > _FIRST_CARD, whole - _FIRST_CARD, 0
    )  # nine digits: perhaps the beginning of twelve
    first = np.where(cut // 10**8 == 0, np.where(cut > 0, cut // 1000, first), first)
    for length in range(5, 13):
        top = piece // 10**length == 1
        digits = piece - 10**length
        zero = digits // 10 ** (length - 1) == 0
        first = np.where(top & zero & (length >= 6), digits // 10 ** max(length - 6, 0), first)
        first = np.where(top & ~zero, digits // 10 ** (length - 5), first)
    century, year = first // 100 % 10, first % 100
    right = (first // 1000 >= 1) & (first // 1000 <= 96) & (century <= 3)
    born = np.where(century >= 2, 2000, 1900) + year
    return np.where(right & (born <= 2030), born * 10_000, 0).astype(np.int32)


def _structured(number: NDArray[np.int64]) -> NDArray[np.bool_]:
    """`is_personal_number` for whole columns."""
    province, century = number // 10**9, number // 10**8 % 10
    year, tail = number // 10**6 % 100, number % 10**6
    late = np.where(century >= 2, 2000, 1900) + year
    right = (province >= 1) & (province <= 96) & (century <= 3) & (late <= 2035)
    return np.asarray(right & (tail % 111_111 != 0))


def _repeated(number: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray((number % 111_111_111 == 0) | (number == 123_456_789))


def phones(column: pl.Series) -> NDArray[np.uint32]:
    """The nine digits after the 0; 0 for none."""
    text = column.cast(pl.String)
    found = np.zeros(len(text), dtype=np.uint32)
    plain = text.str.contains(r"^0[35789][0-9]{8}$").fill_null(value=False)
    found[plain.arg_true().to_numpy()] = text.filter(plain).cast(pl.UInt32).to_numpy()
    odd = (text.is_not_null() & ~plain).arg_true()
    distinct = Distinct()
    which = distinct.take(text.gather(odd))
    read = [int(read_phone(one[:30]) or 0) for one in distinct.texts()]
    found[odd.to_numpy()] = np.array([0, *read], dtype=np.uint32)[which]
    repeated = (found % 111_111_111 == 0) | np.isin(found, (912345678, 987654321, 123456789, 901234567))
    found[repeated] = 0
    return found


def without_shared(phone: NDArray[np.uint32], most: int = SHARED_PHONE) -> NDArray[np.uint32]:
    """Telephones without those that too many carry: they were made up to fill the field."""
    values, where, counts = np.unique(phone, return_inverse=True, return_counts=True)
    return np.asarray(np.where(counts <= most, values, 0).astype(np.uint32)[where])


__all__ = ["dates", "is_personal_number", "numbers", "phones", "sexes", "without_shared"]
