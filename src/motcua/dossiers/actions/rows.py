"""Writes rows with the statement worked out once per table: a filing spends its time on the work, not on wording SQL.

Django's own `save` words the statement anew each time; a dossier's row has sixty columns and every action writes
one. The values go through the same fields, so that types, JSON and checks are Django's.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from motcua.dossiers.models import Dossier

Fields = tuple["models.Field[Any, Any]", ...]


@cache
def _fields(model: type[models.Model]) -> Fields:
    """The columns that a new row brings: all but a number that the database gives."""
    given = (models.AutoField, models.BigAutoField)
    return tuple(f for f in model._meta.concrete_fields if not isinstance(f, given))


@cache
def _insert(model: type[models.Model]) -> str:
    fields = _fields(model)
    names = ", ".join(f'"{f.column}"' for f in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({", ".join(["%s"] * len(fields))})'


@cache
def _select() -> str:
    names = ", ".join(f'"{f.column}"' for f in Dossier._meta.concrete_fields)
    return f'SELECT {names} FROM "{Dossier._meta.db_table}" WHERE "id" = %s FOR NO KEY UPDATE'


def insert(*rows: models.Model) -> None:
    """Insert rows of one table with one statement. A key that the database numbers is not read back."""
    if not rows:
        return
    model = type(rows[0])
    values = [
        field.get_db_prep_save(field.pre_save(row, True), connection)
        for row in rows
        for field in _fields(model)
    ]
    statement = _insert(model)
    if len(rows) > 1:
        one = statement[statement.index(" VALUES ") + len(" VALUES ") :]
        statement += f", {one}" * (len(rows) - 1)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def hold(dossier_id: UUID) -> Dossier | None:
    """The dossier's row, locked until the transaction ends, with what it was when it was read.

    The lock does not stand in the way of rows that merely point at the dossier.
    """
    found = list(Dossier.objects.raw(_select(), [dossier_id]))
    if not found:
        return None
    remember(found[0])
    return found[0]


def remember(row: Dossier) -> None:
    """Keep the row's values, so that `update` writes only what an action changed."""
    row.__dict__["_was"] = {
        f.attname: deepcopy(value) if isinstance(value := row.__dict__[f.attname], dict) else value
        for f in Dossier._meta.concrete_fields
    }


def update(row: Dossier) -> None:
    """Write the columns that differ from what `hold` read."""
    was = row.__dict__["_was"]
    changed = [f for f in Dossier._meta.concrete_fields if row.__dict__[f.attname] != was[f.attname]]
    if changed:
        sets = ", ".join(f'"{f.column}" = %s' for f in changed)
        values = [f.get_db_prep_save(row.__dict__[f.attname], connection) for f in changed]
        with connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{Dossier._meta.db_table}" SET {sets} WHERE "id" = %s', [*values, row.pk])
            if cursor.rowcount != 1:
                raise RuntimeError(f"{row.code} is gone")
    remember(row)
