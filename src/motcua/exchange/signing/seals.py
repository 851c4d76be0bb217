"""Signs the ledger's roots with an Ed25519 key and lets the time-stamping authority witness each signature.

A seal that only we have signed could be made anew by whoever holds our key; one that an outside authority
stamped cannot be dated back. When the authority is away the seal is made without a stamp rather than not at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from pathlib import Path

from asn1crypto import cms
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from pyhanko.sign.timestamps import TimestampRequestError

from motcua.documents.api import SigningUnavailable
from motcua.exchange.signing.authority import Authority

logger = logging.getLogger(__name__)
SIGNATURE_BYTES = 64
# The sequencer waits for the stamp: an authority that hangs must not hold up positions for long.
STAMP_SECONDS = 2.0


class SoftKeySealer:
    """A seal is 64 bytes of Ed25519, then an RFC 3161 token over their SHA-256, which may be missing.

    The private key lies in MOTCUA_KEYS_DIR/seal. Where the sequencer runs as a user of its own, that folder is
    that user's: the serving processes need `*.pub.pem` only, and only to check.
    """

    def __init__(self) -> None:
        self._private: dict[Path, Ed25519PrivateKey] = {}
        self._authority: Authority | None = None

    @property
    def key_id(self) -> str:
        """The first half of the public key's SHA-256, in hexadecimal."""
        return _key_id(self._key().public_key())

    def sign(self, message: bytes) -> bytes:
        """A seal over `message`."""
        signature = self._key().sign(message)
        return signature + self._stamp(signature)

    def check(self, *, message: bytes, signature: bytes, key_id: str) -> bool:
        """Did the holder of `key_id` sign `message`, and is the stamp, if any, a stamp of that signature?"""
        file = self._folder() / f"{Path(key_id).name}.pub.pem"
        if not file.exists():
            return False
        public = serialization.load_pem_public_key(file.read_bytes())
        if not isinstance(public, Ed25519PublicKey) or _key_id(public) != key_id:
            return False
        own, stamp = signature[:SIGNATURE_BYTES], signature[SIGNATURE_BYTES:]
        try:
            public.verify(own, message)
        except InvalidSignature:
            return False
        return not stamp or _stamps(stamp, own)

    def _folder(self) -> Path:
        return Path(settings.MOTCUA_KEYS_DIR) / "seal"

    def _key(self) -> Ed25519PrivateKey:
        folder = self._folder()
        if folder not in self._private:
            file = folder / "seal.key.pem"
            if not file.exists():
                _make(file)
            key = serialization.load_pem_private_key(file.read_bytes(), None)
            if not isinstance(key, Ed25519PrivateKey):
                raise TypeError("the sealing key is an Ed25519 key")
            public = folder / f"{_key_id(key.public_key())}.pub.pem"
            if not public.exists():
                public.write_bytes(_public_pem(key.public_key()))
            self._private[folder] = key
        return self._private[folder]

    def _stamp(self, signature: bytes) -> bytes:
        try:
            if self._authority is None or self._authority.base_url != settings.MOTCUA_SANDBOX_URL:
                kept = Path(settings.MOTCUA_KEYS_DIR) / "signing"
                self._authority = Authority(settings.MOTCUA_SANDBOX_URL, kept, timeout=STAMP_SECONDS)
            digest = hashlib.sha256(signature).digest()
            token = asyncio.run(self._authority.stamper.async_timestamp(digest, "sha256"))
        except (SigningUnavailable, TimestampRequestError) as error:
            logger.warning("sealed without a time stamp: %s", error)
            return b""
        return bytes(token.dump())


def _stamps(token: bytes, signature: bytes) -> bool:
    try:
        content = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
        imprint = content["message_imprint"]["hashed_message"].native
    except (ValueError, TypeError, KeyError):
        return False
    return bool(imprint == hashlib.sha256(signature).digest())


def _key_id(public: Ed25519PublicKey) -> str:
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:32]


def _public_pem(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _make(file: Path) -> None:
    """Make the key, once: of two processes that come first, the second takes the first one's key."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    raw = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fresh = file.with_name(f".{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(raw)
    try:
        os.link(fresh, file)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
