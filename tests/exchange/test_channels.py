"""The channels against servers that refuse, hang up, lie and lose answers: what may be tried again, and what not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from email import message_from_string, policy
from typing import Any

import pytest

from motcua.base.clock import VN
from motcua.exchange.channels.mail import MailChannel, MailConnector, read_report
from motcua.exchange.channels.sms import SmsChannel, SmsConnector
from motcua.exchange.connectors import forget_circuits
from motcua.exchange.models import ConnectorCall
from motcua.notices.data import Outgoing, TryLater, Undeliverable, channels
from tests.exchange.wires import Gateway, MailServer, running

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=VN)
KEY = "4b3c9a52-6d0c-4d0f-9a53-0d6a5b2c1e10"
MAIL = Outgoing(
    key=KEY, to="hoa@example.com", subject="Hồ sơ H41 đã có kết quả", body="Mời bạn xem.", language="vi"
)
SMS = Outgoing(key=KEY, to="0912345678", subject="", body="Mot cua: da co ket qua.", language="vi")


@pytest.fixture(autouse=True)
def closed_circuits() -> Iterator[None]:
    """No test feels another's outage."""
    forget_circuits()
    yield
    forget_circuits()


@pytest.fixture
def mail(settings: Any) -> Iterator[MailServer]:
    """A mail server that the settings name."""
    server = MailServer()
    settings.MOTCUA_CONNECTORS = {"mail": {"url": server.url, "sender": "tin@motcua.invalid"}}
    with running(server):
        yield server


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    """An SMS gateway, also the mailbox of reports."""
    server = Gateway()
    settings.MOTCUA_CONNECTORS = {
        "sms": {"url": server.url, "user": "motcua", "secret": "s3cret"},
        "mail": {"url": "smtp://127.0.0.1:9", "sender": "tin@motcua.invalid", "box": f"{server.url}/box"},
    }
    with running(server):
        yield server


def test_the_channels_are_installed() -> None:
    assert [name for name, _ in channels.all()] == ["inbox", "mail", "sms"]


def test_a_mail_arrives_whole_and_is_the_same_mail_when_tried_again(mail: MailServer) -> None:
    first = MailChannel().send(MAIL, at=AT)
    second = MailChannel().send(MAIL, at=AT)
    assert first.ref == second.ref == f"<{KEY}@motcua.invalid>"
    assert not first.final
    got = [message_from_string(raw, policy=policy.default) for raw in mail.mails]
    assert {one["Message-ID"] for one in got} == {first.ref}
    assert got[0]["Subject"] == MAIL.subject
    assert got[0].get_content().strip() == MAIL.body
    assert (got[0]["To"], got[0]["Auto-Submitted"]) == ("hoa@example.com", "auto-generated")
    said = " ".join(ConnectorCall.objects.values_list("said", flat=True))
    assert "hoa@" not in said


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        ({"RCPT": "550 5.1.1 no such user"}, Undeliverable),
        ({"RCPT": "452 mailbox full"}, TryLater),
        ({"RCPT": "451 greylisted"}, TryLater),
        ({".": "554 refused"}, Undeliverable),
        ({".": "452 disk"}, TryLater),
        ({".": None}, TryLater),  # kept, and the answer lost
        ({"DATA": None}, TryLater),
        ({"MAIL": "421 busy"}, TryLater),
        ({"HELLO": None}, TryLater),
        ({"HELLO": "554 not today"}, TryLater),
    ],
)
def test_what_a_mail_server_may_say(
    mail: MailServer, answers: dict[str, str | None], trouble: type[Exception]
) -> None:
    mail.answers = answers
    with pytest.raises(trouble):
        MailChannel().send(MAIL, at=AT)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "a\r\nBcc: all@example.com"},
        {"to": "hoa@example.com\r\nBcc: all@example.com"},
        {"to": "hoa@example.com, all@example.com"},
        {"to": "không phải thư"},
    ],
)
def test_a_head_that_would_break_is_not_sent(mail: MailServer, changes: dict[str, str]) -> None:
    hostile = Outgoing(
        **{"key": KEY, "to": MAIL.to, "subject": "x", "body": "y", "language": "vi", **changes}
    )
    with pytest.raises(Undeliverable):
        MailChannel().send(hostile, at=AT)
    assert not mail.mails


def test_nobody_there(settings: Any) -> None:
    settings.MOTCUA_CONNECTORS = {}
    with pytest.raises(TryLater):
        MailChannel().send(MAIL, at=AT)
    with pytest.raises(TryLater):
        SmsChannel().send(SMS, at=AT)
    assert MailConnector().check_config() == ["MOTCUA_CONNECTOR_MAIL_URL"]
    assert SmsConnector().check_config() == ["MOTCUA_CONNECTOR_SMS_URL"]
    settings.MOTCUA_CONNECTORS = {"mail": {"url": "smtp://127.0.0.1:9"}}
    assert MailConnector().check_config() == []
    with pytest.raises(TryLater):
        MailChannel().send(MAIL, at=AT)


