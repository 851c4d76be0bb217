"""Brings both sides to disk as the same lines: ours out of the tables, theirs out of the portal's pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO
from urllib.parse import urlencode

from django.db import connection, transaction

from motcua.base.clock import VN
from motcua.dossiers import api as dossiers
from motcua.exchange.connectors import Answer, Request, call, endpoint
from motcua.exchange.national import client
from motcua.exchange.national.plugin import ID
from motcua.exchange.national.record import NATIONAL
from motcua.units import api as units

COLUMNS = (
    "MaHoSo", "MaDonVi", "MaTTHC", "TrangThaiHoSo", "KenhThucHien", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra",
    "NgayTra", "NgayKetThucXuLy", "NgayTuChoi", "LoaiDoiTuong", "ChuHoSo", "SoGiayToChuHoSo", "HoSoCoThanhPhanSoHoa",
    "TaiKhoanDuocXacThucVoiVNeID", "DuocThanhToanTrucTuyen", "SoTaiLieuNop", "SoDuocSoHoa", "SoLayTuKhoDMQG",
    "SoGiayToKetQua", "MaCSDL", "TongLePhi", "SoTienTrinh",
)  # fmt: skip
_HEAD = [name.encode() for name in COLUMNS]
NOT_COMPARED = 2  # the portal's last columns: its own hash and the time of its last change
PAGE = 100_000
PAGE_SECONDS = 120.0
NO_EVIDENCE = "," * 8


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is compared: everything, or one unit, or the dossiers accepted on the days from `start` to before `end`."""

    agency: str = ""
    start: date | None = None
    end: date | None = None


def _time(column: str) -> str:
    return f"coalesce(to_char({column}, 'YYYYMMDDHH24MISS'), '')"


def our_sql(scope: Scope) -> tuple[str, list[object]]:
    """A SELECT of one text column: each dossier as a line of the portal's list."""
    known = [scope.agency] if scope.agency else sorted(dossiers.counts_by_agency())
    where: list[str] = []
    values: list[object] = [known, [code_of(key) for key in known]]
    if scope.agency:
        where.append("d.agency = %s")
        values.append(scope.agency)
    for day, sign in ((scope.start, ">="), (scope.end, "<")):
        if day is not None:
            where.append(f"d.accepted {sign} %s")
            values.append(datetime(day.year, day.month, day.day, tzinfo=VN))
    sql = f"""
        SELECT d.code || ',' || coalesce(u.code, '') || ',' || d.procedure || ',' || d.state || ',' ||
               CASE d.channel WHEN 'direct' THEN '1' WHEN 'online' THEN '2' ELSE '3' END || ',' ||
               {_time("d.submitted")} || ',' || {_time("d.accepted")} || ',' || {_time("d.promised")} || ',' ||
               {_time("d.returned")} || ',' || {_time("d.ended")} || ',' ||
               CASE WHEN d.state = 3 THEN {_time("d.ended")} ELSE '' END || ',' ||
               CASE d.kind WHEN 'organisation' THEN '2' WHEN 'state_body' THEN '3' WHEN 'other' THEN '4' ELSE '1' END
               || ',' || CASE WHEN d.name ~ '[",\\n\\r]' THEN '"' || replace(d.name, '"', '""') || '"' ELSE d.name END
               || ',' || translate(d.number, '- ./', '') || ',' ||
               coalesce(nullif(t.evidence, ''), '{NO_EVIDENCE}') || ',' || coalesce(t.lines_told, 0)
          FROM ({dossiers.comparison_sql(system=NATIONAL)}) d
          LEFT JOIN unnest(%s::text[], %s::text[]) AS u (key, code) ON u.key = d.agency
          LEFT JOIN exchange_track t ON t.dossier = d.id
         {"WHERE " + " AND ".join(where) if where else ""}
    """
    return sql, values


def code_of(agency: str) -> str:
    """The agency's code, "" for one that the units do not know."""
    try:
        return units.agency(agency).agency_code
    except units.UnknownAgency:
        return ""


def our_lines(scope: Scope) -> Iterator[bytes]:
    """Our dossiers as lines, streamed out of the database in one reading."""
    sql, values = our_sql(scope)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'Asia/Ho_Chi_Minh'")
        with cursor.copy(f"COPY ({sql}) TO STDOUT", values) as copy:
            for row in copy:
                line = bytes(row)
                yield line if b"\\" not in line else _plain(line)


def _plain(line: bytes) -> bytes:
    """A line as it is, without COPY's escapes."""
    body = line[:-1]
    for written, meant in ((b"\\n", b"\n"), (b"\\r", b"\r"), (b"\\t", b"\t"), (b"\\\\", b"\\")):
        body = body.replace(written, meant)
    return body + b"\n"


def fetch_theirs(scope: Scope, spool: IO[bytes], *, at: datetime) -> str:
    """Write everything that the portal holds to `spool`, page by page; gives the portal's own time.

    Raises `client.PortalFailed` and `CallFailed`; a page is asked for again, never left out.
    """
    after, as_of = "", ""
    base: dict[str, str] = {"limit": str(PAGE)}
    if scope.agency:
        base["unit"] = units.agency(scope.agency).agency_code
    for name, day in (("from", scope.start), ("to", scope.end)):
        if day is not None:
            base[name] = f"{day:%Y%m%d}"
    while True:
        answer = _page({**base, "after": after}, at=at)
        head, _, body = answer.body.partition(b"\n")
        if head.strip().split(b",")[: len(COLUMNS)] != _HEAD:
            raise client.PortalFailed("unreadable", in_doubt=False, detail="other columns")
        if body and not body.endswith(b"\n"):
            raise client.PortalFailed("unreadable", in_doubt=False, detail="a page was cut off")
        spool.write(body)
        headers = {key.lower(): value for key, value in answer.headers.items()}
        as_of = as_of or headers.get("x-as-of", "")
        after = headers.get("x-next-cursor", "")
        if after and not body[body.rstrip(b"\n").rfind(b"\n") + 1 :].startswith(after.encode() + b","):
            raise client.PortalFailed("unreadable", in_doubt=False, detail="a page ends before its cursor")
        if not after:
            spool.flush()
            return as_of


def _page(query: dict[str, str], *, at: datetime) -> Answer:
    for _ in range(2):
        request = Request(
            method="GET",
            url=f"{endpoint(ID).url}/export?{urlencode({k: v for k, v in query.items() if v})}",
            headers={"session": client.session(at), "Accept-Encoding": "gzip"},
        )
        answer = call(ID, "export", request, at=at, timeout=PAGE_SECONDS)
        if answer.status == 200:
            return answer
        client.forget_session()
    raise client.PortalFailed("unreadable", in_doubt=False, detail=f"export: HTTP {answer.status}")


def their_part(line: bytes) -> bytes:
    """The compared columns of a line of theirs."""
    return line.rstrip(b"\r\n").rsplit(b",", NOT_COMPARED)[0]


def our_part(line: bytes) -> bytes:
    """The compared columns of a line of ours: all."""
    return line[:-1]
