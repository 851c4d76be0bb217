"""Mail: accepted means kept; greylisting, refusals, bounces and lines that close come as they come in life."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator
from email import message_from_string
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import httpx
import pytest

from motcua_sandbox.server import Sandbox

SENDER = "motcua@example.vn"


class Client:
    """Sends mail and looks into mailboxes."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.port = sandbox.setting.ports["mail"]
        self.http = httpx.Client(base_url=f"{sandbox.base_url}/mail")
        self.to = f"{uuid4().hex}@example.vn"

    def send(self, to: str = "", subject: str = "Hồ sơ của bạn", sender: str = SENDER) -> None:
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = subject, SENDER, to or self.to
        mail["Message-ID"] = "<one@example.vn>"
        mail.set_content("Kết quả đã có.")
        with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as line:
            line.send_message(mail, from_addr=sender, to_addrs=[to or self.to])

    def box(self, address: str = "") -> list[dict[str, Any]]:
        text = self.http.get(f"/box/{address or self.to}").text
        return [json.loads(line) for line in text.splitlines()]

    def faults(self, *rows: dict[str, Any]) -> None:
        assert self.http.post("/_faults", json={"faults": rows}).status_code == 200


@pytest.fixture
def mail(sandbox: Sandbox) -> Iterator[Client]:
    client = Client(sandbox)
    yield client
    client.http.post("/_settings", json={"success_reports": False})
    client.http.close()


def test_a_mail_is_kept_and_shown(mail: Client) -> None:
    mail.send()
    [one] = mail.box()
    assert one["kind"] == "mail"
    assert message_from_string(one["raw"])["Message-ID"] == "<one@example.vn>"
    held = mail.http.get("/_held", params={"to": mail.to}).text.splitlines()
    assert json.loads(held[0])["recipients"] == [mail.to]
    assert mail.to in mail.http.get("/").text
    assert "Message-ID" in mail.http.get(f"/thu/{json.loads(held[0])['id']}").text


def test_addresses_that_refuse(mail: Client) -> None:
    for to, code in (("unknown1@example.vn", 550), ("full@example.vn", 452)):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
            mail.send(to)
        assert caught.value.recipients[to][0] == code


def test_a_bounce_is_reported_to_the_envelopes_sender(mail: Client) -> None:
    sender = f"{uuid4().hex}@example.vn"
    mail.send("bounce1@example.vn", sender=sender)
    [report] = mail.box(sender)
    assert (report["kind"], report["action"], report["status"]) == ("dsn", "failed", "5.1.1")
    assert report["original_message_id"] == "<one@example.vn>"
    whole = message_from_string(report["raw"])
    assert whole.get_content_type() == "multipart/report"
    status = whole.get_payload()[1]  # type: ignore[index]
    assert status.get_content_type() == "message/delivery-status"  # type: ignore[union-attr]
    assert "bounce1@example.vn" in status.as_string()  # type: ignore[union-attr]
    assert "Message-ID: <one@example.vn>" in report["raw"]
    mail.send("bounce1@example.vn", sender="")  # a report about a report would never end


def test_deliveries_are_reported_when_asked_for(mail: Client) -> None:
    mail.http.post("/_settings", json={"success_reports": True})
    sender = f"{uuid4().hex}@example.vn"
    mail.send(sender=sender)
    assert [one["action"] for one in mail.box(sender)] == ["delivered"]
    assert mail.http.post("/_settings", json={"success_reports": "yes"}).status_code == 400


def test_greylisted_at_first_then_taken(mail: Client) -> None:
    mail.faults({"kind": "greylist", "seconds": 0})
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        mail.send()
    assert caught.value.recipients[mail.to][0] == 451
    mail.send()
    mail.faults({"kind": "greylist", "seconds": 60})
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail.send()
    assert len(mail.box()) == 1


@pytest.mark.parametrize(("kind", "kept"), [("drop_before", 0), ("drop_after", 1)])
def test_the_line_closes_without_an_answer(mail: Client, kind: str, kept: int) -> None:
    mail.faults({"kind": kind, "operation": "data"})
    with pytest.raises((smtplib.SMTPException, OSError)):
        mail.send()
    assert len(mail.box()) == kept


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "refuse", "operation": "rcpt"}, 550),
        ({"kind": "busy", "operation": "rcpt"}, 421),
        ({"kind": "refuse", "operation": "data"}, 550),
        ({"kind": "busy", "operation": "data"}, 421),
        ({"kind": "down"}, 421),
    ],
)
def test_refusals_by_fault(mail: Client, fault: dict[str, Any], code: int) -> None:
    mail.faults(fault)
    with pytest.raises(smtplib.SMTPException) as caught:
        mail.send()
    assert str(code) in str(caught.value)
    assert mail.box() == []


def test_late_and_bouncing_by_fault(mail: Client) -> None:
    mail.faults({"kind": "late", "ms": 60_000})
    mail.send()
    assert mail.box() == []
    mail.faults({"kind": "bounce"})
    sender = f"{uuid4().hex}@example.vn"
    mail.send(sender=sender)
    assert [one["action"] for one in mail.box(sender)] == ["failed"]


def test_too_much(mail: Client) -> None:
    with smtplib.SMTP("127.0.0.1", mail.port, timeout=10) as line:
        line.ehlo()
        line.mail(SENDER)
        codes = [line.rcpt(f"r{n}@example.vn")[0] for n in range(51)]
    assert codes == [250] * 50 + [452]
    with pytest.raises(smtplib.SMTPException), smtplib.SMTP("127.0.0.1", mail.port, timeout=10) as line:
        line.sendmail(SENDER, [mail.to], b"Subject: x\r\n\r\n" + b"x" * 900 + b"\r\n" * 6_000_000)
    with smtplib.SMTP("127.0.0.1", mail.port, timeout=10) as line:
        line.send(b"BDAT \x00\xff garbage\r\n")
        assert line.getreply()[0] >= 500
        assert line.docmd("EXPN", "all")[0] >= 500