def test_a_text_message_goes_under_our_key(gateway: Gateway) -> None:
    assert SmsChannel().send(SMS, at=AT).ref == "M1"
    ((path, headers, said),) = gateway.asked
    assert path == "/send"
    assert headers["Authorization"].startswith("Basic ")
    assert said == {
        "MaThamChieu": KEY,
        "SoDienThoai": "0912345678",
        "NoiDung": SMS.body,
        "BrandName": "MOTCUA",
    }
    (row,) = ConnectorCall.objects.all()
    assert "0912345678" not in row.said
    assert "s3cret" not in row.said + row.answered


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        ((200, {"error_code": "1"}), Undeliverable),
        ((200, {"error_code": "3"}), Undeliverable),
        ((200, {"error_code": "4"}), TryLater),  # our brand: nothing is wrong with the message
        ((200, {"error_code": "5"}), TryLater),
        ((200, {"error_code": "-1"}), TryLater),
        ((200, {"status": "OK"}), TryLater),
        ((200, []), TryLater),
        ((200, b"<html>"), TryLater),
        ((200, b""), TryLater),
        ((401, {"error_code": "0"}), TryLater),
        ((503, {"error_code": "0"}), TryLater),
    ],
)
def test_what_a_gateway_may_say(gateway: Gateway, reply: Any, trouble: type[Exception]) -> None:
    gateway.replies = [reply]
    with pytest.raises(trouble):
        SmsChannel().send(SMS, at=AT)


def test_a_lost_answer_is_asked_for_again_under_the_same_key(gateway: Gateway) -> None:
    gateway.replies = [(502, {}), (200, {"error_code": "0", "MaTinNhan": "M7"})]
    assert SmsChannel().send(SMS, at=AT).ref == "M7"
    assert [said["MaThamChieu"] for _path, _headers, said in gateway.asked] == [KEY, KEY]


@pytest.mark.parametrize(
    ("state", "found"),
    [("delivered", [True]), ("failed", [False]), ("queued", []), ("sent", []), ("gone", [])],
)
def test_reports_of_text_messages(gateway: Gateway, state: str, found: list[bool]) -> None:
    gateway.replies = [(200, {"TrangThai": state, "MaLyDo": "absent", "ThoiDiem": "20260302090000"})]
    reports = SmsChannel().report([KEY], at=AT)
    assert [one.delivered for one in reports] == found
    assert all(one.key == KEY for one in reports)


def bounce(*, action: str = "failed", message_id: str = f"<{KEY}@motcua.invalid>") -> str:
    """A delivery report as RFC 3464 writes it."""
    return (
        "From: MAILER-DAEMON@example.com\nTo: tin@motcua.invalid\nSubject: Undelivered\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nNot delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; example.com\n\n"
        f"Final-Recipient: rfc822; hoa@example.com\nAction: {action}\nStatus: 5.1.1\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nFrom: tin@motcua.invalid\nMessage-ID: {message_id}\n"
        "--b--\n"
    )


def test_a_mail_that_came_back_is_known_by_its_message_id() -> None:
    report = read_report(bounce(), at=AT)
    assert report is not None
    assert (report.key, report.delivered) == (KEY, False)
    assert "5.1.1" in report.why
    good = read_report(bounce(action="delivered"), at=AT)
    assert good is not None
    assert good.delivered
    for other in (
        bounce(action="delayed"),
        bounce(message_id=f"<{KEY}@elsewhere.example>"),
        bounce(message_id=""),
        "Subject: hello\n\nAction: failed",
        "",
        "\x00\xff",
        'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n--b--',
    ):
        assert read_report(other, at=AT) is None


def test_the_mailbox_is_read_on_from_where_it_was(gateway: Gateway) -> None:
    lines = [
        json.dumps({"id": 7, "raw": bounce()}),
        "rubbish",
        "[]",
        json.dumps({"id": 9, "raw": "Subject: x\n\n"}),
    ]
    gateway.replies = [(200, "\n".join(lines).encode()), (200, b"")]
    channel = MailChannel()
    assert [one.key for one in channel.report([], at=AT)] == [KEY]
    assert channel.report([], at=AT) == []
    assert [path for path, _headers, _said in gateway.asked] == [
        "/box/tin%40motcua.invalid?after=0",
        "/box/tin%40motcua.invalid?after=9",
    ]
