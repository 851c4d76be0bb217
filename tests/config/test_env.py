"""Settings are read strictly: what cannot be understood stops the start-up with its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from motcua.config import env, secrets


@pytest.mark.parametrize(
    ("raw", "wanted"), [("1", True), ("yes", True), ("FALSE", False), ("0", False), ("", True)]
)
def test_a_flag(monkeypatch: pytest.MonkeyPatch, raw: str, wanted: bool) -> None:
    monkeypatch.setenv("MOTCUA_X", raw)
    assert env.flag("MOTCUA_X", True) is wanted


@pytest.mark.parametrize("raw", ["maybe", "2", "có"])
def test_a_flag_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("MOTCUA_X", raw)
    with pytest.raises(env.BadSetting, match="MOTCUA_X"):
        env.flag("MOTCUA_X", True)


@pytest.mark.parametrize("raw", ["-1", "70000", "8k", "٣", "1.5"])
def test_a_number_out_of_its_range_is_refused(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("MOTCUA_X", raw)
    with pytest.raises(env.BadSetting, match="MOTCUA_X"):
        env.number("MOTCUA_X", 1, low=0, high=65535)


def test_a_database_address_by_socket_and_by_host() -> None:
    by_socket = env.database("postgresql://app:p%40ss@/motcua?host=/run/pg&port=5433")
    assert (by_socket["HOST"], by_socket["PORT"], by_socket["PASSWORD"]) == ("/run/pg", "5433", "p@ss")
    by_host = env.database("postgresql://app:x@db.example:6000/motcua?sslmode=require")
    assert (by_host["HOST"], by_host["PORT"], by_host["OPTIONS"]) == (
        "db.example",
        "6000",
        {"sslmode": "require"},
    )


@pytest.mark.parametrize(
    "url", ["mysql://a@b/c", "postgresql://a@b/", "postgresql://a@b/c?surprise=1", "not an address"]
)
def test_a_database_address_that_cannot_be_understood_is_refused(url: str) -> None:
    with pytest.raises(env.BadSetting):
        env.database(url)


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secrets.json"
    made = secrets.ensure(path)
    assert secrets.ensure(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(made.payload_key)) == 32
