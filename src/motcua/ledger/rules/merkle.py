"""Merkle roots as RFC 6962 defines them, and the message that a seal signs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

EMPTY_ROOT = hashlib.sha256(b"").digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, left to right (RFC 6962 §2.1, with leaves already hashed)."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        paired = [
            hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        # A last leaf without a partner moves up as it is: this equals RFC 6962's split at a power of two.
        if len(level) % 2:
            paired.append(level[-1])
        level = paired
    return level[0]


def seal_message(
    *, log: str, number: int, first: int, last: int, root: bytes, previous: bytes, at: datetime
) -> bytes:
    """What is signed: the span of positions, its root, and the hash of the seal before, so that seals chain."""
    return json.dumps(
        {
            "log": log,
            "number": number,
            "first": first,
            "last": last,
            "root": root.hex(),
            "previous": previous.hex(),
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        },
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def seal_hash(message: bytes, signature: bytes) -> bytes:
    """By which the next seal names this one."""
    return hashlib.sha256(message + signature).digest()
