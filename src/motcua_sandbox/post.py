"""The postal service, simulated: orders to fetch and bring papers, their way, and what it costs by our own tariff."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from motcua_sandbox.fields import (
    MAIL,
    PHONE,
    Field,
    Nested,
    Wrong,
    first_wrong,
    given,
    one_of,
    plain,
    text,
    whole,
)
from motcua_sandbox.services import Call, Handler, Malformed, Service, answer, canonical
from motcua_sandbox.showing import form, shown, table

_PLACE = (
    Field("Province", text(100), required=True),
    Field("District", text(100)),
    Field("Address", text(300), required=True),
    Field("Name", text(200), required=True),
    Field("Email", MAIL),
    Field("Tel", PHONE, required=True),
    Field("Desc", text(300)),
)
ORDER = Nested(
    "order",
    (
        Field("CustomerCode", text(50), required=True),
        Field("OrderNumber", text(50, r"[A-Za-z0-9._-]+"), required=True),
        Field("CODAmount", whole(0, 10**9)),
        Field("Weight", whole(1, 30_000)),
        Field("FlagConfig", one_of("1", "2")),
        Nested("Sender", _PLACE, required=True, single=True),
        Nested("Receiver", _PLACE, required=True, single=True),
        Field("Description", text(500)),
    ),
)
_WHERE = (Field("Province", text(100), required=True),)
PRICE = Nested(
    "price",
    (
        Field("Weight", whole(1, 30_000), required=True),
        Nested("Sender", _WHERE, required=True, single=True),
        Nested("Receiver", _WHERE, required=True, single=True),
        Field("CODAmount", whole(0, 10**9)),
    ),
)
NONE, REGISTERED, COLLECTING, DELIVERED, CANCELLED, RETURNED = "0", "1", "2", "3", "4", "5"
NEXT = {REGISTERED: (COLLECTING, CANCELLED), COLLECTING: (COLLECTING, DELIVERED, RETURNED)}
NOTES = {
    REGISTERED: "Đã nhận yêu cầu",
    COLLECTING: "Đã thu gom",
    DELIVERED: "Đã phát",
    CANCELLED: "Đã hủy",
    RETURNED: "Chuyển hoàn",
}
SENTENCES = {
    "0": "Thành công",
    "1": "OrderNumber đã dùng với nội dung khác",
    "2": "Không có đơn này",
    "3": "Dữ liệu không hợp lệ",
    "6": "Trạng thái không cho phép",
    "-1": "Lỗi hệ thống",
}
SCHEMA = """
CREATE TABLE IF NOT EXISTS orders(
  number TEXT PRIMARY KEY, item TEXT NOT NULL, digest TEXT NOT NULL, status TEXT NOT NULL, price INTEGER NOT NULL,
  cod INTEGER NOT NULL, content TEXT NOT NULL, made TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event(
  Id INTEGER PRIMARY KEY AUTOINCREMENT, OrderNumber TEXT NOT NULL, Status TEXT NOT NULL, At TEXT NOT NULL,
  Place TEXT NOT NULL, Note TEXT NOT NULL, hidden INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS event_of_order ON event(OrderNumber, Id);
"""
_SHOWN = "SELECT Id, OrderNumber, Status, At, Place, Note FROM event WHERE hidden = 0"


class Post(Service):
    """The postal service below `/post`."""

    name = "post"
    title = "Bưu chính"
    schema = SCHEMA
    own_faults: Mapping[str, Mapping[str, Any]] = {"lost_event": {}}

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Method and path to what answers."""
        return {
            ("POST", "price"): self.private(self._price),
            ("POST", "orders"): self.private(self._order),
            ("GET", "orders/<number>"): self.private(self._track),
            ("POST", "orders/<number>/cancel"): self.private(self._cancel),
            ("GET", "events"): self.private(self._events),
            ("POST", "_advance"): self._advance,
        }

    def refusal(self, message: str, *, system: bool) -> Response:
        """An error."""
        return _say("-1" if system else "3", message)

    def page(self, _call: Call) -> Response:
        """The latest orders, and a form by which the postman moves one on."""
        rows = self.store.rows(
            "SELECT number, item, status, price, cod, made FROM orders ORDER BY made DESC LIMIT 100"
        )
        fields = (
            ("OrderNumber", "Mã đơn", ""),
            ("Status", "Trạng thái (2 thu gom, 3 đã phát, 5 chuyển hoàn)", "2"),
            ("Place", "Nơi", "Bưu cục"),
            ("Note", "Ghi chú", ""),
        )
        heads = ("Mã đơn", "Mã bưu gửi", "Trạng thái", "Cước", "Thu hộ", "Lúc")
        body = form("/post/_advance", "Chuyển trạng thái (đóng vai bưu tá)", fields, "Ghi nhận")
        return shown(self, "Bưu chính", body + table("Đơn", heads, map(tuple, rows)))

    def _price(self, call: Call) -> Response:
        wrong = first_wrong(PRICE, call.body)
        return _wrong(wrong) if wrong else _say("0", Price=price(call.body))

    def _order(self, call: Call) -> Response:
        body = call.body
        wrong = first_wrong(ORDER, body)
        if wrong is not None:
            return _wrong(wrong)
        number, digest = body["OrderNumber"], hashlib.sha256(canonical(body).encode()).hexdigest()
        with self.store.writing() as db:
            row = db.execute("SELECT * FROM orders WHERE number = ?", (number,)).fetchone()
            if row is None:
                count = db.execute("SELECT count(*) FROM orders").fetchone()[0]
                cod = int(plain(body["CODAmount"])) if given(body.get("CODAmount")) else 0
                values = (f"EA{count + 1:09d}VN", digest, REGISTERED, price(body), cod)
                content = json.dumps(body, ensure_ascii=False)
                db.execute(
                    "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (number, *values, content, self.clock.stamp()),
                )
                self._note(db, number, REGISTERED, "", NOTES[REGISTERED])
                row = db.execute("SELECT * FROM orders WHERE number = ?", (number,)).fetchone()
        if row["digest"] != digest:
            return _say("1")
        return _say("0", ItemCode=row["item"], Price=row["price"], Status=row["status"])

    def _track(self, call: Call) -> Response:
        row = self.store.row("SELECT * FROM orders WHERE number = ?", (call.words["number"],))
        if row is None:
            return _say("2")
        events = [
            {name: one[name] for name in ("Id", "Status", "At", "Place", "Note")}
            for one in self.store.rows(f"{_SHOWN} AND OrderNumber = ? ORDER BY Id", (row["number"],))
        ]
        facts = {"OrderNumber": row["number"], "ItemCode": row["item"], "Status": row["status"]}
        return _say("0", **facts, Price=row["price"], CODAmount=row["cod"], Events=events)

    def _cancel(self, call: Call) -> Response:
        return _say(self._move(call.words["number"], CANCELLED, "", ""))

    def _events(self, call: Call) -> Response:
        after = call.number("after", 0, 2**62)
        rows = self.store.rows(
            f"{_SHOWN} AND Id > ? ORDER BY Id LIMIT ?", (after, call.number("limit", 1000, 5000))
        )
        data = [dict(row) for row in rows]
        following = data[-1]["Id"] if data else after
        if "duplicate" in call.strikes or self.faults.strike("duplicate", "events", str(after)):
            data = [one for row in data for one in (row, dict(row))]
        if self.faults.strike("reorder", "events", str(after)):
            data.reverse()
        return _say("0", data=data, next=following)

    def _advance(self, call: Call) -> Response:
        body = call.request.form.to_dict() or call.body
        code = self._move(
            str(body.get("OrderNumber")),
            str(body.get("Status")),
            str(body.get("Place") or ""),
            str(body.get("Note") or ""),
        )
        if code != "0":
            raise Malformed(SENTENCES[code])
        return redirect("/post/", 303) if call.request.form else _say("0")

    def _move(self, number: str, status: str, place: str, note: str) -> str:
        with self.store.writing() as db:
            row = db.execute("SELECT status FROM orders WHERE number = ?", (number,)).fetchone()
            if row is None:
                return "2"
            if status not in NEXT.get(row["status"], ()):
                return "6"
            db.execute("UPDATE orders SET status = ? WHERE number = ?", (status, number))
            self._note(db, number, status, place, note or NOTES[status])
        return "0"

    def _note(self, db: sqlite3.Connection, number: str, status: str, place: str, note: str) -> None:
        """One event; those lost before it come to light with it, numbered anew, so no cursor jumps over them."""
        names = "OrderNumber, Status, At, Place, Note"
        for row in db.execute(
            "SELECT * FROM event WHERE hidden = 1 AND OrderNumber = ?", (number,)
        ).fetchall():
            db.execute("DELETE FROM event WHERE Id = ?", (row["Id"],))
            db.execute(f"INSERT INTO event({names}) VALUES (?, ?, ?, ?, ?)", tuple(row)[1:6])
        lost = self.faults.strike("lost_event", "events", f"{number}|{status}")
        db.execute(
            f"INSERT INTO event({names}, hidden) VALUES (?, ?, ?, ?, ?, ?)",
            (number, status, self.clock.stamp(), place, note[:300], 1 if lost else 0),
        )


def price(body: Mapping[str, Any]) -> int:
    """Our own tariff, not the real one: by weight and distance, and one per cent of what is collected."""
    weight = int(plain(body["Weight"])) if given(body.get("Weight")) else 100
    far = body["Sender"]["Province"] != body["Receiver"]["Province"]
    steps = -(-weight // 500)
    collected = int(plain(body["CODAmount"])) if given(body.get("CODAmount")) else 0
    return (
        (30_000 if far else 22_000) + (steps - 1) * 5_000 + max(collected // 100, 10_000 if collected else 0)
    )


def _wrong(wrong: Wrong) -> Response:
    return _say("3", f"{wrong.field}: {wrong.message}")


def _say(code: str, message: str = "", **more: Any) -> Response:
    return answer({"error_code": code, "message": message or SENTENCES[code], **more})
