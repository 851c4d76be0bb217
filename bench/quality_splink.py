"""Splink 5 beside the product, on the same files and the same normalised columns.

Splink gets good Vietnamese columns (standard names, dates, numbers, communes), blocks on what it is usually blocked
on, trains by expectation-maximisation, and links each record to its best person. Time includes the normalising.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import polars as pl
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from motcua.quality.management.intake import Rejects, open_table
from motcua.quality.rules.names import PARTS, Names
from motcua.quality.rules.sides import Side, read_sides

THRESHOLD = 0.5


def columns(side: Side, names: Names, prefix: str) -> pl.DataFrame:
    """The normalised facts as Splink's columns."""

    def name(ids: np.ndarray) -> pl.Series:
        return names.text.gather(pl.Series(ids, dtype=pl.UInt32)).replace("", None)

    whole = side.whole.astype(np.int64)
    parts = names.column(PARTS, side.full)
    return pl.DataFrame(
        {
            "unique_id": [f"{prefix}{row}" for row in range(len(side))],
            "name": name(side.full),
            "given": pl.Series(parts & np.uint64(0xFFFFFFFF)),
            "dob": pl.Series(side.dob).cast(pl.String).replace("0", None),
            "year": pl.Series(side.dob // 10_000).replace(0, None),
            "sex": pl.Series(side.sex).replace(0, None),
            "number": pl.Series(whole).replace(0, None).cast(pl.String),
            "phone": pl.Series(side.phone).replace(0, None),
            "mother": name(side.mother),
            "father": name(side.father),
            "spouse": name(side.spouse),
            "commune": pl.Series(side.new).replace(0, None),
            "old_commune": pl.Series(side.old).replace(0, None),
        }
    )


def compare(place: Path, ours: float) -> None:
    """Run Splink on the files of `place`; print time, F1 and how many times longer than `ours` seconds it took."""
    began = time.monotonic()
    rejects = Rejects()
    base = open_table(place / "base.parquet", "person_id", rejects)
    register = open_table(place / "register.parquet", "record_id", rejects)
    people, records, names, _ = read_sides(base.column, register.column)
    left, right = columns(people, names, "p"), columns(records, names, "r")
    settings = SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("number"), block_on("name", "dob"), block_on("name", "commune"), block_on("given", "dob"),
            block_on("dob", "commune"), block_on("phone"), block_on("name", "mother"), block_on("name", "year"),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("dob", 1), cl.ExactMatch("sex"), cl.LevenshteinAtThresholds("number", 1),
            cl.ExactMatch("phone"), cl.JaroWinklerAtThresholds("mother", [0.92]),
            cl.JaroWinklerAtThresholds("father", [0.92]), cl.JaroWinklerAtThresholds("spouse", [0.92]),
            cl.ExactMatch("commune"), cl.ExactMatch("old_commune"),
        ],
    )  # fmt: skip
    database = DuckDBAPI()
    tables = [
        database.register(left.to_arrow(), table_name="people"),
        database.register(right.to_arrow(), table_name="records"),
    ]
    linker = Linker(tables, settings)
    sure = [block_on("number"), block_on("name", "dob")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("number"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name", "dob"))
    found = linker.inference.predict(threshold_match_probability=THRESHOLD).as_duckdbpyrelation().pl()
    seconds = time.monotonic() - began
    best = found.sort("match_probability", descending=True).unique("unique_id_r", keep="first")
    truth = pl.read_parquet(place / "truth.parquet")
    ids = base.column("person_id").to_list()
    linked = {int(r[1:]): ids[int(p[1:])] for p, r in best.select("unique_id_l", "unique_id_r").rows()}
    known = dict(enumerate(truth["person_id"].to_list()))
    right_ones = sum(known[row] == person for row, person in linked.items())
    f1 = 2 * right_ones / (len(linked) + sum(person is not None for person in known.values()))
    print(f"Splink 5: {seconds:.1f} s, F1 {f1:.4f}; {seconds / ours:.1f} times as long")
