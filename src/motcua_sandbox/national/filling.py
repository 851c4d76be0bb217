"""A large portal for measurements: two million dossiers by rule or from a file, with planted differences."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from motcua_sandbox.national.held import COLUMNS, SCHEMA
from motcua_sandbox.stores import Store

UNITS, FIRST_UNIT = 90, 10
PER_DAY = 50
# Days of 28 a month keep the rule simple and every moment real.
_RULE = """
INSERT INTO dossier({columns})
WITH RECURSIVE number(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i + 1 < :rows),
placed AS (
  SELECT i, :first + i / :per_unit AS unit, (i % :per_unit) / :per_day AS day, i % :per_day + 1 AS n,
    (i * 2654435761 + :seed * 40503) % 1000003 AS h FROM number
),
dated AS (
  SELECT *, printf('%04d%02d%02d', 2023 + day / 336, day % 336 / 28 + 1, day % 28 + 1) AS date FROM placed
)
SELECT printf('H41.50.%02d-%s-%04d', unit, substr(date, 3), n), printf('H41.50.%02d', unit),
  printf('1.%06d', 1000 + h % 200), CASE WHEN h % 10 < 8 THEN '10' WHEN h % 10 = 8 THEN '9' ELSE '4' END,
  CASE WHEN h % 7 < 4 THEN '2' WHEN h % 7 < 6 THEN '1' ELSE '3' END, date || '080000', date || '090000',
  date || '170000', CASE WHEN h % 10 < 8 THEN date || '160000' ELSE '' END,
  CASE WHEN h % 10 < 9 THEN date || '150000' ELSE '' END, '', '1', 'Người ' || h, '',
  CASE WHEN h % 3 THEN '1' ELSE '0' END, CASE WHEN h % 4 THEN '1' ELSE '0' END,
  CASE WHEN h % 5 = 0 THEN '1' ELSE '' END, h % 4, h % 4, 0, CASE WHEN h % 10 < 9 THEN 1 ELSE 0 END, '',
  h % 6 * 5000, 0, '', date || '170000'
FROM dated
"""


def fill(
    data_dir: Path, *, rows: int, seed: int = 1, source: Path | None = None, plant: Path | None = None
) -> int:
    """Fill the portal in `data_dir` anew; how many dossiers it holds then."""
    store = Store(data_dir / "national" / "national.sqlite3", SCHEMA)
    try:
        with store.writing() as db:
            for name in ("dossier", "message", "refused"):
                db.execute(f"DELETE FROM {name}")
            if source is None:
                _by_rule(db, rows, seed)
            else:
                _from_file(db, source)
            if plant is not None:
                _plant(db, plant)
            count = int(db.execute("SELECT count(*) FROM dossier").fetchone()[0])
        with store.reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count
    finally:
        store.close()


def _by_rule(db: sqlite3.Connection, rows: int, seed: int) -> None:
    """Row i in the order of codes: unit after unit, day after day, fifty a day."""
    per_unit = -(-rows // UNITS)
    per_unit = -(-per_unit // PER_DAY) * PER_DAY
    values = {
        "rows": rows,
        "first": FIRST_UNIT,
        "per_unit": per_unit,
        "per_day": PER_DAY,
        "seed": seed,
    }
    db.execute(_RULE.format(columns=", ".join(COLUMNS)), values)


def _from_file(db: sqlite3.Connection, source: Path) -> None:
    with source.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        names = next(reader)
        strange = [name for name in names if name not in COLUMNS]
        if strange or "MaHoSo" not in names:
            raise ValueError(f"no column of the export: {strange}")
        places = [names.index(name) if name in names else -1 for name in COLUMNS]
        sql = f"INSERT INTO dossier({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
        rows: Iterator[list[str]] = ([row[at] if at >= 0 else "" for at in places] for row in reader)
        while piece := list(islice(rows, 20_000)):
            db.executemany(sql, piece)


def _plant(db: sqlite3.Connection, plant: Path) -> None:
    """Differences: a row left out, a row more, a field changed."""
    empty = dict.fromkeys(COLUMNS, "")
    with plant.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, what = row["MaHoSo"], row["what"]
            if what == "missing":
                found = db.execute("DELETE FROM dossier WHERE MaHoSo = ?", (code,))
            elif what == "different" and row["field"] in COLUMNS[1:]:
                sql = f"UPDATE dossier SET {row['field']} = ? WHERE MaHoSo = ?"
                found = db.execute(sql, (row["value"], code))
            elif what == "extra":
                values = empty | {"MaHoSo": code, "MaDonVi": code.partition("-")[0], "TrangThaiHoSo": "2"}
                places = ", ".join("?" * len(COLUMNS))
                found = db.execute(
                    f"INSERT INTO dossier({', '.join(COLUMNS)}) VALUES ({places})",
                    [values[n] for n in COLUMNS],
                )
            else:
                raise ValueError(f"no such difference: {row}")
            if found.rowcount != 1:
                raise ValueError(f"there is no dossier {code}")
