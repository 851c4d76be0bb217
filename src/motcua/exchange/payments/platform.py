"""Pays through the payment platform of the national portal (PayPlat): start, callback, query, refund, statement."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from motcua.exchange.connectors import Answer, CallFailed, Request, call, check_endpoint, endpoint
from motcua.exchange.payments import platform_messages as messages
from motcua.exchange.payments.accounts import collecting_account, missing_account
from motcua.fees.api import (
    CallbackRefused,
    GatewayRefused,
    GatewayUnavailable,
    Movement,
    Order,
    Outcome,
    PaymentMethod,
    RefundOrder,
    Reply,
    Started,
    Told,
    Verdict,
)

CONNECTOR = "pay"
GATEWAY = "platform"
OPEN_FOR = timedelta(minutes=15)  # OWN: how long the platform waits for the payer
_NOBODY = (
    "0.0.0.0"  # required; the payer's address is nobody's business but the platform's, which sees it itself
)
_FEES = "2"  # MaDichVu: 1 fines, 2 fees
_KINDS = {"fee": "1", "charge": "2"}  # LoaiPhiLePhi: 1 phí, 2 lệ phí


class PlatformConnector:
    """The platform as a system outside."""

    id = CONNECTOR
    name_vi = "Nền tảng thanh toán trực tuyến của Cổng Dịch vụ công quốc gia"
    name_en = "Payment platform of the national portal"
    still_works_vi = (
        "Vẫn nộp được bằng chuyển khoản VietQR hoặc tại quầy; khoản đang nộp được hỏi lại tự động."
    )
    still_works_en = (
        "VietQR transfers and the counter still work; open payments are asked after by themselves."
    )

    def check_config(self) -> list[str]:
        """An address, a partner code and the common secret."""
        return check_endpoint(CONNECTOR)


class Platform:
    """The platform as a way of paying."""

    id = GATEWAY
    name_vi = "Cổng thanh toán quốc gia (thẻ, tài khoản ngân hàng, ví)"
    name_en = "National payment platform (card, bank account, wallet)"
    method = PaymentMethod.NATIONAL_PLATFORM

    def check_config(self) -> list[str]:
        """The platform's address and credentials, and the account to collect into."""
        return [*check_endpoint(CONNECTOR), *missing_account()]

    def start(self, order: Order, *, at: datetime) -> Started:
        """Open the transaction; the same order again gives the same one."""
        message = {
            "LoaiBanTin": "THANHTOAN",
            "PhienBan": messages.VERSION,
            "MaDoiTac": endpoint(CONNECTOR).user,
            "MaThamChieu": order.reference,
            "SoTien": str(order.amount),
            "LoaiHinhThanhToan": "",
            "MaKenhThanhToan": "",
            "MaThietBi": "",
            "NgonNgu": order.language,
            "MaTienTe": messages.CURRENCY,
            "MaNganHang": "",
            "ThongTinGiaoDich": f"Nop phi le phi ho so {order.code}"[:500],
            "ThoiGianGD": messages.stamp(order.started_at),
            "Ip": _NOBODY,
            "ThongTinBienLai": _bill_of(order),
        }
        answer = self._ask("init", messages.INIT, message, messages.INIT_ANSWER, at=at)
        url = str(answer.get("UrlThanhToan") or "")
        if not url.startswith(("http://", "https://")):
            raise GatewayRefused("no address to pay at", code="UrlThanhToan")
        return Started(
            url=url, outside_id=str(answer.get("MaGiaoDich") or ""), expires_at=order.started_at + OPEN_FOR
        )

    def read_callback(self, body: bytes) -> Told:
        """Fields, partner and hash, in this order; nothing of an unproven message is used."""
        message = messages.read_object(body)
        secret, partner = endpoint(CONNECTOR).secret, endpoint(CONNECTOR).user
        if not isinstance(message.get("MaXacThuc"), str):
            raise CallbackRefused(Verdict.FORGED, "MaXacThuc is missing")
        if message.get("MaDoiTac") != partner:
            raise CallbackRefused(Verdict.PARTNER, "MaDoiTac")
        if not messages.is_genuine(messages.CALLBACK, message, secret):
            raise CallbackRefused(Verdict.FORGED, "MaXacThuc")
        return _told(message)

    def reply(self, body: bytes, verdict: Verdict, *, at: datetime) -> Reply:
        """Signed, with what was wrong; always HTTP 200, as the platform expects."""
        reference = ""
        try:
            reference = str(messages.read_object(body).get("MaThamChieu") or "")[:50]
        except CallbackRefused:
            reference = ""
        code, words = messages.ANSWERS[verdict]
        message = {
            "MaLoi": code,
            "MoTaLoi": words,
            "MaDoiTac": endpoint(CONNECTOR).user,
            "MaThamChieu": reference,
            "ThoiGianGD": messages.stamp(at),
        }
        whole = messages.signed(messages.REPLY, message, endpoint(CONNECTOR).secret)
        return Reply(status=200, body=json.dumps(whole, ensure_ascii=False).encode())

    def query(self, reference: str, *, at: datetime) -> Told | None:
        """What the platform knows of the try."""
        try:
            answer = self._ask(
                "query", messages.ASK, self._about("QUERY", reference, at), messages.CALLBACK, at=at
            )
        except GatewayRefused as error:
            if error.context.get("code") != messages.NO_SUCH:
                raise
            return Told(reference=reference, outcome=Outcome.UNKNOWN, amount=0, outside_ref="", at=at)
        outcome = messages.STATES.get(str(answer.get("TrangThaiGD", "")))
        if outcome is None or answer.get("MaThamChieu") != reference:
            raise GatewayRefused("an answer about something else", code="TrangThaiGD")
        if outcome is not Outcome.PAID:
            code = str(answer.get("MaLoi") or "")
            if outcome is Outcome.FAILED:
                outcome = messages.OUTCOMES.get(code, Outcome.FAILED)
                outcome = Outcome.FAILED if outcome is Outcome.PAID else outcome
            return Told(reference=reference, outcome=outcome, amount=0, outside_ref="", at=at, code=code)
        try:
            return _told({**answer, "MaLoi": messages.OK})
        except CallbackRefused as error:
            raise GatewayRefused(str(error), code="QUERY") from error

    def bill(self, reference: str, *, at: datetime) -> str:
        """Address of the platform's bill."""
        answer = self._ask(
            "bill", messages.ASK, self._about("GET_BILL", reference, at), messages.BILL_ANSWER, at=at
        )
        url = str(answer.get("UrlBienLai") or "")
        return url if url.startswith(("http://", "https://")) else ""

    def refund(self, order: RefundOrder, *, at: datetime) -> str:
        """Give the whole sum back; the same key again is the same refund."""
        message = {
            "LoaiBanTin": "REFUND",
            "PhienBan": messages.VERSION,
            "MaDoiTac": endpoint(CONNECTOR).user,
            "MaThamChieu": order.reference,
            "MaHoanTien": order.key,
            "SoTien": str(order.amount),
            "LyDo": order.reason[:500],
            "ThoiGianGD": messages.stamp(at),
        }
        answer = self._ask("refund", messages.REFUND, message, messages.REFUND_ANSWER, at=at)
        if str(answer.get("SoTien")) != str(order.amount) or answer.get("MaHoanTien") != order.key:
            raise GatewayRefused("an answer about something else", code="MaHoanTien")
        return order.key

    def statement(self, day: date, *, at: datetime) -> Sequence[Movement]:
        """Every payment and refund that the platform booked on the day; its sums must add up."""
        message = {
            "LoaiBanTin": "STATEMENT",
            "PhienBan": messages.VERSION,
            "MaDoiTac": endpoint(CONNECTOR).user,
            "Ngay": f"{day:%Y%m%d}",
            "ThoiGianGD": messages.stamp(at),
        }
        answer = self._ask("statement", messages.STATEMENT, message, messages.STATEMENT_ANSWER, at=at)
        try:
            found = [_movement(one) for one in answer.get("GiaoDich") or []]
            came = sum(one.amount for one in found if not one.refund)
            back = sum(one.amount for one in found if one.refund)
            told = [int(str(answer.get(name))) for name in ("SoGiaoDich", "TongTien", "TongHoan")]
        except (CallbackRefused, AttributeError, TypeError, ValueError) as error:
            raise GatewayRefused(f"statement unreadable: {error}", code="GiaoDich") from error
        if told != [len(found), came, back]:
            raise GatewayRefused("the statement does not add up", code="TongTien")
        return found

    def _about(self, kind: str, reference: str, at: datetime) -> dict[str, Any]:
        return {
            "LoaiBanTin": kind,
            "PhienBan": messages.VERSION,
            "MaDoiTac": endpoint(CONNECTOR).user,
            "MaThamChieu": reference,
            "ThoiGianGD": messages.stamp(at),
        }

    def _ask(
        self,
        name: str,
        fields: Sequence[str],
        message: Mapping[str, Any],
        answer_fields: Sequence[str],
        *,
        at: datetime,
    ) -> dict[str, Any]:
        """Send a signed message and give the verified answer. All messages may be repeated: each has its own key.

        Raises `GatewayUnavailable`, and `GatewayRefused` for a code that is not 00 or an answer not proven.
        """
        at_platform = endpoint(CONNECTOR)
        request = Request(
            method="POST",
            url=f"{at_platform.url}/{name}",
            json_body=messages.signed(fields, message, at_platform.secret),
        )
        try:
            answer = call(CONNECTOR, name, request, repeatable=True, at=at, timeout=10.0, times=2)
        except CallFailed as error:
            raise GatewayUnavailable(str(error)) from error
        return _verified(answer, answer_fields, at_platform.secret, asking=name == "query")


