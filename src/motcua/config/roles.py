"""The database's roles: who owns the tables, who may only add to the ledger, who may only read.

owner runs migrations; app serves (neither owner nor superuser; INSERT and SELECT on the ledger, nothing more);
sequencer gives positions and seals; reader reads for reports.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

APP_PRIVILEGES = "SELECT, INSERT, UPDATE, DELETE"


class DangerousRole(RuntimeError):
    """The process would serve with a role that can rewrite the ledger: refused."""


@dataclass(frozen=True, kw_only=True)
class Role:
    """A login role and its password."""

    name: str
    password: str


def ensure_roles(connection: psycopg.Connection[object], *roles: Role) -> None:
    """Make each role, or set its password; none of them is a superuser."""
    for role in roles:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.name]).fetchone()
        verb = "ALTER" if known else "CREATE"
        connection.execute(
            sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                sql.Identifier(role.name), sql.Literal(role.password)
            )
        )


def ensure_database(connection: psycopg.Connection[object], *, name: str, owner: str) -> None:
    """Make the database `name`, owned by `owner`; nothing happens when it is there."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
            sql.Identifier(name), sql.Identifier(owner)
        )
    )


def ensure_extensions(connection: psycopg.Connection[object]) -> None:
    """Extensions the schema needs; all of them are trusted, so the database's owner may add them."""
    for name in ("btree_gist", "pg_trgm", "unaccent"):
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


def grant(
    connection: psycopg.Connection[object],
    *,
    app: str,
    sequencer: str,
    reader: str,
    append_only: tuple[str, ...],
    hidden: tuple[str, ...],
    sequencer_tables: tuple[str, ...],
) -> None:
    """Give each role what it needs on the tables as they are now (run by their owner after migrating).

    append_only: tables where app may SELECT and INSERT, nothing more. hidden: tables that app may only read.
    sequencer_tables: tables that the sequencer may also write. Roles that are one and the same as the owner
    (an external database with a single role) are left alone.
    """
    owner_row = connection.execute("SELECT current_user").fetchone()
    owner = str(owner_row[0]) if isinstance(owner_row, tuple) else ""
    for role, privileges in ((app, APP_PRIVILEGES), (sequencer, "SELECT"), (reader, "SELECT")):
        if role == owner:
            continue
        who = sql.Identifier(role)
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(who))
        connection.execute(
            sql.SQL("GRANT " + privileges + " ON ALL TABLES IN SCHEMA public TO {}").format(who)
        )
        if role != reader:
            connection.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(who))
    if app != owner:
        _restrict(connection, app, append_only, "UPDATE, DELETE, TRUNCATE")
        _restrict(connection, app, hidden, "INSERT, UPDATE, DELETE, TRUNCATE")
    if sequencer != owner:
        for table in sequencer_tables:
            connection.execute(
                sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}").format(
                    sql.Identifier(table), sql.Identifier(sequencer)
                )
            )


def _restrict(
    connection: psycopg.Connection[object], role: str, tables: tuple[str, ...], privileges: str
) -> None:
    for table in tables:
        connection.execute(
            sql.SQL("REVOKE " + privileges + " ON {} FROM {}").format(
                sql.Identifier(table), sql.Identifier(role)
            )
        )


def refuse_dangerous(connection: psycopg.Connection[object]) -> None:
    """Raise `DangerousRole` when the connection's role could rewrite the ledger."""
    row = connection.execute(
        """
        SELECT r.rolsuper OR r.rolbypassrls,
               has_table_privilege(current_user, 'ledger_entry', 'UPDATE')
                   OR has_table_privilege(current_user, 'ledger_entry', 'DELETE')
          FROM pg_roles r WHERE r.rolname = current_user
        """
    ).fetchone()
    if not isinstance(row, tuple) or any(row):
        raise DangerousRole("the serving role is a superuser or may change ledger entries")


def refuse_dangerous_at(url: str) -> None:
    """Raise `DangerousRole` when whoever serves by this database address could rewrite the ledger."""
    with psycopg.connect(url, autocommit=True) as connection:
        refuse_dangerous(connection)
