"""Messages that a service sends of its own accord (callbacks, reports): kept first, sent again until accepted."""

from __future__ import annotations

import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from motcua_sandbox.stores import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS outgoing(
  id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL,
  signature TEXT NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting'
);
CREATE INDEX IF NOT EXISTS outgoing_due ON outgoing(due) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS outgoing_topic ON outgoing(topic);
CREATE TABLE IF NOT EXISTS attempt(
  id INTEGER PRIMARY KEY AUTOINCREMENT, outgoing INTEGER NOT NULL, at REAL NOT NULL, status INTEGER NOT NULL,
  answer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS attempt_of ON attempt(outgoing);
"""
SECONDS = 10
KEPT_ANSWER = 2000
SENDERS = 4
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
# Whether an answer (HTTP status, body) means that the message was taken.
Accepted = Callable[[int, bytes], bool]


def send(url: str, body: bytes, signature: str = "") -> tuple[int, bytes]:
    """POST once; status 0 and the reason when there was no answer."""
    headers = {"Content-Type": "application/json"}
    if signature:
        headers["X-Sandbox-Signature"] = signature
    try:
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")
        with _OPENER.open(request, timeout=SECONDS) as response:
            return int(response.status), bytes(response.read(KEPT_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(KEPT_ANSWER)
    except (OSError, ValueError) as error:
        return 0, str(error).encode()


class Outgoing:
    """The queue of one service and the thread that empties it; `tick` is called with every look at the queue."""

    def __init__(
        self,
        store: Store,
        accepted: Accepted,
        pauses: Sequence[float],
        tick: Callable[[], None] | None = None,
    ) -> None:
        self._store, self._accepted, self._pauses = store, accepted, pauses
        self._tick = tick
        self._wake, self._ended = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def put(
        self,
        db: sqlite3.Connection,
        topic: str,
        url: str,
        body: str,
        *,
        signature: str = "",
        delay: float = 0,
    ) -> None:
        """Keep one message for sending after `delay` seconds; call `wake` once the transaction is over."""
        db.execute(
            "INSERT INTO outgoing(topic, url, body, signature, due) VALUES (?, ?, ?, ?, ?)",
            (topic, url, body, signature, time.time() + delay),
        )

    def wake(self) -> None:
        """Look now, not at the next round."""
        self._wake.set()

    def sent(self, topic: str) -> list[dict[str, object]]:
        """Everything said about a topic, with every attempt and its answer."""
        rows = self._store.rows("SELECT * FROM outgoing WHERE topic = ? ORDER BY id", (topic,))
        tries = "SELECT at, status, answer FROM attempt WHERE outgoing = ? ORDER BY id"
        return [
            dict(row) | {"attempts": [dict(one) for one in self._store.rows(tries, (row["id"],))]}
            for row in rows
        ]

    def start(self) -> None:
        """Begin sending; what a dead process left behind is sent too."""
        if self._thread is None:
            with self._store.writing() as db:
                db.execute("UPDATE outgoing SET state = 'waiting' WHERE state = 'sending'")
            self._thread = threading.Thread(target=self._run, name="outgoing", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End sending; what waits stays kept."""
        self._ended.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=SECONDS)

    def _run(self) -> None:
        with ThreadPoolExecutor(SENDERS, thread_name_prefix="sender") as senders:
            while not self._ended.is_set():
                if self._tick is not None:
                    self._tick()
                for row in self._taken():
                    senders.submit(self._send, row)
                self._wake.wait(self._pause())
                self._wake.clear()

    def _pause(self) -> float:
        row = self._store.row("SELECT min(due) FROM outgoing WHERE state = 'waiting'")
        due = row[0] if row else None
        return 0.5 if due is None else min(max(due - time.time(), 0.01), 0.5)

    def _taken(self) -> list[sqlite3.Row]:
        now = time.time()
        if (
            self._store.row("SELECT 1 FROM outgoing WHERE state = 'waiting' AND due <= ? LIMIT 1", (now,))
            is None
        ):
            return []
        with self._store.writing() as db:
            rows = db.execute(
                "SELECT * FROM outgoing WHERE state = 'waiting' AND due <= ? ORDER BY due, id LIMIT 100",
                (now,),
            ).fetchall()
            db.executemany(
                "UPDATE outgoing SET state = 'sending' WHERE id = ?", [(row["id"],) for row in rows]
            )
        return rows

    def _send(self, row: sqlite3.Row) -> None:
        status, said = send(row["url"], row["body"].encode(), row["signature"])
        tries = row["tries"] + 1
        if self._accepted(status, said):
            state, due = "accepted", row["due"]
        elif tries > len(self._pauses):
            state, due = "given up", row["due"]
        else:
            state, due = "waiting", time.time() + self._pauses[tries - 1]
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO attempt(outgoing, at, status, answer) VALUES (?, ?, ?, ?)",
                (row["id"], time.time(), status, said.decode(errors="replace")),
            )
            db.execute(
                "UPDATE outgoing SET state = ?, tries = ?, due = ? WHERE id = ?",
                (state, tries, due, row["id"]),
            )
        self.wake()
