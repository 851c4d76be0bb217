"""The `Signer` that uses soft keys certified by the authority at MOTCUA_SANDBOX_URL."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path

import httpx
from django.conf import settings
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError

from motcua.documents.api import (
    CheckingUnavailable,
    SignatureCheck,
    SignatureRole,
    SigningRequest,
    SigningUnavailable,
)
from motcua.exchange.signing import checking, pades
from motcua.exchange.signing.authority import Authority
from motcua.exchange.signing.keys import Holder, KeyStore


class SoftKeySigner:
    """PAdES B-LT with keys under MOTCUA_KEYS_DIR; one client of the authority per process and address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: dict[tuple[str, str], tuple[Authority, KeyStore]] = {}

    def sign(self, pdf: bytes, request: SigningRequest) -> bytes:
        """The PDF with one more signature; see `documents.Signer`."""
        authority, store = self._current()
        holder = holder_of(request)
        key = store.get(holder)
        try:
            return pades.sign(pdf, request, key, authority)
        except (SigningError, PathError, ValidationError, PdfError) as error:
            if _is_revoked(error):
                store.discard(holder)  # the authority decides whether the holder gets another
            raise SigningUnavailable(f"{request.role} {request.ref}: {error}") from error

    def check(self, pdf: bytes) -> tuple[SignatureCheck, ...]:
        """Every signature of the PDF; see `documents.Signer`."""
        authority, _ = self._current()
        try:
            _ = authority.anchors
        except SigningUnavailable as error:
            raise CheckingUnavailable(error.detail) from error
        return checking.check(pdf, authority)

    def check_config(self) -> list[str]:
        """Is the authority there?"""
        try:
            httpx.get(f"{settings.MOTCUA_SANDBOX_URL}/health", timeout=3, trust_env=False).raise_for_status()
        except httpx.HTTPError as error:
            return [f"the certification authority does not answer: {error}"]
        return []

    def prepare(self, holders: Iterable[Holder]) -> int:
        """Make and certify many keys at once; how many were missing."""
        _, store = self._current()
        return store.prepare(list(holders))

    def discard(self, holders: Iterable[Holder]) -> None:
        """Delete keys; what they signed stays valid."""
        _, store = self._current()
        for holder in holders:
            store.discard(holder)

    def discard_all_of(self, ref: str) -> None:
        """Delete every key of an officer, whatever name and agency it was made for."""
        _, store = self._current()
        store.discard_all_of("person", ref)

    def forget(self) -> None:
        """Ask the authority anew at the next signature (after a revocation, in tests)."""
        authority, _ = self._current()
        authority.forget()

    def _current(self) -> tuple[Authority, KeyStore]:
        place = (str(settings.MOTCUA_SANDBOX_URL), str(settings.MOTCUA_KEYS_DIR))
        with self._lock:
            if place not in self._parts:
                directory = Path(place[1]) / "signing"
                authority = Authority(place[0], directory)
                self._parts[place] = (authority, KeyStore(directory, authority))
            return self._parts[place]


def _is_revoked(error: BaseException | None) -> bool:
    """Did it fail because the certificate was revoked?"""
    while error is not None:
        if isinstance(error, RevokedError):
            return True
        error = error.__cause__ or error.__context__
    return False


def holder_of(request: SigningRequest) -> Holder:
    """Whose key a request wants."""
    agency = request.role is SignatureRole.AGENCY
    return Holder(
        kind="agency" if agency else "person",
        ref=request.ref,
        name=request.name,
        organisation=request.organisation,
        title=request.title,
    )
