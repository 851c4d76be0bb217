"""How often a caller may call, counted once for all web processes.

Each process draws a few calls at a time from the caller's bucket in the database and gives them out for a second;
what was drawn counts as used, so all processes together never give out more than the bucket held. The bucket's
table is unlogged: it costs no wait for the disk, and after a crash every bucket is full.
"""

from __future__ import annotations

from threading import Lock

from django.db import connection

MOST_DRAWN = 50
DRAWN_FOR = 1.0  # seconds
MOST_CALLERS = 10_000

_DRAW = """
    INSERT INTO gateway_bucket AS b (caller, calls, drawn, at)
    VALUES (%(caller)s, %(most)s - %(want)s, %(want)s, clock_timestamp())
    ON CONFLICT (caller) DO UPDATE SET
        drawn = least(%(want)s, floor({available})),
        calls = {available} - least(%(want)s, floor({available})),
        at = clock_timestamp()
    RETURNING drawn, calls
""".format(
    available=(
        "least(%(most)s, b.calls + greatest(0, extract(epoch FROM clock_timestamp() - b.at)) * %(rate)s)"
    )
)


class Limits:
    """What this process has drawn and not yet given out."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[str, tuple[int, float]] = {}  # caller → (calls, until)

    def wait(self, caller: str, *, per_minute: int, now: float) -> float:
        """Take one call: 0.0 when it may be made, or the seconds until it may (`now` in seconds, monotonic)."""
        with self._lock:
            calls, until = self._held.get(caller, (0, 0.0))
            if calls > 0 and now < until:
                self._held[caller] = (calls - 1, until)
                return 0.0
        rate = per_minute / 60
        want = max(1, min(MOST_DRAWN, per_minute // 60))
        with connection.cursor() as cursor:
            cursor.execute(
                _DRAW, {"caller": caller[:120], "most": float(per_minute), "want": want, "rate": rate}
            )
            row = cursor.fetchone()
        drawn, left = (int(row[0]), float(row[1])) if row else (0, 0.0)
        if drawn < 1:
            return max(0.001, (1 - left) / rate)
        with self._lock:
            if len(self._held) >= MOST_CALLERS:
                self._held.clear()  # what was drawn is lost: stricter for a moment, never laxer
            self._held[caller] = (drawn - 1, now + DRAWN_FOR)
        return 0.0
