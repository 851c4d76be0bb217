"""Planned and unplanned outages of the portal: announced, and then real."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from motcua_sandbox.clocks import Clock
from motcua_sandbox.fields import Field, Nested, faults_of, moment, one_of, text
from motcua_sandbox.national import speaking
from motcua_sandbox.services import Malformed, answer
from motcua_sandbox.stores import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS outage(
  Ma INTEGER PRIMARY KEY, DichVu TEXT NOT NULL, TuLuc TEXT NOT NULL, DenLuc TEXT NOT NULL, LyDo TEXT NOT NULL,
  CongBoLuc TEXT NOT NULL, KeHoach TEXT NOT NULL
);
"""
_PLAYED = Nested(
    "outage",
    (
        Field("DichVu", text(50)),
        Field("TuLuc", moment, required=True),
        Field("DenLuc", moment, required=True),
        Field("LyDo", text(500), required=True),
        Field("CongBoLuc", moment),
        Field("KeHoach", one_of("0", "1"), required=True),
    ),
)


class Outages:
    """The portal's list of outages."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def listed(self) -> list[dict[str, Any]]:
        """All of them, with their times."""
        return [dict(row) for row in self._store.rows("SELECT * FROM outage ORDER BY TuLuc, Ma")]

    def now(self, operation: str) -> Response | None:
        """The answer while an outage lasts, else nothing."""
        at = self._clock.stamp()
        row = self._store.row(
            "SELECT DenLuc FROM outage WHERE TuLuc <= ? AND DenLuc > ? AND DichVu IN ('', ?) LIMIT 1",
            (at, at, operation.partition("/")[0]),
        )
        if row is None:
            return None
        said = {"error_code": speaking.SYSTEM, "message": "Hệ thống đang bảo trì", "DenLuc": row[0]}
        return answer(said, 503, {"Retry-After": "60"})

    def announce(self, body: dict[str, Any]) -> None:
        """One more outage."""
        wrongs = list(faults_of(_PLAYED, body))
        if wrongs or str(body["TuLuc"]) >= str(body["DenLuc"]):
            raise Malformed(
                f"{wrongs[0].field}: {wrongs[0].message}" if wrongs else "DenLuc is not after TuLuc"
            )
        row = {"DichVu": "", "CongBoLuc": self._clock.stamp()} | body
        names = ("DichVu", "TuLuc", "DenLuc", "LyDo", "CongBoLuc", "KeHoach")
        with self._store.writing() as db:
            db.execute(
                f"INSERT INTO outage({', '.join(names)}) VALUES (?, ?, ?, ?, ?, ?)",
                [str(row[name]) for name in names],
            )

    def end(self) -> None:
        """No outage any more."""
        with self._store.writing() as db:
            db.execute("DELETE FROM outage")
