"""`motcua quality update`: changed rows of the base or of the registers, against a linkage that was kept.

The files of changes have the columns of the whole ones; a key that is not known is a new row, a row with something
true in the column `deleted` is gone. Only the records that a change can touch are looked at anew, with what was learned
before: the answer is that of a whole run. Writes the links that changed, and what they were.
"""

from __future__ import annotations

import argparse
import fcntl
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from motcua.quality.management.intake import DELETED, BadFileError, Rejects, open_table
from motcua.quality.management.link import shown, write
from motcua.quality.management.state import State, homes_of, keep_state, load_state
from motcua.quality.rules.numbering import NotNumberedError
from motcua.quality.rules.pairs import Linked, taken
from motcua.quality.rules.sides import Column, Side
from motcua.quality.rules.updating import Change

_REFUSED = 2
_TRUE = r"(?i)^\s*(?:1(?:\.0)?|true|t|x|yes|y|có|co)\s*$"
_SAME = 1e-6


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 2 with a sentence on stderr when the input is not usable and nothing was changed."""
    parser = argparse.ArgumentParser(prog="motcua quality update", description=__doc__)
    parser.add_argument(
        "--state", type=Path, required=True, help="the folder that `quality link --state` wrote"
    )
    parser.add_argument("--base", type=Path, help="changed people, .parquet or .csv")
    parser.add_argument("--register", type=Path, help="changed records, .parquet or .csv")
    parser.add_argument("--out", type=Path, required=True, help="links to write, .parquet or .csv")
    parser.add_argument("--all", action="store_true", help="write every link, not only those that changed")
    args = parser.parse_args(argv)
    if args.base is None and args.register is None:
        parser.error("--base hoặc --register: cần ít nhất một tệp thay đổi")
    began = time.monotonic()
    try:
        with _alone(args.state):
            table, rejects = run(args.state, args.base, args.register, every=args.all)
            write(table, args.out)
            rejects.write(args.out.with_name(f"{args.out.stem}.rejects.csv"))
    except BadFileError as error:
        sys.stderr.write(f"motcua quality update: {error}\n")
        return _REFUSED
    except OSError as error:
        sys.stderr.write(f"motcua quality update: {error.filename}: {error.strerror}\n")
        return _REFUSED
    sys.stderr.write(
        f"{table.height:,} liên kết, {len(rejects.rows):,} hàng bị loại, {time.monotonic() - began:.1f} s\n"
    )
    return 0


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else updates the folder meanwhile."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(folder.name + ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadFileError(f"{folder}: một lệnh khác đang cập nhật") from error
        yield


def run(
    folder: Path, base: Path | None, register: Path | None, *, every: bool = False
) -> tuple[pl.DataFrame, Rejects]:
    """Update the linkage in `folder`; returns the links that changed (or all) and the rows that were not used."""
    state, rejects = load_state(folder), Rejects()
    before = _some(state.linkage.linked, np.arange(len(state.records)))  # a copy: the update writes over it
    try:
        changed = update(state, base, register, rejects)
    except NotNumberedError as error:
        raise BadFileError(
            f"{base or register}: «{error.what}» chưa có trong lần đối chiếu đã giữ; cần chạy lại motcua quality link"
        ) from error
    keep_state(folder, state)
    rows = np.arange(len(state.records)) if every else changed
    return _links(state, before, rows[~state.gone[rows]], every=every), rejects


def update(state: State, base: Path | None, register: Path | None, rejects: Rejects) -> NDArray[np.int64]:
    """Take the changes into `state`; returns the rows of the records whose link may have changed."""
    people = _Changes.read(base, "person_id", state.people, rejects)
    return take(state, people, _Changes.read(register, "record_id", state.records, rejects))


def take(state: State, people: _Changes, records: _Changes) -> NDArray[np.int64]:
    """Take changes of both sides into `state`. Raises `NotNumberedError` before anything is changed."""
    new_people, new_records, names = state.numbering.read(people.column, records.column)
    link = state.linkage
    link.take_names(names, new_people, new_records)
    homes = homes_of(people.column)
    homes.number[people.deleted], homes.head[people.deleted] = 0, False
    _blank(new_people, people.deleted)
    _blank(new_records, records.deleted)
    state.people, state.records = people.longer(state.people), records.longer(state.records)
    state.gone = np.concatenate([state.gone, np.zeros(len(state.records) - len(state.gone), dtype=bool)])
    state.gone[records.rows] = records.deleted
    decided = link.update(Change(people.rows, new_people, homes), Change(records.rows, new_records))
    return np.union1d(decided, records.rows)


@dataclass
class _Changes:
    """The usable rows of a file of changes, and where each belongs."""

    rows: NDArray[np.int64]
    deleted: NDArray[np.bool_]
    added: pl.Series
    column: Column

    @classmethod
    def none(cls) -> _Changes:
        """Of a side that does not change."""
        nothing, empty = np.zeros(0, dtype=np.int64), pl.Series([], dtype=pl.String)
        return cls(nothing, nothing.astype(bool), empty, empty.alias)

    @classmethod
    def of(cls, frame: pl.DataFrame, key: str, known: pl.Series) -> _Changes:
        """Of a table whose rows are all usable; a deletion of nobody does nothing."""
        text = pl.Series([None], dtype=pl.String)
        return cls._at(
            frame[key],
            _deleted(frame[DELETED]),
            known,
            lambda name: frame[name] if name in frame.columns else text.new_from_index(0, len(frame)),
        )[0]

    @classmethod
    def read(cls, path: Path | None, key: str, known: pl.Series, rejects: Rejects) -> _Changes:
        """Of a file; rows that cannot be used are told to `rejects`."""
        if path is None:
            return cls.none()
        table = open_table(path, key, rejects)
        ids = table.column(key)
        found, lost = cls._at(ids, _deleted(table.column(DELETED)), known, table.column)
        numbers = range(table.rows) if table.keep is None else table.keep.arg_true()
        for row in lost:
            rejects.add(str(path), int(numbers[int(row)]) + 1, key, f"không có {ids[int(row)]} để xóa")
        return found

    @classmethod
    def _at(
        cls, ids: pl.Series, deleted: pl.Series, known: pl.Series, column: Column
    ) -> tuple[_Changes, pl.Series]:
        """The changes at their rows, and which rows delete nobody."""
        at = pl.DataFrame({"id": known}).with_row_index("at")
        found = pl.DataFrame({"id": ids}).join(at, on="id", how="left", maintain_order="left")["at"]
        lost = found.is_null() & deleted
        new = found.is_null().filter(~lost)
        rows = found.filter(~lost).fill_null(0).to_numpy().astype(np.int64)
        rows[new.to_numpy()] = len(known) + np.arange(int(new.sum()))
        added = ids.filter(~lost).filter(new)
        gone = deleted.filter(~lost).to_numpy()
        return cls(rows, gone, added, lambda name: column(name).filter(~lost)), lost.arg_true()

    def longer(self, ids: pl.Series) -> pl.Series:
        """The ids with those that are new."""
        return pl.concat([ids, self.added.alias(ids.name)])


def _deleted(column: pl.Series) -> pl.Series:
    return column.cast(pl.String).str.contains(_TRUE).fill_null(value=False)


def _blank(side: Side, rows: NDArray[np.bool_]) -> None:
    """Rows without any facts: they meet nobody."""
    for name, values in vars(side).items():
        if len(values):
            setattr(side, name, np.where(rows, 0, values).astype(values.dtype))


def _links(state: State, before: Linked, rows: NDArray[np.int64], *, every: bool) -> pl.DataFrame:
    """The links of `rows`, and the person and the decision that they had."""
    now, least = state.linkage.linked, state.linkage.learned.least
    ids = state.records.gather(pl.Series(rows, dtype=pl.UInt32))
    table = shown(state.people, ids, _some(now, rows), least)
    known = rows[rows < len(before.person)]
    had = shown(state.people, ids.head(len(known)), _some(before, known), least)
    had = had.select("record_id", was_person_id="person_id", was_decision="decision", was="probability")
    table = table.join(had, on="record_id", how="left", maintain_order="left")
    if not every:
        other = [pl.col(one).ne_missing(pl.col(f"was_{one}")) for one in ("person_id", "decision")]
        moved = (pl.col("probability") - pl.col("was")).abs().fill_null(1.0) > _SAME
        table = table.filter(pl.any_horizontal(*other, moved))
    return table.drop("was")


def _some(linked: Linked, rows: NDArray[np.int64]) -> Linked:
    return Linked(
        linked.person[rows], linked.probability[rows], linked.none[rows], linked.second[rows],
        taken(linked.levels, rows),
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
