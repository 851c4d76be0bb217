"""The fields of the payment platform's messages, as public clients of the real platform send them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from motcua_sandbox.clocks import read
from motcua_sandbox.fields import Check, Field, Nested, Wrong, faults_of, moment, one_of, plain, text, whole

VERSION = "1.0.6"
MOST = 999_999_999_999
SEAL = Field("MaXacThuc", text(64, r"[0-9a-f]{64}"), required=True)
REF = text(50, r"[A-Za-z0-9._-]+")


def day(value: object) -> str | None:
    """Eight digits that are a real day."""
    try:
        read(f"{plain(value)}000000")
    except ValueError:
        return "phải là ngày yyyyMMdd"
    return None


def _head(kind: str) -> tuple[Field, ...]:
    return (
        Field("LoaiBanTin", one_of(kind), required=True),
        Field("PhienBan", one_of(VERSION), required=True),
        Field("MaDoiTac", REF, required=True),
        Field("ThoiGianGD", moment, required=True),
        SEAL,
    )


def _optional(check: Check, *names: str) -> tuple[Field, ...]:
    return tuple(Field(name, check) for name in names)


def _needed(check: Check, *names: str) -> tuple[Field, ...]:
    return tuple(Field(name, check, required=True) for name in names)


RECEIPT: tuple[Field | Nested, ...] = (
    Field("MaDichVu", one_of("1", "2"), required=True),
    *_needed(text(500), "MaDonVi", "TenDonVi", "TKThuHuong", "MaNHThuHuong", "HoTenNguoiNop"),
    *_optional(text(100), "MaDVC", "MaTTHC", "MaHoSo", "SoCMNDNguoiNop", "SoQD", "TaiKhoanThuNSNN"),
    *_optional(text(1000), "TenDVC", "TenTTHC", "TenTKThuHuong", "NoiDungThanhToan", "DiaChiNguoiNop"),
    *_optional(text(500), "HuyenNguoiNop", "TinhNguoiNop", "MaLoaiHinhThuPhat", "TenLoaiHinhThuPhat"),
    *_optional(text(500), "KhoBac", "DiaDiemViPham", "TenNguoiViPham", "MaCoQuanQD", "TenCoQuanQD"),
    *_optional(text(14, r"\d{8}|\d{14}"), "NgayQD", "ThoiGianViPham"),
    Nested(
        "PhiLePhi",
        (
            Field("LoaiPhiLePhi", one_of("1", "2"), required=True),
            Field("MaPhiLePhi", text(50), required=True),
            Field("TenPhiLePhi", text(500), required=True),
            Field("SoTien", whole(0, MOST), required=True),
        ),
        most=50,
        least=1,
        required=True,
    ),
    Nested(
        "DSKhoanNop",
        (Field("NoiDung", text(500), required=True), Field("SoTien", whole(0, MOST), required=True)),
        most=50,
    ),
)
INIT = Nested(
    "init",
    (
        *_head("THANHTOAN"),
        Field("MaThamChieu", REF, required=True),
        Field("SoTien", whole(1, MOST), required=True),
        *_optional(text(50), "LoaiHinhThanhToan", "MaKenhThanhToan", "MaThietBi", "MaNganHang"),
        Field("NgonNgu", one_of("vi", "en")),
        Field("MaTienTe", one_of("VND"), required=True),
        Field("ThongTinGiaoDich", text(500), required=True),
        Field("Ip", text(45, r"[0-9A-Fa-f.:]+"), required=True),
        Nested("ThongTinBienLai", RECEIPT, required=True, single=True),
    ),
)
QUERY = Nested("query", (*_head("QUERY"), Field("MaThamChieu", REF, required=True)))
BILL = Nested("bill", (*_head("GET_BILL"), Field("MaThamChieu", REF, required=True)))
REFUND = Nested(
    "refund",
    (
        *_head("REFUND"),
        Field("MaThamChieu", REF, required=True),
        Field("MaHoanTien", REF, required=True),
        Field("SoTien", whole(1, MOST), required=True),
        Field("LyDo", text(500), required=True),
    ),
)
STATEMENT = Nested("statement", (*_head("STATEMENT"), Field("Ngay", day, required=True)))


def wrong_in(rules: Nested, body: dict[str, Any]) -> list[Wrong]:
    """Everything wrong with a message; of an init also that its fees make up the amount."""
    found = list(faults_of(rules, body))
    return found or list(_sum(body) if rules is INIT else ())


def _sum(body: dict[str, Any]) -> Iterator[Wrong]:
    fees = sum(int(plain(one["SoTien"])) for one in body["ThongTinBienLai"]["PhiLePhi"])
    if fees != int(plain(body["SoTien"])):
        yield Wrong(field="ThongTinBienLai.PhiLePhi", message="tổng không bằng SoTien")
