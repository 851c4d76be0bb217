"""What the portal holds: one row a dossier, every message that took effect in the order received, and refusals."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from motcua_sandbox.fields import Wrong, given, plain
from motcua_sandbox.services import canonical
from motcua_sandbox.stores import Store

# The content of a dossier that the export shows, in its order; MaHoSo first.
COLUMNS = (
    "MaHoSo",
    "MaDonVi",
    "MaTTHC",
    "TrangThaiHoSo",
    "KenhThucHien",
    "NgayNopHoSo",
    "NgayTiepNhan",
    "NgayHenTra",
    "NgayTra",
    "NgayKetThucXuLy",
    "NgayTuChoi",
    "LoaiDoiTuong",
    "ChuHoSo",
    "SoGiayToChuHoSo",
    "HoSoCoThanhPhanSoHoa",
    "TaiKhoanDuocXacThucVoiVNeID",
    "DuocThanhToanTrucTuyen",
    "SoTaiLieuNop",
    "SoDuocSoHoa",
    "SoLayTuKhoDMQG",
    "SoGiayToKetQua",
    "MaCSDL",
    "TongLePhi",
    "SoTienTrinh",
    "BamNoiDung",
    "CapNhatLuc",
)
_COUNTED = ("SoTaiLieuNop", "SoDuocSoHoa", "SoLayTuKhoDMQG", "SoGiayToKetQua", "TongLePhi", "SoTienTrinh")
_TYPED = ", ".join(f"{name} {'INTEGER' if name in _COUNTED else 'TEXT'} NOT NULL" for name in COLUMNS[1:])

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS dossier(
  MaHoSo TEXT PRIMARY KEY, {_TYPED}, updates INTEGER NOT NULL DEFAULT 0, item TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS message(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
  at TEXT NOT NULL, received_at TEXT NOT NULL, digest TEXT NOT NULL, repeat_of INTEGER, body TEXT
);
CREATE INDEX IF NOT EXISTS message_by_code ON message(code, seq);
CREATE TABLE IF NOT EXISTS refused(
  seq INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT NOT NULL, unit TEXT NOT NULL, code TEXT NOT NULL,
  received_at TEXT NOT NULL, error_code TEXT NOT NULL, errors TEXT NOT NULL
);
"""
_INSERT = (
    f"INSERT OR REPLACE INTO dossier({', '.join(COLUMNS)}, updates, item) "
    f"VALUES ({', '.join('?' * (len(COLUMNS) + 2))})"
)
EXISTS, UNKNOWN = "1", "2"


