"""The bank as one service: the feed, paying out, and the page on which money is sent to an account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from motcua_sandbox.bank import book, camt, vietqr
from motcua_sandbox.bank.book import Book
from motcua_sandbox.clocks import VN, read
from motcua_sandbox.fields import Field, Nested, first_wrong, plain, text, whole
from motcua_sandbox.pay.messages import MOST
from motcua_sandbox.services import (
    Call,
    Handler,
    Malformed,
    Service,
    answer,
    canonical,
    lines,
)
from motcua_sandbox.showing import form, shown, table

ACCOUNT = text(34, r"[A-Za-z0-9]{4,34}")
PAYOUT = Nested(
    "transfer",
    (
        Field("account", ACCOUNT, required=True),
        Field("to_account", ACCOUNT, required=True),
        Field("to_bin", text(6, r"\d{6}"), required=True),
        Field("to_name", text(140), required=True),
        Field("amount", whole(1, MOST), required=True),
        Field("content", text(140), required=True),
        Field("end_to_end_id", text(35, r"[A-Za-z0-9._-]+"), required=True),
    ),
)
ARRIVAL = Nested(
    "transfer",
    (
        Field("account", ACCOUNT, required=True),
        Field("amount", whole(1, MOST), required=True),
        Field("content", text(200)),
        Field("payer", text(140)),
        Field("payer_account", ACCOUNT),
        Field("at", text(14)),
    ),
)


class Bank(Service):
    """The bank below `/bank`."""

    name = "bank"
    title = "Ngân hàng"
    schema = book.SCHEMA
    own_faults: Mapping[str, Mapping[str, Any]] = {
        "wrong_amount": {"by": -1000},
        "wrong_content": {"how": "mangled"},
        "double_credit": {},
        "late_credit": {"seconds": 60},
        "missing_credit": {},
    }

    def build(self) -> None:
        """The bank's book."""
        self.book = Book(self.store, self.clock, self.faults)

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Method and path to what answers."""
        return {
            ("GET", "camt054"): self.private(self._feed),
            ("POST", "transfer"): self.private(self._pay_out),
            ("POST", "_transfer"): self._arrive,
            ("GET", "_held"): self._held,
        }

    def refusal(self, message: str, *, system: bool) -> Response:
        """An error."""
        return answer({"error": message}, 500 if system else 400)

    def page(self, _call: Call) -> Response:
        """The latest entries, and a form by which a citizen sends money."""
        rows = self.store.rows(
            "SELECT entry, account, direction, amount, content, other_name, booked"
            " FROM entry ORDER BY seq DESC LIMIT 100"
        )
        fields = (
            ("qr", "Nội dung mã VietQR (nếu có, các ô dưới lấy từ mã)", ""),
            ("account", "Số tài khoản nhận", ""),
            ("amount", "Số tiền (đồng)", ""),
            ("content", "Nội dung", ""),
            ("payer", "Người chuyển", "NGUYEN THI MAU"),
            ("payer_account", "Tài khoản người chuyển", "0123456789"),
        )
        heads = ("Bút toán", "Tài khoản", "Chiều", "Số tiền", "Nội dung", "Bên kia", "Lúc")
        body = form("/bank/_transfer", "Chuyển khoản (đóng vai người dân)", fields, "Chuyển tiền")
        return shown(self, "Ngân hàng", body + table("Sổ", heads, map(tuple, rows)))

    def _feed(self, call: Call) -> Response:
        args = call.request.args
        account, day = args.get("account", ""), args.get("day", "")
        if ACCOUNT(account) is not None:
            raise Malformed("account is needed")
        if day and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day, re.ASCII):
            raise Malformed("day is YYYY-MM-DD")
        after = call.number("after", 0, 2**62)
        found = self.book.feed(account, day=day, after=after, limit=max(1, call.number("limit", 5000, 5000)))
        cursor = max((row["seq"] for row in found), default=after)
        rows = [dict(row) for row in found]
        if "duplicate" in call.strikes or self.faults.strike("duplicate", "camt054", f"{account}|{cursor}"):
            rows = [one for row in rows for one in (row, row)]
        if self.faults.strike("reorder", "camt054", f"{account}|{cursor}"):
            rows.reverse()
        now = self.clock.now()
        xml = camt.document(
            message=f"N{now:%Y%m%d%H%M%S%f}",
            made=now.isoformat(timespec="seconds"),
            account=account,
            name="KHO BAC NHA NUOC (MO PHONG)",
            entries=rows,
        )
        return Response(xml, mimetype="application/xml", headers={"X-Next-Cursor": str(cursor)})

    def _pay_out(self, call: Call) -> Response:
        body = call.body
        _checked(PAYOUT, body)
        row = {
            "account": body["account"],
            "amount": int(plain(body["amount"])),
            "content": body["content"],
            "other_name": body["to_name"],
            "other_account": body["to_account"],
            "end_to_end": body["end_to_end_id"],
        }
        reference = self.book.pay_out(row, canonical(body | {"amount": row["amount"]}))
        if reference is None:
            return answer({"error": "end_to_end_id was used with other content"}, 409)
        return answer({"reference": reference})

    def _arrive(self, call: Call) -> Response:
        by_hand = bool(call.request.form)
        given: dict[str, Any] = call.request.form.to_dict() if by_hand else dict(call.body)
        body = {name: value for name, value in given.items() if value != ""}
        try:
            if "qr" in body:
                asked = vietqr.read(str(body.pop("qr")))
                body |= {"account": asked.account, "content": asked.content or body.get("content", "")}
                body |= {} if asked.amount is None else {"amount": asked.amount}
            _checked(ARRIVAL, body)
            reference = self.book.arrive(
                account=body["account"],
                amount=int(plain(body["amount"])),
                content=body.get("content") or "",
                payer=body.get("payer") or "NGUYEN VAN A",
                payer_account=body.get("payer_account") or "",
                at=_at(body.get("at")),
            )
        except vietqr.BadQr as error:
            raise Malformed(str(error)) from error
        return redirect("/bank/", 303) if by_hand else answer({"reference": reference})

    def _held(self, call: Call) -> Response:
        sql = "SELECT * FROM entry WHERE seq > ? AND (account = ? OR ? = '') ORDER BY seq LIMIT 10000"
        after, account = call.number("after", 0, 2**62), call.request.args.get("account", "")
        rows = self.store.rows(sql, (after, account, account))
        return lines([dict(row) for row in rows], rows[-1]["seq"] if rows else after)


def _checked(rules: Nested, body: dict[str, Any]) -> None:
    wrong = first_wrong(rules, body)
    if wrong is not None:
        raise Malformed(f"{wrong.field}: {wrong.message}")


def _at(stamp: object) -> datetime | None:
    if stamp is None:
        return None
    try:
        return read(str(stamp)).astimezone(VN)
    except ValueError as error:
        raise Malformed(str(error)) from error
