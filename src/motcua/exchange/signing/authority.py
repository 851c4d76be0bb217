"""The certification authority as the product sees it: enrolment, trust anchors, OCSP, CRLs, time stamps.

OCSP responses and CRLs are kept in the process for a short while: an authority asked twice per signature
would be the slowest part of issuing a result.
"""

from __future__ import annotations

import json
import threading
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from asn1crypto import algos, core, crl, ocsp, pem, tsp, x509
from pyhanko.sign.timestamps import TimeStamper

from motcua.documents.api import SigningUnavailable

OCSP_SECONDS = 300.0
CRL_SECONDS = 900.0
TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class Anchors:
    """What is trusted, and where time comes from."""

    root: x509.Certificate
    intermediates: tuple[x509.Certificate, ...]
    time_stamping: str


class Authority:
    """A client of the authority at `base_url`; safe to use from several threads."""

    def __init__(self, base_url: str, kept: Path, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self.base_url = base_url.rstrip("/")
        self._kept = kept
        self._client = httpx.Client(timeout=timeout, trust_env=False)
        weakref.finalize(self, self._client.close)  # an authority may keep its lines open
        self._lock = threading.Lock()
        self._anchors: Anchors | None = None
        self._fetched: dict[str, tuple[float, bytes]] = {}
        self._stamper: HttpTimeStamper | None = None

    @property
    def anchors(self) -> Anchors:
        """Trust anchors; asked for once, then kept beside the keys so that checking works offline."""
        if self._anchors is None:
            with self._lock:
                raw = self._anchors_text()
                self._anchors = Anchors(
                    root=certificate(raw["root"]),
                    intermediates=tuple(certificate(text) for text in raw["intermediates"]),
                    time_stamping=raw["time_stamping"],
                )
        return self._anchors

    @property
    def stamper(self) -> HttpTimeStamper:
        """The RFC 3161 client."""
        if self._stamper is None:
            self._stamper = HttpTimeStamper(self._client, self.anchors.time_stamping)
        return self._stamper

    def enrol(self, rows: Sequence[dict[str, str]]) -> list[str]:
        """Certificates with their chains (PEM, leaf first) for the public keys in `rows`."""
        answer = self._call("POST", f"{self.base_url}/pki-ra/enrol", json={"certificates": list(rows)})
        issued = json.loads(answer)["certificates"]
        return ["".join((row["certificate"], *row["chain"])) for row in issued]

    def revocation_info(
        self, chain: Sequence[x509.Certificate], *, fresh: bool = False
    ) -> tuple[list[ocsp.OCSPResponse], list[crl.CertificateList]]:
        """OCSP for the leaf of `chain` (leaf first) and the CRLs of the authorities above and of the stamps."""
        leaf, issuer = chain[0], chain[1]
        responses = [self.ocsp(leaf, issuer, fresh=fresh)] if leaf.ocsp_urls else []
        urls = {url for cert in chain[1:] for url in _crl_urls(cert)}
        if not leaf.ocsp_urls:
            urls |= set(_crl_urls(leaf))
        lists = [
            crl.CertificateList.load(self._cached(url, CRL_SECONDS, fresh=fresh)) for url in sorted(urls)
        ]
        return responses, lists

    def ocsp(
        self, leaf: x509.Certificate, issuer: x509.Certificate, *, fresh: bool = False
    ) -> ocsp.OCSPResponse:
        """The responder's answer about one certificate."""
        key = f"ocsp:{leaf.sha256_fingerprint}"
        body = _ocsp_request(leaf, issuer).dump()
        raw = self._cached(key, OCSP_SECONDS, fresh=fresh, post=(leaf.ocsp_urls[0], body))
        return ocsp.OCSPResponse.load(raw)

    def forget(self) -> None:
        """Drop what was fetched, so that the next signature asks again."""
        with self._lock:
            self._fetched.clear()

    def _anchors_text(self) -> dict[str, Any]:
        file = self._kept / "authority.json"
        if not file.exists():
            text = self._call("GET", f"{self.base_url}/pki-ra/authority")
            self._kept.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(".new")
            fresh.write_bytes(text)
            fresh.replace(file)
        raw: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return raw

    def _cached(
        self, key: str, seconds: float, *, fresh: bool, post: tuple[str, bytes] | None = None
    ) -> bytes:
        with self._lock:
            kept = self._fetched.get(key)
        if kept is not None and not fresh and time.monotonic() - kept[0] < seconds:
            return kept[1]
        if post is None:
            raw = self._call("GET", key)
        else:
            headers = {"Content-Type": "application/ocsp-request"}
            raw = self._call("POST", post[0], content=post[1], headers=headers)
        with self._lock:
            self._fetched[key] = (time.monotonic(), raw)
        return raw

    def _call(self, method: str, url: str, **options: Any) -> bytes:
        try:
            response = self._client.request(method, url, **options)
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise SigningUnavailable(f"{method} {url}: {error}") from error
        return response.content


class HttpTimeStamper(TimeStamper):
    """RFC 3161 over one kept HTTP client."""

    def __init__(self, client: httpx.Client, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._client = client
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask for one stamp; blocks, because the caller signs one document at a time."""
        headers = {"Content-Type": "application/timestamp-query"}
        try:
            response = self._client.post(self._url, content=req.dump(), headers=headers)
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise SigningUnavailable(f"time stamping: {error}") from error
        return tsp.TimeStampResp.load(response.content)


def certificate(text: str) -> x509.Certificate:
    """One certificate from PEM."""
    _, _, der = pem.unarmor(text.encode())
    return x509.Certificate.load(der)


def certificates(text: str) -> list[x509.Certificate]:
    """All certificates of a PEM bundle, in its order."""
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(text.encode(), multiple=True)]


def _crl_urls(cert: x509.Certificate) -> list[str]:
    return [url for point in cert.crl_distribution_points for url in ([point.url] if point.url else [])]


def _ocsp_request(leaf: x509.Certificate, issuer: x509.Certificate) -> ocsp.OCSPRequest:
    cert_id = ocsp.CertId(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha1"}),
            "issuer_name_hash": core.OctetString(leaf.issuer.sha1),
            "issuer_key_hash": core.OctetString(issuer.public_key.sha1),
            "serial_number": leaf.serial_number,
        }
    )
    request = ocsp.Request({"req_cert": cert_id})
    return ocsp.OCSPRequest({"tbs_request": ocsp.TBSRequest({"request_list": [request]})})
