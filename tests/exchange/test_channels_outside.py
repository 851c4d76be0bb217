"""Messages all the way: from the ledger's entry to the simulated gateways, and their reports back."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from motcua.exchange.channels.mail import MailChannel
from motcua.exchange.connectors import forget_circuits
from motcua.ledger import api as ledger
from motcua.notices import api as notices
from motcua.notices.data import ChannelId, channels
from motcua.notices.models import Message
from motcua_sandbox.server import Sandbox
from tests.dossiers.conftest import shared_world, world
from tests.dossiers.factories import MORNING, World, receive

__all__ = ["shared_world", "world"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SENDER = "tin@motcua.invalid"


@pytest.fixture
def outside(served: tuple[Sandbox, Any], settings: Any) -> Iterator[str]:
    """The sandbox as the settings of a demo name it."""
    sandbox, _keys = served
    port = sandbox.setting.ports["mail"]
    settings.MOTCUA_CONNECTORS = {
        "sms": {"url": f"{sandbox.base_url}/sms", "user": "motcua", "secret": sandbox.setting.secret},
        "mail": {
            "url": f"smtp://127.0.0.1:{port}",
            "sender": SENDER,
            "box": f"{sandbox.base_url}/mail/box",
        },
    }
    forget_circuits()
    yield sandbox.base_url
    faults(sandbox.base_url, "sms")
    faults(sandbox.base_url, "mail")
    forget_circuits()


def faults(base: str, service: str, *kinds: dict[str, Any]) -> None:
    """Switch faults on, all others off."""
    body = json.dumps({"faults": list(kinds)}).encode()
    request = urllib.request.Request(
        f"{base}/{service}/_faults", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=5):
        pass


def told(world: World, *, phone: str, email: str) -> None:
    """An accepted dossier of somebody who wrote where to reach them."""
    applicant = world.party(person_id=None, personal_number="", phone=phone, email=email)
    filed = receive(world, applicant=applicant)
    entries = ledger.entries(ledger.Subject(kind="dossier", id=str(filed.dossier_id)))
    notices.plan_entries(entries, at=MORNING)


def key(channel: ChannelId) -> str:
    """The key of the one message on a channel."""
    return str(Message.objects.get(channel=channel).id)


def send(at: datetime = MORNING) -> None:
    """Both outside channels."""
    for channel in (ChannelId.SMS, ChannelId.MAIL):
        while notices.send_due(channel, at=at):
            pass


def settle(channel: ChannelId, wanted: str) -> str:
    """Ask for reports until the state is there, or give up after five seconds."""
    until, at = time.monotonic() + 5, MORNING
    state = ""
    while time.monotonic() < until:
        at += timedelta(minutes=2)
        Message.objects.filter(channel=channel, state="sent").update(ask_at=at)
        notices.ask_reports(channel, at=at)
        state = Message.objects.get(channel=channel).state
        if state == wanted:
            break
        time.sleep(0.1)
    return state


def held(base: str, service: str) -> str:
    """What the service holds."""
    with urllib.request.urlopen(f"{base}/{service}/_held?after=0", timeout=5) as answer:
        return str(answer.read().decode())


def test_both_arrive_and_the_report_of_the_text_message_comes_back(outside: str, world: World) -> None:
    told(world, phone="0912345678", email="hoa@example.com")
    send()
    assert held(outside, "sms").count(key(ChannelId.SMS)) == 1
    assert f"<{key(ChannelId.MAIL)}@motcua.invalid>" in held(outside, "mail")
    assert settle(ChannelId.SMS, "delivered") == "delivered"


def test_a_number_that_does_not_exist_and_a_mail_that_bounces_become_dead_letters(
    outside: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(channels._plugins, "mail", MailChannel())
    told(world, phone="0912345003", email="bounce-me@example.com")
    send()
    assert settle(ChannelId.SMS, "dead") == "dead"
    assert settle(ChannelId.MAIL, "dead") == "dead"
    whys = {one.channel: one.why for one in notices.dead_letters()}
    assert whys[ChannelId.SMS] == "không có số này"
    assert "thư bị trả lại" in whys[ChannelId.MAIL]


def test_an_answer_lost_on_the_way_makes_no_second_text_message(outside: str, world: World) -> None:
    faults(outside, "sms", {"kind": "error_after", "limit": 5, "status": 502})
    told(world, phone="0912345678", email="")
    send()
    faults(outside, "sms")
    forget_circuits()
    send(MORNING + timedelta(minutes=10))
    assert held(outside, "sms").count(key(ChannelId.SMS)) == 1
    assert Message.objects.get(channel=ChannelId.SMS).state in ("sent", "delivered")


def test_a_mailbox_that_is_refused_at_once(outside: str, world: World) -> None:
    told(world, phone="", email="unknown-1@example.com")
    send()
    (dead,) = notices.dead_letters()
    assert dead.why.startswith("550")
    assert "unknown-1" not in dead.why
