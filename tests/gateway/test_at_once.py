"""The same request from many sides at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from motcua.base.data import SYSTEM
from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.gateway import api as gateway
from tests.dossiers.factories import CENTRE, MORNING, build_world
from tests.gateway.factories import CLIENT, SECRET, Caller, dossier


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_the_same_dossier_from_eight_threads_is_one(db: None) -> None:
    """A portal that lost the answer sends again while the first is still at work."""
    build_world()
    gateway.enrol(
        by=SYSTEM,
        at=MORNING,
        client_id=CLIENT,
        name="Cổng",
        scopes=tuple(gateway.Scope),
        door="national_portal",
        secret=SECRET,
    )

    def send(_number: int) -> Any:
        try:
            client = Client()
            client.cookies[TIME_COOKIE] = sign_time(MORNING)
            return Caller(client, CLIENT).post("/dossiers", dossier(receiving_agency=CENTRE))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert [a.status_code for a in answers] == [200] * 8
    assert len({a.json()["code"] for a in answers}) == 1
    assert sum(a.json()["created"] for a in answers) == 1
