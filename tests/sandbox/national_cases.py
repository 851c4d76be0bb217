"""For every field of the portal's messages one value that is taken and one that is refused."""

from __future__ import annotations

from typing import Any

TIME = "20261123080000"
LATER = "20261130170000"

DOSSIER: dict[str, Any] = {
    "MaHoSo": "H41.50.07-261123-0001",
    "MaTTHC": "1.001193",
    "TenTTHC": "Đăng ký khai sinh",
    "MaLinhVuc": "HT",
    "TenLinhVuc": "Hộ tịch",
    "ChuHoSo": "Nguyễn Thị Mẫu",
    "LoaiDoiTuong": "1",
    "TrangThaiHoSo": "2",
    "NgayTiepNhan": TIME,
    "DonViXuLy": "UBND xã Thử",
}
PROGRESS: dict[str, Any] = {
    "MaHoSo": "H41.50.07-261123-0001",
    "NguoiXuLy": "Lê Thị Mai",
    "ThoiDiemXuLy": TIME,
    "TrangThai": "4",
}
FEE = {"TenPhiLePhi": "Lệ phí", "Gia": 8000}
FILE = {"TenTepDinhKem": "giay.pdf"}
SUPPLEMENT = {"NguoiYeuCauBoSung": "Lê Thị Mai", "NoiDungBoSung": "Thiếu giấy chứng sinh", "NgayBoSung": TIME}
RESULT = {"TenGiayTo": "Giấy khai sinh"}
OTHER = {"TenGiayTo": "Bản sao"}
IDENTITY = {"LoaiDinhDanh": "1", "SoDinhDanh": "040190000011"}

