"""A kept linkage and 1,000 changes of either side: seconds and peak memory of the whole commands."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parent.parent
CHANGES = 1000
SIDES = {
    "base": ("full_name", "dob", "phone", "mother_name"),
    "register": ("full_name", "dob", "id_no", "phone", "address"),
}


def measure_updates(place: Path) -> None:
    """Keep the linkage of the files in `place`, then change either side and both; prints a line for each."""
    for side, columns in SIDES.items():
        _changes(place / f"{side}.parquet", columns).write_parquet(place / f"{side}.changed.parquet")
    whole = [f"--{side}={place / side}.parquet" for side in SIDES]
    print(
        "kept:    ", _command("link", *whole, f"--out={place / 'links.parquet'}", f"--state={place / 'kept'}")
    )
    for sides in (("register",), ("base",), ("base", "register")):
        # Other rows each time: a change that was taken in already changes nothing.
        files = [f"--{side}={place / side}.changed.parquet" for side in sides]
        said = _command("update", f"--state={place / 'kept'}", *files, f"--out={place / 'changed.parquet'}")
        print(f"{CHANGES:,} of {' and '.join(sides)}: {said}")
        for side, columns in SIDES.items():
            _changes(place / f"{side}.parquet", columns, seed=len(sides) + 20).write_parquet(
                place / f"{side}.changed.parquet"
            )


def _changes(file: Path, columns: tuple[str, ...], seed: int = 5) -> pl.DataFrame:
    """Rows of the file, each with about four in ten of its facts taken from somebody else."""
    rng = np.random.default_rng(seed)
    whole = pl.read_parquet(file)
    count = min(CHANGES, whole.height)
    rows, others = (
        whole[np.sort(rng.choice(whole.height, count, replace=False))],
        rng.choice(whole.height, count),
    )
    mixed = [
        pl.Series(name, whole[name].gather(others)).zip_with(pl.Series(rng.random(count) < 0.4), rows[name])
        for name in columns
    ]
    return rows.with_columns(*mixed)


def _command(name: str, *words: str) -> str:
    """Seconds of the whole command, and its peak memory where the kernel tells."""
    code = (
        f"import sys; from motcua.quality.management.{name} import main; code = main(sys.argv[1:]);"
        "from motcua.quality.management.link import peak_memory; print(f'peak {peak_memory():.2f} GB'); sys.exit(code)"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )
    peak = re.search(r"peak .*", done.stdout)
    return f"{time.monotonic() - began:.1f} s, {peak[0] if peak else 'peak unknown'}"
