"""One sandbox for the tests of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from motcua_sandbox.server import Sandbox
from tests.sandbox.running import running


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Iterator[Sandbox]:
    """The sandbox without faults, before and after."""
    served.identity.fault, served.pki_down = "", False
    yield served
    served.identity.fault, served.pki_down = "", False
