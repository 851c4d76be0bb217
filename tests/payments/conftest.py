"""A dossier that costs something, and the payment platform and the bank of the sandbox beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings

from motcua.documents.data import SIGNERS
from motcua.exchange.connectors import client, forget_circuits
from motcua_sandbox.server import Sandbox
from tests.dossiers.conftest import shared_world, world
from tests.dossiers.factories import RubberStamp
from tests.payments.playing import Outside
from tests.sandbox.running import running
from tests.ui.conftest import strict_templates

__all__ = ["shared_world", "strict_templates", "world"]


@pytest.fixture(autouse=True)
def stamp(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures are another package's matter: a stand-in signs here."""
    monkeypatch.setattr(SIGNERS, "_plugins", {"stamp": RubberStamp()})


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for all tests of paying."""
    with running(tmp_path_factory.mktemp("pay-sandbox"), peers=("http://127.0.0.1:9",)) as sandbox:
        yield sandbox
    client().close()
    client.cache_clear()


@pytest.fixture
def outside(served: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """The platform and the bank, set up as the systems outside, without faults."""
    connectors = {
        "pay": {"url": f"{served.base_url}/pay", "user": "motcua", "secret": served.setting.secret},
        "bank": {
            "url": f"{served.base_url}/bank",
            "user": "motcua",
            "secret": served.setting.secret,
            "account": "999900112233",
            "bin": "999999",
            "name": "UBND TINH (GIA LAP)",
        },
    }
    monkeypatch.setattr(django_settings, "MOTCUA_CONNECTORS", connectors)
    forget_circuits()
    played = Outside(served)
    played.quiet()
    yield played
    played.quiet()
    forget_circuits()
