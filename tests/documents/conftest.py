"""A certification authority for the tests, and keys that are made once for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motcua_sandbox.server import Sandbox
from tests.sandbox.running import running


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Path]]:
    with running(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox, tmp_path_factory.mktemp("keys")


@pytest.fixture
def authority(served: tuple[Sandbox, Path], settings: Any) -> Iterator[Sandbox]:
    """Signing works in this test."""
    sandbox, keys = served
    settings.MOTCUA_SANDBOX_URL = sandbox.base_url
    settings.MOTCUA_KEYS_DIR = keys
    settings.MOTCUA_PUBLIC_URL = "https://motcua.example.vn"
    sandbox.pki_down = False
    yield sandbox
    sandbox.pki_down = False
