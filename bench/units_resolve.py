"""How many addresses a second one process resolves, on 100,000 messy ones made from the province's tables.

Run: python bench/units_resolve.py [COUNT]. Prints JSON: rates (first sight and by wall clock), decisions, and
how many of the exact ones were wrong against the unit each address was made from.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable

from motcua.base.vietnamese import strip_accents
from motcua.units.data import Level, UnitInfo
from motcua.units.rules import shipped
from motcua.units.rules.addresses import resolve, resolver

SHORT = {
    "Xã ": "X. ",
    "Phường ": "P. ",
    "Thị trấn ": "TT. ",
    "Huyện ": "H. ",
    "Thị xã ": "TX. ",
    "Thành phố ": "TP. ",
}
STREETS = (
    "Lê Lợi",
    "Nguyễn Du",
    "Đặng Thái Thân",
    "Phan Đình Phùng",
    "Hà Huy Tập",
    "Quang Trung",
    "Trần Phú",
)


def abbreviated(name: str) -> str:
    """ "Xã Nghi Vạn" as "X. Nghi Vạn"."""
    for long, short in SHORT.items():
        if name.startswith(long):
            return short + name[len(long) :]
    return name


def messy(rng: random.Random, unit: UnitInfo, district: UnitInfo | None) -> str:
    """One way of writing the address of a unit."""
    names = [unit.name, *([district.name] if district else []), "tỉnh Nghệ An"]
    short = [unit.short_name, *([district.short_name] if district else []), "Nghệ An"]
    ways: list[Callable[[], str]] = [
        lambda: ", ".join(names),
        lambda: ", ".join(map(abbreviated, names[:-1])) + ", NA",
        lambda: strip_accents(", ".join(names)),
        lambda: ", ".join(short),
        lambda: ", ".join(reversed(names)),
        lambda: " ".join(names).upper(),
        lambda: strip_accents(" ".join(names)).lower(),
    ]
    fronts: list[Callable[[], str]] = [
        lambda: f"Số {rng.randint(1, 900)} đường {rng.choice(STREETS)}, ",
        lambda: f"{rng.randint(1, 900)}/{rng.randint(1, 90)} {rng.choice(STREETS)}, ",
        lambda: f"xóm {rng.randint(1, 30)}, ",
        lambda: "",
    ]
    return rng.choice(fronts)() + rng.choice(ways)()


def main() -> None:
    """Make the addresses, resolve them, print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rng = random.Random(20250701)
    tables = shipped()
    communes = [unit for unit in tables.units.values() if unit.level is Level.COMMUNE]
    made = []
    for _ in range(count):
        unit = rng.choice(communes)
        parent = tables.units[unit.parent_key or ""]
        made.append((messy(rng, unit, parent if parent.level is Level.DISTRICT else None), unit))
    began = time.perf_counter()
    resolver()
    ready = time.perf_counter() - began
    gc.freeze()
    wall, cpu = time.perf_counter(), time.process_time()
    answers = [resolve(text) for text, _ in made]
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    decisions = Counter(answer.decision.value for answer in answers)
    wrong = sum(
        1
        for answer, (_, unit) in zip(answers, made, strict=True)
        if answer.unit is not None and (answer.unit.code, answer.unit.name) != (unit.code, unit.name)
    )
    lost = sum(
        1
        for answer, (_, unit) in zip(answers, made, strict=True)
        if answer.unit is None and unit.key not in {one.key for one in answer.units}
    )
    print(
        json.dumps(
            {
                "addresses": count,
                "different": len({text for text, _ in made}),
                "per_second_cpu": round(count / cpu),
                "per_second_wall": round(count / wall),
                "ready_after_seconds": round(ready, 2),
                "decisions": dict(decisions),
                "exact_but_wrong": wrong,
                "candidates_without_the_unit": lost,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
