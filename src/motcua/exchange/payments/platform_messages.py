"""Messages of the national payment platform: which fields in which order, and the hash that proves the sender.

Fields and hash follow public clients of the platform (the official guide was not available); values marked OWN
have no public source and stand in this one table, so that a real endpoint that differs is one edit away.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from motcua.base.clock import VN
from motcua.fees.api import CallbackRefused, Outcome, Verdict

VERSION = "1.0.6"
CURRENCY = "VND"
TIME = "%Y%m%d%H%M%S"
MOST = 999_999_999_999

INIT = (
    "LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan", "MaKenhThanhToan",
    "MaThietBi", "NgonNgu", "MaTienTe", "MaNganHang", "ThongTinGiaoDich", "ThoiGianGD", "Ip", "ThongTinBienLai",
)  # fmt: skip
INIT_ANSWER = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "MaGiaoDich", "UrlThanhToan", "ThoiGianGD")
CALLBACK = (
    "LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich", "MaNganHang",
    "ThoiGianGD", "ThongTinGiaoDich",
)  # fmt: skip
REPLY = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
ASK = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
BILL_ANSWER = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "UrlBienLai", "ThoiGianGD")
REFUND = (*ASK[:4], "MaHoanTien", "SoTien", "LyDo", "ThoiGianGD")
REFUND_ANSWER = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "MaHoanTien", "SoTien", "ThoiGianGD")
STATEMENT = ("LoaiBanTin", "PhienBan", "MaDoiTac", "Ngay", "ThoiGianGD")
STATEMENT_ANSWER = (
    "MaLoi", "MoTaLoi", "MaDoiTac", "Ngay", "SoGiaoDich", "TongTien", "TongHoan", "ThoiGianGD"
)  # fmt: skip

OK = "00"
# OWN: only 00 and 99 are known. What a callback's code says of the try.
OUTCOMES = {
    OK: Outcome.PAID,
    "24": Outcome.CANCELLED,
    "25": Outcome.EXPIRED,
    "51": Outcome.FAILED,
}
NO_SUCH = "05"
# TrangThaiGD of QUERY: 1, 3, 4 seen in public clients, 5 OWN.
STATES = {
    "1": Outcome.PAID,
    "3": Outcome.PENDING,
    "4": Outcome.FAILED,
    "5": Outcome.PAID,  # paid, and given back in full since
}
ANSWERS = {
    Verdict.APPLIED: (OK, "Thành công"),
    Verdict.DOUBLED: (OK, "Đã ghi nhận trước đó"),
    Verdict.NOTED: (OK, "Đã ghi nhận"),
    Verdict.SURPLUS: (OK, "Đã ghi nhận, sẽ hoàn tiền"),
    Verdict.FORGED: ("01", "Mã xác thực không đúng"),
    Verdict.PARTNER: ("02", "Mã đối tác không đúng"),
    Verdict.FIELD: ("03", "Trường dữ liệu không đúng"),
    Verdict.UNKNOWN: (NO_SUCH, "Không có giao dịch"),
    Verdict.CONTRADICTS: ("06", "Mâu thuẫn với kết quả đã ghi nhận"),
    Verdict.AMOUNT: ("07", "Số tiền không đúng"),
    Verdict.ERROR: ("99", "Lỗi khác, hãy gửi lại"),
}


def signature(fields: Sequence[str], message: Mapping[str, Any], secret: str) -> str:
    """MaXacThuc: lower-case hex SHA-256 of the values in order, joined by "|", then "|" and the secret."""
    values = [_plain(message.get(name)) for name in fields]
    return hashlib.sha256("|".join([*values, secret]).encode()).hexdigest()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def signed(fields: Sequence[str], message: Mapping[str, Any], secret: str) -> dict[str, Any]:
    """The message with its MaXacThuc."""
    return {**message, "MaXacThuc": signature(fields, message, secret)}


def is_genuine(fields: Sequence[str], message: Mapping[str, Any], secret: str) -> bool:
    """Was it signed with our common secret? Compared in constant time."""
    given = message.get("MaXacThuc")
    expected = signature(fields, message, secret)
    return isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())


def read_object(body: bytes) -> dict[str, Any]:
    """A flat JSON object; raises `CallbackRefused` for anything else. Numbers with a fraction are never read."""
    try:
        found = json.loads(body, parse_float=_no_fraction, parse_constant=_no_fraction)
    except (ValueError, RecursionError) as error:
        raise CallbackRefused(Verdict.FIELD, f"not JSON: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise CallbackRefused(Verdict.FIELD, "not an object")
    return found


def _no_fraction(text: str) -> float:
    raise ValueError(f"no whole number: {text[:20]}")


def amount_of(raw: object) -> int:
    """A whole, positive number of đồng, as digits or an integer.

    Raises `CallbackRefused` (field) for text, signs, decimals, exponents, truth values, zero and the absurd.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise CallbackRefused(Verdict.FIELD, "SoTien")
    text = str(raw)
    if not (text.isascii() and text.isdigit()) or len(text) > 12 or not 1 <= int(text) <= MOST:
        raise CallbackRefused(Verdict.FIELD, "SoTien")
    return int(text)


def time_of(raw: object, name: str = "ThoiGianGD") -> datetime:
    """yyyyMMddHHmmss in Vietnam's time; raises `CallbackRefused` (field)."""
    text = str(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else ""
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        raise CallbackRefused(Verdict.FIELD, name)
    try:
        return datetime.strptime(text, TIME).replace(tzinfo=VN)
    except ValueError as error:
        raise CallbackRefused(Verdict.FIELD, name) from error


def text_of(message: Mapping[str, Any], name: str, most: int, *, needed: bool = True) -> str:
    """A short text; raises `CallbackRefused` (field) when it is missing, long, or no text."""
    raw = message.get(name, "")
    if not isinstance(raw, str) or len(raw) > most or (needed and not raw) or "\x00" in raw:
        raise CallbackRefused(Verdict.FIELD, name)
    return raw


def stamp(moment: datetime) -> str:
    """How the platform writes times."""
    return moment.astimezone(VN).strftime(TIME)
