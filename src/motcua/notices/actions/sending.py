"""Hands messages to their channels: taken under a lease, sent with no transaction open, then noted.

Who dies between handing over and noting leaves a message whose lease ends; it is handed over again under the same
key. A provider that knows the key (SMS) tells the citizen once; a mail carries the same Message-ID again.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from motcua.base.clock import VN
from motcua.base.data import SYSTEM
from motcua.dossiers import api as dossiers
from motcua.ledger import api as ledger
from motcua.notices.data import (
    Accepted,
    Channel,
    ChannelId,
    MessageState,
    Occasion,
    Outgoing,
    RecipientKind,
    TryLater,
    Undeliverable,
    channels,
)
from motcua.notices.models import Message
from motcua.notices.queries import texts_in_force
from motcua.notices.rules import timing
from motcua.notices.rules.occasions import from_json
from motcua.notices.rules.texts import fill, pick
from motcua.people import api as people
from motcua.staff import api as staff

logger = logging.getLogger(__name__)
AT_ONCE = 10  # messages taken with one lease: all of them are handed over before it ends

_TAKE = """
    UPDATE notices_message SET state = 'sending', leased_until = %(until)s, tries = tries + 1
     WHERE id IN (
        SELECT m.id FROM notices_message m
         WHERE m.channel = %(channel)s AND m.not_before <= %(at)s
           AND (m.state = 'queued' OR (m.state = 'sending' AND m.leased_until <= %(at)s))
           AND NOT EXISTS (
               SELECT 1 FROM notices_message e
                WHERE e.recipient = m.recipient AND e.channel = m.channel AND e.dossier_id = m.dossier_id
                  AND e.state IN ('queued', 'sending') AND e."order" < m."order")
         ORDER BY m.not_before, m."order" LIMIT %(limit)s FOR UPDATE OF m SKIP LOCKED)
    RETURNING id
"""


def send_due(channel_id: ChannelId, *, at: datetime) -> int:
    """Hand over the next messages of one channel; returns how many were taken. Two workers share the work."""
    until = at + timing.LEASE
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"channel": channel_id.value, "at": at, "until": until, "limit": AT_ONCE})
        ids = [row[0] for row in cursor.fetchall()]
    try:
        channel = channels.get(channel_id.value)
    except LookupError:
        channel = None
    for row in Message.objects.filter(id__in=ids, state=MessageState.SENDING, leased_until=until).order_by(
        "order"
    ):
        _send(row, channel, at=at)
    return len(ids)


def _send(row: Message, channel: Channel | None, *, at: datetime) -> None:
    try:
        message = _outgoing(row)
        if message is None:
            _note(row, at=at, state=MessageState.NO_ADDRESS, why="không có địa chỉ")
            return
        if channel is None:
            raise TryLater("no such channel is installed")
        taken = channel.send(message, at=at)
    except TryLater as error:
        _again(row, at=at, why=str(error))
    except Undeliverable as error:
        give_up(row, at=at, why=str(error))
    else:
        _sent(row, taken, at=at)


def _outgoing(row: Message) -> Outgoing | None:
    """The message as it leaves; None when there is nowhere to send it (any more)."""
    to = address_of(row)
    facts = from_json(row.facts)
    if not to or not facts.code:
        return None
    text = pick(
        # as it was worded when it was made: tried again, it must be the same message
        texts_in_force(row.made_at),
        occasion=Occasion(row.occasion),
        channel=ChannelId(row.channel),
        language=row.language,
        on=row.made_at.astimezone(VN).date(),
    )
    if text is None:
        return None
    place = "desk/dossiers" if row.recipient_kind == RecipientKind.OFFICER else "dossier"
    link = f"{settings.MOTCUA_PUBLIC_URL}/{place}/{row.dossier_id}"
    if (
        row.recipient_kind == RecipientKind.PARTY
    ):  # nobody who could sign in to it: the public page of its code
        link = f"{settings.MOTCUA_PUBLIC_URL}/tra-cuu/{facts.code}"
    subject, body = fill(text, facts, link=link)
    return Outgoing(key=str(row.id), to=to, subject=subject, body=body, language=row.language)


def address_of(row: Message) -> str:
    """Where the recipient is reached today on the message's channel; "" when nowhere."""
    channel = ChannelId(row.channel)
    if channel is ChannelId.INBOX:
        return row.recipient
    if row.recipient_kind == RecipientKind.OFFICER:
        email, phone = _of_officer(row.recipient)
    elif row.recipient_kind == RecipientKind.PERSON:
        email, phone = _of_person(UUID(row.recipient))
    else:
        email, phone = _of_party(row.recipient)
    return email if channel is ChannelId.MAIL else phone


def _of_officer(ref: str) -> tuple[str, str]:
    try:
        account = staff.account(UUID(ref))
    except (staff.AccountNotFound, ValueError):
        return "", ""
    return (account.email, account.phone) if account.is_active else ("", "")


def _of_person(person_id: UUID) -> tuple[str, str]:
    try:
        if not people.get(person_id).alive:
            return "", ""
        contact = people.contact(person_id)
    except people.PersonNotFound:
        return "", ""
    return contact.email, contact.phone


def _of_party(recipient: str) -> tuple[str, str]:
    raw_id, _, which = recipient.partition(":")
    one = dossiers.concerned([UUID(raw_id)]).get(UUID(raw_id))
    party = (one.submitter if which == "submitter" else one.applicant) if one else None
    return (party.email, party.phone) if party else ("", "")


def _sent(row: Message, taken: Accepted, *, at: datetime) -> None:
    state = MessageState.DELIVERED if taken.final else MessageState.SENT
    asks = None if taken.final else at + timing.FIRST_PAUSE
    _note(row, at=at, state=state, why="", sent_at=at, provider_ref=taken.ref[:120], ask_at=asks)


def _again(row: Message, *, at: datetime, why: str) -> None:
    pause = timing.pause_after(row.tries)
    if pause is None:
        give_up(row, at=at, why=why)
        return
    _note(row, at=at, state=MessageState.QUEUED, why=why, not_before=at + pause)


def give_up(row: Message, *, at: datetime, why: str) -> bool:
    """Put the message before a person: it will not arrive unless somebody helps. Writes the ledger."""
    with transaction.atomic():
        if not _note(row, at=at, state=MessageState.DEAD, why=why, ask_at=None):
            return False
        ledger.append(
            kind="notice.gave_up",
            subject=ledger.Subject(kind="notice", id=str(row.id)),
            by=SYSTEM,
            at=at,
            payload={
                "occasion": row.occasion,
                "channel": row.channel,
                "code": from_json(row.facts).code,
                "why": without_addresses(why),
            },
        )
    return True


def _note(row: Message, *, at: datetime, state: MessageState, why: str, **more: object) -> bool:
    """Write what became of it, unless another worker has taken the message over in the meantime."""
    if state not in (MessageState.QUEUED, MessageState.SENT):
        more["ended_at"] = at
    held = Message.objects.filter(id=row.id, state=row.state, leased_until=row.leased_until)
    values = {"state": state, "why": without_addresses(why)[:300], "leased_until": None, **more}
    if not held.update(**values):
        logger.warning("message %s was taken over before its outcome (%s) was noted", row.id, state.value)
        return False
    return True


def without_addresses(text: str) -> str:
    """A provider's words without telephone numbers and mailboxes."""
    return re.sub(r"\+?\d(?:[ .-]?\d){8,}", "•••", re.sub(r"[^\s<>@]+@[^\s<>@]+", "•••@•••", text))
