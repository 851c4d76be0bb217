"""The payment platform as one service: its messages, the page on which the citizen pays, and what a person may play."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from motcua_sandbox import clocks, outgoing
from motcua_sandbox.fields import Nested, plain
from motcua_sandbox.outgoing import Outgoing, send
from motcua_sandbox.pay import ledger, messages, sealing
from motcua_sandbox.pay.ledger import ACTS, Ledger
from motcua_sandbox.pay.pages import Pages
from motcua_sandbox.services import USER, Call, Handler, Malformed, Service, answer, lines, read_object

SENTENCES = {
    "00": "Thành công",
    "01": "Sai mã xác thực",
    "02": "Đối tác không tồn tại",
    "03": "Dữ liệu không hợp lệ",
    "04": "Mã tham chiếu đã dùng với nội dung khác",
    "05": "Không có giao dịch này",
    "06": "Giao dịch không ở trạng thái cho phép",
    "07": "Số tiền không hợp lệ",
    "99": "Lỗi khác",
}
PAUSES = (1, 5, 30, 120, 600)
Answering = Callable[[dict[str, Any]], Response]


class Pay(Service):
    """The national payment platform below `/pay`."""

    name = "pay"
    title = "Nền tảng thanh toán trực tuyến"
    schema = ledger.SCHEMA + outgoing.SCHEMA
    own_faults: Mapping[str, Mapping[str, Any]] = {
        "callback_late": {"ms": 5000},
        "callback_forged": {},
        "callback_missing": {},
        "callback_amount": {},
    }

    def build(self) -> None:
        """The platform's parts; the partner's addresses are the first peer's unless others were set."""
        for name in ("callback", "return"):
            if not self.store.setting(f"{name}_url") and self.setting.peers:
                self.store.keep(f"{name}_url", f"{self.setting.peers[0].rstrip('/')}/payments/{name}")
        self.outgoing = Outgoing(self.store, _accepted, PAUSES, self._tick)
        self.ledger = Ledger(self.store, self.clock, self.faults, self.setting.secret, self.outgoing)
        self.pages = Pages(self, self.ledger)

    def start(self) -> None:
        """Begin calling back."""
        self.outgoing.start()

    def stop(self) -> None:
        """End calling back."""
        self.outgoing.stop()

    def routes(self) -> dict[tuple[str, str], Handler]:
        """Method and path to what answers."""
        return {
            ("POST", "init"): self._message(messages.INIT, sealing.INIT, self._init),
            ("POST", "query"): self._message(messages.QUERY, sealing.ASK, self._query),
            ("POST", "bill"): self._message(messages.BILL, sealing.ASK, self._bill),
            ("POST", "refund"): self._message(messages.REFUND, sealing.REFUND, self._refund),
            ("POST", "statement"): self._message(messages.STATEMENT, sealing.STATEMENT, self._statement),
            ("GET", "checkout/<id>"): self.pages.checkout,
            ("POST", "checkout/<id>"): self._checked_out,
            ("GET", "bill/<id>"): self.pages.bill,
            ("POST", "_partner"): self._partner,
            ("POST", "_act"): self._act,
            ("GET", "_held"): self._held,
            ("GET", "_callbacks"): self._callbacks,
            ("POST", "_callback"): self._call_back,
        }

    def page(self, call: Call) -> Response:
        """What the platform holds."""
        return self.pages.home(call)

    def refusal(self, message: str, *, system: bool) -> Response:
        """An unsigned error."""
        return _error("99" if system else "03", message)

    # the partner's messages

    def _message(self, rules: Nested, order: tuple[str, ...], handler: Answering) -> Handler:
        def checked(call: Call) -> Response:
            body = call.body
            if body.get("MaDoiTac") != USER:
                return _error("02")
            if not sealing.right(body, order, self.setting.secret):
                return _error("01")
            wrongs = messages.wrong_in(rules, body)
            if wrongs:
                return _error("03", f"{wrongs[0].field} {wrongs[0].message}", TruongLoi=wrongs[0].field)
            return handler(body)

        return checked

    def _init(self, body: dict[str, Any]) -> Response:
        code, number = self.ledger.begin(body)
        if code != "00":
            return _error(code)
        url = f"{self.setting.base_url}/pay/checkout/{number}"
        return self._say(body, sealing.INIT_SAID, MaGiaoDich=number, UrlThanhToan=url)

    def _query(self, body: dict[str, Any]) -> Response:
        row = self.ledger.get(str(body["MaThamChieu"]))
        if row is None:
            return _error("05")
        code = row["code"] if row["state"] == ledger.FAILED else "00"
        message = self.ledger.callback(row, code, row["bank"], secret=self.setting.secret, LoaiBanTin="QUERY")
        return answer({**message, "TrangThaiGD": row["state"], "SoTienDaHoan": str(row["refunded"])})

    def _bill(self, body: dict[str, Any]) -> Response:
        row = self.ledger.get(str(body["MaThamChieu"]))
        if row is None:
            return _error("05")
        if row["code"] != "00":
            return _error("06")
        return self._say(body, sealing.BILL_SAID, UrlBienLai=f"{self.setting.base_url}/pay/bill/{row['id']}")

    def _refund(self, body: dict[str, Any]) -> Response:
        code = self.ledger.refund(body)
        if code != "00":
            return _error(code)
        more = {"MaHoanTien": body["MaHoanTien"], "SoTien": plain(body["SoTien"])}
        return self._say(body, sealing.REFUND_SAID, **more)

    def _statement(self, body: dict[str, Any]) -> Response:
        rows = self.ledger.day(plain(body["Ngay"]))
        paid, back = (sum(row["SoTien"] for row in rows if row["Loai"] == kind) for kind in ("TT", "HT"))
        message = {
            "MaLoi": "00",
            "MoTaLoi": SENTENCES["00"],
            "MaDoiTac": USER,
            "Ngay": plain(body["Ngay"]),
            "SoGiaoDich": str(len(rows)),
            "TongTien": str(paid),
            "TongHoan": str(back),
            "ThoiGianGD": self.clock.stamp(),
        }
        return answer(
            {**sealing.sealed(message, sealing.STATEMENT_SAID, self.setting.secret), "GiaoDich": rows}
        )

    def _say(self, body: Mapping[str, Any], order: tuple[str, ...], **more: Any) -> Response:
        message = {
            "MaLoi": "00",
            "MoTaLoi": SENTENCES["00"],
            "MaDoiTac": USER,
            "MaThamChieu": body["MaThamChieu"],
            "ThoiGianGD": self.clock.stamp(),
        }
        return answer(sealing.sealed(message | more, order, self.setting.secret))

    def _tick(self) -> None:
        self.ledger.tick()

    # the person who plays the outside

    def _checked_out(self, call: Call) -> Response:
        form, number = call.request.form, call.words["id"]
        after = form.get("after_seconds", "0") or "0"
        act = form.get("act", "")
        if act not in ACTS or not after.isdecimal():
            return answer({"error": "act is one of " + ", ".join(ACTS)}, 400)
        wrong = self.ledger.act(number, act, form.get("bank", "BIDV"), min(int(after), 10**7))
        row = self.ledger.get(number)
        if wrong or row is None:
            return self.pages.refused(wrong or "")
        back = self.store.setting("return_url")
        if not back:
            return self.pages.checkout(call)
        mark = "&" if urlsplit(back).query else "?"
        return redirect(f"{back}{mark}MaThamChieu={quote(row['ref'])}", 303)

    def _partner(self, call: Call) -> Response:
        for name in ("callback_url", "return_url"):
            if name in call.body:
                self.store.keep(name, str(call.body[name]))
        return answer({name: self.store.setting(name) for name in ("callback_url", "return_url")})

    def _act(self, call: Call) -> Response:
        body = call.body
        act, after = body.get("act"), body.get("after_seconds", 0)
        if act not in ACTS or not isinstance(after, int):
            return answer({"error": "act is one of " + ", ".join(ACTS)}, 400)
        key, past = str(body.get("MaThamChieu") or body.get("MaGiaoDich")), str(body.get("at", ""))
        try:
            ahead = bool(past) and clocks.read(past) > self.clock.now()
        except ValueError:
            ahead = True
        if ahead:
            return answer({"error": "at is a moment gone by, yyyyMMddHHmmss"}, 400)
        wrong = self.ledger.act(key, act, str(body.get("MaNganHang", "BIDV")), after, past=past)
        return answer({"error": wrong}, 409) if wrong else answer({"done": True})

    def _held(self, call: Call) -> Response:
        after = call.number("after", 0, 2**62)
        rows = self.store.rows(
            "SELECT rowid, * FROM payment WHERE rowid > ? ORDER BY rowid LIMIT 10000", (after,)
        )
        return lines([dict(row) for row in rows], rows[-1]["rowid"] if rows else after)

    def _callbacks(self, call: Call) -> Response:
        return answer({"callbacks": self.outgoing.sent(call.request.args.get("MaThamChieu", ""))})

    def _call_back(self, call: Call) -> Response:
        body = call.body
        row = self.ledger.get(str(body.get("MaThamChieu")))
        changes = body.get("changes", {})
        if row is None or not isinstance(changes, dict):
            raise Malformed("MaThamChieu names a transaction, changes is an object")
        secret = str(body.get("secret", self.setting.secret))
        message = self.ledger.callback(row, row["code"] or "00", row["bank"], secret=secret, **changes)
        status, said = send(
            self.store.setting("callback_url"), json.dumps(message, ensure_ascii=False).encode()
        )
        return answer({"status": status, "answer": said.decode(errors="replace"), "sent": message})


def _error(code: str, message: str = "", **more: Any) -> Response:
    return answer({"MaLoi": code, "MoTaLoi": message or SENTENCES[code], **more})


def _accepted(status: int, said: bytes) -> bool:
    try:
        return status == 200 and read_object(said).get("MaLoi") == "00"
    except Malformed:
        return False
