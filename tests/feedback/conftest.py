"""The dossiers' small world, for what citizens say of it."""

from __future__ import annotations

from tests.dossiers.conftest import shared_world, stamp, world

__all__ = ["shared_world", "stamp", "world"]
