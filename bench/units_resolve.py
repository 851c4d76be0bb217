"""How well and how fast `motcua units resolve` reads addresses of the whole country, by kind of noise.

Run: python bench/units_resolve.py [COUNT per class] [--class NAME] [--wrong FILE]. Prints JSON: per class and
structure the share that is exact, wrong and left open, and addresses a second of one process (CPU). --wrong writes
every address that was not read exactly, to be looked at.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.units_noise import CLASSES, Address, spoil
from motcua.units.data import Resolution
from motcua.units.management.resolve import read_address
from motcua.units.rules.addresses import names_of
from motcua.units.rules.addresses.gazetteer import REFORM, Place, gazetteer

SEED = 20250701


def communes() -> dict[str, list[Place]]:
    """Communes of the structure until 30 June 2025 and of the one since."""
    places = [place for place in gazetteer().places if place.tier == 2]
    old = [p for p in places if p.info.validity.start < REFORM and p.info.validity.end in (None, REFORM)]
    return {"old": old, "new": [p for p in places if p.info.validity.start >= REFORM]}


def right(answer: Resolution, place: Place) -> bool:
    """Is the answer the place itself: its code, its name, its structure?"""
    unit = answer.unit
    return unit is not None and (unit.code, unit.name) == (place.info.code, place.info.name)


def measure(name: str, count: int, wrong: list[str]) -> dict[str, object]:
    """One class of noise, old and new structure."""
    report: dict[str, object] = {}
    for structure, places in communes().items():
        rng = random.Random(f"{SEED} {name} {structure}")
        others = [place.info.short_name for place in places]
        drawn = [rng.choice(places) for _ in range(count)]
        texts = []
        for place in drawn:
            levels = [level for level in reversed(names_of(place.info)) if level]
            texts.append(spoil(rng, name, Address(levels=levels, others=others)))
        began = time.process_time()
        answers = [read_address(text, None) for text in texts]
        spent = time.process_time() - began
        seen: Counter[str] = Counter()
        for text, place, answer in zip(texts, drawn, answers, strict=True):
            kind = "exact" if right(answer, place) else "open" if answer.unit is None else "wrong"
            if kind == "wrong" and answer.unit is not None and answer.unit in [p.info for p in place.chain]:
                kind = (
                    "open"  # the district or the province it lies in: nothing wrong, not the commune either
                )
            seen[kind] += 1
            if kind != "exact":
                said = "|".join(
                    ", ".join(filter(None, reversed(names_of(unit)))) for unit in answer.units[:3]
                )
                wrong.append(f"{kind}\t{name}\t{structure}\t{text!r}\t{place.info.code} {place.info.name}"
                    f"\t{said}\t{answer.why}")  # fmt: skip
        report[structure] = {kind: round(100 * seen[kind] / count, 2) for kind in ("exact", "wrong", "open")}
        report[f"{structure} per second"] = round(count / spent) if spent else None
    return report


def main() -> None:
    """Measure every class and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=2000)
    parser.add_argument("--class", dest="only", action="append", choices=[*CLASSES, "mixed"])
    parser.add_argument("--wrong", type=Path)
    args = parser.parse_args()
    began = time.perf_counter()
    read_address("xã Nghi Vạn, huyện Nghi Lộc, tỉnh Nghệ An", None)
    ready = time.perf_counter() - began
    gc.freeze()
    wrong: list[str] = []
    table = {name: measure(name, args.count, wrong) for name in args.only or [*CLASSES, "mixed"]}
    if args.wrong:
        args.wrong.write_text("\n".join(sorted(wrong, reverse=True)), encoding="utf-8")
    print(
        json.dumps({"ready_after_seconds": round(ready, 2), "percent": table}, ensure_ascii=False, indent=1)
    )


if __name__ == "__main__":
    main()
