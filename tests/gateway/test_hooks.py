"""Webhooks: signed, in order, once, tried again; a receiver that hangs, refuses or lies hurts nobody else."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest

from motcua.dossiers import api as dossiers
from motcua.gateway import api as gateway
from motcua.gateway.actions import telling
from motcua.gateway.models import Delivery, Hook
from motcua.gateway.rules import hooks as rules
from motcua.ledger import api as ledger
from tests.dossiers.factories import MORNING, World
from tests.gateway.factories import Caller, dossier


class Receiver(ThreadingHTTPServer):
    """Another system's address: remembers what it is told and answers as the test says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status, self.hang, self.to, self.drips = 200, 0.0, "", False

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}/hook?x=1"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))
        time.sleep(self.server.hang)
        self.send_response(self.server.status)
        if self.server.to:
            self.send_header("Location", self.server.to)
        self.send_header("Content-Length", "10000" if self.server.drips else "0")
        self.end_headers()
        try:
            while self.server.drips:
                self.wfile.write(b".")
                time.sleep(0.05)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def receivers() -> Iterator[tuple[Receiver, Receiver]]:
    """Two addresses."""
    made = (Receiver(), Receiver())
    for one in made:
        threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield made
    for one in made:
        one.shutdown()
        one.server_close()


def subscribe(caller: Caller, url: str, *events: str) -> dict[str, Any]:
    """POST /webhooks."""
    answer = caller.post("/webhooks", {"url": url, "events": list(events or rules.EVENTS)})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def happen(world: World, caller: Caller, code: str = "G1-1") -> UUID:
    """A dossier is handed in and accepted; subscribers' messages are planned."""
    ours = caller.post("/dossiers", dossier(outside_code=code)).json()["code"]
    found = dossiers.get_by_code(by=world.reception, at=MORNING, code=ours).card.id
    dossiers.accept(by=world.reception, at=MORNING + timedelta(minutes=5), dossier_id=found)
    plan(found)
    return found


def plan(dossier_id: UUID) -> None:
    """What the consumer does."""
    gateway.plan_deliveries(ledger.entries(ledger.Subject(kind="dossier", id=str(dossier_id))), at=MORNING)


def run(at: datetime = MORNING, *, seconds: float = 5.0, teller: gateway.Teller | None = None) -> None:
    """Tell until nothing may be told at `at`."""
    teller = teller or gateway.Teller(seconds=seconds)
    while teller.turn(at=at) or teller.busy:
        pass


@pytest.mark.django_db
def test_a_subscriber_is_told_in_order_signed_and_without_personal_data(
    portal: Caller, world: World, receivers: tuple[Receiver, Receiver]
) -> None:
    here = receivers[0]
    made = subscribe(portal, here.url)
    happen(world, portal)
    run()
    assert [json.loads(body)["type"] for _, body in here.heard] == ["dossier.taken_in", "dossier.accepted"]
    for headers, body in here.heard:
        sent = int(headers["X-Motcua-Timestamp"])
        check = {"said": headers["X-Motcua-Signature"], "at": sent, "body": body}
        assert rules.is_genuine(made["secret"], now=sent + 10, **check)
        assert not rules.is_genuine(made["secret"], now=sent + 301, **check)
        assert not rules.is_genuine("whsec_other", now=sent, **check)
        assert not rules.is_genuine(made["secret"], now=sent, **{**check, "body": body + b" "})
        assert not rules.is_genuine(made["secret"], now=sent, **{**check, "at": sent + 1})
        assert "Hoa" not in body.decode()
        assert "040190000112" not in body.decode()
    told = json.loads(here.heard[1][1])
    assert (told["outside_code"], told["state"], told["seq"]) == ("G1-1", 2, 2)
    shown = portal.get(f"/webhooks/{made['id']}/deliveries").json()
    assert {one["state"] for one in shown} == {"delivered"}
    (listed,) = portal.get("/webhooks").json()
    assert listed["secret"] is None


