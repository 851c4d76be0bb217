"""Reads of notices: inboxes, choices, the texts in force, and what could not be sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind, Source, Validity
from motcua.base.vietnamese import fold
from motcua.notices.data import (
    ChannelId,
    Choice,
    DeadLetter,
    Inbox,
    InboxItem,
    MessageState,
    Occasion,
    QuietHours,
    RecipientKind,
    Text,
)
from motcua.notices.models import ChoiceRow, Message, PublishedText
from motcua.notices.rules import texts
from motcua.notices.rules.occasions import from_json

PAGE = 20
MOST_SEARCHED = 500  # a person has a few dozen messages; more than this are not searched
_OWNERS = {ActorKind.CITIZEN: RecipientKind.PERSON, ActorKind.OFFICER: RecipientKind.OFFICER}


def choice_of(person_id: UUID) -> Choice:
    """How the person wants to be told."""
    return choices_of([person_id]).get(person_id, Choice())


def choices_of(person_ids: Iterable[UUID]) -> Mapping[UUID, Choice]:
    """The choices of those who made one. One query."""
    wanted = list(person_ids)
    if not wanted:
        return {}
    return {
        row.person_id: Choice(language=row.language, mail=row.mail, sms=row.sms)
        for row in ChoiceRow.objects.filter(person_id__in=wanted)
    }


def texts_in_force(at: datetime) -> tuple[Text, ...]:
    """The shipped texts and those published since; a published one goes before a shipped one of the same day on."""
    day = at.astimezone(VN).date()
    rows = PublishedText.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day, known_from__lte=at
    ).order_by("-known_from", "-id")
    published = tuple(
        Text(
            occasion=Occasion(row.occasion),
            channel=ChannelId(row.channel),
            language=row.language,
            subject=row.subject,
            body=row.body,
            validity=Validity(start=row.valid_from, end=row.valid_to),
            source=Source.from_mapping(row.source),
        )
        for row in rows
    )
    return published + texts.shipped()


def quiet_on(day: date) -> QuietHours | None:
    """The hours of the night in force on the day."""
    return next((one for one in texts.quiet_hours() if one.validity.contains(day)), None)


def inbox(*, by: Actor, text: str = "", page: int = 1, size: int = PAGE) -> Inbox:
    """The reader's messages, latest first; `text` looks in subject, body and code, accents or not."""
    if by.kind not in _OWNERS:
        return Inbox(items=(), unread=0, more=False)
    mine = _mine(by)
    wanted = fold(text[:200])
    if wanted:
        found = [
            item
            for item in (_item(row) for row in mine.order_by("-made_at", "-order")[:MOST_SEARCHED])
            if wanted in fold(f"{item.code} {item.subject} {item.body}")
        ]
    else:
        first = max(0, page - 1) * size
        found = [_item(row) for row in mine.order_by("-made_at", "-order")[first : first + size + 1]]
        page = 1
    first = (page - 1) * size
    return Inbox(
        items=tuple(found[first : first + size]), unread=unread(by=by), more=len(found) > first + size
    )


def unread(*, by: Actor) -> int:
    """How many messages the reader has not opened."""
    if by.kind not in _OWNERS:
        return 0
    return _mine(by).filter(read_at__isnull=True).count()


def message(*, by: Actor, message_id: UUID) -> InboxItem | None:
    """One message of the reader's; None when it is not theirs."""
    if by.kind not in _OWNERS:
        return None
    row = _mine(by).filter(id=message_id).first()
    return _item(row) if row is not None else None


def _mine(by: Actor) -> QuerySet[Message]:
    return Message.objects.filter(
        recipient_kind=_OWNERS[by.kind],
        recipient=by.ref,
        channel=ChannelId.INBOX,
        state__in=[MessageState.SENT, MessageState.DELIVERED],
    ).exclude(facts={})


def _item(row: Message) -> InboxItem:
    facts = from_json(row.facts)
    text = texts.pick(
        texts_in_force(row.made_at),
        occasion=Occasion(row.occasion),
        channel=ChannelId.INBOX,
        language=row.language,
        on=row.made_at.astimezone(VN).date(),
    )
    subject, body = texts.fill(text, facts, link="") if text is not None else (facts.code, "")
    return InboxItem(
        id=row.id,
        occasion=Occasion(row.occasion),
        subject=subject,
        body=body,
        dossier_id=row.dossier_id,
        code=facts.code,
        at=row.made_at,
        read_at=row.read_at,
    )


def dead_letters(*, limit: int = 100) -> list[DeadLetter]:
    """What could not be sent, the latest first: no names, no addresses."""
    rows = Message.objects.filter(state=MessageState.DEAD).order_by("-ended_at")[:limit]
    return [
        DeadLetter(
            id=row.id,
            occasion=Occasion(row.occasion),
            channel=ChannelId(row.channel),
            code=from_json(row.facts).code,
            tries=row.tries,
            why=row.why,
            at=row.ended_at or row.made_at,
        )
        for row in rows
    ]


def tally(*, since: datetime) -> dict[tuple[ChannelId, MessageState], int]:
    """How many messages made since then stand where, by channel."""
    rows = Message.objects.filter(made_at__gte=since).values_list("channel", "state").annotate(n=Count("id"))
    return {(ChannelId(channel), MessageState(state)): n for channel, state, n in rows}
