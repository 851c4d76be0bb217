"""A database that dies: in a module of its own, for the connection that other tests share is closed with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from tests.gateway.factories import Caller

pytestmark = pytest.mark.django_db


def test_a_dead_database_is_said_in_json(portal: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(*_args: Any, **_more: Any) -> None:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("motcua.gateway.views.rest.procedures.search", dead)
    answer = portal.get("/procedures?q=a")
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
