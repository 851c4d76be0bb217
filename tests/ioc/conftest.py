"""The dossiers' small world with evidence, and readers of every role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.documents.data import SIGNERS
from motcua.indicators import api as indicators
from motcua.staff import api as staff
from tests.dossiers.factories import MORNING, RubberStamp, World, build_world, receive, resolve

NOW = MORNING.replace(day=12)
Visit = Callable[..., Any]


@pytest.fixture(scope="module")
def shared_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Two dossiers of one commune, one of them resolved; gone when the module is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build_world()
        before = dict(SIGNERS.all())
        SIGNERS._plugins = {"stamp": RubberStamp()}
        first = receive(made)
        receive(made)
        resolve(made, first.dossier_id, at=MORNING.replace(hour=10))
        SIGNERS._plugins = before
        indicators.rebuild(at=NOW)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    """The world, as nobody has touched it."""
    return shared_world


@pytest.fixture
def visit(world: World, client: Client) -> Visit:
    """Open an address as somebody: `visit("/ioc/", agency, role)`."""

    def go(path: str, agency: str = "", role: str = "") -> Any:
        if agency:
            account = staff.account_by_username(f"{agency}.{role}")
            assert account is not None
            position = staff.usable_positions(account.id, on=NOW.date())[0]
            session = client.session
            session["officer"] = {"account": str(account.id), "position": str(position.id)}
            session.save()
        client.cookies[TIME_COOKIE] = sign_time(NOW)
        return client.get(path)

    return go