@pytest.mark.django_db
def test_read_again_nothing_is_told_again_and_others_hear_nothing(
    portal: Caller, other: Caller, world: World, receivers: tuple[Receiver, Receiver]
) -> None:
    subscribe(portal, receivers[0].url)
    subscribe(other, receivers[1].url)
    found = happen(world, portal)
    plan(found)
    run()
    plan(found)
    run()
    assert (len(receivers[0].heard), len(receivers[1].heard)) == (2, 0)


@pytest.mark.django_db
def test_only_what_was_asked_for(portal: Caller, world: World, receivers: tuple[Receiver, Receiver]) -> None:
    subscribe(portal, receivers[0].url, "dossier.accepted")
    happen(world, portal)
    run()
    assert [json.loads(body)["type"] for _, body in receivers[0].heard] == ["dossier.accepted"]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [500, 404, 302, 429])
def test_a_refusal_is_tried_again_later_and_later_and_in_order(
    portal: Caller, world: World, receivers: tuple[Receiver, Receiver], status: int
) -> None:
    here, there = receivers
    here.status, here.to = status, there.url
    made = subscribe(portal, here.url)
    happen(world, portal)
    run()
    run(MORNING + timedelta(seconds=1))
    assert len(here.heard) == 1  # it rests
    assert not there.heard  # nobody is sent elsewhere
    run(MORNING + timedelta(seconds=6))
    assert len(here.heard) == 2
    here.status = 200
    run(MORNING + timedelta(minutes=5))
    run(MORNING + timedelta(minutes=6))
    kinds = [json.loads(body)["type"] for _, body in here.heard]
    assert kinds == ["dossier.taken_in"] * 3 + ["dossier.accepted"]
    keys = {headers["X-Motcua-Delivery"] for headers, body in here.heard if b"taken_in" in body}
    assert len(keys) == 1  # the receiver knows a repeated one by it
    assert Hook.objects.get(id=made["id"]).failures == 0


@pytest.mark.django_db
def test_who_never_answers_is_given_up_and_may_be_told_again(
    portal: Caller, other: Caller, world: World, receivers: tuple[Receiver, Receiver]
) -> None:
    here = receivers[0]
    here.status = 500
    made = subscribe(portal, here.url, "dossier.accepted")
    happen(world, portal)
    at = MORNING
    for _ in range(rules.MOST_TRIES + 2):
        run(at)
        at += rules.LONGEST_PAUSE
    assert len(here.heard) == rules.MOST_TRIES
    (dead,) = portal.get(f"/webhooks/{made['id']}/deliveries").json()
    assert (dead["state"], dead["status"]) == ("dead", 500)
    here.status = 200
    assert other.post(f"/webhooks/deliveries/{dead['id']}/again", {}).status_code == 404
    assert other.get(f"/webhooks/{made['id']}/deliveries").status_code == 404
    assert portal.post(f"/webhooks/deliveries/{dead['id']}/again", {}).status_code == 200
    run(at)
    assert Delivery.objects.get(id=dead["id"]).state == "delivered"


@pytest.mark.django_db
def test_one_that_hangs_holds_up_nobody_but_itself(
    portal: Caller, other: Caller, world: World, receivers: tuple[Receiver, Receiver]
) -> None:
    slow, quick = receivers
    slow.hang = 3.0
    subscribe(portal, slow.url)
    subscribe(other, quick.url)
    happen(world, portal)
    for number in range(3):
        happen(world, other, f"G2-{number}")
    teller = gateway.Teller(seconds=1.0)
    began = time.monotonic()
    while len(quick.heard) < 6 and time.monotonic() - began < 120:
        teller.turn(at=MORNING)
    assert len(quick.heard) == 6
    assert teller.busy or len(slow.heard) == 1
    run(teller=teller)
    assert Hook.objects.get(url=slow.url).failures == 1


@pytest.mark.django_db
def test_one_that_drips_its_answer_is_left(
    portal: Caller, world: World, receivers: tuple[Receiver, Receiver]
) -> None:
    receivers[0].drips = True
    subscribe(portal, receivers[0].url, "dossier.accepted")
    happen(world, portal)
    run(seconds=0.5)
    receivers[0].drips = False
    (row,) = Delivery.objects.all()
    assert (row.state, row.status) == ("queued", None)
    assert Hook.objects.get().failures == 1