class Held:
    """The portal's dossiers. Everything in one call stands in one transaction."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, db: sqlite3.Connection, unit: str, item: Mapping[str, Any], now: str) -> str | None:
        """Keep a new dossier; the error's code when the portal has it."""
        code = str(item["MaHoSo"])
        if db.execute("SELECT 1 FROM dossier WHERE MaHoSo = ?", (code,)).fetchone():
            return EXISTS
        self._write(db, unit, item, now, kind="add", updates=0, progress=0)
        return None

    def update(self, db: sqlite3.Connection, unit: str, item: Mapping[str, Any], now: str) -> str | None:
        """Replace a dossier's record; the error's code when there is none."""
        code = str(item["MaHoSo"])
        row = db.execute("SELECT updates, SoTienTrinh FROM dossier WHERE MaHoSo = ?", (code,)).fetchone()
        if row is None:
            return UNKNOWN
        self._write(db, unit, item, now, kind="update", updates=row[0] + 1, progress=row[1])
        return None

    def progress(self, db: sqlite3.Connection, item: Mapping[str, Any], now: str) -> str | None:
        """Append a row to a dossier's progress, also when it stands there already."""
        code, state = str(item["MaHoSo"]), plain(item["TrangThai"])
        found = db.execute(
            "UPDATE dossier SET TrangThaiHoSo = ?, SoTienTrinh = SoTienTrinh + 1, CapNhatLuc = ? WHERE MaHoSo = ?",
            (state, now, code),
        )
        if not found.rowcount:
            return UNKNOWN
        body = canonical(item)
        self._note(db, code, "progress", state, at=plain(item["ThoiDiemXuLy"]), now=now, content=body)
        return None

    def filed(self, db: sqlite3.Connection, unit: str, item: Mapping[str, Any], now: str) -> None:
        """Hold what a citizen filed here, before the province knows of it."""
        self._write(db, unit, item, now, kind="filed", updates=0, progress=0)

    def refuse(self, operation: str, unit: str, code: str, now: str, wrongs: Sequence[Wrong]) -> None:
        """Remember what was refused and why."""
        errors = json.dumps([wrong.shown() for wrong in wrongs], ensure_ascii=False)
        with self.store.writing() as db:
            db.execute(
                "INSERT INTO refused(operation, unit, code, received_at, error_code, errors) VALUES (?,?,?,?,?,?)",
                (operation, unit, code[:60], now, wrongs[0].code, errors),
            )

    def lookup(self, code: str) -> dict[str, Any] | None:
        """A dossier as TraCuuHoSo gives it."""
        row = self.store.row("SELECT * FROM dossier WHERE MaHoSo = ?", (code,))
        if row is None:
            return None
        rows = self.store.rows(
            "SELECT body FROM message WHERE code = ? AND kind = 'progress' ORDER BY seq", (code,)
        )
        item = json.loads(row["item"]) if row["item"] else _from_columns(row)
        return item | {
            "TrangThaiHoSo": row["TrangThaiHoSo"],
            "MaDonVi": row["MaDonVi"],
            "TienTrinh": [json.loads(one["body"]) for one in rows],
            "SoLanCapNhat": row["updates"],
            "CapNhatLuc": row["CapNhatLuc"],
            "BamNoiDung": row["BamNoiDung"],
        }

    def history(self, code: str) -> list[dict[str, Any]]:
        """Every message of a dossier that took effect, in the order received."""
        rows = self.store.rows(
            "SELECT seq, kind, state, at, received_at, digest, repeat_of FROM message WHERE code = ? ORDER BY seq",
            (code,),
        )
        return [dict(row) for row in rows]

    def _write(
        self,
        db: sqlite3.Connection,
        unit: str,
        item: Mapping[str, Any],
        now: str,
        *,
        kind: str,
        updates: int,
        progress: int,
    ) -> None:
        body = canonical(item)
        digest = hashlib.sha256(body.encode()).hexdigest()
        derived = {
            "MaDonVi": unit,
            "SoTienTrinh": progress,
            "BamNoiDung": digest,
            "CapNhatLuc": now,
            **_counts(item),
        }
        values = [derived[name] if name in derived else _text(item.get(name)) for name in COLUMNS]
        db.execute(_INSERT, (*values, updates, body))
        state = plain(item["TrangThaiHoSo"])
        self._note(db, str(item["MaHoSo"]), kind, state, at="", now=now, content=body)

    def _note(
        self,
        db: sqlite3.Connection,
        code: str,
        kind: str,
        state: str,
        *,
        at: str,
        now: str,
        content: str,
    ) -> None:
        digest = hashlib.sha256(content.encode()).hexdigest()[:32]
        if kind == "progress":
            same = db.execute(
                "SELECT min(seq) FROM message WHERE code = ? AND kind = 'progress' AND digest = ?",
                (code, digest),
            ).fetchone()[0]
        else:
            before = db.execute(
                "SELECT seq, digest FROM message WHERE code = ? AND kind <> 'progress' ORDER BY seq DESC LIMIT 1",
                (code,),
            ).fetchone()
            same = before[0] if before is not None and before[1] == digest else None
        db.execute(
            "INSERT INTO message(code, kind, state, at, received_at, digest, repeat_of, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (code, kind, state, at, now, digest, same, content if kind == "progress" else None),
        )


def _text(value: object) -> str:
    return plain(value) if given(value) else ""


def _counts(item: Mapping[str, Any]) -> dict[str, Any]:
    files = [one for one in item.get("TaiLieuNop") or () if one.get("IsDeleted") != "True"]
    bases = sorted({str(one["MaCSDL"]) for one in item.get("DSKetNoiCSDL") or ()})
    return {
        "SoTaiLieuNop": len(files),
        "SoDuocSoHoa": sum(_text(one.get("DuocSoHoa")) == "1" for one in files),
        "SoLayTuKhoDMQG": sum(_text(one.get("DuocLayTuKhoDMQG")) == "1" for one in files),
        "SoGiayToKetQua": sum(
            given(one.get("DuongDanTepTinKetQua")) for one in item.get("DanhSachGiayToKetQua") or ()
        ),
        "MaCSDL": ";".join(bases),
        "TongLePhi": sum(int(one["Gia"]) for one in item.get("DanhSachLePhi") or ()),
    }


def _from_columns(row: sqlite3.Row) -> dict[str, Any]:
    """A filled row has no message behind it: what it says stands in its columns."""
    own = {"BamNoiDung", "CapNhatLuc", "SoTienTrinh", *_COUNTED, "MaCSDL"}
    return {name: row[name] for name in COLUMNS if name not in own and row[name] != ""}
