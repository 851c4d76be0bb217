"""One dossier paid through the platform's own page, end to end: page, redirect, pay, callback, dossier, receipt."""

from __future__ import annotations

import re
import time
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.test import Client

from motcua.config.middleware import TIME_COOKIE, sign_time
from motcua.dossiers import api as dossiers
from motcua.fees import api as fees
from motcua.ledger.api import Subject, entries
from tests.dossiers.factories import build_world
from tests.payments.playing import COST, LATER, Outside, owing, state_of
from tests.portal.factories import sign_in


@pytest.mark.django_db(transaction=True)
def test_paid_on_the_platforms_page(live_server: Any, client: Client, outside: Outside) -> None:
    """The citizen's browser does all of it; the dossier goes on once, with one receipt, counted as paid online."""
    world = build_world()
    dossier_id, demand = owing(world)
    assert demand is not None
    outside.partner(f"{live_server.url}/payments")
    client.cookies[TIME_COOKIE] = sign_time(LATER)
    sign_in(client, world.mother, "Nguyễn Thị Hoa")
    page = client.get(f"/dossier/{dossier_id}/pay")
    assert page.status_code == 200
    text = page.content.decode()
    assert "8.000 đ" in text
    assert "chưa nộp" in text

    gone = client.post(f"/dossier/{dossier_id}/pay", {"way": "platform"})
    assert gone.status_code == 302
    checkout = gone["Location"]
    assert checkout.startswith(f"{outside.base}/pay/checkout/")
    shown = httpx.get(checkout)
    assert shown.status_code == 200
    back = httpx.post(checkout, data={"act": "pay", "bank": "BIDV"})
    assert back.status_code == 303
    where = back.headers["Location"]
    assert re.fullmatch(rf"{live_server.url}/payments/return\?MaThamChieu=MC\w+", where)
    returned = client.get(where.removeprefix(live_server.url))
    assert returned["Location"] == f"/dossier/{dossier_id}/pay"

    _wait_until_noted(demand.id, dossier_id)
    paid = fees.payment(demand.id)
    assert (paid.state, paid.method, paid.amount) == (
        fees.PaymentState.PAID,
        fees.PaymentMethod.NATIONAL_PLATFORM,
        COST,
    )
    assert state_of(world, dossier_id) is dossiers.State.ACCEPTED
    noted = [
        one
        for one in entries(Subject(kind="dossier", id=str(dossier_id)))
        if one.kind == "dossier.payment_recorded"
    ]
    assert len(noted) == 1
    assert (noted[0].payload or {})["online"] is True
    text = client.get(f"/dossier/{dossier_id}/pay").content.decode()
    assert "đã nộp" in text
    assert paid.receipt_number in text
    pdf = client.get(f"/dossier/{dossier_id}/pay/{demand.id}/receipt.pdf")
    assert b"".join(pdf).startswith(b"%PDF-")


def _wait_until_noted(payment_id: UUID, dossier_id: UUID) -> None:
    """The callback settles the payment first and tells the dossier after: two commits of the server's own thread."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        paid = fees.payment(payment_id).state is fees.PaymentState.PAID
        subject = Subject(kind="dossier", id=str(dossier_id))
        if paid and any(one.kind == "dossier.payment_recorded" for one in entries(subject)):
            return
        time.sleep(0.1)
    raise AssertionError("the callback never came")
