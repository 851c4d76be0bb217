"""Killed at any SQL statement, the sequencer and a consumer lose nothing, double nothing, reorder nothing.

The receiver keeps its own store (SQLite, another program's file), commits at once, and knows each effect by the
consumer's name and the entry's position. Children are really killed: SIGKILL from inside, at the n-th statement.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections, transaction

from motcua.base.data import SYSTEM
from motcua.ledger import api as ledger
from tests.ledger.settling import sequence_all

STATEMENTS = 40  # more than either of them executes in one turn; a child that survives proves it


class Receiver:
    """Another system that remembers what it was told, once per key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with sqlite3.connect(path) as store:
            store.execute(
                "CREATE TABLE effect (n INTEGER PRIMARY KEY, key TEXT UNIQUE, subject TEXT, seq INT)"
            )
        store.close()

    def tell(self, name: str, batch: Sequence[ledger.EntryView]) -> None:
        """Keep each entry under its idempotency key."""
        store = sqlite3.connect(self.path)
        for view in batch:
            store.execute(
                "INSERT OR IGNORE INTO effect (key, subject, seq) VALUES (?, ?, ?)",
                (f"{name}:{view.position}", view.subject.id, view.subject_seq),
            )
            store.commit()
        store.close()

    def told(self) -> list[tuple[str, str, int]]:
        """(key, subject, seq) in the order in which they came."""
        store = sqlite3.connect(self.path)
        rows = store.execute("SELECT key, subject, seq FROM effect ORDER BY n").fetchall()
        store.close()
        return rows


class Killer:
    """Kills this very process at the n-th statement, before or after it runs."""

    def __init__(self, n: int, *, after: bool) -> None:
        self.left, self.after = n, after

    def count(self, run: Callable[[], Any]) -> Any:
        """Run one statement, or die at it."""
        self.left -= 1
        if self.left == 0 and not self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = run()
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def in_child(work: Callable[[], None]) -> bool:
    """Run `work` in a forked process; True when it lived to the end, False when it was killed."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            connections["default"].connection = None  # the parent's; not ours to use or to close
            work()
            status = 0
        finally:
            os._exit(status)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the child failed instead of being killed"
    return True


def consume_once(name: str, receiver: Receiver, at: datetime, killer: Killer | None) -> None:
    """One turn of a consumer."""

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        assert killer is not None
        return killer.count(lambda: execute(sql, params, many, context))

    def handler(batch: Sequence[ledger.EntryView]) -> None:
        receiver.tell(name, batch)

    if killer is None:
        ledger.consume(name=name, handler=handler, at=at, limit=7)
    else:
        with connection.execute_wrapper(wrapper):
            ledger.consume(name=name, handler=handler, at=at, limit=7)


def sequence_once(url: str, killer: Killer | None) -> None:
    """One turn of the sequencer."""

    class Counted(psycopg.Connection[Any]):
        def execute(self, *args: Any, **kwargs: Any) -> Any:
            if killer is None:
                return super().execute(*args, **kwargs)
            return killer.count(lambda: psycopg.Connection.execute(self, *args, **kwargs))

    with Counted.connect(url, autocommit=True) as own:
        ledger.sequence(own, limit=9)


def write(subjects: Sequence[ledger.Subject], rounds: int, at: datetime) -> None:
    """Append to each subject in turn, each in its own transaction."""
    for number in range(rounds):
        for about in subjects:
            with transaction.atomic():
                ledger.append(kind="dossier.moved", subject=about, by=SYSTEM, at=at, payload={"n": number})


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_every_statement_each_effect_happens_once_and_in_order(
    at: datetime, database_urls: dict[str, str], tmp_path: Path, after: bool
) -> None:
    receiver, name = Receiver(tmp_path / "receiver.sqlite"), f"kill-{uuid.uuid4()}"
    subjects = [ledger.Subject(kind="dossier", id=str(uuid.uuid4())) for _ in range(2)]
    url, killed = database_urls["sequencer"], {"sequencer": 0, "consumer": 0}
    survived = {"sequencer": False, "consumer": False}
    n = 0
    while not all(survived.values()):
        n += 1
        assert n < STATEMENTS
        # An older transaction stays open while two writers work on the same two dossiers.
        with psycopg.connect(database_urls["app"]) as older:
            older.execute("SELECT pg_current_xact_id()")
            writers = [os.fork() for _ in range(2)]
            if 0 in writers:
                connections["default"].connection = None
                try:
                    write(subjects, 3, at)
                finally:
                    os._exit(0)
            in_child(lambda: sequence_once(url, None))
            for pid in writers:
                os.waitpid(pid, 0)
            older.rollback()
        lived = in_child(lambda n=n: sequence_once(url, Killer(n, after=after)))
        killed["sequencer"] += not lived
        survived["sequencer"] |= lived
        in_child(lambda: sequence_once(url, None))
        lived = in_child(lambda n=n: consume_once(name, receiver, at, Killer(n, after=after)))
        killed["consumer"] += not lived
        survived["consumer"] |= lived
    with psycopg.connect(url, autocommit=True) as own:
        sequence_all(own)
    while ledger.consume(name=name, handler=lambda batch: receiver.tell(name, batch), at=at, limit=50):
        pass
    told = receiver.told()
    assert killed["sequencer"] >= 4
    assert killed["consumer"] >= 4
    positions = [int(key.rsplit(":", 1)[1]) for key, _subject, _seq in told]
    assert positions == list(range(1, ledger.last_position() + 1))
    for about in subjects:
        assert [seq for _key, subject, seq in told if subject == about.id] == list(
            range(1, len(ledger.entries(about)) + 1)
        )
