"""Everything the portal holds, paged, for those who compare; and counts with a fingerprint per unit and day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import groupby

from werkzeug.wrappers import Response

from motcua_sandbox.clocks import Clock
from motcua_sandbox.national import speaking
from motcua_sandbox.national.catalogue import unit_of
from motcua_sandbox.national.held import COLUMNS
from motcua_sandbox.national.speaking import Refusal, say
from motcua_sandbox.services import Call
from motcua_sandbox.serving import zipped
from motcua_sandbox.stores import Store

MOST, USUAL = 200_000, 50_000
PIECE = 2000
# A name may hold commas and quotes; all other columns are codes, moments and numbers.
_QUOTED = "ChuHoSo"
_SPECIAL = """'*[",' || char(10, 13) || ']*'"""
_IN_QUOTES = f"""'"' || replace({_QUOTED}, '"', '""') || '"'"""
_LINE = " || ',' || ".join(
    f"CASE WHEN {name} GLOB {_SPECIAL} THEN {_IN_QUOTES} ELSE {name} END" if name == _QUOTED else name
    for name in COLUMNS
)


class Exporting:
    """The readings of the whole."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def page(self, call: Call) -> Response:
        """One page of everything, as CSV, with the cursor of the next."""
        limit = max(1, call.number("limit", USUAL, MOST))
        where, values = _where(call)
        after = call.request.args.get("after", "")
        sql = f"FROM dossier WHERE MaHoSo > ? {where} ORDER BY MaHoSo"
        # The page's last code is looked for first, so the header is there before the rows are read.
        last = self._store.row(f"SELECT MaHoSo {sql} LIMIT 1 OFFSET ?", (after, *values, limit - 1))
        rest = last and self._store.row(f"SELECT 1 {sql} LIMIT 1", (last[0], *values))
        headers = {"X-Next-Cursor": last[0] if last and rest else "", "X-As-Of": self._clock.stamp()}
        parts: Iterator[bytes] = self._lines(f"SELECT {_LINE} {sql} LIMIT ?", (after, *values, limit))
        if "gzip" in call.request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            parts = iter(zipped(parts))
        return Response(parts, mimetype="text/csv", headers=headers)

    def counts(self, call: Call) -> Response:
        """How many dossiers per unit and day of receipt, each with a fingerprint of codes and states."""
        where, values = _where(call)
        sql = (
            "SELECT MaDonVi, substr(NgayTiepNhan, 1, 8) AS day, MaHoSo, TrangThaiHoSo FROM dossier "
            f"WHERE NgayTiepNhan <> '' {where} ORDER BY MaDonVi, day, MaHoSo"
        )
        data = []
        with self._store.reading() as db:
            for (unit, day), rows in groupby(db.execute(sql, values), key=lambda row: (row[0], row[1])):
                digest, count = hashlib.sha256(), 0
                for row in rows:
                    digest.update(f"{row[2]},{row[3]}\n".encode())
                    count += 1
                data.append({"MaDonVi": unit, "Ngay": day, "SoHoSo": count, "DauVet": digest.hexdigest()})
        return say(speaking.OK, data=data)

    def _lines(self, sql: str, values: tuple[object, ...]) -> Iterator[bytes]:
        yield (",".join(COLUMNS) + "\n").encode()
        with self._store.reading() as db:
            found = db.cursor()
            found.row_factory = None
            found.execute(sql, values)
            while rows := found.fetchmany(PIECE):
                yield ("\n".join(row[0] for row in rows) + "\n").encode()


def _where(call: Call) -> tuple[str, tuple[str, ...]]:
    args = call.request.args
    where, values = "", []
    if args.get("unit"):
        unit = unit_of(args["unit"])
        if unit is None:
            raise Refusal(speaking.UNIT)
        where += " AND (MaDonVi = ? OR MaDonVi GLOB ?)"
        values += [unit, f"{unit}.*"]
    for name, sign in (("from", ">="), ("to", "<")):
        day = args.get(name, "")
        if day:
            if len(day) != 8 or not day.isascii() or not day.isdigit():
                raise Refusal(speaking.FIELD, f"{name} phải là yyyyMMdd")
            where += f" AND NgayTiepNhan <> '' AND NgayTiepNhan {sign} ?"
            values.append(day)
    return where, tuple(values)
