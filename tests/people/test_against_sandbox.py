"""The relying party against the simulated VNeID, which shares no code with it: two builders, one protocol."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request

from motcua.base import clock
from motcua.base.data import SYSTEM
from motcua.people import api
from motcua_sandbox.citizens import Citizens
from motcua_sandbox.identity import FAULTS, IdentityProvider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Any, tmp_path: Path) -> Iterator[IdentityProvider]:
    made: dict[str, IdentityProvider] = {}

    @Request.application
    def app(request: Request) -> Any:
        request.environ["PATH_INFO"] = request.path.removeprefix("/vneid")
        return made["provider"](Request(request.environ))

    server = make_server("127.0.0.1", 0, app, threaded=True)
    base = f"http://127.0.0.1:{server.server_port}"
    made["provider"] = IdentityProvider(base_url=base, data_dir=tmp_path, citizens=Citizens(None), peers=())
    settings.MOTCUA_VNEID_ISSUER = f"{base}/vneid"
    settings.MOTCUA_VNEID_CLIENT_ID = "motcua"
    settings.MOTCUA_PUBLIC_URL = "http://127.0.0.1:1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made["provider"]
    server.shutdown()
    thread.join()
    server.server_close()


def walk(citizen: str = "040190000011") -> api.VerifiedClaims:
    """What a browser does between leaving and coming back."""
    at = clock.now()
    start = api.begin_sign_in("/me/", at=at)
    address, _, query = start.url.partition("?")
    params = {name: values[0] for name, values in parse_qs(query).items()}
    back = httpx.post(address, data={**params, "citizen": citizen, "level": "2"}, trust_env=False)
    assert back.status_code == 303, back.text
    answer = {name: values[0] for name, values in parse_qs(urlsplit(back.headers["location"]).query).items()}
    return api.complete_sign_in(answer, start.session, at=at + timedelta(seconds=1))


def test_a_citizen_of_the_sandbox_signs_in(provider: IdentityProvider) -> None:
    claims = walk()
    assert (claims.personal_number, claims.full_name) == ("040190000011", "Nguyễn Thị Mẫu")
    assert claims.level is api.IdentityLevel.LEVEL_2
    person = api.sign_in_with_vneid(claims=claims, by=SYSTEM, at=clock.now())
    assert api.sign_in_with_vneid(claims=walk(), by=SYSTEM, at=clock.now()).id == person.id


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "low_level"])
def test_every_fault_of_the_sandbox_is_noticed(provider: IdentityProvider, fault: str) -> None:
    start = clock.now()
    if fault == "down":
        provider.fault = fault
        with pytest.raises(api.ProviderUnavailable):
            api.begin_sign_in("/", at=start)
        return
    provider.fault = fault
    with pytest.raises((api.SignInNotTrusted, api.ProviderUnavailable)):
        walk()


def test_a_low_level_is_told_as_low(provider: IdentityProvider) -> None:
    provider.fault = "low_level"
    assert walk().level is api.IdentityLevel.LEVEL_1
