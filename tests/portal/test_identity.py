"""Signing in at the simulated VNeID through the portal's own addresses."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client

from motcua_sandbox.identity import FAULTS, IdentityProvider
from tests.people.test_against_sandbox import provider
from tests.portal.conftest import World
from tests.portal.factories import BIRTH

__all__ = ["provider"]
pytestmark = pytest.mark.django_db


def to_vneid_and_back(client: Client, start: str, citizen: str = "040190000011") -> Any:
    """What a browser does: off to VNeID, choose who one is, back to us. The last answer comes back."""
    leaving = client.get(start)
    if leaving.status_code != 302:
        return leaving
    address, _, query = leaving["Location"].partition("?")
    params = {name: values[0] for name, values in parse_qs(query).items()}
    back = httpx.post(address, data={**params, "citizen": citizen, "level": "2"}, trust_env=False)
    if back.status_code != 303:
        return back
    there = urlsplit(back.headers["location"])
    return client.get(f"{there.path}?{there.query}")


def test_a_citizen_signs_in_and_comes_back_to_where_they_were(
    provider: IdentityProvider, client: Client
) -> None:
    before = client.session.session_key
    answer = to_vneid_and_back(client, "/sign-in?next=/me/wallet")
    assert answer.status_code == 302
    assert answer["Location"] == "/me/wallet"
    assert client.session.session_key != before  # a planted session is worth nothing
    assert "Nguyễn Thị Mẫu" in client.get("/me").content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_coming_back_never_leads_elsewhere(provider: IdentityProvider, client: Client, target: str) -> None:
    answer = to_vneid_and_back(client, f"/sign-in?next={target}")
    assert answer["Location"].startswith("/")
    assert "evil" not in answer["Location"]


def test_the_answer_of_vneid_serves_once(provider: IdentityProvider, client: Client) -> None:
    leaving = client.get("/sign-in")
    address, _, query = leaving["Location"].partition("?")
    params = {name: values[0] for name, values in parse_qs(query).items()}
    back = httpx.post(address, data={**params, "citizen": "040190000011", "level": "2"}, trust_env=False)
    there = urlsplit(back.headers["location"])
    stolen = Client()
    assert stolen.get(f"{there.path}?{there.query}").status_code == 403
    assert client.get(f"{there.path}?{there.query}").status_code == 302
    assert client.get(f"{there.path}?{there.query}").status_code == 403
    assert stolen.get("/me").status_code == 302


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_the_provider_is_told_in_words(
    provider: IdentityProvider, client: Client, fault: str
) -> None:
    provider.fault = fault
    answer = to_vneid_and_back(client, "/sign-in")
    if isinstance(answer, httpx.Response):  # the provider itself failed before the browser came back
        assert answer.status_code >= 500
    else:
        assert answer.status_code == 403
        assert "vẫn nguyên" in answer.content.decode()
    assert client.get("/me").status_code == 302


def test_signing_out_ends_it(provider: IdentityProvider, client: Client, world: World) -> None:
    to_vneid_and_back(client, "/sign-in")
    assert client.post("/sign-out").status_code == 302
    assert client.get(f"/file/{BIRTH}").status_code == 302
