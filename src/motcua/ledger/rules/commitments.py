"""Binds an envelope and a payload to 32 bytes, so that the payload can be erased and the proof stands.

commitment = SHA-256(salt ‖ canonical payload); leaf = SHA-256(0x00 ‖ canonical envelope ‖ commitment). Without
the 32-byte salt, which is erased with the payload, nobody can try payloads until one fits.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from motcua.base.data import Json
from motcua.ledger.data import Envelope

SALT_BYTES = 32


def canonical(payload: Mapping[str, Json]) -> bytes:
    """The one spelling of a payload: UTF-8 JSON, keys sorted, no spaces; NaN is refused."""
    return json.dumps(
        payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def commitment(*, salt: bytes, body: bytes) -> bytes:
    """32 bytes that say nothing about `body` to whoever does not know `salt`."""
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hashlib.sha256(salt + body).digest()


def leaf(envelope: Envelope, committed: bytes) -> bytes:
    """The 32 bytes by which an entry enters the Merkle tree."""
    fields: list[str | int | None] = [
        envelope.subject_kind,
        envelope.subject_id,
        envelope.subject_seq,
        envelope.kind,
        envelope.unit,
        envelope.actor_kind,
        envelope.actor_ref,
        envelope.actor_role,
        _moment(envelope.at),
        _moment(envelope.recorded_at),
    ]
    spelled = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(b"\x00" + len(spelled).to_bytes(4, "big") + spelled + committed).digest()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
