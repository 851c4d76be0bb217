"""`MaXacThuc`: the SHA-256 over a message's fields in their order, joined by `|`, and the shared secret."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

INIT = (
    "LoaiBanTin",
    "PhienBan",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "LoaiHinhThanhToan",
    "MaKenhThanhToan",
    "MaThietBi",
    "NgonNgu",
    "MaTienTe",
    "MaNganHang",
    "ThongTinGiaoDich",
    "ThoiGianGD",
    "Ip",
    "ThongTinBienLai",
)
ASK = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
REFUND = (
    "LoaiBanTin",
    "PhienBan",
    "MaDoiTac",
    "MaThamChieu",
    "MaHoanTien",
    "SoTien",
    "LyDo",
    "ThoiGianGD",
)
STATEMENT = ("LoaiBanTin", "PhienBan", "MaDoiTac", "Ngay", "ThoiGianGD")
CALLBACK = (
    "LoaiBanTin",
    "MaLoi",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "MaTienTe",
    "MaGiaoDich",
    "MaNganHang",
    "ThoiGianGD",
    "ThongTinGiaoDich",
)
INIT_SAID = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "MaGiaoDich", "UrlThanhToan", "ThoiGianGD")
BILL_SAID = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "UrlBienLai", "ThoiGianGD")
REFUND_SAID = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "MaHoanTien", "SoTien", "ThoiGianGD")
STATEMENT_SAID = ("MaLoi", "MoTaLoi", "MaDoiTac", "Ngay", "SoGiaoDich", "TongTien", "TongHoan", "ThoiGianGD")


def seal(message: Mapping[str, Any], order: Sequence[str], secret: str) -> str:
    """The seal of a message."""
    parts = [*(_written(message.get(name)) for name in order), secret]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def sealed(message: Mapping[str, Any], order: Sequence[str], secret: str) -> dict[str, Any]:
    """The message with its seal."""
    return {**message, "MaXacThuc": seal(message, order, secret)}


def right(message: Mapping[str, Any], order: Sequence[str], secret: str) -> bool:
    """Whether a message carries the seal that it should."""
    given = message.get("MaXacThuc")
    return isinstance(given, str) and hmac.compare_digest(
        given.encode(), seal(message, order, secret).encode()
    )


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
