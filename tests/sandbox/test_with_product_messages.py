"""The product's channels against the sandbox: whatever goes wrong, a text goes out once and a bounce comes home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from motcua.base.clock import VN
from motcua.exchange.channels.mail import MailChannel
from motcua.exchange.channels.sms import SmsChannel
from motcua.exchange.connectors import forget_circuits
from motcua.exchange.connectors.http import close
from motcua.notices.data import Outgoing, TryLater, Undeliverable
from motcua_sandbox.server import Sandbox
from motcua_sandbox.services import TEST_SECRET, USER

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, 0, tzinfo=VN)


@pytest.fixture(autouse=True)
def outside(sandbox: Sandbox, settings: Any) -> Iterator[Sandbox]:
    """The sandbox is what the settings name."""
    forget_circuits()
    sender = f"{uuid4().hex}@motcua.invalid"
    mail_port = sandbox.setting.ports["mail"]
    settings.MOTCUA_CONNECTORS = {
        "sms": {"url": f"{sandbox.base_url}/sms", "user": USER, "secret": TEST_SECRET},
        "mail": {
            "url": f"smtp://127.0.0.1:{mail_port}",
            "sender": sender,
            "box": f"{sandbox.base_url}/mail/box",
        },
    }
    yield sandbox
    forget_circuits()
    close()


def message(to: str) -> Outgoing:
    return Outgoing(
        key=str(uuid4()), to=to, subject="Hồ sơ đã có kết quả", body="Mời bạn xem.", language="vi"
    )


def texts(sandbox: Sandbox, key: str) -> int:
    row = sandbox.service("sms").store.row("SELECT count(*) FROM message WHERE ref = ?", (key,))
    return int(row[0]) if row else 0


@pytest.mark.parametrize(
    "kind", ["timeout_after", "error_after", "empty", "bad_json", "truncated", "wrong_answer"]
)
def test_a_text_whose_answer_was_lost_goes_out_once(sandbox: Sandbox, kind: str) -> None:
    options = {"ms": 50} if kind == "timeout_after" else {}
    sandbox.service("sms").faults.replace([{"kind": kind, "limit": 1} | options])
    told = message("0912345678")
    for _ in range(4):
        try:
            assert SmsChannel().send(told, at=AT).ref.startswith("SMS")
            break
        except TryLater:
            forget_circuits()
    else:
        pytest.fail("never accepted")
    assert texts(sandbox, told.key) == 1


def test_a_wrong_number_is_told_at_once(sandbox: Sandbox) -> None:
    told = message("12345")
    with pytest.raises(Undeliverable):
        SmsChannel().send(told, at=AT)
    assert texts(sandbox, told.key) == 0


def test_a_bounce_comes_home(sandbox: Sandbox) -> None:
    channel, told = MailChannel(), message("bounce@example.vn")
    channel.send(told, at=AT)
    [report] = channel.report([told.key], at=AT)
    assert (report.key, report.delivered) == (told.key, False)
    assert channel.report([told.key], at=AT) == []


def test_greylisted_then_sent(sandbox: Sandbox) -> None:
    sandbox.service("mail").faults.replace([{"kind": "greylist", "seconds": 0}])
    told = message(f"{uuid4().hex}@example.vn")
    with pytest.raises(TryLater):
        MailChannel().send(told, at=AT)
    assert MailChannel().send(told, at=AT).ref
    store = sandbox.service("mail").store
    assert len(store.rows("SELECT 1 FROM box WHERE address = ?", (told.to,))) == 1


def test_nobody_there(sandbox: Sandbox) -> None:
    with pytest.raises(Undeliverable):
        MailChannel().send(message("unknown@example.vn"), at=AT)
