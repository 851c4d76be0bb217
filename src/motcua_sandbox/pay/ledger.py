"""The platform's book: transactions, what the citizen did, refunds, and the callbacks that follow from them."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from motcua_sandbox.clocks import FORM, Clock
from motcua_sandbox.faults import Faults
from motcua_sandbox.fields import plain
from motcua_sandbox.outgoing import Outgoing
from motcua_sandbox.pay import sealing
from motcua_sandbox.services import USER, canonical
from motcua_sandbox.stores import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS payment(
  ref TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, amount INTEGER NOT NULL, info TEXT NOT NULL, digest TEXT NOT NULL,
  receipt TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL, bank TEXT NOT NULL, made TEXT NOT NULL,
  expires TEXT NOT NULL, ended TEXT NOT NULL, refunded INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS payment_open ON payment(expires) WHERE state = '3';
CREATE TABLE IF NOT EXISTS planned(ref TEXT NOT NULL, act TEXT NOT NULL, bank TEXT NOT NULL, due TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refund(
  id TEXT PRIMARY KEY, ref TEXT NOT NULL, amount INTEGER NOT NULL, digest TEXT NOT NULL, made TEXT NOT NULL
);
"""
PAID, PENDING, FAILED, RETURNED = "1", "3", "4", "5"
ACTS = {"pay": "00", "cancel": "24", "expire": "25", "refuse": "51"}
EXPIRED = "25"
LASTS = timedelta(minutes=15)
OVERTAKEN_SECONDS = 3.0


