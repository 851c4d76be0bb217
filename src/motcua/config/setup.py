"""Sets the database up: cluster, roles, database, schema, rights. Safe to run at every start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from motcua.config import env, roles
from motcua.ledger import api as ledger


def user_of(url: str) -> str:
    """The role's name in a database address."""
    return str(env.database(url)["USER"])


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
