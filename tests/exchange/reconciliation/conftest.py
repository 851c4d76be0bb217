"""The same world and portal as the outgoing side."""

from tests.exchange.national.conftest import portal, sandbox, shared_world, stamp, world

__all__ = ["portal", "sandbox", "shared_world", "stamp", "world"]
