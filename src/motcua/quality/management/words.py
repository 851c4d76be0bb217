"""`motcua quality words`: is a register correct, complete, clean and live? By unit and field; no database, no network.

With --base the records are linked first, and what is accepted is compared with the base, field by field. A column
`commune` of the register, where there is one, is the unit. Columns died_on, moved_on, married_on, changed_on of the
base say what a living register has to show.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from motcua.quality.management.intake import REGISTER, BadFileError, Rejects, Table, open_table
from motcua.quality.management.link import write
from motcua.quality.rules.deciding import ACCEPT, decide
from motcua.quality.rules.dedup import find_same
from motcua.quality.rules.law import rules_on
from motcua.quality.rules.linking import Linker
from motcua.quality.rules.sides import read_sides
from motcua.quality.rules.words import four_words

_REFUSED = 2
_OF_BASE = {
    "full_name": "full_name", "dob": "dob", "sex": "sex", "id_no": "cccd", "phone": "phone",
    "father_name": "father_name", "mother_name": "mother_name", "spouse_name": "spouse_name", "address": "address",
    "died_on": "died_on", "moved_on": "moved_on", "married_on": "married_on", "changed_on": "changed_on",
}  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 2 with a sentence on stderr when the input is not usable."""
    parser = argparse.ArgumentParser(prog="motcua quality words", description=__doc__)
    parser.add_argument("--register", type=Path, required=True, help="the register(s), .parquet or .csv")
    parser.add_argument("--base", type=Path, help="the population base, .parquet or .csv")
    parser.add_argument("--out", type=Path, required=True, help="the counts and shares, .parquet or .csv")
    parser.add_argument(
        "--on", type=date.fromisoformat, required=True, help="the day whose rules apply, YYYY-MM-DD"
    )
    args = parser.parse_args(argv)
    rejects = Rejects()
    try:
        register = open_table(args.register, "record_id", rejects)
        base = open_table(args.base, "person_id", rejects) if args.base else None
        table = measure(register, base, on=args.on)
        write(table, args.out)
        rejects.write(args.out.with_name(f"{args.out.stem}.rejects.csv"))
    except BadFileError as error:
        sys.stderr.write(f"motcua quality words: {error}\n")
        return _REFUSED
    except OSError as error:
        sys.stderr.write(f"motcua quality words: {error.filename}: {error.strerror}\n")
        return _REFUSED
    sys.stderr.write(
        f"{len(register):,} bản ghi, {table.height:,} dòng, {len(rejects.rows):,} hàng bị loại\n"
    )
    return 0


def measure(register: Table, base: Table | None, *, on: date) -> pl.DataFrame:
    """Counts and shares by register, unit and field."""
    names = [n for n in (*REGISTER, "updated_on", "ended_on") if n in register.columns]
    frame = pl.DataFrame({name: register.column(name) for name in names})
    none = pl.Series("", [None], dtype=pl.String).new_from_index(0, frame.height)

    def column(name: str) -> pl.Series:
        return frame[name] if name in names else none

    frame = frame.with_columns(column("register").alias("register"), register.column("commune").alias("unit"))
    same = find_same(column, frame.height)
    frame = frame.with_columns(pl.Series("double", _doubles(column("register"), same.cluster)))
    if base is not None and frame.height:
        people, records, kept, _ = read_sides(base.column, column)
        linked = Linker(people, records, kept).run()
        sure = pl.Series(decide(linked.person, linked.probability, linked.none) == ACCEPT)
        at = pl.Series(np.maximum(linked.person, 0), dtype=pl.UInt32)
        frame = frame.with_columns(
            base.column(theirs).gather(at).zip_with(sure, none).alias(f"base_{ours}")
            for ours, theirs in _OF_BASE.items()
            if theirs in base.columns
        )
    found = four_words(frame, rules_on(on), on=on)
    shares = ("correct_share", "complete_share", "clean_share", "live_share")
    rows = [asdict(one) | {name: getattr(one, name) for name in shares} for one in found]
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(shares, pl.Float64), infer_schema_length=None)


def _doubles(register: pl.Series, cluster: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pl.Series:
    """Is another record of the same person in the same register? (In another register it is no duplicate.)"""
    counted = pl.DataFrame({"register": register, "cluster": cluster}).with_columns(
        n=pl.len().over("register", "cluster")
    )
    return (counted["n"] > 1) & (counted["cluster"] >= 0)


if __name__ == "__main__":
    raise SystemExit(main())
