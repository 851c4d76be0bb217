"""Puts a new wording into force: checked like the shipped ones, dated, never changing what was said before."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from motcua.base.clock import VN
from motcua.base.data import Actor, ActorKind, require_aware
from motcua.base.errors import DomainError
from motcua.ledger import api as ledger
from motcua.notices.models import PublishedText
from motcua.notices.rules import texts
from motcua.staff.data import Role

MAY_PUBLISH = (Role.SYSTEM_ADMIN, Role.CATALOGUE_ADMIN)


class MayNotPublish(DomainError):
    """Only an administrator may change the wording of messages."""

    message_vi = "Chỉ quản trị viên được thay mẫu tin báo."


class WordingForThePast(DomainError):
    """A wording cannot come into force before today: what was said then was said."""

    message_vi = "Mẫu tin không thể có hiệu lực trước hôm nay: điều đã nói thì đã nói."


def publish(*, by: Actor, at: datetime, raw: object) -> int:
    """Put the texts of a data file's content into force; returns how many.

    All or none. Raises `MayNotPublish`, `WordingForThePast`, and `BadText` for an unknown field, a text that does
    not fit its channel, or anything else that a reader would stumble over.
    """
    require_aware(at)
    if by.kind is not ActorKind.SYSTEM and not (by.kind is ActorKind.OFFICER and by.role in MAY_PUBLISH):
        raise MayNotPublish
    found = texts.read(raw)
    today = at.astimezone(VN).date()
    if any(text.validity.start < today for text in found):
        raise WordingForThePast
    with transaction.atomic():
        for text in found:
            PublishedText.objects.create(
                occasion=text.occasion,
                channel=text.channel,
                language=text.language,
                subject=text.subject,
                body=text.body,
                valid_from=text.validity.start,
                valid_to=text.validity.end,
                source=text.source.as_json(),
                known_from=at,
            )
        ledger.append(
            kind="notice.texts_published",
            subject=ledger.Subject(kind="notice_texts", id="all"),
            by=by,
            at=at,
            payload={
                "texts": [
                    {
                        "occasion": text.occasion.value,
                        "channel": text.channel.value,
                        "language": text.language,
                        "subject": text.subject,
                        "body": text.body,
                        "valid_from": text.validity.start.isoformat(),
                    }
                    for text in found
                ]
            },
        )
    return len(found)
