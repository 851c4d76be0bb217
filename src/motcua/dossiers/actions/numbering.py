"""Gives out codes: the next number of a unit's day, held until the transaction ends, so without a gap."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from motcua.base.clock import VN
from motcua.base.db import require_transaction
from motcua.base.errors import DomainError
from motcua.dossiers.queries.access import agency_of
from motcua.dossiers.rules import numbers


class UnknownReceiver(DomainError):
    """The agency “{agency}” is not known or did not exist on {day}."""

    message_vi = "Không có cơ quan “{agency}” vào ngày {day}."


def unit_code(agency_key: str, at: datetime) -> str:
    """The agency's identifier (H41.xx) for codes; raises `UnknownReceiver`."""
    day = at.astimezone(VN).date()
    agency = agency_of(agency_key)
    if agency is None or not agency.validity.contains(day):
        raise UnknownReceiver(agency=agency_key, day=f"{day:%d/%m/%Y}")
    return agency.agency_code


def next_code(agency_key: str, at: datetime) -> str:
    """The next code of the agency and the day of `at`. Two filings of one unit wait for one another here,
    so it is asked for as late in the transaction as can be."""
    require_transaction()
    unit, day = unit_code(agency_key, at), at.astimezone(VN).date()
    return f"{numbers.prefix(unit, day)}{next_number(numbers.prefix(unit, day)):04d}"


def next_number(prefix: str) -> int:
    """The next number under a prefix.

    A counter that is missing (restored from elsewhere, imported codes) starts after the highest code in use.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dossiers_numbercounter SET last = last + 1 WHERE prefix = %s RETURNING last", [prefix]
        )
        row = cursor.fetchone()
        if row is None:
            cursor.execute(
                """
                INSERT INTO dossiers_numbercounter AS c (prefix, last) VALUES (%s, %s)
                ON CONFLICT (prefix) DO UPDATE SET last = c.last + 1 RETURNING last
                """,
                [prefix, highest_used(prefix) + 1],
            )
            row = cursor.fetchone()
    if row is None:
        raise RuntimeError("the counter gave no number")
    return int(row[0])


def highest_used(prefix: str) -> int:
    """The highest number of a dossier's code under a prefix; 0 when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(max(substr(code, %s)::bigint), 0) FROM dossiers_dossier
             WHERE code LIKE %s AND substr(code, %s) ~ '^[0-9]{4,9}$'
            """,
            [len(prefix) + 1, prefix.replace("_", r"\_") + "%", len(prefix) + 1],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def raise_counter(code: str) -> None:
    """Let the counter know that `code` is in use (an import): later numbers come after it."""
    parsed = numbers.parse(code)
    if parsed is None:
        return
    prefix = code[: code.rindex("-") + 1]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO dossiers_numbercounter AS c (prefix, last) VALUES (%s, %s)
            ON CONFLICT (prefix) DO UPDATE SET last = greatest(c.last, excluded.last)
            """,
            [prefix, max(parsed.number, 1)],
        )
