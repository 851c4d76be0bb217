"""Keys of the make-believe authority: its own are written so that only their owner reads them, others' are checked."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa


class PkiError(ValueError):
    """The request to the authority makes no sense; the message says why."""


def write_private_key(path: Path, *, quick: bool) -> None:
    """Make a key and keep it in a new file."""
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if quick:
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)


def checked_public_key(text: str) -> str:
    """A public key as PEM; PkiError when no certificate may be given for it."""
    try:
        key = serialization.load_pem_public_key(text.encode())
    except ValueError as error:
        raise PkiError("the public key is not PEM") from error
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise PkiError("only RSA and elliptic-curve keys are certified")
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < 2048:
        raise PkiError("an RSA key needs 2048 bits")
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
