"""The bank's book: what arrived and what was paid out, each entry once, and how entries go wrong on purpose."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from motcua_sandbox.clocks import Clock
from motcua_sandbox.faults import Fault, Faults
from motcua_sandbox.stores import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL UNIQUE, reference TEXT NOT NULL, account TEXT NOT NULL,
  direction TEXT NOT NULL, amount INTEGER NOT NULL, content TEXT NOT NULL, other_name TEXT NOT NULL,
  other_account TEXT NOT NULL, end_to_end TEXT NOT NULL, booked TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS late(id INTEGER PRIMARY KEY, due TEXT NOT NULL, booked TEXT NOT NULL, entry TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS entry_of_account ON entry(account, seq);
CREATE TABLE IF NOT EXISTS payout(end_to_end TEXT PRIMARY KEY, content TEXT NOT NULL, reference TEXT NOT NULL);
"""
NOT_GIVEN = "NOTPROVIDED"


class Book:
    """The entries of all accounts; `seq` is the feed's cursor and follows the order in which entries become visible."""

    def __init__(self, store: Store, clock: Clock, faults: Faults) -> None:
        self.store, self._clock, self._faults = store, clock, faults

    def arrive(
        self,
        *,
        account: str,
        amount: int,
        content: str,
        payer: str,
        payer_account: str,
        at: datetime | None = None,
    ) -> str:
        """A citizen's transfer arrives; the bank's reference."""
        with self.store.writing() as db:
            reference = _next(db, "FT")
            row = {
                "account": account,
                "direction": "CRDT",
                "amount": amount,
                "content": content,
                "other_name": payer,
                "other_account": payer_account,
                "end_to_end": NOT_GIVEN,
                "reference": reference,
            }
            self._credit(db, row, at or self._clock.now())
        return reference

    def pay_out(self, row: dict[str, Any], content: str) -> str | None:
        """Pay out once per end-to-end number; the reference, or nothing when it was used for something else."""
        with self.store.writing() as db:
            before = db.execute("SELECT * FROM payout WHERE end_to_end = ?", (row["end_to_end"],)).fetchone()
            if before is not None:
                return str(before["reference"]) if before["content"] == content else None
            reference = _next(db, "FO")
            db.execute("INSERT INTO payout VALUES (?, ?, ?)", (row["end_to_end"], content, reference))
            _book(db, row | {"direction": "DBIT", "reference": reference}, _iso(self._clock.now()))
        return reference

    def feed(self, account: str, *, day: str = "", after: int = 0, limit: int = 5000) -> list[sqlite3.Row]:
        """The entries of one day (YYYY-MM-DD), or those after a cursor."""
        self._book_late()
        if day:
            sql = "SELECT * FROM entry WHERE account = ? AND substr(booked, 1, 10) = ? ORDER BY seq"
            return self.store.rows(sql, (account, day))
        sql = "SELECT * FROM entry WHERE account = ? AND seq > ? ORDER BY seq LIMIT ?"
        return self.store.rows(sql, (account, after, limit))

    def _book_late(self) -> None:
        """Entries that were held back come behind all others, with the time at which the money came."""
        now = _iso(self._clock.now())
        if self.store.row("SELECT 1 FROM late WHERE due <= ?", (now,)) is None:
            return
        with self.store.writing() as db:
            for row in db.execute("SELECT * FROM late WHERE due <= ? ORDER BY id", (now,)).fetchall():
                db.execute("DELETE FROM late WHERE id = ?", (row["id"],))
                _book(db, json.loads(row["entry"]), row["booked"])

    def _credit(self, db: sqlite3.Connection, row: dict[str, Any], at: datetime) -> None:
        def struck(kind: str) -> Fault | None:
            return self._faults.strike(kind, "transfer", f"{row['account']}|{row['amount']}|{row['content']}")

        if struck("missing_credit"):
            return
        wrong = struck("wrong_amount")
        if wrong:
            row = row | {"amount": max(1, row["amount"] + wrong.number("by"))}
        told = struck("wrong_content")
        if told:
            row = row | {"content": spoilt(row["content"], str(told.options["how"]))}
        late = struck("late_credit")
        for _ in range(2 if struck("double_credit") else 1):
            if late:
                due = _iso(at + timedelta(seconds=late.number("seconds")))
                kept = (due, _iso(at), json.dumps(row))
                db.execute("INSERT INTO late(due, booked, entry) VALUES (?, ?, ?)", kept)
            else:
                _book(db, row, _iso(at))


def spoilt(content: str, how: str) -> str:
    """A transfer's content as banks spoil it: cut short, without accents and spaces, or lost."""
    if how == "empty":
        return ""
    if how == "cut":
        return content[: max(1, len(content) // 2)]
    flat = unicodedata.normalize("NFD", content.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in flat if not unicodedata.combining(char) and char.isalnum()).upper()


def _book(db: sqlite3.Connection, row: Mapping[str, Any], booked: str) -> None:
    number = db.execute("SELECT coalesce(max(seq), 0) + 1 FROM entry").fetchone()[0]
    names = (
        "account",
        "direction",
        "amount",
        "content",
        "other_name",
        "other_account",
        "end_to_end",
        "reference",
    )
    db.execute(
        f"INSERT INTO entry(entry, booked, {', '.join(names)}) VALUES ({', '.join('?' * 10)})",
        (f"E{number:012d}", booked, *(row[name] for name in names)),
    )


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _next(db: sqlite3.Connection, prefix: str) -> str:
    row = db.execute("SELECT value FROM setting WHERE name = 'reference'").fetchone()
    number = int(row[0]) + 1 if row else 1
    db.execute("INSERT OR REPLACE INTO setting VALUES ('reference', ?)", (str(number),))
    return f"{prefix}{number:012d}"
