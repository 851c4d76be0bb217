"""The addresses of the systems outside come from the environment, over the demo's defaults."""

from __future__ import annotations

import pytest

from motcua.config import env


def test_a_real_endpoint_is_a_setting_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_CONNECTOR_NATIONAL_URL", "https://national.example.vn")
    found = env.connectors({"national": {"url": "http://sandbox", "user": "motcua"}})
    assert found == {"national": {"url": "https://national.example.vn", "user": "motcua"}}


def test_a_setting_of_another_form_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_CONNECTOR_NATIONAL", "https://national.example.vn")
    with pytest.raises(env.BadSetting):
        env.connectors({})
