"""Private keys parsed once: certomancer parses and checks a key at every signature, 30 ms for an RSA key."""

from __future__ import annotations

from functools import lru_cache

from asn1crypto import algos, keys
from certomancer import crypto_utils
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class QuickKeys(crypto_utils.PycaCryptographyBackend):
    """Certomancer's own arithmetic over keys that are kept; they are ours, so they are not checked anew."""

    def load_private_key(
        self, key_bytes: bytes, password: bytes | None
    ) -> tuple[keys.PrivateKeyInfo, keys.PublicKeyInfo]:
        """The key's two halves."""
        return _halves(key_bytes)

    def generic_sign(
        self,
        private_key: keys.PrivateKeyInfo,
        tbs_bytes: bytes,
        sd_algo: algos.SignedDigestAlgorithm,
    ) -> bytes:
        """RSA PKCS#1 v1.5 or ECDSA, the two kinds of key that the authority has."""
        key = _parsed(private_key.dump())
        digest: hashes.HashAlgorithm = getattr(hashes, sd_algo.hash_algo.upper())()
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(tbs_bytes, padding.PKCS1v15(), digest)
        return key.sign(tbs_bytes, ec.ECDSA(digest))


@lru_cache(maxsize=64)
def _parsed(raw: bytes) -> SigningKey:
    load = (
        serialization.load_pem_private_key if raw.startswith(b"-----") else serialization.load_der_private_key
    )
    key = load(raw, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise TypeError("only RSA and elliptic-curve keys sign here")
    return key


@lru_cache(maxsize=64)
def _halves(raw: bytes) -> tuple[keys.PrivateKeyInfo, keys.PublicKeyInfo]:
    key = _parsed(raw)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return keys.PrivateKeyInfo.load(private), keys.PublicKeyInfo.load(public)


def install() -> None:
    """Let certomancer sign with kept keys from now on."""
    if not isinstance(crypto_utils.CRYPTO_BACKEND, QuickKeys):
        crypto_utils.CRYPTO_BACKEND = QuickKeys()
