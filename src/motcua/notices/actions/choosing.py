"""What people decide about their messages: how to be told, what they have read; and being forgotten."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor, ActorKind, require_aware
from motcua.base.errors import DomainError
from motcua.ledger import api as ledger
from motcua.notices.data import OPEN, ChannelId, Choice, MessageState, RecipientKind
from motcua.notices.models import ChoiceRow, Message
from motcua.notices.rules.texts import LANGUAGES


class NotYourChoice(DomainError):
    """Only the person themselves decides how to be told."""

    message_vi = "Chỉ chính bạn mới chọn được cách nhận tin của mình."


class UnknownLanguage(DomainError):
    """Messages are written in Vietnamese or English."""

    message_vi = "Tin báo được viết bằng tiếng Việt hoặc tiếng Anh."


class NotYourMessage(DomainError):
    """There is no such message for you."""

    message_vi = "Không có tin này, hoặc tin không dành cho bạn."


def choose(*, by: Actor, at: datetime, person_id: UUID, choice: Choice) -> None:
    """Set how a person is told. Ledger: `person.notice_choice_changed`. Raises `NotYourChoice`, `UnknownLanguage`."""
    require_aware(at)
    if by.kind is not ActorKind.CITIZEN or by.ref != str(person_id):
        raise NotYourChoice
    if choice.language not in LANGUAGES:
        raise UnknownLanguage
    with transaction.atomic():
        ChoiceRow.objects.update_or_create(
            person_id=person_id,
            defaults={
                "language": choice.language,
                "mail": choice.mail,
                "sms": choice.sms,
                "changed_at": at,
            },
        )
        ledger.append(
            kind="person.notice_choice_changed",
            subject=ledger.Subject(kind="person", id=str(person_id)),
            by=by,
            at=at,
            person=person_id,
            payload={"language": choice.language, "mail": choice.mail, "sms": choice.sms},
        )


def recipient_of(by: Actor) -> tuple[RecipientKind, str]:
    """Whose inbox the actor opens. Raises `NotYourMessage` for who has none."""
    kinds = {ActorKind.CITIZEN: RecipientKind.PERSON, ActorKind.OFFICER: RecipientKind.OFFICER}
    if by.kind not in kinds:
        raise NotYourMessage
    return kinds[by.kind], by.ref


def mark_read(*, by: Actor, at: datetime, message_id: UUID) -> None:
    """Note that the reader opened a message of theirs; the first time counts. Raises `NotYourMessage`.

    What was read is the reader's own affair: no entry is written.
    """
    kind, ref = recipient_of(by)
    mine = Message.objects.filter(id=message_id, recipient_kind=kind, recipient=ref, channel=ChannelId.INBOX)
    if not mine.exists():
        raise NotYourMessage(str(message_id))
    mine.filter(read_at__isnull=True).update(read_at=at)


def forget(*, by: Actor, at: datetime, person_id: UUID) -> int:
    """Empty a person's messages and send none of those that wait; returns how many (Luật 91/2025 on erasure).

    Only that something was sent, when and by which channel stays. Done by the system with `ledger.erase_person`.
    """
    if by.kind is not ActorKind.SYSTEM:
        raise NotYourChoice
    with transaction.atomic():
        mine = Message.objects.filter(recipient_kind=RecipientKind.PERSON, recipient=str(person_id))
        mine.filter(state__in=OPEN).update(
            state=MessageState.NO_ADDRESS, leased_until=None, ended_at=at, why="đã xóa theo yêu cầu"
        )
        emptied = mine.update(facts={}, provider_ref="")
        ChoiceRow.objects.filter(person_id=person_id).delete()
        ledger.append(
            kind="person.notices_forgotten",
            subject=ledger.Subject(kind="person", id=str(person_id)),
            by=by,
            at=at,
            payload={"messages": emptied},
        )
    return emptied
