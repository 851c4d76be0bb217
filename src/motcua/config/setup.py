"""Sets the database up: cluster, roles, database, schema, rights. Safe to run at every start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings

from motcua.config import env, roles, secrets
from motcua.config.processes import run_as
from motcua.ledger import api as ledger


def user_of(url: str) -> str:
    """The role's name in a database address."""
    return str(env.database(url)["USER"])


def prepare() -> None:
    """Start the embedded PostgreSQL where it is used, make roles and database, migrate, give rights.

    With an external database the roles are what the addresses say; its owner must be able to migrate.
    """
    if not settings.MOTCUA_EXTERNAL_DATABASE:
        settings.MOTCUA_CLUSTER.start()
        make_roles()
    with psycopg.connect(settings.MOTCUA_DATABASE_URLS["owner"], autocommit=True) as owner:
        roles.ensure_extensions(owner)
    # Migrating wants the owner's role, and a process has one role for life: so it is a process of its own.
    run_as("owner", "migrate", "--verbosity=0", "--no-input")
    with psycopg.connect(settings.MOTCUA_DATABASE_URLS["owner"], autocommit=True) as owner:
        grant_rights(owner, settings.MOTCUA_DATABASE_URLS)
    roles.refuse_dangerous_at(settings.MOTCUA_DATABASE_URLS["app"])


def grant_rights(owner: psycopg.Connection[Any], urls: Mapping[str, str]) -> None:
    """Give the roles of `urls` their rights on the tables as they are now."""
    roles.grant(
        owner,
        app=user_of(urls["app"]),
        sequencer=user_of(urls["sequencer"]),
        reader=user_of(urls["reader"]),
        append_only=ledger.APPEND_ONLY,
        hidden=ledger.HIDDEN,
        sequencer_tables=ledger.SEQUENCER_TABLES,
    )


@contextmanager
def database_running() -> Iterator[None]:
    """The database answers inside the block; an embedded one that we had to start is stopped afterwards."""
    if settings.MOTCUA_EXTERNAL_DATABASE or settings.MOTCUA_CLUSTER.pid() is not None:
        yield
        return
    settings.MOTCUA_CLUSTER.start()
    try:
        yield
    finally:
        settings.MOTCUA_CLUSTER.stop()


def make_roles() -> None:
    """The embedded cluster's roles and database."""
    kept: secrets.Secrets = settings.SECRETS
    with psycopg.connect(settings.MOTCUA_CLUSTER.superuser_url(), autocommit=True) as admin:
        roles.ensure_roles(
            admin,
            roles.Role(name="motcua_owner", password=kept.owner_password),
            roles.Role(name="motcua_app", password=kept.app_password),
            roles.Role(name="motcua_sequencer", password=kept.sequencer_password),
            roles.Role(name="motcua_reader", password=kept.reader_password),
        )
        roles.ensure_database(admin, name=settings.MOTCUA_DATABASE_NAME, owner="motcua_owner")
