"""Mail by SMTP with a Message-ID that stays the same however often it is tried, and the reports that come back.

SMTP knows no idempotency key: a mail whose answer was lost is sent again (at least once), under the same Message-ID,
by which mail programs show one.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Iterable, Sequence
from datetime import datetime
from email import message_from_string, policy
from email.message import EmailMessage
from email.utils import format_datetime
from threading import Lock
from urllib.parse import quote, urlsplit

from django.conf import settings

from motcua.base.clock import VN
from motcua.exchange.connectors import (
    CallFailed,
    Endpoint,
    NotConfigured,
    NotReached,
    Request,
    Unanswered,
    WentWrong,
    attempt,
    call,
    check_endpoint,
    endpoint,
)
from motcua.notices.data import Accepted, Outgoing, Report, TryLater, Undeliverable

CONNECTOR = "mail"
SECONDS = 15.0
SENDER = "khong-tra-loi@motcua.invalid"
SCHEMES = ("smtp", "smtps")
LONGEST_REPORT = 200_000


class MailConnector:
    """The mail server as a system outside."""

    id = CONNECTOR
    name_vi = "Máy chủ thư điện tử"
    name_en = "Mail server"
    still_works_vi = "Thư được giữ lại và gửi sau; hộp tin trên cổng và tin nhắn SMS vẫn hoạt động."
    still_works_en = "Mails are kept and sent later; the inbox of the portal and text messages still work."

    def check_config(self) -> list[str]:
        """The address; user and secret only where the server wants them."""
        return check_endpoint(CONNECTOR, needs_secret=False, schemes=SCHEMES)


def sender() -> str:
    """From whom mails come; reports about them come back to it."""
    return str(settings.MOTCUA_CONNECTORS.get(CONNECTOR, {}).get("sender", SENDER))


class MailChannel:
    """Sends one mail; reads the mailbox to which reports come, where one is set (`MOTCUA_CONNECTOR_MAIL_BOX`)."""

    def __init__(self) -> None:
        self._lock, self._read_to = Lock(), 0

    def check_config(self) -> list[str]:
        """The connector's own."""
        return MailConnector().check_config()

    def send(self, message: Outgoing, *, at: datetime) -> Accepted:
        """Hand over to the mail server. Raises `TryLater`, `Undeliverable`."""
        try:
            there, mail = endpoint(CONNECTOR), written(message, at=at)
        except NotConfigured as error:
            raise TryLater(error.public("vi")) from error
        except (ValueError, UnicodeError) as error:
            raise Undeliverable("địa chỉ thư không dùng được") from error
        try:
            code, said = attempt(
                CONNECTOR,
                "send",
                lambda: _handed_over(there, mail, message.to),
                said=f"Message-ID: {mail['Message-ID']}",
                key=message.key,
                at=at,
                times=1,
            )
        except CallFailed as error:
            raise TryLater(error.public("vi")) from error
        if code >= 500:
            raise Undeliverable(f"{code} {said}")
        if code >= 400:
            raise TryLater(f"{code} {said}")
        return Accepted(ref=str(mail["Message-ID"]))

    def report(self, keys: Sequence[str], *, at: datetime) -> Sequence[Report]:
        """What came back to the sender's mailbox since it was last read. Raises `TryLater`."""
        box = str(settings.MOTCUA_CONNECTORS.get(CONNECTOR, {}).get("box", ""))
        if not box:
            return ()
        with self._lock:
            url = f"{box.rstrip('/')}/{quote(sender())}?after={self._read_to}"
            try:
                answer = call(CONNECTOR, "box", Request(method="GET", url=url), at=at, timeout=SECONDS)
            except CallFailed as error:
                raise TryLater(error.public("vi")) from error
            if answer.status != 200:
                raise TryLater(f"hộp thư trả lời HTTP {answer.status}")
            found = []
            for number, raw in _mails(answer.body):
                self._read_to = max(self._read_to, number)
                report = read_report(raw, at=at)
                if report is not None:
                    found.append(report)
            return found


def written(message: Outgoing, *, at: datetime) -> EmailMessage:
    """The mail as it leaves. Raises `ValueError` for an address or a subject that would break its head."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = sender()
    mail["To"] = message.to
    if [one.addr_spec for one in mail["To"].addresses] != [message.to] or "@" not in message.to:
        raise ValueError("one mailbox is expected")
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(at.astimezone(VN))
    mail["Message-ID"] = f"<{message.key}@{sender().rpartition('@')[2]}>"
    mail["Content-Language"] = message.language
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body + "\n", cte="base64" if not message.body.isascii() else "7bit")
    return mail


def _handed_over(there: Endpoint, mail: EmailMessage, to: str) -> tuple[tuple[int, str], int | None, str]:
    """One SMTP conversation: the server's word on this mail. Raises `CallFailed` where the server is the trouble."""
    parts = urlsplit(there.url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    try:
        server = kind(parts.hostname or "", parts.port or 0, timeout=SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        raise NotReached(f"{type(error).__name__}: {error}", connector=CONNECTOR) from error
    try:
        with server:
            if there.user:
                if parts.scheme == "smtp":
                    server.starttls(context=ssl.create_default_context())
                server.login(there.user, there.secret)
            server.send_message(mail, sender(), [to])
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return _told(code, words)
    except smtplib.SMTPServerDisconnected as error:
        raise Unanswered(str(error), connector=CONNECTOR) from error
    except smtplib.SMTPResponseException as error:
        if error.smtp_code == 421 or isinstance(
            error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError
        ):
            raise WentWrong(f"SMTP {error.smtp_code}", connector=CONNECTOR, status=error.smtp_code) from error
        return _told(error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError as error:
        return _told(550, str(error))
    except (OSError, smtplib.SMTPException) as error:
        raise Unanswered(f"{type(error).__name__}: {error}", connector=CONNECTOR) from error
    return (250, "ok"), 250, "ok"


def _told(code: int, words: bytes | str) -> tuple[tuple[int, str], int | None, str]:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return (code, text[:200]), code, str(code)


def _mails(body: bytes) -> Iterable[tuple[int, str]]:
    for line in body.splitlines():
        try:
            one = json.loads(line)
            yield int(one["id"]), str(one["raw"])[:LONGEST_REPORT]
        except (ValueError, KeyError, TypeError):
            continue


def read_report(raw: str, *, at: datetime) -> Report | None:
    """What a delivery report (RFC 3464) says of one of our mails; None for any other mail, forged or not ours."""
    mail = message_from_string(raw, policy=policy.default)
    if mail.get_content_type() != "multipart/report":
        return None
    action = status = original = ""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():  # one about the message, one about each recipient
                if not isinstance(block, str):
                    action = str(block.get("Action", action)).strip().lower()
                    status = str(block.get("Status", status)).strip()
        elif part.get_content_type() in ("text/rfc822-headers", "message/rfc822"):
            original = original or _message_id(part.as_string())
    key, _, domain = original.strip().strip("<>").partition("@")
    if domain != sender().rpartition("@")[2] or action not in ("failed", "delivered"):
        return None
    return Report(key=key, delivered=action == "delivered", why=f"thư bị trả lại ({status[:20]})", at=at)


def _message_id(text: str) -> str:
    for line in text.splitlines():
        if line.lower().startswith("message-id:"):
            return line.partition(":")[2].strip()
    return ""
