"""`motcua indicators score`: numerators and denominators in, points out. Needs no database.

The input is a CSV in UTF-8 with the columns period, unit_code, indicator_code, numerator, denominator, and if
wanted given_score (a score handed in where the scheme cannot compute one) and level (province, department,
commune: full marks where an indicator does not apply). Every column is kept; score, basis (computed, given,
full, none), reason, known_score and known_maximum are added; after the rows come the sums of each period and
unit: GROUP_CKMB, GROUP_TDGQ, GROUP_ONLINE, GROUP_TTTT, GROUP_MDSH, GROUP_MDHL and TOTAL. An empty score is
unknown and has its reason; a decimal comma is read; an empty numerator is unknown, not 0; a sum with an unknown
member is unknown (known_score says what is known of it). Rows that cannot be used go to the rejects file with the
reason.

Exit status: 0 every row was used, 1 some were refused, 2 the input is not usable.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import IO

from motcua.base.clock import today
from motcua.base.errors import DomainError
from motcua.indicators.rules.replay import ADDED, NEEDED, Refused, Replay
from motcua.indicators.rules.schemes import scheme, scheme_ids
from motcua.units.data import code_spans

_SOME_REFUSED, _UNUSABLE = 1, 2
_LONGEST = 100_000


class _BadInput(Exception):
    """The file cannot be read as rows of an index."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is in the module's words above."""
    args = _parser().parse_args(argv)
    try:
        return _run(args)
    except (_BadInput, DomainError) as error:
        sys.stderr.write(f"motcua indicators score: {error}\n")
    except UnicodeDecodeError as error:
        sys.stderr.write(f"motcua indicators score: {args.input} is not UTF-8 (byte {error.start})\n")
    except (csv.Error, OSError) as error:
        sys.stderr.write(f"motcua indicators score: {args.input}: {error}\n")
    return _UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="motcua indicators score",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--input", required=True, help="CSV in UTF-8; - is standard input")
    parser.add_argument("--scheme", required=True, help=f"one of {', '.join(scheme_ids())}")
    parser.add_argument("--output", default="-", help="CSV to write; - is standard output")
    parser.add_argument("--rejects", help="CSV of refused rows (OUTPUT.rejects.csv; none on standard output)")
    parser.add_argument(
        "--today", type=date.fromisoformat, help="day (YYYY-MM-DD) after which periods lie in the future"
    )
    return parser


def _run(args: argparse.Namespace) -> int:
    replay = Replay(scheme(args.scheme), today=args.today or today(), existed=_existed)
    csv.field_size_limit(_LONGEST)
    with ExitStack() as stack:
        source = _opened(stack, args.input)
        rows, columns = _rows(source)
        target = _written(stack, args.output)
        added = [c for c in ADDED if c not in columns]
        writer = csv.DictWriter(target, [*columns, *added], extrasaction="ignore", restval="")
        writer.writeheader()
        rejects = _Rejects(_rejects_path(args), columns, stack)
        done = 0
        for number, row in rows:
            try:
                answer = replay.row(row)
            except Refused as error:
                rejects.add(number, row, str(error))
                continue
            done += 1
            if answer is not None:
                writer.writerow(answer)
        writer.writerows(replay.sums())
    sys.stderr.write(f"scored: {done}, refused: {rejects.count}\n")
    return _SOME_REFUSED if rejects.count else 0


def _existed(code: str, day: date) -> bool:
    """The province's codes are known from the first list on; of others nothing is known, so nothing is said."""
    known = code_spans()
    spans = known.get(code)
    if spans is None or day < min(s.start for some in known.values() if len(some) > 1 for s in some):
        return True
    return any(one.contains(day) for one in spans)


def _opened(stack: ExitStack, name: str) -> IO[str]:
    if name == "-":
        sys.stdin.reconfigure(encoding="utf-8-sig", newline="")  # type: ignore[union-attr]
        return sys.stdin
    return stack.enter_context(open(name, encoding="utf-8-sig", newline=""))


def _written(stack: ExitStack, name: str) -> IO[str]:
    """A file that appears under its name only when it is complete."""
    if name == "-":
        return sys.stdout
    draft = Path(f"{name}.part")
    file = open(draft, "w", encoding="utf-8", newline="")  # noqa: SIM115 - closed by the stack

    def finish(kind: object, *_: object) -> None:
        file.close()
        draft.unlink() if kind else os.replace(draft, name)

    stack.push(finish)
    return file


def _rejects_path(args: argparse.Namespace) -> str | None:
    if args.rejects:
        return str(args.rejects)
    return None if args.output == "-" else f"{args.output}.rejects.csv"


def _rows(source: IO[str]) -> tuple[Iterator[tuple[int, dict[str, str]]], list[str]]:
    """The rows with their line numbers, and the names of the columns."""
    first = source.readline(_LONGEST)
    if not first.strip():
        raise _BadInput("the input is empty")
    delimiter = max(",;\t", key=first.count)
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter))]
    names = [name.lower() for name in header]
    if missing := [name for name in NEEDED if name not in names]:
        raise _BadInput(f"columns missing: {', '.join(missing)}; found: {', '.join(header)[:200]}")
    if len(set(names)) != len(names):
        raise _BadInput("a column stands twice in the heading")

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        reader = csv.reader(source, delimiter=delimiter)
        for values in reader:
            if not any(v.strip() for v in values):
                continue
            padded = [*values, *[""] * (len(names) - len(values))]
            row = dict(zip(names, padded, strict=False))
            yield reader.line_num + 1, row

    return rows(), names


class _Rejects:
    """Refused rows with their line and reason: in a file made when the first comes, else on stderr."""

    def __init__(self, path: str | None, columns: Sequence[str], stack: ExitStack) -> None:
        self.count = 0
        self._path, self._columns, self._stack = path, columns, stack
        self._writer: csv.DictWriter[str] | None = None
        if path and Path(path).exists():
            Path(path).unlink()

    def add(self, line: int, row: dict[str, str], reason: str) -> None:
        self.count += 1
        if self._path is None:
            sys.stderr.write(f"line {line}: {reason}\n")
            return
        if self._writer is None:
            file = Path(self._path).open("w", encoding="utf-8", newline="")  # noqa: SIM115 - closed by the stack
            self._stack.callback(file.close)
            self._writer = csv.DictWriter(file, [*self._columns, "line", "refused_because"])
            self._writer.writeheader()
        self._writer.writerow({**row, "line": str(line), "refused_because": reason})
