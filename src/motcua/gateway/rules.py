"""What the door decides without a database: how often a caller may call, and which text it takes."""

from __future__ import annotations

from threading import Lock

from motcua.base.data import Json

DEEPEST = 12
MOST_PARTS = 5_000
LONGEST_NUMBER = 10**18


class Buckets:
    """A bucket of calls for each caller, filled again evenly; kept in this process's memory.

    `most`: how many callers are remembered. A caller that was forgotten starts with a full bucket, so
    forgetting the fullest first changes nothing for anybody.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._lock = Lock()
        self._most = most
        self._kept: dict[str, tuple[float, float]] = {}  # caller → (calls left, when)

    def wait(self, caller: str, *, per_minute: int, now: float) -> float:
        """Take one call: 0.0 when it may be made, or the seconds until it may (`now` in seconds)."""
        rate = per_minute / 60
        with self._lock:
            left, when = self._kept.get(caller, (float(per_minute), now))
            left = min(float(per_minute), left + max(0.0, now - when) * rate)
            if left < 1:
                self._kept[caller] = (left, now)
                return (1 - left) / rate
            if caller not in self._kept and len(self._kept) >= self._most:
                self._forget()
            self._kept[caller] = (left - 1, now)
            return 0.0

    def _forget(self) -> None:
        fullest = sorted(self._kept, key=lambda name: self._kept[name][0], reverse=True)
        for name in fullest[: max(1, self._most // 10)]:
            del self._kept[name]


def storable_text(text: str) -> str:
    """The text, if a database and a page can carry it. Raises `ValueError` (NUL, half of a surrogate pair)."""
    if "\x00" in text:
        raise ValueError("text must not hold the character NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("text must be valid Unicode") from None
    return text


def storable(value: Json) -> Json:
    """The JSON value, if the database can carry it and a person could have written it. Raises `ValueError`."""
    waiting: list[tuple[Json, int]] = [(value, 0)]
    seen = 0
    while waiting:
        one, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST_PARTS:
            raise ValueError(f"at most {MOST_PARTS} values, nested at most {DEEPEST} deep")
        if isinstance(one, str):
            storable_text(one)
        elif isinstance(one, bool):
            continue
        # "not ≤" also catches NaN, which is neither more nor less than anything.
        elif isinstance(one, int | float) and not abs(one) <= LONGEST_NUMBER:
            raise ValueError("numbers must be finite and at most 18 digits long")
        elif isinstance(one, dict):
            waiting += [(key, depth + 1) for key in one]
            waiting += [(inner, depth + 1) for inner in one.values()]
        elif isinstance(one, list):
            waiting += [(inner, depth + 1) for inner in one]
    return value
