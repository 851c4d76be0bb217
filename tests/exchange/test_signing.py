"""Signatures under every condition, judged by our own check and by Poppler's pdfsig."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata
from pyhanko_certvalidator.registry import SimpleCertificateStore

from motcua.base import clock
from motcua.documents.api import (
    SIGNERS,
    CertificateState,
    CheckingUnavailable,
    SignatureRole,
    SigningRequest,
    SigningUnavailable,
)
from motcua.exchange.api import discard_keys
from motcua.exchange.signing import pades
from motcua.exchange.signing.authority import Authority, certificates
from motcua.exchange.signing.keys import CachedKeySigner, Holder, KeyStore, SoftKey
from motcua.exchange.signing.plugin import SoftKeySigner, holder_of
from motcua_sandbox.server import Sandbox
from tests.documents import factories as make

log = logging.getLogger(__name__)
PERSON = SigningRequest(
    role=SignatureRole.PERSON,
    ref="officer-1",
    name="Nguyễn Thị Hồng Thắm",
    organisation="Sở Tư pháp",
    title="Giám đốc",
    field_name="NguoiKy",
)
AGENCY = SigningRequest(
    role=SignatureRole.AGENCY,
    ref="so-tu-phap",
    name="Sở Tư pháp",
    organisation="Sở Tư pháp",
    field_name="CoQuan",
)


@pytest.fixture
def signer(authority: Sandbox) -> SoftKeySigner:
    found = SIGNERS.get("soft_keys")
    assert isinstance(found, SoftKeySigner)
    found.forget()
    return found


def both(signer: SoftKeySigner) -> bytes:
    return signer.sign(signer.sign(make.pdf(), PERSON), AGENCY)


def tampered(pdf: bytes) -> bytes:
    return pdf.replace(b"/MediaBox[0 0 595 842]", b"/MediaBox[0 0 595 843]", 1)


def signed_with(
    authority: Sandbox, *, valid_from: str = "", valid_to: str = "", revoked: bool = False
) -> bytes:
    """A PDF signed with a certificate that our own signer would refuse to use (B-T, without proof of validity)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    row = {
        "label": f"odd {valid_to} {revoked} {authority.pki.state['next_serial']}",
        "kind": "person",
        "name": "Hồ Văn Cường",
        "organisation": "Sở Tư pháp",
        "public_key": public.decode(),
        "valid_from": valid_from,
        "valid_to": valid_to,
    }
    client = Authority(authority.base_url, Path(settings.MOTCUA_KEYS_DIR) / "signing")
    chain = certificates(client.enrol([row])[0])
    if revoked:
        label = authority.pki.state["subjects"][-1]["label"]
        since = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S+0000")
        httpx.post(
            f"{authority.base_url}/pki-ra/revoke", json={"label": label, "since": since}
        ).raise_for_status()
    registry = SimpleCertificateStore()
    registry.register_multiple(chain)
    soft = CachedKeySigner(
        signing_cert=chain[0],
        signing_key=load_private_key_from_pemder_data(pem, passphrase=None),
        cert_registry=registry,
    )
    metadata = PdfSignatureMetadata(field_name="X", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    request = replace(PERSON, field_name="X")
    return pades.write(make.pdf(), request, metadata, SoftKey(signer=soft, chain=tuple(chain)), client)


def expired(authority: Sandbox) -> bytes:
    return signed_with(authority, valid_from="2024-02-01T00:00:00+0000", valid_to="2025-02-01T00:00:00+0000")


def test_two_signatures_hold_and_carry_their_proof(signer: SoftKeySigner) -> None:
    pdf = both(signer)
    person, agency = signer.check(pdf)
    assert person.good
    assert agency.good
    assert (person.signer_name, agency.signer_name) == ("Nguyễn Thị Hồng Thắm", "Sở Tư pháp")
    assert person.time_proven
    assert agency.time_proven
    for part in (b"/DSS", b"/OCSPs", b"/CRLs", b"ETSI.CAdES.detached"):
        assert part in pdf


def test_a_changed_byte_breaks_both(signer: SoftKeySigner) -> None:
    assert [check.intact for check in signer.check(tampered(both(signer)))] == [False, False]


def test_what_signed_after_its_time_or_its_revocation_is_not_good(
    authority: Sandbox, signer: SoftKeySigner
) -> None:
    (late,) = signer.check(expired(authority))
    assert (late.intact, late.certificate, late.good) == (True, CertificateState.EXPIRED, False)
    (withdrawn,) = signer.check(signed_with(authority, revoked=True))
    assert (withdrawn.certificate, withdrawn.good) == (CertificateState.REVOKED, False)


def test_a_later_revocation_does_not_undo_a_signature(authority: Sandbox, signer: SoftKeySigner) -> None:
    request = replace(PERSON, ref="officer-leaving", name="Người sắp nghỉ")
    pdf = signer.sign(make.pdf(), request)
    label = next(s["label"] for s in authority.pki.state["subjects"] if s["name"] == "Người sắp nghỉ")
    time.sleep(1.1)  # the authority's clock counts whole seconds
    authority.pki.revoke(label)
    signer.forget()
    (check,) = signer.check(pdf)
    assert check.good
    assert check.revoked_at is not None
    with pytest.raises(SigningUnavailable):
        signer.sign(make.pdf(), request)
    discard_keys([holder_of(request)])
    assert all(check.good for check in signer.check(signer.sign(make.pdf(), request)))


def test_a_stranger_authority_is_not_trusted(signer: SoftKeySigner, tmp_path: Path, settings: object) -> None:
    from tests.sandbox.running import running

    with running(tmp_path / "other") as other:
        client = Authority(other.base_url, tmp_path / "kept")
        holder = Holder(kind="person", ref="x", name="Kẻ mạo danh", organisation="Sở Tư pháp")
        key = KeyStore(tmp_path / "kept", client).get(holder)
        pdf = pades.sign(make.pdf(), PERSON, key, client)
    (check,) = signer.check(pdf)
    assert check.intact
    assert check.certificate is CertificateState.UNTRUSTED
    assert not check.good


def test_checking_works_while_the_authority_is_down(authority: Sandbox, signer: SoftKeySigner) -> None:
    pdf = both(signer)
    signer.forget()
    authority.pki_down = True
    assert all(check.good for check in signer.check(pdf))
    with pytest.raises(SigningUnavailable):
        signer.sign(make.pdf(), PERSON)


def test_without_knowing_whom_to_trust_nothing_is_judged(tmp_path: Path, settings: Any) -> None:
    settings.MOTCUA_SANDBOX_URL = "http://127.0.0.1:9"  # nobody listens there
    settings.MOTCUA_KEYS_DIR = tmp_path
    with pytest.raises(CheckingUnavailable) as caught:
        SoftKeySigner().check(make.pdf())
    assert "chưa kết luận" in caught.value.public()
    assert SoftKeySigner().check_config()


def test_a_pretended_day_does_not_ask_for_new_certificates(authority: Sandbox, signer: SoftKeySigner) -> None:
    signer.sign(make.pdf(), PERSON)
    issued = len(authority.pki.state["subjects"])
    with clock.override(datetime(2025, 3, 14, 8, tzinfo=UTC)):
        (check,) = signer.check(signer.sign(make.pdf(), PERSON))
    assert check.good
    assert len(authority.pki.state["subjects"]) == issued


def test_an_expired_certificate_is_renewed_with_a_new_key(authority: Sandbox, tmp_path: Path) -> None:
    client = Authority(authority.base_url, tmp_path)
    holder = Holder(kind="person", ref="renewing", name="Lê Thị Mai", organisation="Sở Tư pháp")
    old = KeyStore(tmp_path, client).get(holder).chain[0]
    subject = next(s for s in authority.pki.state["subjects"] if s["serial"] == old.serial_number)
    subject |= {"valid_from": "2024-02-01T00:00:00+0000", "valid_to": "2025-02-01T00:00:00+0000"}
    authority.pki._save()
    file = next(tmp_path.glob("person-renewing-*[0-9a-f].pem"))
    file.write_text(authority.pki.certificate(subject["label"]) + "".join(authority.pki.chain("person")))
    new = KeyStore(tmp_path, client).get(holder).chain[0]
    assert new.not_valid_after > datetime.now(UTC)
    assert new.public_key.sha256 != old.public_key.sha256


def test_keys_are_private_and_made_once(authority: Sandbox, signer: SoftKeySigner) -> None:
    holder = Holder(kind="agency", ref="so-noi-vu", name="Sở Nội vụ", organisation="Sở Nội vụ")
    assert signer.prepare([holder]) == 1
    assert signer.prepare([holder]) == 0
    folder = Path(settings.MOTCUA_KEYS_DIR) / "signing"
    for key in folder.glob("*.key.pem"):
        assert key.stat().st_mode & 0o077 == 0
    assert signer.check_config() == []


@pytest.mark.parametrize(
    "rubbish", [b"", b"%PDF-1.4", b"%PDF-1.7\n" + b"\xff" * 300, make.pdf(), make.pdf()[:90]]
)
def test_rubbish_has_no_signatures(signer: SoftKeySigner, rubbish: bytes) -> None:
    assert signer.check(rubbish) == ()


@pytest.mark.poppler
def test_pdfsig_agrees(authority: Sandbox, signer: SoftKeySigner, tmp_path: Path) -> None:
    valid = both(signer)
    if shutil.which("certutil") is None:  # pdfsig can then judge the bytes, and trusts nobody
        assert os.environ.get("MOTCUA_REQUIRE_TOOLS") != "1", "certutil (libnss3-tools) is not installed"
        assert {told for told, _ in _pdfsig(None, valid, tmp_path)} == {"Signature is Valid."}
        assert {told for told, _ in _pdfsig(None, tampered(valid), tmp_path)} == {"Digest Mismatch."}
        return
    nss = _trusting(tmp_path, authority)
    assert _pdfsig(nss, valid, tmp_path) == [("Signature is Valid.", "Certificate is Trusted.")] * 2
    assert {told for told, _ in _pdfsig(nss, tampered(valid), tmp_path)} == {"Digest Mismatch."}
    assert _pdfsig(nss, expired(authority), tmp_path) == [("Signature is Valid.", "Certificate has Expired")]
    revoked = signed_with(authority, revoked=True)
    assert _pdfsig(nss, revoked, tmp_path) == [("Signature is Valid.", "Certificate has been Revoked.")]


def _trusting(tmp_path: Path, authority: Sandbox) -> Path:
    nss = tmp_path / "nss"
    nss.mkdir()
    (tmp_path / "root.pem").write_text(authority.pki.certificate("root"))
    _run("certutil", "-N", "-d", f"sql:{nss}", "--empty-password")
    _run("certutil", "-A", "-d", f"sql:{nss}", "-n", "root", "-t", "CT,C,C", "-i", str(tmp_path / "root.pem"))
    return nss


def _pdfsig(nss: Path | None, pdf: bytes, tmp_path: Path) -> list[tuple[str, str]]:
    file = tmp_path / "judged.pdf"
    file.write_bytes(pdf)
    trusting = ["-nssdir", f"sql:{nss}"] if nss is not None else []
    told = _run("pdfsig", *trusting, str(file))
    log.info(told)
    signature = [line.partition(": ")[2] for line in told.splitlines() if "Signature Validation" in line]
    certificate = [line.partition(": ")[2] for line in told.splitlines() if "Certificate Validation" in line]
    certificate += [""] * (len(signature) - len(certificate))
    return list(zip(signature, certificate, strict=True))


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
