"""The world of the notices' tests: the dossiers' small world, and channels that only remember."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from motcua.documents.data import SIGNERS
from motcua.notices.data import ChannelId, channels
from motcua.people import api as people
from tests.dossiers.factories import MORNING, RubberStamp, World, build_world
from tests.notices.factories import Wire


@pytest.fixture(scope="module")
def shared_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The small world with a mother who can be reached; gone when the module is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield reachable(build_world())
        transaction.set_rollback(True)


def reachable(world: World) -> World:
    """The mother has a telephone and a mailbox."""
    people.change_contact(
        by=world.citizen, at=MORNING, person_id=world.mother, phone="0912345678", email="hoa@example.com"
    )
    return world


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    """The world, as nobody has touched it."""
    return shared_world


@pytest.fixture(autouse=True)
def stamp(monkeypatch: pytest.MonkeyPatch) -> RubberStamp:
    """Signatures are another package's matter."""
    stand_in = RubberStamp()
    monkeypatch.setattr(SIGNERS, "_plugins", {"stamp": stand_in})
    return stand_in


@pytest.fixture(autouse=True)
def wires(monkeypatch: pytest.MonkeyPatch) -> dict[ChannelId, Wire]:
    """Channels that keep what they are given."""
    made = {channel: Wire(final=channel is ChannelId.INBOX) for channel in ChannelId}
    monkeypatch.setattr(channels, "_plugins", {channel.value: wire for channel, wire in made.items()})
    return made
