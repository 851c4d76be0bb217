"""Tokens: as OAuth 2.0 asks for them, signed, short, narrowed to operations and desks, and over when they should be."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from motcua.base.data import SYSTEM
from motcua.gateway import api as gateway
from motcua.gateway import tokens
from motcua.gateway.data import Scope
from motcua.gateway.rules import scopes
from tests.dossiers.factories import CENTRE, MORNING, OFFICE, OTHER_CENTRE, World
from tests.gateway.factories import CLIENT, OTHER, SECRET, Caller, dossier

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def ask(client: Client, body: str, **headers: str) -> Any:
    """POST /token as a form."""
    return client.post("/api/v1/token", body, content_type=FORM, headers=headers)


def basic(user: str = CLIENT, secret: str = SECRET) -> str:
    """The head of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


def with_scope(caller: Caller, scope: str) -> Caller:
    """The same system with a token that asks for less."""
    caller.token = gateway.token_for(client_id=CLIENT, secret=SECRET, scope=scope)
    return caller


def test_the_ways_of_rfc_6749(client: Client, enrolled: World) -> None:
    grant = "grant_type=client_credentials"
    for answer in (
        ask(client, grant, authorization=basic()),
        ask(client, f"{grant}&client_id={CLIENT}&client_secret={SECRET}"),
    ):
        assert answer.status_code == 200, answer.content
        assert answer["Cache-Control"] == "no-store"
        said = answer.json()
        assert (said["token_type"], said["expires_in"]) == ("Bearer", 600)
        assert set(said["scope"].split()) == {scope.value for scope in Scope}


@pytest.mark.parametrize(
    ("body", "headers", "status", "error"),
    [
        ("grant_type=password", {"authorization": basic()}, 400, "unsupported_grant_type"),
        ("grant_type=client_credentials", {"authorization": basic(secret="x")}, 401, "invalid_client"),
        ("grant_type=client_credentials", {"authorization": "Basic ***"}, 400, "invalid_request"),
        ("grant_type=client_credentials&client_secret=x", {"authorization": basic()}, 400, "invalid_request"),
        ("grant_type=client_credentials&scope=root", {"authorization": basic()}, 400, "invalid_scope"),
        ("grant_type=client_credentials&grant_type=x", {"authorization": basic()}, 400, "invalid_request"),
        ("grant_type=client_credentials&client_id=%00&client_secret=x", {}, 422, None),
        ("", {}, 400, "invalid_request"),
        ("grant_type=client_credentials", {}, 401, "invalid_client"),
    ],
)
def test_refusals_that_oauth_clients_understand(
    client: Client, enrolled: World, body: str, headers: dict[str, str], status: int, error: str | None
) -> None:
    answer = ask(client, body, **headers)
    assert answer.status_code == status, answer.content
    said = answer.json()
    assert said.get("error") == error
    assert said["message_vi"]
    if status == 401:
        assert "Basic" in answer["WWW-Authenticate"]


def test_a_narrowed_token_does_no_more(portal: Caller) -> None:
    portal.post("/dossiers", dossier())
    narrow = with_scope(portal, f"status file:{OTHER_CENTRE}")
    assert narrow.get("/procedures?q=a").status_code == 403
    assert narrow.get("/webhooks").status_code == 403
    assert narrow.post("/dossiers", dossier(outside_code="G1-2")).status_code == 403
    there = narrow.post("/dossiers", dossier(outside_code="G1-3", receiving_agency=OTHER_CENTRE))
    assert there.status_code == 200
    assert narrow.get("/dossiers/G22.99-260302-0000001").status_code == 200
    only = with_scope(portal, f"status:{OTHER_CENTRE}")
    assert only.get("/dossiers/G22.99-260302-0000001").status_code == 404  # it lies at another desk
    assert only.get("/dossiers/G1-3").status_code == 200


def test_nobody_gets_more_than_the_system_has(enrolled: World) -> None:
    gateway.enrol(
        by=SYSTEM,
        at=MORNING,
        client_id="so-y-te",
        name="Sở",
        scopes=(Scope.STATUS,),
        door="desk",
        agencies=(CENTRE,),
        secret=SECRET,
    )
    for scope in ("file", "status file", f"status:{OTHER_CENTRE}", "status:", ":", "x" * 90):
        with pytest.raises(gateway.ScopeRefused):
            gateway.token_for(client_id="so-y-te", secret=SECRET, scope=scope)
    who = gateway.caller_of(gateway.token_for(client_id="so-y-te", secret=SECRET, scope=f"status:{CENTRE}"))
    assert who is not None
    assert who.grants == {Scope.STATUS: {CENTRE}}


