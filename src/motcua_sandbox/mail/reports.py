"""Delivery reports (RFC 3464): what became of a mail, told to the sender on its envelope."""

from __future__ import annotations

from datetime import datetime
from email.generator import BytesGenerator
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid
from io import BytesIO

HOST = "mail.sandbox.invalid"
DELIVERED, FAILED = "delivered", "failed"


def report(
    *, sender: str, recipient: str, action: str, status: str, why: str, message_id: str, at: datetime
) -> bytes:
    """The report as it lies in the sender's mailbox."""
    whole = MIMEMultipart("report")
    whole.set_param("report-type", "delivery-status")
    whole["From"] = f"Mail Delivery System <mailer-daemon@{HOST}>"
    whole["To"] = sender
    whole["Subject"] = "Delivery Status Notification (Failure)" if action == FAILED else "Delivered"
    whole["Date"] = format_datetime(at)
    whole["Message-ID"] = make_msgid(domain=HOST)
    whole["Auto-Submitted"] = "auto-replied"
    whole.attach(MIMEText(_ascii(f"{recipient}: {action}, {status} {why}\n"), "plain", "us-ascii"))
    whole.attach(_delivery_status(recipient, action, status, why, at))
    whole.attach(MIMEText(f"Message-ID: {_ascii(message_id)}\n", "rfc822-headers", "us-ascii"))
    buffer = BytesIO()
    BytesGenerator(buffer).flatten(whole, linesep="\r\n")
    return buffer.getvalue()


def _delivery_status(recipient: str, action: str, status: str, why: str, at: datetime) -> Message:
    of_message, of_recipient = Message(), Message()
    of_message["Reporting-MTA"] = f"dns; {HOST}"
    of_message["Arrival-Date"] = format_datetime(at)
    of_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    of_recipient["Action"] = action
    of_recipient["Status"] = status
    of_recipient["Diagnostic-Code"] = f"smtp; {why}"
    part = Message()
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([of_message, of_recipient])
    return part


def _ascii(text: str) -> str:
    """Mail servers write their reports in seven bits."""
    return text.encode("ascii", "replace").decode()
