"""The world of the dossiers' tests, made once per test and rolled back with it."""

from __future__ import annotations

import pytest

from motcua.documents.data import SIGNERS

from .factories import RubberStamp, World, build_world


@pytest.fixture
def world(db: None) -> World:
    """Calendar, five procedures, officers of every role, a small family."""
    return build_world()


@pytest.fixture(autouse=True)
def stamp(monkeypatch: pytest.MonkeyPatch) -> RubberStamp:
    """Signatures are another package's matter: a stand-in signs here."""
    stand_in = RubberStamp()
    monkeypatch.setattr(SIGNERS, "_plugins", {"stamp": stand_in})
    return stand_in
