"""A short campaign holds, and each of the five planted defects is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.campaign import DEFECTS

KINDS = (
    "timeout_before", "timeout_after", "error_before", "error_after", "error_inside", "bad_json", "empty",
    "truncated", "wrong_answer", "slow", "down", "session_expired", "duplicate",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


def run(tmp_path: Path, *words: str) -> tuple[int, list[dict[str, Any]], str]:
    """The campaign as a program of its own; its exit code and its table."""
    table = tmp_path / "table.jsonl"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MOTCUA_", "DATABASE_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.campaign", "--table", str(table), *words],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "src", ROOT)))},
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )
    rows = [json.loads(line) for line in table.read_text().splitlines()] if table.exists() else []
    return done.returncode, rows, done.stdout + done.stderr


@pytest.mark.slow
def test_nothing_is_lost_doubled_reordered_or_invented(tmp_path: Path) -> None:
    status, rows, told = run(tmp_path, "--seeds", "1-5", "--dossiers", "500")
    assert status == 0, told
    assert [row["dossiers"] for row in rows] == [500] * 5
    for row in rows:
        assert all(row["kinds"].get(kind) for kind in KINDS), f"a fault never struck: {row['kinds']}"
    assert {kind for row in rows for kind in row["stood"]} == {"clock_skew", "reorder"}
    assert all("0" not in row["kills"].split("+") for row in rows)
    status, rows, told = run(tmp_path, "--seeds", "1-5", "--dossiers", "500")
    assert (status, len(rows)) == (0, 5), "a seed that is in the table is not run again"


@pytest.mark.slow
def test_each_planted_defect_is_found_and_nothing_without_one(tmp_path: Path) -> None:
    status, rows, told = run(tmp_path, "--seeds", "3", "--dossiers", "8", "--defects")
    assert status == 0, told
    assert {row["defect"]: row["good"] for row in rows} == {"": True} | dict.fromkeys(DEFECTS, False), told
