"""Soft keys kept in a directory: one RSA key with its certificate for every officer and agency that signs.

A real province puts its keys into an HSM or a remote signing service: that is another `Signer` plug-in.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.sign import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from motcua.exchange.signing.authority import Authority, certificates

RENEW_BEFORE = timedelta(days=1)


def slug_of(ref: str) -> str:
    """The part of a key's file name that says whose it is."""
    return re.sub(r"[^a-z0-9]+", "-", ref.lower()).strip("-")[:40]


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whose key it is; `kind` is "person" or "agency", `ref` the account's id or the agency's key."""

    kind: str
    ref: str
    name: str
    organisation: str
    title: str = ""

    @property
    def file_stem(self) -> str:
        """A file name that two holders never share; a new name or agency makes a new holder, so a new key."""
        slug = slug_of(self.ref)
        said = "\x1f".join((self.ref, self.name, self.organisation))
        return f"{self.kind}-{slug}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


class CachedKeySigner(SimpleSigner):
    """pyHanko's signer parses and checks the key at every signature, which takes longer than signing."""

    _loaded: RSAPrivateKey | None = None

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """RSA PKCS#1 v1.5 with SHA-256, the only combination that our metadata ask for."""
        if digest_algorithm != "sha256":
            raise ValueError(digest_algorithm)
        if self._loaded is None:
            key = serialization.load_der_private_key(self.signing_key.dump(), None)
            if not isinstance(key, RSAPrivateKey):
                raise TypeError("a soft key is an RSA key")
            self._loaded = key
        return self._loaded.sign(data, padding.PKCS1v15(), hashes.SHA256())


@dataclass(frozen=True, kw_only=True)
class SoftKey:
    """A key ready to sign; `chain` is leaf first."""

    signer: SimpleSigner
    chain: tuple[x509.Certificate, ...]
    made: int = 0  # the certificate file's time, so that another process's change is noticed


class KeyStore:
    """Keys under `directory`; made and certified when first needed, then kept in memory."""

    def __init__(self, directory: Path, authority: Authority) -> None:
        self._directory = directory
        self._authority = authority
        self._cache: dict[str, SoftKey] = {}
        self._lock = threading.Lock()

    def get(self, holder: Holder) -> SoftKey:
        """The holder's key, made and certified now if there is none; renewed when it expires."""
        stem = holder.file_stem
        with self._lock:
            kept = self._cache.get(stem)
            if kept is None or not _current(kept.chain[0]) or not self._unchanged(stem, kept):
                self.prepare([holder])
                kept = self._cache[stem] = self._load(stem)
            return kept

    def prepare(self, holders: Sequence[Holder]) -> int:
        """Make and certify the keys that are missing or have expired; how many that were."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        missing = [holder for holder in holders if not self._certified(holder.file_stem)]
        if not missing:
            return 0
        rows = [
            {
                "label": holder.file_stem.removeprefix(f"{holder.kind}-"),
                "kind": holder.kind,
                "name": holder.name,
                "organisation": holder.organisation,
                "title": holder.title,
                "public_key": _public_pem(self._key_file(holder.file_stem)),
            }
            for holder in missing
        ]
        for holder, chain in zip(missing, self._authority.enrol(rows), strict=True):
            _write_whole(self._directory / f"{holder.file_stem}.pem", chain.encode())
        return len(missing)

    def discard(self, holder: Holder) -> None:
        """Delete the holder's key and certificate; other processes notice by the file."""
        with self._lock:
            self._cache.pop(holder.file_stem, None)
            for ending in (".pem", ".key.pem"):
                (self._directory / f"{holder.file_stem}{ending}").unlink(missing_ok=True)

    def discard_all_of(self, kind: str, ref: str) -> None:
        """Delete every key and certificate made for this holder, under whatever name and agency."""
        start = f"{kind}-{slug_of(ref)}-"
        with self._lock:
            for stem in [stem for stem in self._cache if stem.startswith(start)]:
                del self._cache[stem]
            for file in self._directory.glob(f"{start}*.pem"):
                file.unlink(missing_ok=True)

    def _unchanged(self, stem: str, kept: SoftKey) -> bool:
        file = self._directory / f"{stem}.pem"
        return file.exists() and file.stat().st_mtime_ns == kept.made

    def _certified(self, stem: str) -> bool:
        file = self._directory / f"{stem}.pem"
        if not file.exists():
            return False
        leaf = certificates(file.read_text())[0]
        if _current(leaf):
            return True
        (self._directory / f"{stem}.key.pem").unlink(missing_ok=True)  # a new certificate gets a new key
        return False

    def _key_file(self, stem: str) -> Path:
        file = self._directory / f"{stem}.key.pem"
        if not file.exists():
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            raw = key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            _write_whole(file, raw, keep_existing=True)
        return file

    def _load(self, stem: str) -> SoftKey:
        chain = certificates((self._directory / f"{stem}.pem").read_text())
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple(chain)
        signer = CachedKeySigner(
            signing_cert=chain[0],
            signing_key=load_private_key_from_pemder_data(
                (self._directory / f"{stem}.key.pem").read_bytes(), passphrase=None
            ),
            cert_registry=registry,
        )
        made = (self._directory / f"{stem}.pem").stat().st_mtime_ns
        return SoftKey(signer=signer, chain=tuple(chain), made=made)


def _current(cert: x509.Certificate) -> bool:
    """May the certificate sign now? The real now: a pretended day moves no authority's clock."""
    now = datetime.now(UTC)
    return bool(cert.not_valid_before <= now < cert.not_valid_after - RENEW_BEFORE)


def _public_pem(key_file: Path) -> str:
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def _write_whole(file: Path, raw: bytes, *, keep_existing: bool = False) -> None:
    """Write all or nothing; with `keep_existing`, whoever came first wins (two workers, one key)."""
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(raw)
        handle.flush()
        os.fsync(handle.fileno())
    if not keep_existing:
        fresh.replace(file)
        return
    try:
        os.link(fresh, file)
    except FileExistsError:
        return
    finally:
        fresh.unlink()
