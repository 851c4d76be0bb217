"""The world of the door's tests: the dossiers' small world, two systems that may call, a fixed morning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from motcua.base.data import SYSTEM
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.documents.data import SIGNERS
from motcua.gateway import api as gateway
from motcua.gateway.views import door
from tests.dossiers.factories import MORNING, RubberStamp, World, build_world
from tests.gateway.factories import CLIENT, OTHER, SECRET, Caller


@pytest.fixture(scope="module")
def shared_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Calendar, five procedures, officers, a small family, two systems with every right; gone with the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build_world()
        for client_id in (CLIENT, OTHER):
            gateway.enrol(
                by=SYSTEM,
                at=MORNING,
                client_id=client_id,
                name="Cổng thử nghiệm",
                scopes=tuple(gateway.Scope),
                door="national_portal",
                secret=SECRET,
                per_minute=100_000,
            )
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    """The world, as nobody has touched it."""
    return shared_world


@pytest.fixture(autouse=True)
def stamp(monkeypatch: pytest.MonkeyPatch) -> RubberStamp:
    """Signatures are another package's matter: a stand-in signs here."""
    stand_in = RubberStamp()
    monkeypatch.setattr(SIGNERS, "_plugins", {"stamp": stand_in})
    return stand_in


@pytest.fixture(autouse=True)
def full_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has called yet."""
    monkeypatch.setattr(door, "limits", door.Limits())


@pytest.fixture
def enrolled(world: World) -> World:
    """Two systems with every right."""
    return world


@pytest.fixture
def portal(client: Client, enrolled: World) -> Caller:
    """The first system with its token, on that morning."""
    client.cookies[TIME_COOKIE] = sign_time(MORNING)
    return Caller(client, CLIENT)


@pytest.fixture
def other(enrolled: World) -> Caller:
    """The second system."""
    client = Client()
    client.cookies[TIME_COOKIE] = sign_time(MORNING)
    return Caller(client, OTHER)
