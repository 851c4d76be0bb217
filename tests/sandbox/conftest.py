"""One sandbox for the tests of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from motcua_sandbox.server import SERVICES, Sandbox
from tests.sandbox.asking import HTTP, Portal
from tests.sandbox.running import running

OPEN = {"open": True, "TTHC": [{"MATTHC": "1.001193", "TENTTHC": "Đăng ký khai sinh", "MALINHVUC": "HT"}]}


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox
    HTTP.close()


@pytest.fixture
def sandbox(served: Sandbox) -> Iterator[Sandbox]:
    """The sandbox without faults, before and after."""
    _quiet(served)
    yield served
    _quiet(served)


@pytest.fixture
def portal(sandbox: Sandbox) -> Portal:
    """A client of the national portal, which is empty and lets any code of the right form pass."""
    HTTP.post(f"{sandbox.base_url}/national/_reset", json={})
    HTTP.post(f"{sandbox.base_url}/national/_catalogue", json=OPEN)
    return Portal(sandbox.base_url)


def _quiet(sandbox: Sandbox) -> None:
    sandbox.identity.fault, sandbox.pki_down = "", False
    for name in SERVICES:
        sandbox.service(name).faults.replace([])
