"""The counts of days and months in the database: moved by differences, or summed anew from all evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from motcua.base.db import require_transaction
from motcua.indicators.data import Holds
from motcua.indicators.rules.tallies import COLUMNS, FLOW, PROCEDURE_COLUMNS, RUN, Changes

_DAYS, _PROCEDURES, _EVIDENCE = "indicators_tally", "indicators_proceduretally", "indicators_evidence"
_WORK = "indicators_worktally"


def add(changes: Changes) -> None:
    """Move the counts; rows are touched in the order of their keys, so two writers never wait in a circle."""
    require_transaction()
    _upsert(_DAYS, ("grain", "agency", "day"), COLUMNS, changes.days)
    _upsert(
        _PROCEDURES, ("grain", "agency", "procedure_code", "first_day"), PROCEDURE_COLUMNS, changes.procedures
    )
    _upsert(_WORK, ("agency", "month", "ended", "can", "signs"), ("dossiers",), changes.work)


def _upsert(
    table: str, keys: Sequence[str], columns: Sequence[str], changes: Mapping[Any, Counter[str]]
) -> None:
    if not changes:
        return
    row = "(" + ", ".join(["%s"] * (len(keys) + len(columns))) + ")"
    moves = ", ".join(f"{c} = {table}.{c} + excluded.{c}" for c in columns)
    items = list(changes.items())
    with connection.cursor() as cursor:
        for start in range(0, len(items), 500):
            some = items[start : start + 500]
            values: list[Any] = []
            for key, vector in some:
                values.extend(key)
                values.extend(vector[column] for column in columns)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join((*keys, *columns))}) VALUES {', '.join([row] * len(some))} "
                f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {moves}",
                values,
            )


def recount(evidence: str = _EVIDENCE) -> None:
    """Drop the counts and sum them from the evidence: six passes over it, each one an aggregation.

    The sums go to temporary tables first: those PostgreSQL fills with all its workers, an INSERT with one.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL work_mem = '160MB'"
        )  # the sums of two years fit in memory: nothing is sorted
        cursor.execute(f"DELETE FROM {_DAYS}")
        cursor.execute(f"DELETE FROM {_PROCEDURES}")
        cursor.execute(f"DELETE FROM {_WORK}")
        for number, sql in enumerate(day_passes(evidence)):
            cursor.execute(f"CREATE TEMP TABLE tally_pass_{number} ON COMMIT DROP AS {sql}")
        cursor.execute(_days_from(len(day_passes(evidence))))
        cursor.execute(_MONTHS)
        cursor.execute(f"CREATE TEMP TABLE tally_procedures ON COMMIT DROP AS {procedure_sql(evidence)}")
        for grain, span in (("m", "month"), ("q", "quarter"), ("y", "year")):
            cursor.execute(_spans(grain, span))
        cursor.execute(f"CREATE TEMP TABLE tally_work ON COMMIT DROP AS {work_sql(evidence)}")
        cursor.execute(f"INSERT INTO {_WORK} ({_WORK_COLUMNS}) SELECT {_WORK_COLUMNS} FROM tally_work")
        cursor.execute("DROP TABLE tally_work")
        for number in range(len(day_passes(evidence))):
            cursor.execute(f"DROP TABLE tally_pass_{number}")
        cursor.execute("DROP TABLE tally_procedures")


def _bit(name: str) -> str:
    return f"sum((holds >> {int(Holds[name.upper()]).bit_length() - 1}) & 1)"


_OPENED = {"opened": "count(*)"}


def day_passes(evidence: str) -> list[str]:
    """Sums by agency and day: by day of receipt, of start, of end, and of leaving the open and in-time ones."""
    flow = {name: _bit(name) for name in FLOW} | {
        "sync_known": "sum(sync_known::int)",
        "opened": "sum((start_day = received_day)::int)",  # nearly all: the others have a pass of their own
    }
    closed = {
        "closed": "count(*)",
        "closed_in_time": "sum(in_time::int)",
        "points_total_time": "sum(points_time)",
        "points_contacts": "sum(points_contacts)",
        "points_attitude": "sum(points_attitude)",
    }
    passes: tuple[tuple[str, str, Mapping[str, str]], ...] = (
        ("received_day", "received_day IS NOT NULL", flow),
        ("start_day", "start_day IS DISTINCT FROM received_day AND start_day IS NOT NULL", _OPENED),
        ("end_day", "end_day IS NOT NULL", closed),
        (
            "least(end_day, late_day)",
            "start_day IS NOT NULL AND least(end_day, late_day) IS NOT NULL",
            {"left_in_time": "count(*)"},
        ),
    )
    return [
        f"SELECT agency, {day} AS day, {', '.join(f'{sql} AS {name}' for name, sql in mine.items())} "
        f"FROM {evidence} WHERE {where} GROUP BY agency, {day}"
        for day, where, mine in passes
    ]


_PARTS = (("received", *FLOW[1:], "sync_known", "opened"), ("opened",), RUN[1:3] + RUN[4:], ("left_in_time",))


def _days_from(number: int) -> str:
    """One row for each agency and day of which any pass has something."""
    columns = ", ".join(COLUMNS)
    union = " UNION ALL ".join(
        f"SELECT agency, day, {', '.join(c if c in _PARTS[part] else f'0 AS {c}' for c in COLUMNS)} "
        f"FROM tally_pass_{part}"
        for part in range(number)
    )
    sums = ", ".join(f"sum({c})" for c in COLUMNS)
    return (
        f"INSERT INTO {_DAYS} (grain, agency, day, {columns}) "
        f"SELECT 'd', agency, day, {sums} FROM ({union}) parts GROUP BY agency, day"
    )


_MONTHS = (
    f"INSERT INTO {_DAYS} (grain, agency, day, {', '.join(COLUMNS)}) "
    f"SELECT 'm', agency, date_trunc('month', day)::date, {', '.join(f'sum({c})' for c in COLUMNS)} "
    f"FROM {_DAYS} WHERE grain = 'd' GROUP BY agency, date_trunc('month', day)"
)


def procedure_sql(evidence: str) -> str:
    """Sums by agency, procedure and month of receipt."""
    return (
        f"SELECT agency, procedure_code, date_trunc('month', received_day::timestamp)::date AS month, "
        f"{', '.join(f'{_bit(c)} AS {c}' for c in PROCEDURE_COLUMNS)} "
        f"FROM {evidence} WHERE received_day IS NOT NULL GROUP BY 1, 2, 3"
    )


def _spans(grain: str, span: str) -> str:
    """Months, quarters and years from the sums of months."""
    first = f"date_trunc('{span}', month::timestamp)::date"
    sums = ", ".join(f"sum({c})" for c in PROCEDURE_COLUMNS)
    return (
        f"INSERT INTO {_PROCEDURES} (grain, agency, procedure_code, first_day, {', '.join(PROCEDURE_COLUMNS)}) "
        f"SELECT '{grain}', agency, procedure_code, {first}, {sums} FROM tally_procedures GROUP BY 2, 3, 4"
    )


_WORK_COLUMNS = "agency, month, ended, can, signs, dossiers"


def work_sql(evidence: str) -> str:
    """How many dossiers of an agency and month have the same left to do and the same signs."""
    return (
        "SELECT agency, date_trunc('month', received_day::timestamp)::date AS month, end_day IS NOT NULL AS ended, "
        f"can, signs, count(*) AS dossiers FROM {evidence} "
        "WHERE received_day IS NOT NULL AND (can <> 0 OR signs <> 0) GROUP BY 1, 2, 3, 4, 5"
    )
