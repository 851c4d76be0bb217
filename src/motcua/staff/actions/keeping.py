"""Keeps second-factor secrets encrypted under a key that is derived from the installation's own secret."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def lock(secret: str) -> bytes:
    """The secret as it is kept."""
    return _fernet().encrypt(secret.encode())


def unlock(kept: bytes | memoryview) -> str:
    """The secret again; keys in SECRET_KEY_FALLBACKS still open what they locked."""
    return _fernet().decrypt(bytes(kept)).decode()


def pepper() -> str:
    """What one-time codes are hashed with."""
    return str(settings.SECRET_KEY)


def _fernet() -> MultiFernet:
    return MultiFernet(
        [Fernet(_derive(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _derive(key: str | bytes) -> bytes:
    raw = key.encode() if isinstance(key, str) else key
    hkdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"motcua staff second factor")
    return base64.urlsafe_b64encode(hkdf.derive(raw))
