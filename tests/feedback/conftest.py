"""The dossiers' small world, for what citizens say of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from motcua.documents.data import SIGNERS
from tests.dossiers.factories import RubberStamp, World, build_world


@pytest.fixture(scope="module")
def shared_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Calendar, procedures, officers, a family; gone when the module is done."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
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