# field: (taken, refused)
DOSSIER_FIELDS: dict[str, tuple[Any, Any]] = {
    "MaHoSo": ("000.00.12.H41-261123-0001", "HS-1"),
    "MaTTHC": ("1.004873.000.00.00.H41", "TTHC khai sinh"),
    "TenTTHC": ("x" * 1000, "x" * 1001),
    "MaLinhVuc": ("G13-HT02", "hộ tịch"),
    "TenLinhVuc": ("Hộ tịch", "x" * 501),
    "KenhThucHien": (2, "4"),
    "SoBienNhan": ("BN-1", "x" * 51),
    "ChuHoSo": ("Công ty TNHH Thử", "   "),
    "LoaiDoiTuong": ("4", "0"),
    "MaDoiTuong": ("tech-1", "x" * 51),
    "SoGiayToChuHoSo": ("040190000011", "0401 9000"),
    "ThongTinKhac": ("ghi thêm", "x" * 2001),
    "Email": ("mau@example.vn", "mau@"),
    "Fax": ("02383 123456", "fax"),
    "SoDienThoai": ("0912345678", "12"),
    "TrichYeuHoSo": ("x" * 1000, "x" * 1001),
    "NgayNopHoSo": (TIME, "2026-11-23"),
    "NgayTiepNhan": (TIME, "20261323080000"),
    "NgayHenTra": (LATER, "20261122080000"),
    "NgayTuChoi": (TIME, "20260230080000"),
    "TrangThaiHoSo": (10, "11"),
    "NgayTra": (LATER, "20261122080000"),
    "ThongTinTra": ("Trả tại quầy", "x" * 501),
    "HinhThuc": ("0", "2"),
    "NgayKetThucXuLy": (LATER, "20261122080000"),
    "NoiNopHoSo": ("2", "3"),
    "DonViXuLy": ("Sở Tư pháp", "x" * 501),
    "GhiChu": ("ghi chú", "x" * 1001),
    "HoSoCoThanhPhanSoHoa": ("1", "2"),
    "TaiKhoanDuocXacThucVoiVNeID": ("1", "có"),
    "DuocThanhToanTrucTuyen": ("3", "0"),
    "DinhDanhCHS": ([IDENTITY], IDENTITY),
    "DSKetNoiCSDL": ([{"MaCSDL": "7"}], ["7"]),
    "DanhSachLePhi": ([FEE], [FEE] * 51),
    "TaiLieuNop": ([FILE], "giay.pdf"),
    "DanhSachTepDinhKemKhac": ([OTHER], [None]),
    "DanhSachHoSoBoSung": ([SUPPLEMENT], [SUPPLEMENT] * 21),
    "DanhSachGiayToKetQua": ([RESULT], [{}]),
}
PROGRESS_FIELDS: dict[str, tuple[Any, Any]] = {
    "MaHoSo": ("H41.50.07-20261123-0000001", ""),
    "NguoiXuLy": ("x" * 50, "x" * 51),
    "ChucDanh": ("Chuyên viên", "x" * 201),
    "ThoiDiemXuLy": (TIME, "23/11/2026"),
    "PhongBanXuLy": ("Phòng Hành chính", "x" * 501),
    "NoiDungXuLy": ("Đã tiếp nhận", "x" * 2001),
    "TrangThai": ("9", "0"),
    "NgayBatDau": (TIME, "hôm nay"),
    "NgayKetThucTheoQuyDinh": (LATER, "20261131000000"),
}
_FEES = {
    "TenPhiLePhi": ("Phí", "x" * 501),
    "MaPhiLePhi": ("P1", "x" * 51),
    "HinhThucThu": ("4", "5"),
    "Gia": ("8000", 8000.5),
    "LoaiPhiLePhi": ("3", "4"),
}
# The lists within: (a row that is right, field: (taken, refused)).
LISTS: dict[str, tuple[dict[str, Any], dict[str, tuple[Any, Any]]]] = {
    "DinhDanhCHS": (IDENTITY, {"LoaiDinhDanh": ("1", "3"), "SoDinhDanh": ("040190000022", "000000001")}),
    "DSKetNoiCSDL": ({"MaCSDL": "1"}, {"MaCSDL": ("07", "107")}),
    "DanhSachLePhi": (FEE, _FEES),
    "TaiLieuNop": (
        FILE,
        {
            "TepDinhKemId": ("id-1", "x" * 101),
            "TenTepDinhKem": ("x" * 4000, "x" * 4001),
            "IsDeleted": ("False", "false"),
            "MaThanhPhanHoSo": ("TP01", "x" * 101),
            "DuongDanTaiTepTin": ("https://example.vn/f/1", "file:///etc/passwd"),
            "DuocSoHoa": ("1", "2"),
            "DuocTaiSuDung": ("2", "3"),
            "DuocLayTuKhoDMQG": ("0", True),
            "MaKetQuaThayThe": ("KQ.G15.000001", "x" * 51),
        },
    ),
    "DanhSachTepDinhKemKhac": (
        OTHER,
        {"TenGiayTo": ("x" * 4000, "x" * 4001), "SoLuong": (2, -1), "LoaiGiayTo": ("bản sao", "x" * 51)},
    ),
    "DanhSachHoSoBoSung": (
        SUPPLEMENT,
        {
            "HoSoBoSungId": ("1", "x" * 51),
            "NguoiYeuCauBoSung": ("Mai", "x" * 201),
            "NoiDungBoSung": ("Thiếu", "x" * 2001),
            "NgayBoSung": (TIME, ""),
            "NguoiTiepNhanBoSung": ("Mai", "x" * 201),
            "ThongTinTiepNhan": ("đủ", "x" * 2001),
            "NgayTiepNhanBoSung": (TIME, "mai"),
            "TrangThaiBoSung": ("1", "2"),
            "DanhSachGiayToBoSung": ([OTHER], ["giấy"]),
            "DanhSachLePhiBoSung": ([FEE], [{"TenPhiLePhi": "Phí", "Gia": -1}]),
            "NgayHenTraTruoc": (TIME, "1"),
            "NgayHenTraMoi": (LATER, "2"),
        },
    ),
    "DanhSachGiayToKetQua": (
        RESULT,
        {
            "TenGiayTo": ("Giấy", "x" * 4001),
            "MaThanhPhanHoSo": ("TP01", "x" * 101),
            "GiayToId": ("g-1", "x" * 101),
            "DuongDanTepTinKetQua": ("https://example.vn/r/1", "javascript:alert(1)"),
            "MaGiayToKetQua": ("KQ.1", "x" * 51),
        },
    ),
}
