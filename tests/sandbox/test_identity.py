"""The make-believe VNeID keeps the rules that a client must be able to rely on."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from motcua_sandbox.identity import FAULTS
from motcua_sandbox.server import Sandbox
from tests.sandbox.asking import HTTP

VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BACK = "http://127.0.0.1:8000/sign-in/vneid/return/"
WOMAN = "040190000011"


def asked(**changes: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": "motcua",
        "redirect_uri": BACK,
        "scope": "openid profile",
        "state": "s1",
        "nonce": "n1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changes


def code_for(sandbox: Sandbox, **changes: str) -> str:
    answer = HTTP.post(f"{sandbox.base_url}/vneid/authorize", data=asked() | {"citizen": WOMAN} | changes)
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == ["s1"]
    return query["code"][0]


def tokens_for(sandbox: Sandbox, code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": "motcua",
        "code_verifier": VERIFIER,
    }
    return HTTP.post(f"{sandbox.base_url}/vneid/token", data=form | changes)


def claims_of(sandbox: Sandbox, token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(HTTP.get(f"{sandbox.base_url}/vneid/jwks").json())
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


def test_a_citizen_signs_in(sandbox: Sandbox) -> None:
    described = HTTP.get(f"{sandbox.base_url}/vneid/.well-known/openid-configuration").json()
    assert described["issuer"] == f"{sandbox.base_url}/vneid"
    answer = tokens_for(sandbox, code_for(sandbox)).json()
    claims = claims_of(sandbox, answer["id_token"])
    assert (claims["nonce"], claims["aud"], claims["iss"]) == ("n1", "motcua", described["issuer"])
    assert (claims["SoDinhDanh"], claims["HoVaTen"], claims["NgayThangNamSinh"]) == (
        WOMAN,
        "Nguyễn Thị Mẫu",
        "03/02/1990",
    )
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    info = HTTP.get(described["userinfo_endpoint"], headers=headers).json()
    assert (info["sub"], info["loAs"], info["IAL"]) == (claims["sub"], 2, 2)


def test_level_one_is_said(sandbox: Sandbox) -> None:
    answer = tokens_for(sandbox, code_for(sandbox, level="1")).json()
    assert claims_of(sandbox, answer["id_token"])["loAs"] == 1


def test_an_organisation_signs_in(sandbox: Sandbox) -> None:
    answer = tokens_for(sandbox, code_for(sandbox, citizen="040085000022:2900000119")).json()
    claims = claims_of(sandbox, answer["id_token"])
    assert (claims["LoaiTaiKhoan"], claims["MaSoThue"]) == (2, "2900000119")


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"client_id": "other"},
        {"redirect_uri": "https://evil.example/back"},
        {"redirect_uri": "http://127.0.0.1@evil.example/back"},
        {"redirect_uri": "javascript:alert(1)"},
        {"response_type": "token"},
        {"scope": "profile"},
    ],
)
def test_a_wrong_request_is_told_and_never_redirected(sandbox: Sandbox, changes: dict[str, str]) -> None:
    answer = HTTP.get(f"{sandbox.base_url}/vneid/authorize", params=asked(**changes))
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 50},
        {"code_verifier": ""},
        {"redirect_uri": BACK + "x"},
        {"client_id": "other"},
    ],
)
def test_a_code_needs_its_verifier_client_and_address(sandbox: Sandbox, changes: dict[str, str]) -> None:
    assert tokens_for(sandbox, code_for(sandbox), **changes).json() == {"error": "invalid_grant"}


def test_a_code_serves_once(sandbox: Sandbox) -> None:
    code = code_for(sandbox)
    assert tokens_for(sandbox, code).status_code == 200
    assert tokens_for(sandbox, code).status_code == 400


def test_refusing_goes_back_with_an_error(sandbox: Sandbox) -> None:
    answer = HTTP.post(f"{sandbox.base_url}/vneid/authorize", data=asked() | {"deny": "1"})
    assert "error=access_denied" in answer.headers["location"]


def test_the_page_finds_people_without_accents_and_shows_input_as_text(sandbox: Sandbox) -> None:
    url = f"{sandbox.base_url}/vneid/authorize"
    assert "Nguyễn Thị Mẫu" in HTTP.get(url, params=asked() | {"q": "nguyen mau"}).text
    hostile = HTTP.get(url, params=asked(state='"><script>x</script>') | {"q": "<b>"}).text
    assert "<script>" not in hostile
    assert "&lt;b&gt;" in hostile


def test_unknown_token_is_refused(sandbox: Sandbox) -> None:
    answer = HTTP.get(f"{sandbox.base_url}/vneid/userinfo", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401


def test_every_fault_shows(sandbox: Sandbox) -> None:
    control = f"{sandbox.base_url}/control/faults"
    for fault in FAULTS:
        sandbox.identity.fault = ""
        code = code_for(sandbox)
        assert HTTP.post(control, json={"identity": fault}).json()["identity"] == fault
        assert _is_faulty(sandbox, code), fault


def _is_faulty(sandbox: Sandbox, code: str) -> bool:
    answer = tokens_for(sandbox, code)
    if answer.status_code >= 500:
        return True
    body = answer.json()
    try:
        claims = claims_of(sandbox, body["id_token"])
        jwt.JWTClaimsRegistry(
            iss={"value": f"{sandbox.base_url}/vneid"}, aud={"value": "motcua"}, nonce={"value": "n1"}
        ).validate(claims)
    except (JoseError, ValueError):
        return True
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    info = HTTP.get(f"{sandbox.base_url}/vneid/userinfo", headers=headers).json()
    return info["sub"] != claims["sub"] or info["loAs"] < 2


def test_an_unknown_fault_is_refused(sandbox: Sandbox) -> None:
    assert HTTP.post(f"{sandbox.base_url}/control/faults", json={"identity": "x"}).status_code == 400
