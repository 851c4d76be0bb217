"""What citizens filed on the national portal: it waits for the province, at least once, until acknowledged."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import sqlite3
import uuid
from typing import Any

from werkzeug.wrappers import Response

from motcua_sandbox.clocks import Clock
from motcua_sandbox.faults import Faults
from motcua_sandbox.fields import plain
from motcua_sandbox.national import speaking
from motcua_sandbox.national.catalogue import Catalogue, unit_of
from motcua_sandbox.national.held import Held
from motcua_sandbox.national.messages import wrong_in_dossier
from motcua_sandbox.national.speaking import Refusal, say
from motcua_sandbox.services import Call, Malformed, answer

NEW, SUPPLEMENT, WITHDRAWAL = "1", "2", "3"
TAKEN, HAD, REFUSED = "0", "1", "-1"
MOST_LISTED = 100
SCHEMA = """
CREATE TABLE IF NOT EXISTS delivery(
  id TEXT PRIMARY KEY, n INTEGER NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, unit TEXT NOT NULL,
  procedure TEXT NOT NULL, filed_at TEXT NOT NULL, content TEXT NOT NULL, times INTEGER NOT NULL DEFAULT 0,
  fetched INTEGER NOT NULL DEFAULT 0, acked TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS delivery_waiting ON delivery(n) WHERE acked = '';
CREATE TABLE IF NOT EXISTS file(id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, content BLOB NOT NULL);
"""


class Inbound:
    """The waiting room between the portal's citizens and the province."""

    def __init__(self, held: Held, catalogue: Catalogue, clock: Clock, faults: Faults) -> None:
        self._held, self._store, self._catalogue = held, held.store, catalogue
        self._clock, self._faults = clock, faults

    # the province

    def waiting(self, call: Call, unit: str) -> Response:
        """Everything not acknowledged, oldest first, every time."""
        wanted = plain(call.body.get("limit", MOST_LISTED))
        limit = min(int(wanted), MOST_LISTED) if wanted.isdecimal() and wanted != "0" else MOST_LISTED
        with self._store.writing() as db:
            rows = db.execute(
                "SELECT * FROM delivery WHERE acked = '' AND (unit = ? OR unit GLOB ?) ORDER BY n LIMIT ?",
                (unit, f"{unit}.*", limit),
            ).fetchall()
            db.executemany(
                "UPDATE delivery SET times = times + 1 WHERE id = ?", [(row["id"],) for row in rows]
            )
        data = [_listed(row) for row in rows]
        if "duplicate" in call.strikes:
            data = [one for row in data for one in (row, dict(row))]
        if self._faults.strike("reorder", call.operation, f"{unit}|{[row['id'] for row in rows]}"):
            data.reverse()
        return say(speaking.OK, data=data)

    def fetch(self, call: Call, unit: str) -> Response:
        """One delivery with all its content; its files have addresses of their own."""
        row = self._delivery(call, unit)
        with self._store.writing() as db:
            db.execute("UPDATE delivery SET fetched = fetched + 1 WHERE id = ?", (row["id"],))
        head = {key: value for key, value in _listed(row).items() if key != "LanGiao"}
        return say(speaking.OK, result=head | json.loads(row["content"]))

    def file(self, call: Call) -> Response:
        """The bytes of one file."""
        row = self._store.row("SELECT * FROM file WHERE id = ?", (call.words["id"],))
        if row is None or self._faults.strike("lost_file", "inbound/file", call.words["id"]):
            return answer({"error_code": speaking.UNKNOWN, "message": "Không tìm thấy tệp"}, 404)
        content = bytes(row["content"])
        if self._faults.strike("wrong_hash", "inbound/file", call.words["id"]):
            content = content[:-1] + bytes([content[-1] ^ 1]) if content else b"x"
        return Response(content, mimetype=row["kind"])

    def acknowledge(self, call: Call, unit: str) -> Response:
        """The province has it (or had it), and it waits no longer; or refuses it, and it waits on."""
        row = self._delivery(call, unit)
        result = plain(call.body.get("KetQua"))
        if result not in (TAKEN, HAD, REFUSED):
            raise Refusal(speaking.FIELD, "KetQua phải là 0, 1 hoặc -1")
        acked = row["acked"] if row["acked"] or result == REFUSED else result
        note = str(call.body.get("MoTa") or "")[:1000]
        with self._store.writing() as db:
            db.execute("UPDATE delivery SET acked = ?, note = ? WHERE id = ?", (acked, note, row["id"]))
        return say(speaking.OK)

    def _delivery(self, call: Call, unit: str) -> sqlite3.Row:
        row = self._store.row("SELECT * FROM delivery WHERE id = ?", (plain(call.body.get("MaGiaoNhan")),))
        if row is None or not (row["unit"] == unit or row["unit"].startswith(f"{unit}.")):
            raise Refusal(speaking.UNKNOWN, "Mã giao nhận không tồn tại")
        return row

    # the citizen

    def file_dossier(self, body: dict[str, Any]) -> tuple[str, str]:
        """A citizen files, supplements or withdraws; the dossier's code and the delivery's."""
        kind = plain(body.get("Loai", NEW))
        if kind not in (NEW, SUPPLEMENT, WITHDRAWAL):
            raise Malformed("Loai is 1, 2 or 3")
        now = self._clock.stamp()
        papers, files = _papers(body.get("ThanhPhanHoSo") or [])
        with self._store.writing() as db:
            if kind == NEW:
                code, unit, item = self._new(db, body, now)
            else:
                code, unit, item = self._known(db, body)
            content = {
                "TenTTHC": item.get("TenTTHC", ""),
                "NoiDung": str(body.get("NoiDung") or ""),
                "TaiKhoan": body.get("TaiKhoan") or {},
                "DuLieuBieuMau": body.get("DuLieuBieuMau") or {},
                "ThanhPhanHoSo": papers,
                "ThanhToan": body.get("ThanhToan"),
            }
            delivery = str(uuid.uuid4())
            db.executemany("INSERT INTO file VALUES (?, ?, ?, ?)", files)
            db.execute(
                "INSERT INTO delivery(id, n, kind, code, unit, procedure, filed_at, content)"
                " VALUES (?, (SELECT coalesce(max(n), 0) + 1 FROM delivery), ?, ?, ?, ?, ?, ?)",
                (delivery, kind, code, unit, item["MaTTHC"], now, json.dumps(content, ensure_ascii=False)),
            )
        return code, delivery

    def _new(self, db: sqlite3.Connection, body: dict[str, Any], now: str) -> tuple[str, str, dict[str, Any]]:
        unit = unit_of(body.get("MaDonVi"))
        if unit is None:
            raise Malformed("MaDonVi is no unit below H41")
        stem = f"{unit}-{now[:8]}-"
        last = db.execute(
            "SELECT count(*) FROM delivery WHERE kind = '1' AND code GLOB ?", (f"{stem}*",)
        ).fetchone()
        item = self._held_as(body, f"{stem}{last[0] + 1:07d}", now)
        wrongs = [*wrong_in_dossier(item)] or [*self._catalogue.wrong_codes(unit, item, now[:8])]
        if wrongs:
            raise Malformed(f"{wrongs[0].field}: {wrongs[0].message}")
        self._held.filed(db, unit, item, now)
        return item["MaHoSo"], unit, item

    def _known(self, db: sqlite3.Connection, body: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        code = plain(body.get("MaHoSo"))
        row = db.execute("SELECT * FROM dossier WHERE MaHoSo = ?", (code,)).fetchone()
        if row is None:
            raise Malformed("the portal does not know this dossier")
        item = json.loads(row["item"] or "{}")
        return code, row["MaDonVi"], {"MaTTHC": row["MaTTHC"], "TenTTHC": item.get("TenTTHC", "")}

    def _held_as(self, body: dict[str, Any], code: str, now: str) -> dict[str, Any]:
        procedure = plain(body.get("MaTTHC"))
        known = self._catalogue.procedure(procedure) or {}
        account = body.get("TaiKhoan")
        if not isinstance(account, dict):
            raise Malformed("TaiKhoan is an object")
        company = plain(account.get("LoaiTaiKhoan", "1")) == "2"
        item = {
            "MaHoSo": code,
            "MaTTHC": procedure,
            "TenTTHC": known.get("TENTTHC") or str(body.get("TenTTHC") or procedure),
            "MaLinhVuc": known.get("MALINHVUC") or "KHAC",
            "TenLinhVuc": known.get("TENLINHVUC") or "Khác",
            "KenhThucHien": "2",
            "ChuHoSo": account.get("TenDoanhNghiep") if company else account.get("HoVaTen"),
            "LoaiDoiTuong": "2" if company else "1",
            "NgayNopHoSo": now,
            "TrangThaiHoSo": "1",
            "NoiNopHoSo": "1",
            "DonViXuLy": str(body.get("MaDonVi")),
            "TaiKhoanDuocXacThucVoiVNeID": "1",
        }
        number = plain(account.get("SoDinhDanh", ""))
        if number and number != "\x00":
            item["DinhDanhCHS"] = [{"LoaiDinhDanh": "1", "SoDinhDanh": number}]
        return item


def _listed(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "MaGiaoNhan": row["id"],
        "Loai": row["kind"],
        "MaHoSo": row["code"],
        "MaTTHC": row["procedure"],
        "MaDonVi": row["unit"],
        "ThoiDiemNop": row["filed_at"],
        "LanGiao": row["times"] + 1,
    }


def _papers(rows: object) -> tuple[list[dict[str, Any]], list[tuple[str, str, str, bytes]]]:
    """The papers as the province will see them, and their files for keeping."""
    papers, files = [], []
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict):
            raise Malformed("ThanhPhanHoSo is a list of objects")
        shown = []
        for one in row.get("TepDinhKem") or []:
            try:
                content = base64.b64decode(one["Base64"], validate=True)
                name, kind = str(one["TenTepTin"]), str(one.get("LoaiTep") or "application/octet-stream")
            except (KeyError, TypeError, binascii.Error) as error:
                raise Malformed("a file has TenTepTin, LoaiTep and Base64") from error
            key = str(uuid.uuid4())
            files.append((key, name, kind, content))
            shown.append(
                {
                    "IdTepTin": key,
                    "TenTepTin": name,
                    "LoaiTep": kind,
                    "KichThuoc": len(content),
                    "HashTepTin": hashlib.sha256(content).hexdigest(),
                }
            )
        named = {name: row.get(name, "") for name in ("MaThanhPhanHoSo", "TenThanhPhanHoSo")}
        papers.append(named | {"LoaiBan": plain(row.get("LoaiBan", "2")), "TepDinhKem": shown})
    return papers, files