@pytest.mark.django_db
def test_who_dies_while_telling_tells_again_under_the_same_id(
    portal: Caller, world: World, receivers: tuple[Receiver, Receiver]
) -> None:
    subscribe(portal, receivers[0].url, "dossier.accepted")
    happen(world, portal)
    assert len(telling._taken(5, at=MORNING)) == 1  # taken, and then the process died
    assert telling._taken(5, at=MORNING + timedelta(seconds=30)) == []
    run(MORNING + telling.LEASE)
    assert len(receivers[0].heard) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/x",
        "https://user:pw@example.com/",
        "https://10.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://intranet/",
        "https://example.com/#x",
        "https://exa mple.com/",
        "https://example.com:0/",
        "https://example.com\\@evil.example/",
        "https://ví-dụ.vn/",
        "file:///etc/passwd",
        "https://",
    ],
)
def test_an_address_that_may_not_be_told_is_refused(portal: Caller, url: str) -> None:
    answer = portal.post("/webhooks", {"url": url, "events": ["dossier.accepted"]})
    assert answer.status_code == 422, answer.content
    assert not Hook.objects.exists()


@pytest.mark.django_db
def test_loopback_is_for_the_demo_only(portal: Caller, settings: Any) -> None:
    settings.MOTCUA_DEMO = False
    for url in ("http://127.0.0.1:9/", "https://localhost/", "http://[::1]/"):
        assert portal.post("/webhooks", {"url": url, "events": ["dossier.accepted"]}).status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "169.254.169.254", "127.0.0.1", "::1", "fd00::1", "::ffff:10.0.0.1", "0.0.0.0", "224.0.0.1"],
)
def test_a_name_that_leads_inside_is_not_followed(
    portal: Caller, world: World, monkeypatch: pytest.MonkeyPatch, settings: Any, address: str
) -> None:
    """The name is looked up when the message leaves; what was fine at subscribing may lead inside by then."""
    subscribe(portal, "https://hooks.example.com/x", "dossier.accepted")
    happen(world, portal)
    settings.MOTCUA_DEMO = False
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_a, **_k: [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", (address, 443))],
    )
    run()
    (row,) = Delivery.objects.all()
    assert row.status is None
    assert "not told" in row.why


@pytest.mark.django_db
def test_subscriptions_are_bounded_and_end(portal: Caller, other: Caller, world: World) -> None:
    made = [subscribe(portal, f"http://127.0.0.1:9/{n}") for n in range(10)]
    wanted = {"events": ["dossier.accepted"]}
    assert portal.post("/webhooks", {"url": "http://127.0.0.1:9/more", **wanted}).status_code == 422
    assert portal.post("/webhooks", {"url": "http://127.0.0.1:9/1", **wanted}).status_code == 422
    for body in (
        {"url": "http://127.0.0.1:9/z", "events": []},
        {"url": "http://127.0.0.1:9/z", "events": ["x"]},
    ):
        assert portal.post("/webhooks", body).status_code == 422
    happen(world, portal)
    first = f"/api/v1/webhooks/{made[0]['id']}"
    assert other.client.delete(first, headers={"authorization": f"Bearer {other.token}"}).status_code == 404
    mine = {"authorization": f"Bearer {portal.token}"}
    assert portal.client.delete(first, headers=mine).status_code == 200
    assert portal.client.delete(first, headers=mine).status_code == 404
    assert set(Delivery.objects.filter(hook_id=made[0]["id"]).values_list("state", flat=True)) == {"dead"}
    assert len(portal.get("/webhooks").json()) == 9


@pytest.mark.parametrize("tries", range(1, rules.MOST_TRIES))
def test_pauses_grow_and_end(tries: int) -> None:
    pause, following = rules.pause_after(tries), rules.pause_after(tries + 1)
    assert pause is not None
    assert following is None or following >= pause
    assert pause <= rules.LONGEST_PAUSE
