"""The SMS gateway, simulated: a message is taken once, and its report comes later, by callback and by question."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from motcua_sandbox import outgoing
from motcua_sandbox.fields import WEB, Field, Nested, first_wrong, text
from motcua_sandbox.outgoing import Outgoing
from motcua_sandbox.services import Call, Handler, Service, answer, canonical, lines
from motcua_sandbox.showing import shown, table

BRAND = "MOTCUA"
MOST_A_SECOND = 100
PAUSES = (1, 5, 30, 120)
QUICK_SECONDS, SLOW_SECONDS = 0.2, 60.0
MESSAGE = Nested(
    "send",
    (
        Field("MaThamChieu", text(64), required=True),
        Field("SoDienThoai", text(15), required=True),
        Field("NoiDung", text(1530), required=True),
        Field("BrandName", text(30), required=True),
        Field("UrlBaoPhat", WEB),
    ),
)
NUMBER = text(15, r"(0|\+84|84)[35789]\d{8}")
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
)
_GSM_LETTERS = _GSM | frozenset("abcdefghijklmnopqrstuvwxyzäöñüà")
_GSM_DOUBLE = frozenset("^{}\\[~]|€")
SENTENCES = {
    "0": "Thành công",
    "1": "Số điện thoại không hợp lệ",
    "2": "Nội dung không hợp lệ",
    "3": "MaThamChieu đã dùng với nội dung khác",
    "4": "BrandName chưa đăng ký",
    "5": "Vượt quá số tin trong một giây",
    "6": "Không có tin này",
    "-1": "Lỗi hệ thống",
}
SCHEMA = """
CREATE TABLE IF NOT EXISTS message(
  n INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, id TEXT NOT NULL UNIQUE, number TEXT NOT NULL, text TEXT NOT NULL,
  parts INTEGER NOT NULL, url TEXT NOT NULL, digest TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
  made TEXT NOT NULL, due REAL, outcome TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS message_due ON message(due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS report(
  Id INTEGER PRIMARY KEY AUTOINCREMENT, MaTinNhan TEXT NOT NULL, MaThamChieu TEXT NOT NULL, TrangThai TEXT NOT NULL,
  MaLyDo TEXT NOT NULL, ThoiDiem TEXT NOT NULL
);
"""


class Sms(Service):
    """The gateway below `/sms`."""

    name = "sms"
    title = "Cổng tin nhắn"
    schema = SCHEMA + outgoing.SCHEMA
    own_faults: Mapping[str, Mapping[str, Any]] = {
        "no_report": {},
        "late_report": {"ms": 60_000},
        "fail": {"reason": "absent"},
    }

    def build(self) -> None:
        """The queue of reports, and the last second's messages."""
        self.outgoing = Outgoing(self.store, lambda status, _said: 200 <= status < 300, PAUSES, self.tick)
        self._recent: deque[float] = deque(maxlen=MOST_A_SECOND)
        self._guard = threading.Lock()

    def start(self) -> None:
        """Begin reporting."""
        self.outgoing.start()

    def stop(self) -> None:
        """End reporting."""
        self.outgoing.stop()

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Method and path to what answers."""
        return {
            ("POST", "send"): self.private(self._send),
            ("GET", "status"): self.private(self._status),
            ("GET", "reports"): self.private(self._reports),
            ("GET", "_held"): self._held,
        }

    def refusal(self, message: str, *, system: bool) -> Response:
        """An error."""
        return _say("-1") if system else answer({"error_code": "2", "message": message})

    def page(self, _call: Call) -> Response:
        """The latest messages."""
        rows = self.store.rows(
            "SELECT id, ref, number, text, parts, state, reason, made FROM message ORDER BY n DESC LIMIT 100"
        )
        heads = ("Mã tin", "Tham chiếu", "Số", "Nội dung", "Số đoạn", "Trạng thái", "Lý do", "Lúc")
        return shown(self, "Tin nhắn", table("Tin nhắn", heads, map(tuple, rows)))

    def tick(self) -> None:
        """Reports that are due."""
        for row in self.store.rows(
            "SELECT * FROM message WHERE due <= ? ORDER BY due LIMIT 500", (time.time(),)
        ):
            with self.store.writing() as db:
                self._report(db, row)

    def _send(self, call: Call) -> Response:
        body = call.body
        refused = _refused(body)
        if refused is not None:
            return refused
        digest = hashlib.sha256(canonical(body).encode()).hexdigest()
        before = self.store.row("SELECT * FROM message WHERE ref = ?", (body["MaThamChieu"],))
        if before is not None:
            return _again(before, digest)
        if not self._room():
            return _say("5")
        return self._keep(body, national(body["SoDienThoai"]), digest)

    def _keep(self, body: dict[str, Any], number: str, digest: str) -> Response:
        due, outcome = self._fate(body["MaThamChieu"], number)
        count = parts(body["NoiDung"])
        with self.store.writing() as db:
            n = db.execute("SELECT coalesce(max(n), 0) + 1 FROM message").fetchone()[0]
            key = f"SMS{n:012d}"
            values = (
                n,
                body["MaThamChieu"],
                key,
                number,
                body["NoiDung"],
                count,
                body.get("UrlBaoPhat") or "",
            )
            found = db.execute(
                "INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'sent', '', ?, ?, ?)",
                (*values, digest, self.clock.stamp(), due, outcome),
            )
        if not found.rowcount:  # the same reference came twice at once: the first has it
            before = self.store.row("SELECT * FROM message WHERE ref = ?", (body["MaThamChieu"],))
            return _say("-1") if before is None else _again(before, digest)
        self.outgoing.wake()
        return _say("0", MaTinNhan=key, SoDoan=count)

    def _fate(self, ref: str, number: str) -> tuple[float | None, str]:
        """When the report comes (never: nothing) and what it says: `delivered` or why not."""
        ends = {"000": "absent", "003": "unknown_number"}
        failed = self.faults.strike("fail", "report", ref)
        outcome = str(failed.options["reason"]) if failed else ends.get(number[-3:], "delivered")
        if number.endswith("001") or self.faults.strike("no_report", "report", ref):
            return None, outcome
        late = self.faults.strike("late_report", "report", ref)
        wait = SLOW_SECONDS if number.endswith("002") else QUICK_SECONDS
        return time.time() + (late.number("ms") / 1000 if late else wait), outcome

    def _report(self, db: sqlite3.Connection, row: sqlite3.Row) -> None:
        state = "delivered" if row["outcome"] == "delivered" else "failed"
        reason = "" if state == "delivered" else row["outcome"]
        now = self.clock.stamp()
        db.execute(
            "UPDATE message SET due = NULL, state = ?, reason = ? WHERE n = ?", (state, reason, row["n"])
        )
        told = {
            "MaTinNhan": row["id"],
            "MaThamChieu": row["ref"],
            "TrangThai": state,
            "MaLyDo": reason,
            "ThoiDiem": now,
        }
        key = db.execute(
            "INSERT INTO report(MaTinNhan, MaThamChieu, TrangThai, MaLyDo, ThoiDiem) VALUES (?, ?, ?, ?, ?)",
            tuple(told.values()),
        ).lastrowid
        if not row["url"]:
            return
        body = json.dumps({"Id": key, **told}, ensure_ascii=False)
        seal = hmac.new(self.setting.secret.encode(), body.encode(), "sha256").hexdigest()
        delay = 3.0 if self.faults.strike("reorder", "report", row["ref"]) else 0.0
        for _ in range(2 if self.faults.strike("duplicate", "report", row["ref"]) else 1):
            self.outgoing.put(db, row["ref"], row["url"], body, signature=seal, delay=delay)

    def _room(self) -> bool:
        with self._guard:
            now = time.monotonic()
            if len(self._recent) == MOST_A_SECOND and now - self._recent[0] < 1:
                return False
            self._recent.append(now)
            return True

    def _status(self, call: Call) -> Response:
        args = call.request.args
        row = self.store.row(
            "SELECT * FROM message WHERE id = ? OR ref = ?",
            (args.get("MaTinNhan", ""), args.get("MaThamChieu", "")),
        )
        if row is None:
            return _say("6")
        told = self.store.row("SELECT ThoiDiem FROM report WHERE MaTinNhan = ?", (row["id"],))
        at = told[0] if told else row["made"]
        return _say("0", MaTinNhan=row["id"], TrangThai=row["state"], MaLyDo=row["reason"], ThoiDiem=at)

    def _reports(self, call: Call) -> Response:
        after = call.number("after", 0, 2**62)
        sql = "SELECT * FROM report WHERE Id > ? ORDER BY Id LIMIT ?"
        rows = [dict(row) for row in self.store.rows(sql, (after, call.number("limit", 1000, 5000)))]
        return _say("0", data=rows, next=rows[-1]["Id"] if rows else after)

    def _held(self, call: Call) -> Response:
        after = call.number("after", 0, 2**62)
        rows = [
            dict(row) for row in self.store.rows("SELECT * FROM message WHERE n > ? ORDER BY n", (after,))
        ]
        return lines(rows, rows[-1]["n"] if rows else after)


def national(number: str) -> str:
    """A number as it is dialled at home."""
    return number if number.startswith("0") else "0" + number.lstrip("+").removeprefix("84")


def _refused(body: dict[str, Any]) -> Response | None:
    wrong = first_wrong(MESSAGE, body)
    if wrong is not None:
        return _say("1" if wrong.field == "SoDienThoai" else "2", f"{wrong.field}: {wrong.message}")
    if NUMBER(body["SoDienThoai"]) is not None:
        return _say("1")
    return None if body["BrandName"] == BRAND else _say("4")


def _again(before: sqlite3.Row, digest: str) -> Response:
    """The same reference once more: the same message, or another one under its name."""
    if before["digest"] != digest:
        return _say("3")
    return _say("0", MaTinNhan=before["id"], SoDoan=before["parts"])


def parts(message: str) -> int:
    """How many parts a message needs: GSM letters 160 or 153 each, else UCS-2 with 70 or 67."""
    if all(char in _GSM_LETTERS or char in _GSM_DOUBLE for char in message):
        size, one, more = len(message) + sum(char in _GSM_DOUBLE for char in message), 160, 153
    else:
        size, one, more = len(message.encode("utf-16-be")) // 2, 70, 67
    return 1 if size <= one else -(-size // more)


def _say(code: str, message: str = "", **more: Any) -> Response:
    return answer({"error_code": code, "message": message or SENTENCES[code], **more})
