"""The world of the door's tests, for all doors."""

from tests.gateway.conftest import full_buckets, shared_world, stamp, world

__all__ = ["full_buckets", "shared_world", "stamp", "world"]
