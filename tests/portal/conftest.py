"""The world of the portal's tests: strict templates, March 2025, a family, an office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
from django.test import Client

from motcua.base.data import Actor
from motcua.config.middleware import TIME_COOKIE, sign_time
from tests.portal import factories
from tests.ui.conftest import strict_templates

__all__ = ["strict_templates"]


@dataclass(kw_only=True)
class World:
    """Everybody the portal meets."""

    mother: UUID
    child: UUID
    stranger: UUID
    officers: dict[str, Actor]


@pytest.fixture
def world(db: None) -> World:
    """Calendar, birth registration in all its versions, a family, officers."""
    factories.load_calendar()
    factories.publish_reviewed(factories.BIRTH)
    mother, child, stranger = factories.family()
    return World(mother=mother, child=child, stranger=stranger, officers=factories.officers())


@pytest.fixture
def march(client: Client) -> datetime:
    """It is Friday, 14 March 2025 for this browser: the provincial e-form is open."""
    client.cookies[TIME_COOKIE] = sign_time(factories.MARCH)
    return factories.MARCH


@pytest.fixture
def hoa(client: Client, world: World) -> Client:
    """The mother's browser, signed in."""
    factories.sign_in(client, world.mother, "Nguyễn Thị Hoa")
    return client
