"""How a kept linkage numbers places and registers, so that rows that come later are read just as the first were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from motcua.quality.rules.names import Names
from motcua.quality.rules.places import Gazetteer
from motcua.quality.rules.sides import (
    Column,
    Side,
    base_facts,
    place_table,
    place_texts,
    read_names,
    record_facts,
)

_PLACES = ("new", "old", "district")
PlaceRow = tuple[str, int, str, int, str, int]


class NotNumberedError(Exception):
    """A place or a register that the kept linkage does not know: addresses must be read anew, by a whole run."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True)
class Numbering:
    """The number of each place of the base (as its columns name it) and of each register."""

    places: dict[str, dict[str, int]]
    table: list[PlaceRow]
    registers: list[str]

    @classmethod
    def of(cls, base: Column, people: Side, registers: list[str]) -> Numbering:
        """As it was when the base was read."""
        frame = place_texts(base).with_columns(
            n_new=pl.Series(people.new), n_old=pl.Series(people.old), n_district=pl.Series(people.district)
        )
        places = {
            one: dict(frame.select(one, f"n_{one}").drop_nulls().unique().sort(one).rows()) for one in _PLACES
        }
        columns = ("commune", "n_new", "old_commune", "n_old", "old_district", "n_district")
        return cls(places, place_table(frame.select(columns)), registers)

    def read(self, base: Column, records: Column) -> tuple[Side, Side, Names]:
        """Rows of both sides, with telephones as written. Raises `NotNumberedError`."""
        of_base, of_records, names = read_names(base, records)
        people = Side(**of_base, **base_facts(base, self._places(base)))
        register = self._registers(records("register"))
        return people, Side(**of_records, **record_facts(records, Gazetteer(self.table), register)), names

    def _places(self, base: Column) -> tuple[NDArray[np.uint16], ...]:
        frame = place_texts(base)
        known = {row[::2] for row in self.table}
        rows = (
            frame.select("commune", "old_commune", "old_district")
            .unique()
            .fill_null("")
            .sort(pl.all())
            .rows()
        )
        for row in rows:
            if any(row) and row not in known:
                raise NotNumberedError(", ".join(filter(None, row)))
        return tuple(_numbers(frame[one], self.places[one]) for one in _PLACES)

    def _registers(self, column: pl.Series) -> NDArray[np.uint8]:
        number = {name: at + 1 for at, name in enumerate(self.registers)}
        return _numbers(column.cast(pl.String).fill_null(""), number).astype(np.uint8)


def _numbers(texts: pl.Series, number: dict[str, int]) -> NDArray[np.uint16]:
    for text in texts.drop_nulls().unique().sort():
        if text not in number:
            raise NotNumberedError(text.replace("|", ", ") or "(trống)")
    if not number:
        return np.zeros(len(texts), dtype=np.uint16)
    return (
        texts.replace_strict(number, default=0, return_dtype=pl.UInt16)
        .fill_null(0)
        .to_numpy()
        .astype(np.uint16)
    )
