"""Every desk test has the dossiers' world, strict templates, a stand-in signer and a browser at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.core.cache import cache
from django.test import Client

from motcua.base.data import Actor
from tests.desk.factories import sign_in
from tests.dossiers.conftest import shared_world, stamp, world
from tests.dossiers.factories import MORNING
from tests.ui.conftest import strict_templates

__all__ = ["shared_world", "stamp", "strict_templates", "world"]

Browser = Callable[[Actor], Client]


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    """Nothing is remembered from another test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def at() -> datetime:
    """The moment of the browsers: some hours after the dossiers of these tests came in."""
    return MORNING.replace(hour=13)


@pytest.fixture
def browser(at: datetime) -> Browser:
    """Makes a browser in which an officer is signed in."""

    def make(officer: Actor) -> Client:
        return sign_in(Client(), officer, at=at)

    return make
