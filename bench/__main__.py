"""Measures the system and prints the figures with how they were taken: `python -m bench [NAME...]`.

Nothing here is a test: a busy machine gives other figures. Each bench makes what it needs in a folder that vanishes.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

from bench import house

HERE = Path(__file__).parent
# Benches that need a whole installation, and those that are programs of their own.
IN_HOUSE = ("rest", "filings", "ledger", "search", "worklist", "indicators")
ALONE = {
    "quality": "quality.py",
    "units": "units_resolve.py",
    "signatures": "documents_sign.py",
    "exchange": "exchange.py",
    "reconciliation": "reconciliation.py",
}


def main() -> int:
    """Run the benches named; all of them when none is."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=", ".join([*IN_HOUSE, *ALONE]))
    parser.add_argument("--rows", type=int, default=1_000_000, help="dossiers of the worklist bench")
    parser.add_argument("--seconds", type=int, default=20, help="length of each load")
    options = parser.parse_args()
    names = options.names or [*IN_HOUSE, *ALONE]
    unknown = set(names) - {*IN_HOUSE, *ALONE}
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    print(f"{time.strftime('%Y-%m-%d %H:%M')} {platform.system()} {platform.machine()}, Python", end=" ")
    print(
        f"{platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start"
    )
    failed = []
    for name in names:
        if name in ALONE:
            print(f"\n== {name}", flush=True)
            done = subprocess.run([sys.executable, str(HERE / ALONE[name])], check=False)
            failed += [name] if done.returncode else []
    wanted = [name for name in IN_HOUSE if name in names]
    if wanted:
        with house.House() as made:
            for name in wanted:
                print(f"\n== {name}", flush=True)
                __import__(f"bench.{name}", fromlist=["measure"]).measure(made, options)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")
    if failed:
        print(f"did not end well: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
