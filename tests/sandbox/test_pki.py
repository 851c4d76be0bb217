"""The make-believe authority issues, remembers and revokes."""

from __future__ import annotations

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from asn1crypto import ocsp, pem, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509 import load_pem_x509_certificate
from cryptography.x509.ocsp import OCSPRequestBuilder

from motcua_sandbox.cli import main
from motcua_sandbox.pki import Pki
from motcua_sandbox.pki_keys import PkiError
from motcua_sandbox.server import Sandbox
from tests.sandbox.asking import HTTP
from tests.sandbox.running import running


def public_key(bits: int = 2048) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def enrol(sandbox: Sandbox, key: str, label: str = "officer 1") -> dict[str, object]:
    row = {
        "label": label,
        "kind": "person",
        "name": "Lê Thị Mai",
        "organisation": "Sở Tư pháp",
        "public_key": key,
    }
    answer = HTTP.post(f"{sandbox.base_url}/pki-ra/enrol", json={"certificates": [row]})
    assert answer.status_code == 200, answer.text
    issued: dict[str, object] = answer.json()["certificates"][0]
    return issued


def status(issued: dict[str, object], *, get: bool = False) -> str:
    leaf = load_pem_x509_certificate(str(issued["certificate"]).encode())
    issuer = load_pem_x509_certificate(str(issued["chain"][0]).encode())  # type: ignore[index]
    request = OCSPRequestBuilder().add_certificate(leaf, issuer, hashes.SHA1()).build()
    raw = request.public_bytes(serialization.Encoding.DER)
    _, _, der = pem.unarmor(str(issued["certificate"]).encode())
    url = x509.Certificate.load(der).ocsp_urls[0]
    asked = f"{url}/{quote(base64.b64encode(raw).decode(), safe='')}"
    answer = HTTP.get(asked) if get else HTTP.post(url, content=raw)
    response = ocsp.OCSPResponse.load(answer.content)
    data = response.response_data
    assert data["produced_at"].native.microsecond == 0  # RFC 5280: whole seconds
    return str(data["responses"][0]["cert_status"].name)


def test_a_certificate_lives_and_is_revoked(sandbox: Sandbox) -> None:
    key = public_key()
    issued = enrol(sandbox, key, "officer revoked")
    assert status(issued) == status(issued, get=True) == "good"
    answer = HTTP.post(f"{sandbox.base_url}/pki-ra/revoke", json={"label": issued["label"]})
    assert answer.status_code == 200
    assert status(issued) == "revoked"
    again = enrol(sandbox, key, "officer revoked")
    assert again["label"] != issued["label"]  # a revoked certificate is not handed out again


def test_the_same_key_gets_the_same_certificate(sandbox: Sandbox) -> None:
    key = public_key()
    assert enrol(sandbox, key, "twice")["certificate"] == enrol(sandbox, key, "twice")["certificate"]
    assert enrol(sandbox, public_key(), "twice")["label"] == "person-twice-2"


def test_a_restart_gives_the_same_certificates(tmp_path: Path) -> None:
    first = Pki(tmp_path, "http://127.0.0.1:1")
    root = first.certificate("root")
    assert Pki(tmp_path, "http://127.0.0.1:1").certificate("root") == root
    with pytest.raises(PkiError, match=r"127\.0\.0\.1:1"):
        Pki(tmp_path, "http://127.0.0.1:2")
    key = tmp_path / "pki" / "keys" / "root.key.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "changes",
    [
        {"public_key": "not a key"},
        {"kind": "martian"},
        {"name": "  "},
        {"surprise": "field"},
        {"public_key": ""},
    ],
)
def test_a_bad_request_is_refused_in_words(sandbox: Sandbox, changes: dict[str, str]) -> None:
    row = {"label": "x", "kind": "person", "name": "X", "organisation": "Y", "public_key": public_key()}
    answer = HTTP.post(f"{sandbox.base_url}/pki-ra/enrol", json={"certificates": [row | changes]})
    assert answer.status_code == 400
    assert answer.text


def test_many_ask_for_time_stamps_and_standings_at_once(tmp_path: Path) -> None:
    """Certomancer and asn1crypto parse lazily into shared objects: side by side they once answered 500."""
    request = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"x" * 32},
            "cert_req": True,
        }
    ).dump()
    with running(tmp_path) as fresh:  # a process that has answered nothing yet: that is when it happened
        url = f"{fresh.base_url}/pki/sandbox/tsa/tsa"

        def ask(_: int) -> tuple[int, str]:
            answer = HTTP.post(url, content=request, headers={"Content-Type": "application/timestamp-query"})
            reply = tsp.TimeStampResp.load(answer.content) if answer.status_code == 200 else None
            return answer.status_code, str(reply["status"]["status"].native) if reply else answer.text

        with ThreadPoolExecutor(12) as pool:
            assert set(pool.map(ask, range(60))) == {(200, "granted")}


def test_a_short_key_is_refused(sandbox: Sandbox) -> None:
    row = {"label": "x", "kind": "person", "name": "X", "organisation": "Y", "public_key": public_key(1024)}
    answer = HTTP.post(f"{sandbox.base_url}/pki-ra/enrol", json={"certificates": [row]})
    assert "2048" in answer.json()["error"]


def test_certificates_for_named_officers_at_set_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"label": "mai", "kind": "person", "name": "Lê Thị Mai", "organisation": "Sở Tư pháp"}]
    (tmp_path / "who.json").write_text(json.dumps(rows))
    place = ["--data-dir", str(tmp_path / "sb"), "--port-base", "8999"]
    assert (
        main(["issue", "--subjects", str(tmp_path / "who.json"), "--out", str(tmp_path / "out"), *place]) == 0
    )
    assert capsys.readouterr().out.split() == ["person-mai"]
    assert (tmp_path / "out" / "person-mai.pem").read_text().count("BEGIN CERTIFICATE") == 3
    assert main(["revoke", "person-mai", *place]) == 0
    assert Pki(tmp_path / "sb", "http://127.0.0.1:8999").state["subjects"][0]["revoked_since"]
