"""How long the catalogue's search takes, in one process, over everything that is loaded."""

from __future__ import annotations

import random
import time
from typing import Any

from bench.house import House, milliseconds


def measure(made: House, _options: Any) -> None:
    """Requests are parts of the procedures' own names, with and without accents."""
    made.django()
    from motcua.base import clock
    from motcua.base.vietnamese import strip_accents
    from motcua.procedures import api as procedures

    today = clock.today()
    began = time.perf_counter()
    words_tried = ("đăng ký", "cấp", "thủ tục", "đất", "khai sinh")
    hits = [h.name for word in words_tried for h in procedures.search(word, on=today, limit=50)]
    print(f"index built and warm after {time.perf_counter() - began:.2f} s")
    rng = random.Random(1)
    took = []
    for _ in range(400):
        words = rng.choice(hits).split()
        start = rng.randrange(max(1, len(words) - 3))
        text = " ".join(words[start : start + rng.randint(2, 7)])
        text = strip_accents(text).lower() if rng.random() < 0.5 else text
        at = time.perf_counter()
        procedures.search(text, on=today, limit=10)
        took.append(time.perf_counter() - at)
    print(f"search over the catalogue that `motcua load` brings: {milliseconds(took)}; target p95 < 30 ms")
