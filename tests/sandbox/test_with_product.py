"""The product's own client signs in at the sandbox, and refuses every fault that the sandbox can play."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from motcua.base import clock
from motcua.base.errors import DomainError
from motcua.people.api import begin_sign_in, complete_sign_in
from motcua_sandbox.identity import FAULTS
from motcua_sandbox.server import Sandbox

SignIn = Callable[[str], Any]


@pytest.fixture
def sign_in(sandbox: Sandbox, settings: Any) -> SignIn:
    """Sign in as the citizen with this key, the browser played by an HTTP client."""
    settings.MOTCUA_VNEID_ISSUER = f"{sandbox.base_url}/vneid"
    settings.MOTCUA_VNEID_CLIENT_ID = "motcua"
    settings.MOTCUA_PUBLIC_URL = "http://127.0.0.1:8000"

    def play(citizen: str, fault: str = "") -> Any:
        start = begin_sign_in("/me/", at=clock.now())
        asked = {name: values[0] for name, values in parse_qs(urlsplit(start.url).query).items()}
        assert httpx.get(start.url).status_code == 200
        answer = httpx.post(start.url.split("?")[0], data=asked | {"citizen": citizen})
        back = parse_qs(urlsplit(answer.headers["location"]).query)
        sandbox.identity.fault = fault
        return complete_sign_in(
            {name: values[0] for name, values in back.items()}, start.session, at=clock.now()
        )

    return play


@pytest.mark.django_db
def test_a_citizen_and_an_organisation_sign_in(sign_in: SignIn) -> None:
    who = sign_in("040190000011")
    assert (who.personal_number, who.full_name) == ("040190000011", "Nguyễn Thị Mẫu")
    assert sign_in("040085000022:2900000119") is not None


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "low_level"])
def test_every_fault_is_refused(sign_in: Any, fault: str) -> None:
    with pytest.raises(DomainError) as caught:
        sign_in("040190000011", fault)
    assert "VNeID" in caught.value.public()
