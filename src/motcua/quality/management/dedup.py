"""`motcua quality dedup`: records of the same person inside a register and across registers; no database, no network.

Writes for each record its cluster (the record_id of the cluster's first record; empty for a record alone), how many
records of the cluster are in the same register, and, for a pair that a person should see, the other record, the
probability and the reasons.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from motcua.quality.management.intake import REGISTER, BadFileError, Rejects, Table, open_table
from motcua.quality.management.link import write
from motcua.quality.rules.dedup import find_same

_REFUSED = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; 0, or 2 with a sentence on stderr when the input is not usable."""
    parser = argparse.ArgumentParser(prog="motcua quality dedup", description=__doc__)
    parser.add_argument("--register", type=Path, required=True, help="the register(s), .parquet or .csv")
    parser.add_argument("--out", type=Path, required=True, help="clusters to write, .parquet or .csv")
    args = parser.parse_args(argv)
    rejects = Rejects()
    try:
        register = open_table(args.register, "record_id", rejects)
        table = clusters(register)
        write(table, args.out)
        rejects.write(args.out.with_name(f"{args.out.stem}.rejects.csv"))
    except BadFileError as error:
        sys.stderr.write(f"motcua quality dedup: {error}\n")
        return _REFUSED
    except OSError as error:
        sys.stderr.write(f"motcua quality dedup: {error.filename}: {error.strerror}\n")
        return _REFUSED
    joined, maybe = table["cluster"].drop_nulls(), table["maybe"].drop_nulls()
    sys.stderr.write(
        f"{table.height:,} bản ghi: {len(joined):,} nằm trong {joined.n_unique():,} cụm, "
        f"{len(maybe):,} cần người xem, {len(rejects.rows):,} hàng bị loại\n"
    )
    return 0


def clusters(register: Table) -> pl.DataFrame:
    """The output table, in the order of the register."""
    read = {name: register.column(name) for name in REGISTER}
    ids, none = read["record_id"], pl.Series("", [None], dtype=pl.String).new_from_index(0, len(register))
    same = find_same(lambda name: read.get(name, none), len(register))
    top = pl.Series(same.cluster)
    cluster = ids.gather(top.clip(0)).zip_with(top >= 0, none) if len(register) else none
    pairs = pl.DataFrame(
        {"left": same.left, "right": same.right, "probability": same.probability, "reasons": same.reasons}
    ).filter(
        pl.Series(same.cluster[same.left] != same.cluster[same.right])
        | pl.Series(same.cluster[same.left] < 0)
    )
    both = pl.concat(
        [pairs, pairs.select(left="right", right="left", probability="probability", reasons="reasons")]
    )
    best = both.sort("probability", "right", descending=[True, False]).unique("left", keep="first")
    frame = pl.DataFrame({"record_id": ids, "register": read["register"], "cluster": cluster}).with_row_index(
        "left"
    )
    frame = frame.with_columns(
        pl.col("left").cast(pl.Int64),
        in_register=pl.when(pl.col("cluster").is_null())
        .then(1)
        .otherwise(pl.len().over("cluster", "register")),
    ).join(best, on="left", how="left", maintain_order="left")
    other = pl.col("right")
    return frame.select(
        "record_id", "register", "cluster", "in_register",
        maybe=pl.when(other.is_null()).then(None).otherwise(ids.gather(frame["right"].fill_null(0))),
        probability="probability", reasons="reasons",
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
