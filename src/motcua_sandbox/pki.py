"""A make-believe state certification authority: root, two issuing authorities, time stamping, OCSP, CRLs.

Its state is a directory: the authorities' private keys, the subjects' public keys and `state.json`, which
lists every certificate ever issued. Certomancer rebuilds the same certificates from it at every start,
because serial numbers, validity and keys are all written down.

Thousands of subjects in one of certomancer's configurations take seconds to rebuild. So it is only ever given
the authorities and the few subjects that a request is about: those to be certified, the one whose standing is
asked, or, for the lists, those withdrawn.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from asn1crypto import ocsp, pem
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture
from werkzeug.wrappers import Response

from motcua_sandbox import quick_keys
from motcua_sandbox.pki_keys import PkiError, checked_public_key, write_private_key
from motcua_sandbox.pki_profiles import ARCH, AUTHORITIES, configuration

# Certomancer parses a key at every use; checking an RSA key takes 30 ms, an elliptic one nothing.
QUICK = ("tsa", "person-ocsp", "agency-ocsp")
REASONS = frozenset(
    {"unspecified", "key_compromise", "affiliation_changed", "superseded", "cessation_of_operation"}
)
KEPT_SECONDS = 60.0
MOST_ANSWERS = 20_000
MAX_QUESTION = 20_000
MAX_ASKED = 20


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """A request for a certificate: whose it is and the public key (PEM) that it certifies."""

    label: str
    kind: str  # "person" or "agency"
    name: str
    organisation: str
    public_key: str
    title: str = ""
    valid_from: str = ""
    valid_to: str = ""


class WholeSeconds(Animator):
    """Answers in whole seconds: RFC 5280 forbids fractions, and NSS calls such an OCSP answer malformed."""

    def at_time(self, request: Any) -> datetime:
        """Now, without the fraction."""
        return datetime.now(UTC).replace(microsecond=0)


class Pki:
    """The authority over one data directory; safe to use from several threads."""

    def __init__(self, data_dir: Path, base_url: str) -> None:
        self.keys = data_dir / "pki" / "keys"
        self.state_file = data_dir / "pki" / "state.json"
        self._lock = threading.RLock()
        self._working = threading.Lock()
        self._seen_mtime = 0
        quick_keys.install()
        self.keys.mkdir(parents=True, exist_ok=True)
        if self.state_file.exists():
            self.state = self._read()
            if self.state["base_url"] != base_url:
                # Every certificate issued names where its standing is asked, and documents carry it for years:
                # on another address each of them would seem to have an authority that is silent.
                raise PkiError(
                    f"the certificates in {data_dir} name {self.state['base_url']}; "
                    f"start on that address or remove the directory"
                )
        else:
            self.state = {"base_url": base_url, "next_serial": 1000, "subjects": []}
            for name in AUTHORITIES:
                write_private_key(self.keys / f"{name}.key.pem", quick=name in QUICK)
            self._save()
        self._build()

    # reading

    def answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one OCSP, CRL or time-stamp request; certomancer's own application does."""
        path = environ.get("PATH_INFO", "")
        if "/ocsp/" in path and environ.get("REQUEST_METHOD") == "POST":
            return self._standing(environ, start_response)
        with self._lock:
            self._refresh()
            application = self._lists
        if "/crls/" not in path:
            return self._worked(application, dict(environ))(environ, start_response)
        return self._kept((path,), lambda: application, environ, start_response)

    def certificate(self, label: str) -> str:
        """One certificate as PEM."""
        with self._lock:
            self._refresh()
            if label not in self._issued:
                subject = self._by_label.get(label)
                if subject is None and label not in AUTHORITIES:
                    raise PkiError(f"no certificate {label!r}")
                self._issue([subject] if subject else [])
            return self._issued[label]

    def chain(self, kind: str) -> list[str]:
        """The issuing authority's certificate, then the root's, as PEM."""
        return [self.certificate(f"{kind}-ca"), self.certificate("root")]

    def _standing(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """OCSP (RFC 6960): an answer holds for a while, so the same question gets the same answer for a minute."""
        length = min(int(environ.get("CONTENT_LENGTH") or 0), MAX_QUESTION)
        question = environ["wsgi.input"].read(length)
        environ = dict(environ) | {"wsgi.input": BytesIO(question), "CONTENT_LENGTH": str(len(question))}
        with self._lock:
            self._refresh()
        key = (str(environ.get("PATH_INFO", "")), question)
        return self._kept(key, lambda: self._responder(question), environ, start_response)

    def _responder(self, question: bytes) -> Animator:
        try:
            asked = ocsp.OCSPRequest.load(question)["tbs_request"]["request_list"]
            serials = frozenset(int(one["req_cert"]["serial_number"].native) for one in asked)
        except (ValueError, TypeError):
            serials = frozenset()  # certomancer says what is wrong with it
        with self._lock:
            subjects = [s for s in (self._by_serial.get(serial) for serial in serials) if s is not None]
            return self._animator(subjects[:MAX_ASKED])

    def _kept(
        self,
        key: tuple[str | bytes, ...],
        responder: Callable[[], Animator],
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        kept = self._answers.get(key)
        if kept is None or time.monotonic() - kept[0] > KEPT_SECONDS:
            response = self._worked(responder(), environ)
            fresh = (time.monotonic(), response.get_data(), response.status_code, response.mimetype or "")
            if len(self._answers) > MOST_ANSWERS:
                self._answers.clear()
            if response.status_code == 200:
                self._answers[key] = fresh
            kept = fresh
        _, body, status, mimetype = kept
        return Response(body, status=status, mimetype=mimetype)(environ, start_response)

    def _worked(self, application: Animator, environ: WSGIEnvironment) -> Response:
        """Certomancer's answer, one at a time: it and asn1crypto parse lazily into objects that all threads share."""
        with self._working:
            response = Response.from_app(application, environ)
            response.get_data()
            return response

    # writing

    def enrol(self, requests: Sequence[Enrolment]) -> list[str]:
        """Issue certificates; the labels under which they were issued, in the same order.

        The same label with the same key gives the certificate that exists; with another key a new one.
        """
        with self._lock:
            self._refresh()
            known = self._by_label
            before = set(known)
            labels = [self._enrol_one(request, known) for request in requests]
            fresh = [known[label] for label in dict.fromkeys(labels) if label not in before]
            if fresh:
                self._save()
                self._seen_mtime = self.state_file.stat().st_mtime_ns
                self._by_serial |= {subject["serial"]: subject for subject in fresh}
                self._issue(fresh)
            return labels

    def revoke(self, label: str, *, reason: str = "key_compromise", since: str = "") -> None:
        """Withdraw a certificate from `since` (ISO 8601, default now) on."""
        if reason not in REASONS:
            raise PkiError(f"unknown reason {reason!r}")
        with self._lock:
            self._refresh()
            subject = self._by_label.get(label)
            if subject is None:
                raise PkiError(f"no certificate {label!r}")
            subject["revoked_since"] = since or _stamp(datetime.now(UTC))
            subject["reason"] = reason
            self._save()
            self._build()

    def _enrol_one(self, request: Enrolment, known: dict[str, Any]) -> str:
        if request.kind not in ("person", "agency"):
            raise PkiError(f"unknown kind {request.kind!r}")
        if not request.name.strip():
            raise PkiError("a certificate needs a name")
        base = re.sub(r"[^a-z0-9]+", "-", f"{request.kind}-{request.label}".lower()).strip("-")[:80]
        public_key = checked_public_key(request.public_key)
        label, version = base, 1
        while label in known:
            existing = known[label]
            if (self.keys / f"{label}.pub.pem").read_text() == public_key and not existing["revoked_since"]:
                return label
            version += 1
            label = f"{base}-{version}"
        now = datetime.now(UTC)
        subject = {
            "label": label,
            "kind": request.kind,
            "name": request.name.strip()[:64],
            "organisation": request.organisation.strip()[:64] or "-",
            "title": request.title.strip()[:64],
            "serial": self.state["next_serial"],
            "valid_from": request.valid_from or _stamp(now - timedelta(days=1)),
            "valid_to": request.valid_to or _stamp(now + timedelta(days=3 * 365)),
            "revoked_since": "",
            "reason": "",
        }
        self.state["next_serial"] += 1
        (self.keys / f"{label}.pub.pem").write_text(public_key)
        self.state["subjects"].append(subject)
        known[label] = subject
        return label

    # the files

    def _read(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(self.state_file.read_text(encoding="utf-8"))
        return state

    def _save(self) -> None:
        fresh = self.state_file.with_suffix(".new")
        fresh.write_text(json.dumps(self.state, ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(self.state_file)

    def _refresh(self) -> None:
        """Take up what another process wrote (`motcua-sandbox revoke` beside a running server)."""
        if self.state_file.stat().st_mtime_ns != self._seen_mtime:
            self.state = self._read()
            self._build()

    def _build(self) -> None:
        """Indexes and lists anew; answers given before no longer count."""
        self._seen_mtime = self.state_file.stat().st_mtime_ns
        subjects = self.state["subjects"]
        self._by_label: dict[str, Any] = {subject["label"]: subject for subject in subjects}
        self._by_serial: dict[int, Any] = {subject["serial"]: subject for subject in subjects}
        self._answers: dict[tuple[str | bytes, ...], tuple[float, bytes, int, str]] = {}
        self._issued: dict[str, str] = {}
        self._lists = self._animator([subject for subject in subjects if subject["revoked_since"]])

    def _architecture(self, subjects: Sequence[Mapping[str, Any]]) -> PKIArchitecture:
        """The authorities and these subjects, as certomancer sees them."""
        state = {"base_url": self.state["base_url"], "subjects": subjects}
        config = CertomancerConfig(configuration(state), str(self.keys), lazy_load_keys=True)
        return config.get_pki_arch(ArchLabel(ARCH))

    def _animator(self, subjects: Sequence[Mapping[str, Any]]) -> Animator:
        store = AnimatorArchStore({ArchLabel(ARCH): self._architecture(subjects)})
        return WholeSeconds(store, with_web_ui=False, allow_time_override=False)

    def _issue(self, subjects: Sequence[Mapping[str, Any]]) -> None:
        """Keep the certificates of the authorities and of these subjects as PEM."""
        architecture = self._architecture(subjects)
        for label in (*AUTHORITIES, *(subject["label"] for subject in subjects)):
            if label not in self._issued:
                der: bytes = architecture.get_cert(CertLabel(label)).dump()
                self._issued[label] = str(pem.armor("CERTIFICATE", der).decode())


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")
