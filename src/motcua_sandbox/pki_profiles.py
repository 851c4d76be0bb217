"""The profiles of the make-believe authority's certificates, as certomancer's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ARCH = "sandbox"
AUTHORITIES = ("root", "person-ca", "agency-ca", "tsa", "person-ocsp", "agency-ocsp")
_EPOCH = "2024-01-01T00:00:00+0000"
_FAR = "2049-12-31T00:00:00+0000"


def configuration(state: Mapping[str, Any]) -> dict[str, Any]:
    """Certomancer's configuration for a state."""
    subjects = state["subjects"]
    keys: dict[str, Any] = {name: {"path": f"{name}.key.pem"} for name in AUTHORITIES}
    keys |= {s["label"]: {"path": f"{s['label']}.pub.pem", "public-only": True} for s in subjects}
    entities = {
        "root": {"common-name": "Sandbox Root CA (thử nghiệm)"},
        "person-ca": {"common-name": "Sandbox CA cán bộ, công chức (thử nghiệm)"},
        "agency-ca": {"common-name": "Sandbox CA cơ quan nhà nước (thử nghiệm)"},
        "tsa": {"common-name": "Sandbox Dấu thời gian (thử nghiệm)"},
        "person-ocsp": {"common-name": "Sandbox OCSP cán bộ"},
        "agency-ocsp": {"common-name": "Sandbox OCSP cơ quan"},
    }
    for subject in subjects:
        entities[subject["label"]] = _entity(subject)
    certs = _authority_certs()
    for subject in subjects:
        certs[subject["label"]] = _subject_cert(subject)
    return {
        "external-url-prefix": f"{state['base_url']}/pki",
        "keysets": {ARCH: {"keys": keys}},
        "pki-architectures": {
            ARCH: {
                "keyset": ARCH,
                "entity-defaults": {"country-name": "VN", "organization-name": "motcua sandbox"},
                "entities": entities,
                "certs": certs,
                "services": _services(),
            }
        },
    }


def _entity(subject: Mapping[str, Any]) -> dict[str, str]:
    entity = {"common-name": subject["name"], "organization-name": subject["organisation"]}
    if subject["title"]:
        entity["title"] = subject["title"]
    return entity


def _usage(*params: str) -> dict[str, Any]:
    return {
        "id": "key_usage",
        "critical": True,
        "smart-value": {"schema": "key-usage", "params": list(params)},
    }


def _crl(repo: str) -> dict[str, Any]:
    return {
        "id": "crl_distribution_points",
        "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": [repo]}},
    }


def _ca(path_len: int | None) -> dict[str, Any]:
    value: dict[str, Any] = {"ca": True}
    if path_len is not None:
        value["path-len-constraint"] = path_len
    return {"id": "basic_constraints", "critical": True, "value": value}


def _authority_certs() -> dict[str, Any]:
    validity = {"valid-from": _EPOCH, "valid-to": _FAR}
    signing = _usage("digital_signature", "key_cert_sign", "crl_sign")
    certs: dict[str, Any] = {
        "root": {
            "subject": "root",
            "issuer": "root",
            "serial": 1,
            "validity": validity,
            "extensions": [_ca(None), signing],
        },
        "tsa": {
            "issuer": "root",
            "serial": 4,
            "validity": validity,
            "extensions": [
                _usage("digital_signature"),
                {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
                _crl("root"),
            ],
        },
    }
    for number, kind in enumerate(("person", "agency")):
        certs[f"{kind}-ca"] = {
            "issuer": "root",
            "serial": 2 + number,
            "validity": validity,
            "extensions": [_ca(0), signing, _crl("root")],
        }
        certs[f"{kind}-ocsp"] = {
            "issuer": f"{kind}-ca",
            "serial": 5 + number,
            "validity": validity,
            "extensions": [
                _usage("digital_signature"),
                {"id": "extended_key_usage", "critical": True, "value": ["ocsp_signing"]},
                {"id": "ocsp_no_check"},
            ],
        }
    return certs


def _subject_cert(subject: Mapping[str, Any]) -> dict[str, Any]:
    kind = subject["kind"]
    cert: dict[str, Any] = {
        "issuer": f"{kind}-ca",
        "serial": subject["serial"],
        "validity": {"valid-from": subject["valid_from"], "valid-to": subject["valid_to"]},
        "extensions": [
            _usage("digital_signature", "non_repudiation"),
            {"id": "basic_constraints", "critical": True, "value": {"ca": False}},
            {"id": "extended_key_usage", "value": ["email_protection", "1.3.6.1.5.5.7.3.36"]},
            _crl(f"{kind}-ca"),
            {
                "id": "authority_information_access",
                "smart-value": {
                    "schema": "aia-urls",
                    "params": {
                        "ocsp-responder-names": [kind],
                        "ca-issuer-links": [{"repo": f"{kind}-ca", "include-repo-authority": True}],
                    },
                },
            },
        ],
    }
    if subject["revoked_since"]:
        cert["revocation"] = {"revoked-since": subject["revoked_since"], "reason": subject["reason"]}
    return cert


def _services() -> dict[str, Any]:
    return {
        "ocsp": {
            kind: {
                "for-issuer": f"{kind}-ca",
                "responder-cert": f"{kind}-ocsp",
                "signing-key": f"{kind}-ocsp",
                "validity-period": {"hours": 1},
            }
            for kind in ("person", "agency")
        },
        "crl-repo": {
            name: {"for-issuer": name, "signing-key": name, "simulated-update-schedule": schedule}
            for name, schedule in (("root", "P90D"), ("person-ca", "P1D"), ("agency-ca", "P1D"))
        },
        "cert-repo": {
            name: {"for-issuer": name, "publish-issued-certs": False} for name in ("person-ca", "agency-ca")
        },
        "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa", "certs-to-embed": ["root"]}},
    }
