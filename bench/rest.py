"""How much memory the whole system takes when nobody calls: the sum of PSS over all of its processes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bench.house import House


def measure(made: House, _options: Any) -> None:
    """Print the sum and the largest."""
    time.sleep(15)
    found = {}
    for pid, words in made.processes().items():
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        kilobytes = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        found[pid] = (kilobytes / 1024, words)
    print(
        f"at rest: {sum(size for size, _ in found.values()):.0f} MB PSS in {len(found)} processes; target < 700 MB"
    )
    for size, words in sorted(found.values(), reverse=True)[:6]:
        print(f"  {size:6.0f} MB  {words[:90]}")