def test_rights_that_are_taken_away_end_in_tokens_already_given(enrolled: World) -> None:
    token = gateway.token_for(client_id=CLIENT, secret=SECRET, scope=f"status file:{OTHER_CENTRE}")
    gateway.enrol(
        by=SYSTEM,
        at=MORNING,
        client_id=CLIENT,
        name="Cổng",
        scopes=(Scope.FILE,),
        door="desk",
        agencies=(CENTRE,),
        secret=SECRET,
    )
    who = gateway.caller_of(token)
    assert who is not None
    assert who.grants == {}


def forged(**changes: Any) -> str:
    """A token made with the right key and a wrong claim."""
    from django.conf import settings

    claims: dict[str, Any] = {
        "iss": "motcua",
        "aud": "motcua-gateway",
        "sub": CLIENT,
        "gen": 1,
        "scope": "status",
        "iat": 1,
        "exp": 1e12,
    }
    header = {"alg": "HS256", "typ": changes.pop("typ", "at+jwt")}
    key = changes.pop("key", None) or tokens._key(settings.SECRET_KEY)
    return jwt.encode(header, {k: v for k, v in {**claims, **changes}.items() if v is not None}, key)


def test_only_our_own_tokens_open(enrolled: World) -> None:
    assert gateway.caller_of(forged()) is not None
    wrong: list[dict[str, Any]] = [
        {"key": OctKey.generate_key(256)},
        {"iss": "other"},
        {"aud": "other"},
        {"sub": None},
        {"sub": OTHER + "x"},
        {"gen": 2},
        {"gen": None},
        {"gen": "x"},
        {"exp": 1},
        {"exp": None},
        {"scope": None},
        {"typ": "JWT"},
    ]
    for changes in wrong:
        assert gateway.caller_of(forged(**changes)) is None, changes
    unsigned = (
        base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=")
        + "."
        + forged().split(".")[1]
        + "."
    )
    for text in (unsigned, "", "a.b.c", "x" * 5000, "é", forged()[:-2]):
        assert gateway.caller_of(text) is None


def test_a_secret_is_changed_without_a_gap(enrolled: World, capsys: pytest.CaptureFixture[str]) -> None:
    old = gateway.token_for(client_id=CLIENT, secret=SECRET)
    new = gateway.rotate(by=SYSTEM, at=MORNING + timedelta(days=4000), client_id=CLIENT)
    for secret in (SECRET, new):
        assert gateway.caller_of(gateway.token_for(client_id=CLIENT, secret=secret)) is not None
    assert gateway.caller_of(old) is not None
    last = gateway.rotate(by=SYSTEM, at=MORNING, client_id=CLIENT, both_for=timedelta(0))
    for secret in (SECRET, new):
        with pytest.raises(gateway.ClientRefused):
            gateway.token_for(client_id=CLIENT, secret=secret)
    assert gateway.caller_of(old) is None
    gateway.rotate(
        by=SYSTEM, at=MORNING, client_id=CLIENT
    )  # in 2026: seven days are over by the machine's clock
    if tokens.now() > (MORNING + timedelta(days=7)).timestamp():
        with pytest.raises(gateway.ClientRefused):
            gateway.token_for(client_id=CLIENT, secret=last)
    call_command("gateway_enrol", CLIENT, "--rotate")
    assert "client_secret: " in capsys.readouterr().out
    with pytest.raises(gateway.BadClient):
        gateway.rotate(by=SYSTEM, at=MORNING, client_id="nobody")


def test_only_the_administrator_lets_systems_in(enrolled: World) -> None:
    admin = enrolled.at(OFFICE, "system_admin")
    gateway.rotate(by=admin, at=MORNING, client_id=CLIENT)
    for nobody in (enrolled.reception, enrolled.citizen, enrolled.portal):
        with pytest.raises(gateway.MayNotEnrol):
            gateway.rotate(by=nobody, at=MORNING, client_id=CLIENT)
        with pytest.raises(gateway.MayNotEnrol):
            gateway.shut_out(by=nobody, at=MORNING, client_id=CLIENT)


AGENCY = st.from_regex(r"\A[a-z][a-z0-9-]{0,20}\Z")


@given(st.dictionaries(st.sampled_from(list(Scope)), st.frozensets(AGENCY, max_size=3)))
def test_scopes_read_back_what_they_write(grants: dict[Scope, frozenset[str]]) -> None:
    assert scopes.parse(scopes.written(grants)) == grants
