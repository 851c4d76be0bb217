"""The door's own description, tried by a machine: whatever is sent, no 5xx and no answer outside the schema."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.config.wsgi import application
from tests.dossiers.factories import MORNING
from tests.gateway.factories import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = [
    ("POST", "/api/v1/token"),
    ("GET", "/api/v1/procedures"),
    ("GET", "/api/v1/procedures/{code}"),
    ("POST", "/api/v1/files"),
    ("POST", "/api/v1/dossiers"),
    ("POST", "/api/v1/dossiers/with-files"),
    ("GET", "/api/v1/dossiers/{code}"),
    ("GET", "/api/v1/dossiers/{code}/events"),
    ("GET", "/api/v1/dossiers/{code}/result"),
    ("POST", "/api/v1/webhooks"),
    ("GET", "/api/v1/webhooks"),
    ("GET", "/api/v1/webhooks/{hook_id}/deliveries"),
    ("POST", "/api/v1/webhooks/deliveries/{delivery_id}/again"),
    ("DELETE", "/api/v1/webhooks/{hook_id}"),
]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The test's transaction lives in its connection: requests must not close it, as in Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def described() -> schemathesis.BaseSchema:
    """The description as a stranger fetches it."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


def test_every_address_is_tried() -> None:
    found = [(one.ok().method.upper(), one.ok().path) for one in described().get_all_operations()]
    assert sorted(found) == sorted(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_answer_outside_the_description(portal: Caller, method: str, path: str) -> None:
    headers = {
        "Authorization": f"Bearer {portal.token}",
        "Cookie": f"{TIME_COOKIE}={sign_time(MORNING)}",
    }
    operation = described()[path][method]
    cases = st.one_of(
        operation.as_strategy(),
        operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE),
    )

    @given(case=cases)
    @settings(
        max_examples=40,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def each(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    each()
