"""`motcua units resolve`: a list of addresses in, the unit of each out. Needs no database.

The input is a CSV in UTF-8 with a column of addresses; every column is kept and six are added: province,
district, commune, code, vintage (first day of the structure) and decision (exact, candidates, none). For
candidates the values of all of them stand side by side, parted by "|". An address of two levels is read as the
structure of two levels (since 1 July 2025) unless --on says another day.
"""

from __future__ import annotations

import argparse
import csv
import gc
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import chain, islice
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.pool import AsyncResult
from pathlib import Path
from typing import IO, Protocol

from motcua.units.data import Decision, Resolution
from motcua.units.rules.addresses import names_of, resolve, resolver
from motcua.units.rules.addresses.keys import keyed
from motcua.units.rules.addresses.quick import quick
from motcua.units.rules.addresses.settling import settle, settler
from motcua.units.rules.addresses.words import without_country

ADDED = ("province", "district", "commune", "code", "vintage", "decision")
_FIELD_LIMIT = 10_000_000
_BATCH = 5_000
_REFUSED = 2


class _Writer(Protocol):
    def writerow(self, row: Iterable[str], /) -> object:
        """Write one row."""


class _BadInput(Exception):
    """The file cannot be read as a list of addresses."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns 0, or 2 with a sentence on stderr when the input is not usable."""
    args = _parser().parse_args(argv)
    try:
        with _opened(args.source, "r") as source, _opened(args.target, "w") as target:
            counts = run(source, target, column=args.column, on=args.on)
    except _BadInput as error:
        sys.stderr.write(f"motcua units resolve: {error}\n")
        return _REFUSED
    except FileNotFoundError as error:
        sys.stderr.write(f"motcua units resolve: no such file: {error.filename}\n")
        return _REFUSED
    except UnicodeDecodeError as error:
        sys.stderr.write(
            f"motcua units resolve: {args.source} is not UTF-8 (byte {error.start}); save it as UTF-8\n"
        )
        return _REFUSED
    except (
        BrokenPipeError
    ):  # the reader has enough ("| head"): nothing is wrong, and nothing more can be said
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    sys.stderr.write(", ".join(f"{name}: {count}" for name, count in counts.items()) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="motcua units resolve", description=__doc__)
    parser.add_argument("--in", dest="source", default="-", help="CSV in UTF-8; - is standard input")
    parser.add_argument("--out", dest="target", default="-", help="CSV to write; - is standard output")
    parser.add_argument("--column", default="text", help="the column that holds the address (text)")
    parser.add_argument(
        "--on",
        type=date.fromisoformat,
        help="day (YYYY-MM-DD) that chooses between readings that differ in time",
    )
    return parser


@contextmanager
def _opened(name: str, mode: str) -> Iterator[IO[str]]:
    """A file or a standard stream. What is written appears under its name only when it is complete."""
    if name == "-":
        stream = sys.stdin if mode == "r" else sys.stdout
        yield stream
        if mode == "w":
            stream.flush()
        return
    path = Path(name)
    if mode == "r":
        with path.open(encoding="utf-8-sig", newline="") as source:
            yield source
        return
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as target:
            yield target
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def run(source: IO[str], target: IO[str], *, column: str, on: date | None) -> dict[str, int]:
    """Resolve every row of `source` into `target`; returns how many got which decision."""
    limit = csv.field_size_limit(_FIELD_LIMIT)
    try:
        return _run(csv.reader(source), csv.writer(target, lineterminator="\n"), column=column, on=on)
    except csv.Error as error:
        raise _BadInput(f"the input is not a readable CSV: {error}") from error
    finally:
        csv.field_size_limit(limit)


def _run(
    reader: Iterator[list[str]],
    writer: _Writer,
    *,
    column: str,
    on: date | None,
) -> dict[str, int]:
    header = next(reader, None)
    if not header or column not in header:
        raise _BadInput(
            f"there is no column {column!r}; the columns are: {', '.join(header or ()) or 'none'}"
        )
    taken = [name for name in ADDED if name in header]
    if taken:
        raise _BadInput(f"the input already has the column(s) {', '.join(taken)}")
    at, width = header.index(column), len(header)
    writer.writerow([*header, *ADDED])
    resolver()
    settler()
    quick()
    gc.freeze()
    gc.disable()  # nothing here points in circles: no need to look through tables and memories again and again
    counts = dict.fromkeys((decision.value for decision in Decision), 0)
    try:
        for rows, found in _resolved(_batches(reader, width), at, on):
            for row, columns_ in zip(rows, found, strict=True):
                counts[columns_[-1]] += 1
                writer.writerow([*row, *columns_])
    finally:
        gc.enable()
    return counts


def _batches(reader: Iterator[list[str]], width: int) -> Iterator[list[list[str]]]:
    """Rows of the header's width, some thousands at a time."""
    rows = ((row + [""] * (width - len(row)))[:width] for row in reader if row)
    while batch := list(islice(rows, _BATCH)):
        yield batch


_Batch = tuple[list[list[str]], list[tuple[str, ...]]]


def _resolved(batches: Iterator[list[list[str]]], at: int, on: date | None) -> Iterator[_Batch]:
    """Each batch with its answers; from the second batch on, every core takes part where processes can be forked."""
    for batch in islice(batches, 1):
        yield batch, _columns([row[at] for row in batch], on)
    cores = min(os.cpu_count() or 1, 8)
    second = next(batches, None)
    if second is None:
        return
    rest = chain([second], batches)
    if cores < 2 or "fork" not in get_all_start_methods():
        for batch in rest:
            yield batch, _columns([row[at] for row in batch], on)
        return
    with get_context("fork").Pool(cores) as pool:
        waiting: deque[tuple[list[list[str]], AsyncResult[list[tuple[str, ...]]]]] = deque()
        for batch in rest:
            waiting.append((batch, pool.apply_async(_columns, ([row[at] for row in batch], on))))
            if len(waiting) > 2 * cores:
                done, found = waiting.popleft()
                yield done, found.get()
        while waiting:
            done, found = waiting.popleft()
            yield done, found.get()


def _columns(texts: list[str], on: date | None) -> list[tuple[str, ...]]:
    """The six columns of each address."""
    return [_described(read_address(text, on)) for text in texts]


def read_address(text: str, on: date | None) -> Resolution:
    """What a list is told of one address: the usual forms at once, the careful reading, and what settles the rest."""
    text = keyed(without_country(text))
    usual = quick().get(text) if on is None else None
    return usual or settle(text, resolve(text, on=on), on)


def _remembered() -> Callable[[Resolution], tuple[str, ...]]:
    """Describes a resolution; equal ones come as one object, and are described once."""
    known: dict[int, tuple[Resolution, tuple[str, ...]]] = {}

    def described(answer: Resolution) -> tuple[str, ...]:
        found = known.get(id(answer))
        if found is None or found[0] is not answer:
            if len(known) > 200_000:
                known.clear()
            found = known[id(answer)] = (answer, columns(answer))
        return found[1]

    return described


_described = _remembered()


def columns(answer: Resolution) -> tuple[str, ...]:
    """The six added columns."""
    places = [names_of(unit) for unit in answer.units]
    joined = (
        ("|".join(dict.fromkeys(names)) for names in zip(*places, strict=True)) if places else ("", "", "")
    )
    codes = "|".join(dict.fromkeys(unit.code for unit in answer.units))
    vintage = answer.vintage.isoformat() if answer.vintage else ""
    return (*joined, codes, vintage, answer.decision.value)


if __name__ == "__main__":
    raise SystemExit(main())
