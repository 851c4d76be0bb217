"""X-Road's headers: checked before anything is done, answered, written down; the body's hash holds."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.base.data import SYSTEM
from motcua.gateway import api as gateway
from motcua.gateway.models import XRoadCall
from motcua.gateway.rules import xroad
from tests.dossiers.factories import MORNING
from tests.gateway.factories import CLIENT, SECRET, Caller, dossier

pytestmark = pytest.mark.django_db
WHO = "VN/GOV/NA-SYT/kham-chua-benh"


def call(portal: Caller, body: bytes = b"", path: str = "/dossiers", **headers: str) -> Any:
    """POST with X-Road headers."""
    head = {"authorization": f"Bearer {portal.token}", "x-road-client": WHO}
    head |= {f"x-road-{name.replace('_', '-')}": value for name, value in headers.items()}
    return portal.client.post(f"/api/v1{path}", body, content_type="application/json", headers=head)


def body() -> bytes:
    """A dossier as it goes over the wire."""
    return json.dumps(dossier()).encode()


def test_a_message_is_answered_under_its_names_and_written_down(portal: Caller) -> None:
    request_id, raw = str(uuid4()), body()
    answer = call(
        portal,
        raw,
        service="VN/GOV/NA-UBND/motcua/motcua",
        id="msg-1",
        request_id=request_id,
        request_hash=xroad.hash_of(raw),
        userid="EE1234",
        issue="1/CV-SYT",
        represented_party="COM/MEMBER2",
    )
    assert answer.status_code == 200, answer.content
    assert answer["X-Road-Client"] == WHO
    assert answer["X-Road-Id"] == "msg-1"
    assert answer["X-Road-Request-Id"] == request_id
    assert answer["X-Road-Request-Hash"] == xroad.hash_of(raw)
    assert "X-Road-Error" not in answer
    (row,) = XRoadCall.objects.all()
    assert (row.client_id, row.xroad_client, row.issue, row.status) == (CLIENT, WHO, "1/CV-SYT", 200)
    assert (row.user_id, row.represented_party, row.path) == ("EE1234", "COM/MEMBER2", "/api/v1/dossiers")


def test_a_body_that_changed_on_its_way_is_refused(portal: Caller) -> None:
    answer = call(portal, body() + b" ", request_hash=xroad.hash_of(body()))
    assert (answer.status_code, answer.json()["code"]) == (400, "BadRequestHash")
    assert answer["X-Road-Error"] == "Client.BadRequest"
    assert portal.get("/dossiers/G22.99-260302-0000001").status_code == 404
    (row,) = XRoadCall.objects.all()
    assert (row.status, row.error) == (400, "Client.BadRequest")


@pytest.mark.parametrize(
    "headers",
    [
        {"client": "VN"},
        {"client": "VN/GOV"},
        {"client": "VN/GOV/a/b/c"},
        {"client": "VN/GOV/../x"},
        {"client": "VN/GOV/a%2Fb/x"},
        {"client": "VN/GOV//x"},
        {"client": "VN/GOV/" + "x" * 300},
        {"client": ""},
        {"service": "VN/GOV/NA/other"},
        {"service": "motcua"},
        {"request_id": "not-a-uuid"},
        {"request_hash": "abc"},
        {"request_hash": "eA=="},
        {"userid": "x" * 300},
        {"issue": "é\x7f"},
        {"represented_party": "a/b/c"},
    ],
)
def test_headers_that_cannot_be_are_refused_before_anything_is_done(
    portal: Caller, headers: dict[str, str]
) -> None:
    answer = call(portal, body(), **headers)
    assert answer.status_code == 400, answer.content
    assert answer["X-Road-Error"] == "Client.BadHeader"
    assert answer.json()["fields"]
    assert portal.get("/dossiers/G22.99-260302-0000001").status_code == 404


def test_headers_without_a_client_are_refused(portal: Caller) -> None:
    answer = portal.client.get(
        "/api/v1/procedures?q=a", headers={"authorization": f"Bearer {portal.token}", "x-road-id": "1"}
    )
    assert answer.status_code == 400


def test_who_is_enrolled_with_an_identifier_answers_for_it(portal: Caller) -> None:
    gateway.enrol(
        by=SYSTEM,
        at=MORNING,
        client_id=CLIENT,
        name="Sở",
        scopes=tuple(gateway.Scope),
        door="national_portal",
        secret=SECRET,
        xroad="VN/GOV/OTHER/x",
    )
    answer = call(portal, body())
    assert (answer.status_code, answer["X-Road-Error"]) == (403, "Client.AccessDenied")
    with pytest.raises(gateway.BadClient):
        gateway.enrol(by=SYSTEM, at=MORNING, client_id="x", name="x", scopes=(), door="desk", xroad="not one")


def test_every_refusal_has_an_error_of_its_kind(portal: Caller) -> None:
    assert call(portal, b"{")["X-Road-Error"].startswith("Client.")
    portal.token = "wrong"
    answer = call(portal, body())
    assert (answer.status_code, answer["X-Road-Error"]) == (401, "Client.NotSignedIn")
    assert XRoadCall.objects.filter(client_id="", status=401).count() == 1


@given(st.dictionaries(st.sampled_from(xroad.HEADERS), st.text(max_size=60)))
def test_whatever_the_headers_reading_them_gives_an_envelope_or_a_bad_header(headers: dict[str, str]) -> None:
    try:
        found = xroad.read(headers)
    except xroad.BadHeader:
        assert headers
    else:
        assert (found is None) == (not headers)
