"""A small world of dossiers, and a national portal of the sandbox beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from motcua.exchange import connectors
from motcua.exchange.connectors import calls, http
from motcua.exchange.models import PortalProcedure
from motcua.exchange.national import client
from motcua_sandbox.server import Sandbox
from tests.dossiers.conftest import shared_world, stamp, world
from tests.dossiers.factories import CERTIFY, COPIES, JUSTICE_PAPER, MORNING, PAIR, QUICK, World
from tests.exchange.national.factories import Portal
from tests.sandbox.running import running

__all__ = ["shared_world", "stamp", "world"]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("national")) as found:
        yield found


@pytest.fixture
def portal(
    sandbox: Sandbox, world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Portal]:
    """The portal, empty; our settings lead to it, and its list of procedures was read."""
    settings.MOTCUA_CONNECTORS = {
        "national": {"url": f"{sandbox.base_url}/national", "user": "motcua", "secret": "sandbox-test-secret"}
    }
    settings.MOTCUA_PUBLIC_URL = "https://motcua.example.vn"
    monkeypatch.setattr(client, "TIMEOUT", 2.0)
    monkeypatch.setattr(calls, "FIRST_PAUSE", 0.01)
    connectors.forget_circuits()
    client.forget_session()
    for code in (CERTIFY, QUICK, JUSTICE_PAPER, COPIES, PAIR):
        PortalProcedure.objects.create(
            code=code, name="Thủ tục", field_code="G15-HT", field_name="Hộ tịch", read_at=MORNING
        )
    found = Portal(f"{sandbox.base_url}/national")
    found.reset()
    yield found
    found.faults()
    found.close()
    client.forget_session()
    connectors.forget_circuits()
    http.close()
