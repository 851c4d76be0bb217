"""What the mail server holds: every mail received, in order, and the mailboxes it went to."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from email import message_from_bytes, policy
from typing import Any

from motcua_sandbox.clocks import Clock
from motcua_sandbox.faults import Faults
from motcua_sandbox.mail.reports import DELIVERED, FAILED, report
from motcua_sandbox.stores import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS mail(
  id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL,
  subject TEXT NOT NULL, message_id TEXT NOT NULL, raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS box(
  id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
  sender TEXT NOT NULL, subject TEXT NOT NULL, action TEXT NOT NULL, status TEXT NOT NULL, original TEXT NOT NULL,
  due REAL NOT NULL, raw BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS box_of ON box(address, id);
CREATE TABLE IF NOT EXISTS grey(pair TEXT PRIMARY KEY, since REAL NOT NULL) WITHOUT ROWID;
"""


class Boxes:
    """Mail received and mailboxes."""

    def __init__(self, store: Store, clock: Clock, faults: Faults) -> None:
        self.store, self._clock, self._faults = store, clock, faults

    def keep(self, sender: str, recipients: Sequence[str], raw: bytes) -> int:
        """Keep a mail, put it into its mailboxes, and the reports into the sender's; its number."""
        head = message_from_bytes(raw, policy=policy.compat32)
        subject, message_id = (_plain(head.get(name)) for name in ("Subject", "Message-ID"))
        at = self._clock.now()
        reports = self.store.setting("success_reports") == "1"
        with self.store.writing() as db:
            number = db.execute(
                "INSERT INTO mail(at, sender, recipients, subject, message_id, raw) VALUES (?, ?, ?, ?, ?, ?)",
                (at.isoformat(), sender, json.dumps(list(recipients)), subject, message_id, raw),
            ).lastrowid
            for address in recipients:
                bounced = address.startswith("bounce") or self._faults.strike(
                    "bounce", "data", f"{address}|{subject}"
                )
                if not bounced:
                    late = self._faults.strike("late", "data", f"{address}|{subject}")
                    due = time.time() + (late.number("ms") / 1000 if late else 0)
                    row = (
                        address.lower(),
                        "mail",
                        at.isoformat(),
                        sender,
                        subject,
                        "",
                        "",
                        message_id,
                        due,
                        raw,
                    )
                    _put(db, row)
                if not sender or (not bounced and not reports):
                    continue  # a report has no sender, and nobody is told about a report (RFC 5321 6.1)
                action, status = (FAILED, "5.1.1") if bounced else (DELIVERED, "2.0.0")
                why = "550 5.1.1 no such mailbox" if bounced else "250 2.0.0 delivered"
                told = report(
                    sender=sender,
                    recipient=address,
                    action=action,
                    status=status,
                    why=why,
                    message_id=message_id,
                    at=at,
                )
                facts = (
                    sender.lower(),
                    "dsn",
                    at.isoformat(),
                    "",
                    "Delivery report",
                    action,
                    status,
                    message_id,
                )
                _put(db, (*facts, time.time(), told))
        return int(number or 0)

    def box(self, address: str, after: int, limit: int) -> list[dict[str, Any]]:
        """What lies in a mailbox."""
        rows = self.store.rows(
            "SELECT * FROM box WHERE address = ? AND id > ? AND due <= ? ORDER BY id LIMIT ?",
            (address.lower(), after, time.time(), limit),
        )
        return [
            {
                "id": row["id"],
                "at": row["at"],
                "from": row["sender"],
                "to": row["address"],
                "subject": row["subject"],
                "kind": row["kind"],
                "action": row["action"],
                "status": row["status"],
                "original_message_id": row["original"] if row["kind"] == "dsn" else "",
                "raw": row["raw"].decode(errors="replace"),
            }
            for row in rows
        ]

    def greylisted(self, sender: str, recipient: str, seconds: int) -> bool:
        """Whether this pair has to come again: it is new, or came back too soon."""
        pair = f"{sender}>{recipient}".lower()
        with self.store.writing() as db:
            row = db.execute("SELECT since FROM grey WHERE pair = ?", (pair,)).fetchone()
            if row is None:
                db.execute("INSERT INTO grey VALUES (?, ?)", (pair, time.time()))
                return True
        return bool(time.time() - row["since"] < seconds)

    def known_pair(self, sender: str, recipient: str) -> bool:
        """Whether the pair has been greylisted before."""
        pair = f"{sender}>{recipient}".lower()
        return self.store.row("SELECT 1 FROM grey WHERE pair = ?", (pair,)) is not None


def _put(db: Any, row: tuple[Any, ...]) -> None:
    db.execute(
        "INSERT INTO box(address, kind, at, sender, subject, action, status, original, due, raw)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )


def _plain(value: object) -> str:
    return str(value or "").encode(errors="replace").decode()[:500]
