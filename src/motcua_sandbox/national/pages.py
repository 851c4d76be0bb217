"""The portal's pages: what it holds, one dossier's history, and the door through which a citizen files."""

from __future__ import annotations

import base64
import json
import sqlite3
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from motcua_sandbox.national.catalogue import unit_of
from motcua_sandbox.national.held import Held
from motcua_sandbox.national.inbound import Inbound
from motcua_sandbox.pages import message_page
from motcua_sandbox.services import Call, Malformed, Service
from motcua_sandbox.showing import form, link, pairs_of, shown, table, when

STATES = {
    "1": "Mới đăng ký",
    "2": "Được tiếp nhận",
    "3": "Không được tiếp nhận",
    "4": "Đang xử lý",
    "5": "Yêu cầu bổ sung giấy tờ",
    "6": "Yêu cầu thực hiện nghĩa vụ tài chính",
    "7": "Công dân yêu cầu rút hồ sơ",
    "8": "Dừng xử lý",
    "9": "Đã xử lý xong",
    "10": "Đã trả kết quả",
}
FILING = (
    ("MaTTHC", "Mã thủ tục", "1.001193"),
    ("MaDonVi", "Mã đơn vị nhận", "H41.50.01"),
    ("HoVaTen", "Họ và tên", ""),
    ("SoDinhDanh", "Số định danh cá nhân", ""),
    ("NgayThangNamSinh", "Ngày sinh (yyyyMMdd)", ""),
    ("SoDienThoai", "Số điện thoại", ""),
    ("MucDoDinhDanh", "Mức độ định danh (1, 2)", "2"),
    ("form*", "Biểu mẫu, mỗi dòng: khóa = giá trị", ""),
    ("TenThanhPhanHoSo", "Tên giấy tờ kèm theo", ""),
    ("file", "Tệp", ""),
)


class Pages:
    """What a person sees."""

    def __init__(self, service: Service, held: Held, inbound: Inbound) -> None:
        self._service, self._held, self._inbound = service, held, inbound

    def home(self, call: Call) -> Response:
        """Search by code or by unit; what waits; what was refused."""
        wanted = call.request.args.get("q", "").strip()
        store, unit = self._held.store, unit_of(wanted)
        sql = "SELECT MaHoSo, MaDonVi, MaTTHC, TrangThaiHoSo, NgayTiepNhan, SoTienTrinh, CapNhatLuc FROM dossier"
        if unit is not None:
            found = store.rows(f"{sql} WHERE MaDonVi = ? OR MaDonVi GLOB ? LIMIT 100", (unit, f"{unit}.*"))
        elif wanted:
            found = store.rows(f"{sql} WHERE MaHoSo >= ? AND MaHoSo < ? LIMIT 100", (wanted, wanted + "~"))
        else:
            last = "SELECT code FROM (SELECT code, max(seq) AS m FROM message GROUP BY code ORDER BY m DESC LIMIT 50)"
            found = (
                store.rows(f"{sql} WHERE MaHoSo IN ({last}) ORDER BY CapNhatLuc DESC") if self._few() else []
            )
        rows = [
            (
                link(f"/national/ho-so/{r[0]}", r[0]),
                r[1],
                r[2],
                STATES.get(r[3], r[3]),
                when(r[4]),
                r[5],
                when(r[6]),
            )
            for r in found
        ]
        waiting = store.rows(
            "SELECT code, unit, filed_at, times, note FROM delivery WHERE acked = '' LIMIT 50"
        )
        refused = store.rows(
            "SELECT received_at, operation, unit, code, errors FROM refused ORDER BY seq DESC LIMIT 20"
        )
        heads = ("Mã hồ sơ", "Đơn vị", "Thủ tục", "Trạng thái", "Tiếp nhận", "Số tiến trình", "Cập nhật")
        body = (
            '<form method="get" role="search"><label>Mã hồ sơ hoặc mã đơn vị<br>'
            f'<input type="search" name="q" value="{_attribute(wanted)}"></label><button>Tìm</button></form>'
            f"<p>{link('/national/nop-ho-so', 'Nộp một hồ sơ (đóng vai người dân)')}</p>"
            + table("Hồ sơ", heads, rows)
            + table(
                "Chờ tỉnh nhận",
                ("Mã", "Đơn vị", "Nộp lúc", "Số lần giao", "Lý do chưa nhận"),
                [(r[0], r[1], when(r[2]), r[3], r[4]) for r in waiting],
            )
            + table("Bị từ chối gần đây", ("Lúc", "Thao tác", "Đơn vị", "Mã", "Lỗi"), map(_refusal, refused))
        )
        return shown(self._service, "Cổng Dịch vụ công quốc gia", body)

    def dossier(self, call: Call) -> Response:
        """One dossier: what is held, and every message that made it so."""
        code = call.words["code"]
        found = self._held.lookup(code)
        if found is None:
            return Response(message_page("Không có hồ sơ này", code), status=404, mimetype="text/html")
        rows = [
            (
                m["seq"],
                m["kind"],
                STATES.get(m["state"], m["state"]),
                m["at"],
                m["received_at"],
                m["repeat_of"],
            )
            for m in self._held.history(code)
        ]
        text = json.dumps(found, ensure_ascii=False, indent=1)
        body = table("Đã nhận", ("Số", "Loại", "Trạng thái", "Thời điểm xử lý", "Nhận lúc", "Lặp lại"), rows)
        body += f"<h2>Nội dung</h2><pre>{_attribute(text)}</pre>"
        return shown(self._service, code, body, faults=False)

    def filing(self, _call: Call) -> Response:
        """The form by which a citizen files here."""
        body = form("/national/nop-ho-so", "Hồ sơ mới", FILING, "Nộp hồ sơ")
        return shown(self._service, "Nộp hồ sơ trực tuyến", body, faults=False)

    def file(self, call: Call) -> Response:
        """The citizen files."""
        given = call.request.form.to_dict()
        account = {
            name: given.get(name, "")
            for name in ("HoVaTen", "SoDinhDanh", "NgayThangNamSinh", "SoDienThoai", "MucDoDinhDanh")
        }
        body = {
            "MaTTHC": given.get("MaTTHC", ""),
            "MaDonVi": given.get("MaDonVi", ""),
            "TaiKhoan": {"LoaiTaiKhoan": "1", **account},
            "DuLieuBieuMau": pairs_of(given.get("form", "")),
            "ThanhPhanHoSo": _paper(given.get("TenThanhPhanHoSo", ""), call.request.files.get("file")),
        }
        try:
            code, _ = self._inbound.file_dossier(body)
        except Malformed as error:
            return Response(message_page("Chưa nộp được", str(error)), status=400, mimetype="text/html")
        return redirect(f"/national/ho-so/{code}", 303)

    def _few(self) -> bool:
        """Whether the latest messages are worth looking for: a filled portal has none."""
        return self._held.store.row("SELECT 1 FROM message LIMIT 1") is not None


def _refusal(row: sqlite3.Row) -> tuple[str, ...]:
    wrongs = "; ".join(f"{one['field']}: {one['message']}" for one in json.loads(row["errors"]))
    return when(row["received_at"]), row["operation"], row["unit"], row["code"], wrongs


def _paper(name: str, upload: FileStorage | None) -> list[dict[str, Any]]:
    if upload is None or not upload.filename:
        return []
    one = {
        "TenTepTin": upload.filename,
        "LoaiTep": upload.mimetype,
        "Base64": base64.b64encode(upload.read()).decode(),
    }
    return [{"MaThanhPhanHoSo": "", "TenThanhPhanHoSo": name or upload.filename, "TepDinhKem": [one]}]


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
