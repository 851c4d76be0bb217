"""What crosses the border of notices: occasions, messages, what a channel is given and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from motcua.base.data import Source, Validity
from motcua.base.registry import Registry


class Occasion(StrEnum):
    """Why somebody is told something."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    SUPPLEMENT_NEEDED = "supplement_needed"
    FEE_DUE = "fee_due"
    RESULT_READY = "result_ready"
    APOLOGY = "apology"
    REFUSED = "refused"
    STOPPED = "stopped"
    DUE_NEXT_DAY = "due_next_day"  # to the officer who works on it, and to their lead


class ChannelId(StrEnum):
    """How a message travels. The inbox is the portal's own page, and the start page of the desk."""

    INBOX = "inbox"
    MAIL = "mail"
    SMS = "sms"


class MessageState(StrEnum):
    """Where a message stands.

    `sending` is a lease: who took it and died leaves it to be taken again under the same key. `superseded`: a
    later message about the same dossier made it pointless before it left. `no_address`: nowhere to send it.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    SUPERSEDED = "superseded"
    NO_ADDRESS = "no_address"
    DEAD = "dead"


OPEN = (MessageState.QUEUED, MessageState.SENDING)


class RecipientKind(StrEnum):
    """Whom a message is for. A party is somebody on a dossier whom the population base does not know."""

    PERSON = "person"
    PARTY = "party"
    OFFICER = "officer"


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text of one occasion, channel and language, while it is in force. SMS has no subject."""

    occasion: Occasion
    channel: ChannelId
    language: str
    subject: str
    body: str
    validity: Validity
    source: Source


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """The hours of the night in which nobody's phone rings for a message that can wait (Vietnam's clock)."""

    start: time
    end: time
    validity: Validity
    source: Source


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """What a channel is to deliver. `key` is the same however often it is tried: the provider's idempotency key."""

    key: str
    to: str
    subject: str
    body: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The provider took the message. `final`: it is where it belongs, no report will follow."""

    ref: str
    final: bool = False


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the provider says became of a message: delivered, or not and why."""

    key: str
    delivered: bool
    why: str = ""
    at: datetime


class TryLater(Exception):
    """The provider cannot take it now (outage, limit, time-out); nothing is known to be wrong with the message."""


class Undeliverable(Exception):
    """The provider says that this message will never arrive: no such number, mailbox refused."""


class Channel(Protocol):
    """A way to reach somebody."""

    def check_config(self) -> list[str]:
        """What is missing in the settings; nothing when it can be used."""
        ...

    def send(self, message: Outgoing, *, at: datetime) -> Accepted:
        """Hand the message over. Raises `TryLater` or `Undeliverable`."""
        ...

    def report(self, keys: Sequence[str], *, at: datetime) -> Sequence[Report]:
        """What is known by now of messages handed over earlier; those of which nothing is known are left out."""
        ...


channels: Registry[Channel] = Registry("notice channel")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How a person wants to be told. The inbox is always there."""

    language: str = "vi"
    mail: bool = True
    sms: bool = True


@dataclass(frozen=True, kw_only=True)
class InboxItem:
    """A message as its reader sees it."""

    id: UUID
    occasion: Occasion
    subject: str
    body: str
    dossier_id: UUID | None
    code: str
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """One page of an inbox; `more`: there are older ones."""

    items: tuple[InboxItem, ...]
    unread: int
    more: bool


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A message that will not arrive unless somebody helps; it names no address."""

    id: UUID
    occasion: Occasion
    channel: ChannelId
    code: str
    tries: int
    why: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a message may speak of. It is kept as it was when it happened; nothing else of the dossier is kept."""

    code: str
    procedure: str = ""
    agency: str = ""
    due: datetime | None = None
    amount: int | None = None
