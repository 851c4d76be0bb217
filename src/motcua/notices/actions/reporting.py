"""What became of messages after they were handed over: reports that providers send, and questions asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.base.data import Actor, ActorKind
from motcua.base.errors import DomainError
from motcua.ledger import api as ledger
from motcua.notices.actions.sending import give_up
from motcua.notices.data import ChannelId, MessageState, Report, TryLater, channels
from motcua.notices.models import Message
from motcua.notices.rules import timing
from motcua.notices.rules.occasions import from_json

ASKED_AT_ONCE = 100
REPORTED_AGAIN = (MessageState.SENT, MessageState.DELIVERED, MessageState.DEAD)


class NotADeadLetter(DomainError):
    """This message is not among those that failed; reload the list."""

    message_vi = "Tin này không nằm trong danh sách không gửi được; hãy tải lại danh sách."


class MayNotResend(DomainError):
    """Only an officer may send a message again."""

    message_vi = "Chỉ cán bộ được gửi lại tin."


def take_report(channel_id: ChannelId, report: Report, *, at: datetime) -> bool:
    """Note a provider's report; False for a message that we never sent there. A repeated report changes nothing.

    A failure reported after a delivery (or the other way round) does not count: the first report stands.
    """
    try:
        key = UUID(report.key)
    except ValueError:
        return False
    with transaction.atomic():
        row = Message.objects.select_for_update().filter(id=key, channel=channel_id).first()
        if row is None or row.sent_at is None:
            return False
        if row.state != MessageState.SENT:
            return row.state in REPORTED_AGAIN
        if report.delivered:
            Message.objects.filter(id=row.id).update(state=MessageState.DELIVERED, ended_at=at, ask_at=None)
            return True
        give_up(row, at=at, why=report.why or "không tới nơi")
    return True


def ask_reports(channel_id: ChannelId, *, at: datetime) -> int:
    """Ask one channel what became of messages that no report has come for; returns how many were settled."""
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update(skip_locked=True)
            .filter(channel=channel_id, state=MessageState.SENT, ask_at__lte=at)
            .order_by("ask_at")[:ASKED_AT_ONCE]
        )
        # Put off before asking: whoever else looks meanwhile, or a crash, does not ask at once again.
        for row in rows:
            age = at - (row.sent_at or at)
            row.ask_at = at + max(timing.FIRST_PAUSE, age / 2) if age < timing.REPORTED_WITHIN else None
        Message.objects.bulk_update(rows, ["ask_at"])
    if not rows:
        return 0
    try:
        found: Sequence[Report] = channels.get(channel_id.value).report([str(row.id) for row in rows], at=at)
    except (TryLater, LookupError):
        return 0
    return sum(take_report(channel_id, one, at=at) for one in found)


def send_again(*, by: Actor, at: datetime, message_id: UUID) -> None:
    """Send a dead letter again, after what was wrong has been put right. Raises `NotADeadLetter`, `MayNotResend`."""
    if by.kind not in (ActorKind.OFFICER, ActorKind.SYSTEM):
        raise MayNotResend
    with transaction.atomic():
        row = Message.objects.select_for_update().filter(id=message_id, state=MessageState.DEAD).first()
        if row is None:
            raise NotADeadLetter(str(message_id))
        Message.objects.filter(id=row.id).update(
            state=MessageState.QUEUED, tries=0, why="", not_before=at, ended_at=None, sent_at=None
        )
        ledger.append(
            kind="notice.sent_again",
            subject=ledger.Subject(kind="notice", id=str(row.id)),
            by=by,
            at=at,
            payload={"occasion": row.occasion, "channel": row.channel, "code": from_json(row.facts).code},
        )
