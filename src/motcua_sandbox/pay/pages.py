"""The platform's pages: the citizen pays here; receipts; what the platform holds."""

from __future__ import annotations

import json
from html import escape

from werkzeug.wrappers import Response

from motcua_sandbox.pages import message_page
from motcua_sandbox.pay.ledger import Ledger
from motcua_sandbox.services import Call, Service
from motcua_sandbox.showing import link, shown, table, when

STATES = {"1": "Đã thanh toán", "3": "Đang chờ", "4": "Không thành công", "5": "Đã hoàn tiền"}
BANKS = ("BIDV", "VCB", "AGRIBANK", "VIETINBANK")


class Pages:
    """What a person sees."""

    def __init__(self, service: Service, ledger: Ledger) -> None:
        self._service, self._ledger = service, ledger

    def home(self, _call: Call) -> Response:
        """The latest transactions and callbacks."""
        rows = [
            (
                link(f"/pay/checkout/{row['id']}", row["id"]),
                row["ref"],
                _money(row["amount"]),
                STATES[row["state"]],
                when(row["made"]),
                when(row["ended"]),
                _money(row["refunded"]),
            )
            for row in self._ledger.store.rows("SELECT * FROM payment ORDER BY rowid DESC LIMIT 100")
        ]
        sent = self._ledger.store.rows(
            "SELECT topic, tries, state, url FROM outgoing ORDER BY id DESC LIMIT 50"
        )
        heads = ("Mã giao dịch", "Mã tham chiếu", "Số tiền", "Trạng thái", "Khởi tạo", "Kết thúc", "Đã hoàn")
        body = table("Giao dịch", heads, rows)
        body += table(
            "Báo kết quả cho đối tác", ("Mã tham chiếu", "Số lần", "Trạng thái", "Địa chỉ"), map(tuple, sent)
        )
        return shown(self._service, "Nền tảng thanh toán", body)

    def checkout(self, call: Call) -> Response:
        """The citizen chooses a bank and pays, pays late, is refused, or cancels."""
        row = self._ledger.get(call.words["id"])
        if row is None:
            return Response(message_page("Không có giao dịch này", ""), status=404, mimetype="text/html")
        receipt = json.loads(row["receipt"])
        facts = (
            f"<p><strong>{_money(row['amount'])}</strong> · {escape(row['info'])}</p>"
            f"<p>{escape(receipt['TenDonVi'])} · {STATES[row['state']]}</p>"
        )
        banks = "".join(f"<option>{bank}</option>" for bank in BANKS)
        body = (
            f'{facts}<form method="post"><label>Ngân hàng <select name="bank">{banks}</select></label>'
            '<p><button name="act" value="pay">Thanh toán</button> '
            '<button name="act" value="refuse">Ngân hàng từ chối</button> '
            '<button name="act" value="cancel">Hủy</button></p>'
            '<label>Làm sau bao nhiêu giây <input name="after_seconds" value="0" inputmode="numeric"></label></form>'
        )
        return shown(self._service, "Thanh toán", body, faults=False)

    def bill(self, call: Call) -> Response:
        """The platform's receipt."""
        row = self._ledger.get(call.words["id"])
        if row is None or row["code"] != "00":
            return Response(message_page("Không có biên lai này", ""), status=404, mimetype="text/html")
        receipt = json.loads(row["receipt"])
        rows = [(one["TenPhiLePhi"], _money(int(one["SoTien"]))) for one in receipt["PhiLePhi"]]
        body = (
            f"<p>{escape(receipt['HoTenNguoiNop'])} · {escape(row['id'])} · {escape(when(row['ended']))}</p>"
        )
        return shown(
            self._service, "Biên lai", body + table("Khoản nộp", ("Tên", "Số tiền"), rows), faults=False
        )

    def refused(self, why: str) -> Response:
        """The citizen's act could not be."""
        return Response(message_page("Không thực hiện được", why), status=409, mimetype="text/html")


def _money(amount: int) -> str:
    return f"{amount:,} đ".replace(",", ".")
