"""One sandbox for the tests of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from motcua_sandbox.server import SERVICES, Sandbox
from tests.sandbox.asking import Portal
from tests.sandbox.running import running


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Iterator[Sandbox]:
    """The sandbox without faults, before and after."""
    _quiet(served)
    yield served
    _quiet(served)


@pytest.fixture
def portal(sandbox: Sandbox) -> Portal:
    """A client of the national portal."""
    return Portal(sandbox)


def _quiet(sandbox: Sandbox) -> None:
    sandbox.identity.fault, sandbox.pki_down = "", False
    for name in SERVICES:
        sandbox.service(name).faults.replace([])
