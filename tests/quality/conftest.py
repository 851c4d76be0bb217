"""The invented registers of the bench serve the tests too: the same people, fewer of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


@pytest.fixture(scope="session")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with base.parquet, register.parquet and truth.parquet of 12,000 people."""
    from bench.quality_data import write

    folder = tmp_path_factory.mktemp("invented")
    write(folder, people=12_000, records=16_000, seed=3)
    return folder
