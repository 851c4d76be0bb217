"""Encrypts payloads under a person's key, and wraps that key under the installation's key (AES-256-GCM)."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32


class CannotOpen(ValueError):
    """The ciphertext was changed, or the key is not the one it was written with."""


def new_key() -> bytes:
    """A fresh random key."""
    return os.urandom(KEY_BYTES)


def lock(key: bytes, plain: bytes, *, bound_to: bytes) -> bytes:
    """Nonce and ciphertext; it opens only with the same key and the same `bound_to`."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def unlock(key: bytes, locked: bytes, *, bound_to: bytes) -> bytes:
    """The plain bytes; raises `CannotOpen`."""
    try:
        return AESGCM(key).decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], bound_to)
    except InvalidTag as error:
        raise CannotOpen("a payload does not open with its key") from error