def _verified(answer: Answer, fields: Sequence[str], secret: str, *, asking: bool) -> dict[str, Any]:
    try:
        found = messages.read_object(answer.body)
    except CallbackRefused as error:
        raise GatewayUnavailable(f"answer unreadable (HTTP {answer.status})") from error
    code = str(found.get("MaLoi", ""))
    proven = messages.is_genuine(fields, found, secret)
    # the answer to a query carries the transaction's own code; it counts when it is proven
    if proven and (code == messages.OK or (asking and "TrangThaiGD" in found)):
        return found
    if not proven and (code == messages.OK or not code):
        raise GatewayUnavailable("an answer that nobody signed")
    if code == "99":
        raise GatewayUnavailable(f"code {code}")
    said = f"{found.get('MoTaLoi', '')} {found.get('TruongLoi', '')}"[:200]
    raise GatewayRefused(f"code {code}: {said}", code=code[:10])


def _told(message: Mapping[str, Any]) -> Told:
    """A proven callback or query answer as a fact; raises `CallbackRefused` (field)."""
    code = messages.text_of(message, "MaLoi", 10)
    outcome = messages.OUTCOMES.get(code, Outcome.FAILED)
    reference = messages.text_of(message, "MaThamChieu", 50)
    at = messages.time_of(message.get("ThoiGianGD"))
    if outcome is not Outcome.PAID:
        return Told(reference=reference, outcome=outcome, amount=0, outside_ref="", at=at, code=code)
    if message.get("MaTienTe") != messages.CURRENCY:
        raise CallbackRefused(Verdict.FIELD, "MaTienTe")
    return Told(
        reference=reference,
        outcome=outcome,
        amount=messages.amount_of(message.get("SoTien")),
        outside_ref=messages.text_of(message, "MaGiaoDich", 80),
        at=at,
        bank=messages.text_of(message, "MaNganHang", 60, needed=False),
        code=code,
    )


