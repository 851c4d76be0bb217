"""The fields of the portal's messages, generation 2, as public clients of the real portal send them (seen 2024–25).

The lengths of TrichYeuHoSo, TenTepDinhKem, TenGiayTo and NguoiXuLy are seen; the others are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from motcua_sandbox.fields import (
    MAIL,
    PHONE,
    WEB,
    Field,
    Nested,
    Wrong,
    faults_of,
    given,
    moment,
    one_of,
    plain,
    text,
    whole,
)

CODE = text(50, r"(H41(\.\d{2,3})*|\d{3}(\.\d{2,3})*\.H41)-\d{6}(\d\d)?-\d{4,7}")
PROCEDURE = text(30, r"\d\.\d{6}(\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})?")
FIELD_CODE = text(50, r"[A-Za-z0-9.-]+")
NAME = text(4000)
REF = text(100)
STATES = tuple(str(number) for number in range(1, 11))
RECEIVED = frozenset({"2", "4", "5", "6", "8", "9", "10"})

FEES = (
    Field("TenPhiLePhi", text(500), required=True),
    Field("MaPhiLePhi", text(50)),
    Field("HinhThucThu", one_of("1", "2", "3", "4")),
    Field("Gia", whole(0, 10**12), required=True),
    Field("LoaiPhiLePhi", one_of("1", "2", "3")),
)
FILES = (
    Field("TepDinhKemId", REF),
    Field("TenTepDinhKem", NAME, required=True),
    Field("IsDeleted", one_of("True", "False")),
    Field("MaThanhPhanHoSo", REF),
    Field("DuongDanTaiTepTin", WEB),
    Field("DuocSoHoa", one_of("0", "1")),
    Field("DuocTaiSuDung", one_of("0", "1", "2")),
    Field("DuocLayTuKhoDMQG", one_of("0", "1")),
    Field("MaKetQuaThayThe", text(50)),
)
OTHER_PAPERS = (
    Field("TenGiayTo", NAME, required=True),
    Field("SoLuong", whole(0, 10_000)),
    Field("LoaiGiayTo", text(50)),
)
SUPPLEMENTS = (
    Field("HoSoBoSungId", text(50)),
    Field("NguoiYeuCauBoSung", text(200), required=True),
    Field("NoiDungBoSung", text(2000), required=True),
    Field("NgayBoSung", moment, required=True),
    Field("NguoiTiepNhanBoSung", text(200)),
    Field("ThongTinTiepNhan", text(2000)),
    Field("NgayTiepNhanBoSung", moment),
    Field("TrangThaiBoSung", one_of("0", "1")),
    Nested("DanhSachGiayToBoSung", (Field("TenGiayTo", NAME, required=True),), most=200),
    Nested("DanhSachLePhiBoSung", FEES, most=50),
    Field("NgayHenTraTruoc", moment),
    Field("NgayHenTraMoi", moment),
)
RESULTS = (
    Field("TenGiayTo", NAME, required=True),
    Field("MaThanhPhanHoSo", REF),
    Field("GiayToId", REF),
    Field("DuongDanTepTinKetQua", WEB),
    Field("MaGiayToKetQua", text(50)),
)
IDENTITIES = (
    Field("LoaiDinhDanh", one_of("1", "2"), required=True),
    Field("SoDinhDanh", text(12, r"\d{9}|\d{12}"), required=True),
)

DOSSIER = Nested(
    "data",
    (
        Field("MaHoSo", CODE, required=True),
        Field("MaTTHC", PROCEDURE, required=True),
        Field("TenTTHC", text(1000), required=True),
        Field("MaLinhVuc", FIELD_CODE, required=True),
        Field("TenLinhVuc", text(500), required=True),
        Field("KenhThucHien", one_of("1", "2", "3")),
        Field("SoBienNhan", text(50)),
        Field("ChuHoSo", text(500), required=True),
        Field("LoaiDoiTuong", one_of("1", "2", "3", "4"), required=True),
        Field("MaDoiTuong", text(50)),
        Field("SoGiayToChuHoSo", text(20, r"[A-Za-z0-9]+")),
        Field("ThongTinKhac", text(2000)),
        Field("Email", MAIL),
        Field("Fax", PHONE),
        Field("SoDienThoai", PHONE),
        Field("TrichYeuHoSo", text(1000)),
        Field("NgayNopHoSo", moment),
        Field("NgayTiepNhan", moment),
        Field("NgayHenTra", moment),
        Field("NgayTuChoi", moment),
        Field("TrangThaiHoSo", one_of(*STATES), required=True),
        Field("NgayTra", moment),
        Field("ThongTinTra", text(500)),
        Field("HinhThuc", one_of("0", "1")),
        Field("NgayKetThucXuLy", moment),
        Field("NoiNopHoSo", one_of("1", "2")),
        Field("DonViXuLy", text(500), required=True),
        Field("GhiChu", text(1000)),
        Field("HoSoCoThanhPhanSoHoa", one_of("0", "1")),
        Field("TaiKhoanDuocXacThucVoiVNeID", one_of("0", "1")),
        Field("DuocThanhToanTrucTuyen", one_of("1", "2", "3")),
        Nested("DinhDanhCHS", IDENTITIES, most=10),
        Nested("DSKetNoiCSDL", (Field("MaCSDL", text(2, r"\d{1,2}"), required=True),), most=20),
        Nested("DanhSachLePhi", FEES, most=50),
        Nested("TaiLieuNop", FILES, most=200),
        Nested("DanhSachTepDinhKemKhac", OTHER_PAPERS, most=200),
        Nested("DanhSachHoSoBoSung", SUPPLEMENTS, most=20),
        Nested("DanhSachGiayToKetQua", RESULTS, most=50),
    ),
)

PROGRESS = Nested(
    "data",
    (
        Field("MaHoSo", CODE, required=True),
        Field("NguoiXuLy", text(50), required=True),
        Field("ChucDanh", text(200)),
        Field("ThoiDiemXuLy", moment, required=True),
        Field("PhongBanXuLy", text(500)),
        Field("NoiDungXuLy", text(2000)),
        Field("TrangThai", one_of(*STATES), required=True),
        Field("NgayBatDau", moment),
        Field("NgayKetThucTheoQuyDinh", moment),
    ),
)


def wrong_in_dossier(item: object) -> list[Wrong]:
    """Everything wrong with one item of DongBoHoSoMC, its fields first, then how they agree."""
    found = list(faults_of(DOSSIER, item))
    if found or not isinstance(item, dict):
        return found
    return [*_dates(item), *_identities(item)]


def wrong_in_progress(item: object) -> list[Wrong]:
    """Everything wrong with one item of CapNhatTienDoHoSoMC."""
    found = list(faults_of(PROGRESS, item))
    if found or not isinstance(item, dict):
        return found
    return list(_not_before(item, "NgayBatDau", ("NgayKetThucTheoQuyDinh",)))


def _dates(item: dict[str, Any]) -> Iterator[Wrong]:
    if plain(item["TrangThaiHoSo"]) in RECEIVED and not given(item.get("NgayTiepNhan")):
        yield Wrong(field="NgayTiepNhan", message="bắt buộc với trạng thái này")
    yield from _not_before(item, "NgayTiepNhan", ("NgayHenTra", "NgayKetThucXuLy", "NgayTra"))


def _not_before(item: dict[str, Any], first: str, later: tuple[str, ...]) -> Iterator[Wrong]:
    start = item.get(first)
    for name in later:
        if given(start) and given(item.get(name)) and plain(item[name]) < plain(start):
            yield Wrong(field=name, message=f"trước {first}")


def _identities(item: dict[str, Any]) -> Iterator[Wrong]:
    for number, one in enumerate(item.get("DinhDanhCHS") or ()):
        wanted = 12 if plain(one["LoaiDinhDanh"]) == "1" else 9
        if len(one["SoDinhDanh"]) != wanted:
            yield Wrong(field=f"DinhDanhCHS[{number}].SoDinhDanh", message=f"phải có {wanted} chữ số")