class Ledger:
    """The book; every change and the callback it causes stand in one transaction."""

    def __init__(self, store: Store, clock: Clock, faults: Faults, secret: str, outgoing: Outgoing) -> None:
        self.store, self._clock, self._faults = store, clock, faults
        self._secret, self._outgoing = secret, outgoing

    def get(self, key: str) -> sqlite3.Row | None:
        """A transaction by the partner's reference or by ours."""
        return self.store.row("SELECT * FROM payment WHERE ref = ? OR id = ?", (key, key))

    def begin(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """The code of the error (00: none) and our number for a payment that a partner begins."""
        ref, now = str(body["MaThamChieu"]), self._clock.now()
        fleeting = ("ThoiGianGD", "MaXacThuc", "Ip")
        digest = _digest({name: value for name, value in body.items() if name not in fleeting})
        with self.store.writing() as db:
            before = db.execute("SELECT id, digest FROM payment WHERE ref = ?", (ref,)).fetchone()
            if before is not None:
                return ("00" if before["digest"] == digest else "04"), str(before["id"])
            count = db.execute("SELECT count(*) FROM payment").fetchone()[0]
            number = f"PP{now:%y%m%d}{count + 1:08d}"
            receipt = json.dumps(body["ThongTinBienLai"], ensure_ascii=False)
            info = str(body["ThongTinGiaoDich"])
            stamps = (now.strftime(FORM), (now + LASTS).strftime(FORM))
            db.execute(
                "INSERT INTO payment(ref, id, amount, info, digest, receipt, state, code, bank, made, expires, ended)"
                " VALUES (?, ?, ?, ?, ?, ?, '3', '', '', ?, ?, '')",
                (ref, number, int(plain(body["SoTien"])), info, digest, receipt, *stamps),
            )
            if self._faults.strike("callback_forged", "callback", ref):
                row = db.execute("SELECT * FROM payment WHERE ref = ?", (ref,)).fetchone()
                forged = self.callback(row, "00", "BIDV", secret="forged")
                self._put(db, ref, forged, delay=0.2)
        self._outgoing.wake()
        return "00", number

    def act(self, key: str, act: str, bank: str, after_seconds: int = 0, *, past: str = "") -> str | None:
        """What the citizen does, now or later; why it cannot be, or nothing. An expired payment may be paid late.

        `past` plays what was done then (yyyyMMddHHmmss): it is booked on that day, and nobody is called back.
        """
        row = self.get(key)
        if row is None:
            return "no such transaction"
        if after_seconds:
            due = (self._clock.now() + timedelta(seconds=after_seconds)).strftime(FORM)
            with self.store.writing() as db:
                db.execute("INSERT INTO planned VALUES (?, ?, ?, ?)", (row["ref"], act, bank, due))
            return None
        late = act == "pay" and row["state"] == FAILED and row["code"] == EXPIRED
        if row["state"] != PENDING and not late:
            return "not in this state"
        now, code = past or self._clock.stamp(), ACTS[act]
        state = PAID if act == "pay" else FAILED
        with self.store.writing() as db:
            db.execute(
                "UPDATE payment SET state = ?, code = ?, bank = ?, ended = ?, made = min(made, ?) WHERE ref = ?",
                (state, code, bank, now, now, row["ref"]),
            )
            if not past:
                fresh = db.execute("SELECT * FROM payment WHERE ref = ?", (row["ref"],)).fetchone()
                self._call_back(db, fresh)
        self._outgoing.wake()
        return None

    def refund(self, body: Mapping[str, Any]) -> str:
        """Give money back, in part or in full, once per refund's number; the code of the error."""
        key, ref, amount = str(body["MaHoanTien"]), str(body["MaThamChieu"]), int(plain(body["SoTien"]))
        digest = _digest([key, ref, amount, body["LyDo"]])
        with self.store.writing() as db:
            before = db.execute("SELECT digest FROM refund WHERE id = ?", (key,)).fetchone()
            if before is not None:
                return "00" if before["digest"] == digest else "04"
            row = db.execute("SELECT * FROM payment WHERE ref = ?", (ref,)).fetchone()
            if row is None:
                return "05"
            if row["state"] != PAID:
                return "06"
            left = row["amount"] - row["refunded"] - amount
            if left < 0:
                return "07"
            db.execute(
                "UPDATE payment SET refunded = refunded + ?, state = ? WHERE ref = ?",
                (amount, RETURNED if left == 0 else PAID, ref),
            )
            db.execute(
                "INSERT INTO refund VALUES (?, ?, ?, ?, ?)", (key, ref, amount, digest, self._clock.stamp())
            )
        return "00"

    def day(self, day: str) -> list[dict[str, Any]]:
        """The payments and refunds of one day (yyyyMMdd), in order of time."""
        rows = self.store.rows(
            """SELECT 'TT' AS Loai, ref AS MaThamChieu, id AS MaGiaoDich, '' AS MaHoanTien, amount AS SoTien,
            bank AS MaNganHang, ended AS ThoiGianGD FROM payment
            WHERE code = '00' AND substr(ended, 1, 8) = :day UNION ALL
            SELECT 'HT', refund.ref, payment.id, refund.id, refund.amount, payment.bank, refund.made
            FROM refund JOIN payment USING (ref) WHERE substr(refund.made, 1, 8) = :day
            ORDER BY ThoiGianGD, MaGiaoDich, MaHoanTien""",
            {"day": day},
        )
        return [dict(row) for row in rows]

    def tick(self) -> None:
        """What is due by the clock: acts planned for later, and payments that nobody made."""
        now = self._clock.stamp()
        for row in self.store.rows("SELECT rowid, * FROM planned WHERE due <= ?", (now,)):
            with self.store.writing() as db:
                db.execute("DELETE FROM planned WHERE rowid = ?", (row["rowid"],))
            self.act(row["ref"], row["act"], row["bank"])
        for row in self.store.rows("SELECT ref FROM payment WHERE state = '3' AND expires <= ?", (now,)):
            self.act(row["ref"], "expire", "")

    def callback(
        self, row: sqlite3.Row, code: str, bank: str, *, secret: str, **changes: Any
    ) -> dict[str, Any]:
        """A callback's message, signed with `secret`."""
        message = {
            "LoaiBanTin": "CALLBACK",
            "MaLoi": code,
            "MaDoiTac": USER,
            "MaThamChieu": row["ref"],
            "SoTien": str(row["amount"]),
            "MaTienTe": "VND",
            "MaGiaoDich": row["id"],
            "MaNganHang": bank,
            "ThoiGianGD": row["ended"] or self._clock.stamp(),
            "ThongTinGiaoDich": row["info"],
        }
        return sealing.sealed(message | changes, sealing.CALLBACK, secret)

    def _call_back(self, db: sqlite3.Connection, row: sqlite3.Row) -> None:
        def struck(kind: str) -> Any:
            return self._faults.strike(kind, "callback", row["ref"])

        if struck("callback_missing"):
            return
        changes = {"SoTien": str(row["amount"] + 1000)} if struck("callback_amount") else {}
        message = self.callback(row, row["code"], row["bank"], secret=self._secret, **changes)
        late = struck("callback_late")
        delay = late.number("ms") / 1000 if late else 0
        if struck("reorder"):
            delay += OVERTAKEN_SECONDS
        self._put(db, row["ref"], message, delay=delay)
        if struck("duplicate"):
            self._put(db, row["ref"], message, delay=delay)

    def _put(self, db: sqlite3.Connection, ref: str, message: Mapping[str, Any], *, delay: float) -> None:
        found = db.execute("SELECT value FROM setting WHERE name = 'callback_url'").fetchone()
        if found is not None and found[0]:
            self._outgoing.put(db, ref, found[0], json.dumps(message, ensure_ascii=False), delay=delay)


def _digest(value: object) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()