def _movement(raw: Mapping[str, Any]) -> Movement:
    refund = raw.get("Loai") == "HT"
    if raw.get("Loai") not in ("TT", "HT"):
        raise CallbackRefused(Verdict.FIELD, "Loai")
    return Movement(
        outside_ref=messages.text_of(raw, "MaHoanTien" if refund else "MaGiaoDich", 80),
        reference=messages.text_of(raw, "MaThamChieu", 50),
        amount=messages.amount_of(raw.get("SoTien")),
        refund=refund,
        at=messages.time_of(raw.get("ThoiGianGD")),
    )


def _bill_of(order: Order) -> dict[str, Any]:
    """ThongTinBienLai: for which procedure and dossier, into which account, line by line."""
    account = collecting_account()
    return {
        "MaDichVu": _FEES,
        "MaTTHC": order.procedure,
        "TenTTHC": order.title[:500],
        "MaDonVi": order.agency_key,
        "TenDonVi": order.agency_name,
        "MaHoSo": order.code,
        "TKThuHuong": account.number,
        "MaNHThuHuong": account.bin,
        "TenTKThuHuong": account.name,
        "PhiLePhi": [
            {
                "LoaiPhiLePhi": _KINDS.get(str(line.get("kind")), "1"),
                "MaPhiLePhi": str(line.get("code") or order.procedure or "PLP")[:50],
                "TenPhiLePhi": str(line.get("name"))[:300],
                "SoTien": str(line.get("amount")),
            }
            for line in order.lines
            if line.get("amount")
        ],
        "HoTenNguoiNop": order.payer or "Người nộp",
    }
