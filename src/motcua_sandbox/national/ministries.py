"""A ministry's own systems behind the portal: they keep their dossiers and tell the province states and counts."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from motcua_sandbox.clocks import Clock, read
from motcua_sandbox.faults import Faults
from motcua_sandbox.fields import Field, Nested, faults_of, moment, one_of, plain, text
from motcua_sandbox.national import speaking
from motcua_sandbox.national.catalogue import unit_of
from motcua_sandbox.national.messages import PROCEDURE, STATES
from motcua_sandbox.national.speaking import Refusal, say
from motcua_sandbox.services import Call, Malformed
from motcua_sandbox.stores import Store

SYSTEMS = ("DKKD", "CA")
SCHEMA = """
CREATE TABLE IF NOT EXISTS ministry(
  system TEXT NOT NULL, code TEXT NOT NULL, version INTEGER NOT NULL, procedure TEXT NOT NULL, unit TEXT NOT NULL,
  state TEXT NOT NULL, channel TEXT NOT NULL, filed TEXT NOT NULL, received TEXT NOT NULL, due TEXT NOT NULL,
  ended TEXT NOT NULL, linked TEXT NOT NULL, PRIMARY KEY(system, code)
) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS ministry_change ON ministry(version);
CREATE UNIQUE INDEX IF NOT EXISTS ministry_linked ON ministry(system, linked) WHERE linked <> '';
"""
_NAMES = {
    "version": "PhienBan",
    "code": "MaHoSo",
    "procedure": "MaTTHC",
    "unit": "MaDonVi",
    "state": "TrangThaiHoSo",
    "channel": "KenhThucHien",
    "filed": "NgayNopHoSo",
    "received": "NgayTiepNhan",
    "due": "NgayHenTra",
    "ended": "NgayKetThucXuLy",
    "linked": "MaHoSoLienThong",
}
_PLAYED = Nested(
    "data",
    (
        Field("MaHoSo", text(50), required=True),
        Field("MaTTHC", PROCEDURE, required=True),
        Field("MaDonVi", text(30), required=True),
        Field("TrangThaiHoSo", one_of(*STATES), required=True),
        Field("KenhThucHien", one_of("1", "2", "3")),
        Field("NgayNopHoSo", moment),
        Field("NgayTiepNhan", moment),
        Field("NgayHenTra", moment),
        Field("NgayKetThucXuLy", moment),
        Field("MaHoSoLienThong", text(50)),
    ),
)
_HANDED = Nested(
    "data",
    (
        Field("MaHoSoLienThong", text(50), required=True),
        Field("MaTTHC", PROCEDURE, required=True),
        Field("ChuHoSo", text(500), required=True),
        Field("NgayNopHoSo", moment, required=True),
        Field("KenhThucHien", one_of("1", "2", "3"), required=True),
    ),
)


class Ministries:
    """The systems that take over what is their own."""

    def __init__(self, store: Store, clock: Clock, faults: Faults) -> None:
        self._store, self._clock, self._faults = store, clock, faults

    def changes(self, call: Call, unit: str) -> Response:
        """What changed since a version, each dossier with its latest content."""
        system, body = _system(call), call.body
        after, limit = (_number(body, name, usual) for name, usual in (("after", 0), ("limit", 1000)))
        rows = self._store.rows(
            "SELECT * FROM ministry WHERE system = ? AND version > ? AND (unit = ? OR unit GLOB ?)"
            " ORDER BY version LIMIT ?",
            (system, after, unit, f"{unit}.*", min(max(limit, 1), 1000)),
        )
        data = [{shown: row[name] for name, shown in _NAMES.items()} for row in rows]
        following = rows[-1]["version"] if rows else after
        if "duplicate" in call.strikes:
            data = [one for row in data for one in (row, dict(row))]
        if self._faults.strike("reorder", call.operation, f"{system}|{after}"):
            data.reverse()
        return say(speaking.OK, data=data, next=following)

    def counts(self, call: Call, unit: str) -> Response:
        """Counts per unit and procedure over the days of receipt, both ends included."""
        system = _system(call)
        first, last = (plain(call.body.get(name)) for name in ("TuNgay", "DenNgay"))
        for day in (first, last):
            try:
                read(f"{day}000000")
            except ValueError as error:
                raise Refusal(speaking.FIELD, "TuNgay, DenNgay phải là yyyyMMdd") from error
        rows = self._store.rows(
            """SELECT unit AS MaDonVi, procedure AS MaTTHC, count(*) AS TongTiepNhan,
            sum(channel = '2') AS TrucTuyen, sum(channel IN ('1', '')) AS TrucTiep, sum(channel = '3') AS BuuChinh,
            sum(ended <> '') AS DaXuLy, sum(ended <> '' AND (due = '' OR ended <= due)) AS DungHan,
            sum(due <> '' AND iif(ended <> '', ended, ?) > due) AS QuaHan, sum(ended = '') AS DangXuLy
            FROM ministry WHERE system = ? AND (unit = ? OR unit GLOB ?) AND received <> ''
            AND substr(received, 1, 8) BETWEEN ? AND ? GROUP BY unit, procedure ORDER BY unit, procedure""",
            (self._clock.stamp(), system, unit, f"{unit}.*", first, last),
        )
        return say(speaking.OK, data=[dict(row) for row in rows])

    def hand_over(self, call: Call, unit: str) -> Response:
        """The ministry's system takes a dossier over, once."""
        system = _system(call)
        names = {rule.name for rule in _HANDED.fields}
        given = {name: value for name, value in call.body.items() if name in names}
        wrongs = list(faults_of(_HANDED, given))
        if wrongs:
            return say(speaking.FIELD, errors=[wrong.shown() for wrong in wrongs])
        linked = plain(given["MaHoSoLienThong"])
        row = self._store.row("SELECT code FROM ministry WHERE system = ? AND linked = ?", (system, linked))
        if row is not None:
            return say(speaking.OK, MaHoSo=row[0])
        count = self._store.row("SELECT count(*) FROM ministry WHERE system = ?", (system,))
        code = f"{system}-{self._clock.stamp()[:8]}-{(count[0] if count else 0) + 1:06d}"
        kept = {"MaHoSo": code, "MaDonVi": unit, "TrangThaiHoSo": "1", **given}
        self._keep(system, kept)
        return say(speaking.OK, MaHoSo=code)

    def play(self, body: dict[str, Any]) -> int:
        """The ministry adds or changes dossiers; how many."""
        system, rows = body.get("HeThong"), body.get("data")
        if system not in SYSTEMS or not isinstance(rows, list):
            raise Malformed(f"HeThong is one of {', '.join(SYSTEMS)}, data a list")
        for row in rows:
            wrongs = list(faults_of(_PLAYED, row))
            if wrongs:
                raise Malformed(f"{wrongs[0].field}: {wrongs[0].message}")
            if unit_of(row["MaDonVi"]) is None:
                raise Malformed("MaDonVi is no unit below H41")
        for row in rows:
            self._keep(system, row | {"MaDonVi": unit_of(row["MaDonVi"])})
        return len(rows)

    def _keep(self, system: str, row: dict[str, Any]) -> None:
        values = {name: plain(row.get(shown) or "") for name, shown in _NAMES.items() if name != "version"}
        with self._store.writing() as db:
            before = db.execute(
                "SELECT linked FROM ministry WHERE system = ? AND code = ?", (system, values["code"])
            ).fetchone()
            if before is not None and not values["linked"]:
                values["linked"] = before[0]
            db.execute(
                f"INSERT OR REPLACE INTO ministry(system, version, {', '.join(values)}) VALUES"
                f" (?, (SELECT coalesce(max(version), 0) + 1 FROM ministry), {', '.join('?' * len(values))})",
                (system, *values.values()),
            )


def _system(call: Call) -> str:
    system = call.body.get("HeThong")
    if system not in SYSTEMS:
        raise Refusal(speaking.FIELD, f"HeThong phải là một trong: {', '.join(SYSTEMS)}")
    return str(system)


def _number(body: dict[str, Any], name: str, usual: int) -> int:
    digits = plain(body.get(name, usual))
    if not digits.isdecimal() or len(digits) > 15:
        raise Refusal(speaking.FIELD, f"{name} phải là số nguyên")
    return int(digits)
