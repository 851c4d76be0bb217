"""The dossiers' small world, for the evidence that is computed from it."""

from __future__ import annotations

from tests.dossiers.conftest import shared_world, stamp, world

__all__ = ["shared_world", "stamp", "world"]
