"""Messages and what people chose: every message once for its cause, its person and its channel."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from motcua.base.models import UUIDModel
from motcua.notices.data import OPEN, ChannelId, MessageState, Occasion, RecipientKind


class Message(UUIDModel):
    """One thing to tell one recipient on one channel.

    `cause` is the ledger entry ("entry:123") or the promise that comes due ("due:<dossier>:<time>"): with
    recipient and channel it is unique, so nothing is ever told twice. `order` gives the order within a thread
    (recipient, channel, dossier): a later message never leaves before an earlier one. Addresses are not kept:
    they are looked up when the message leaves. `facts` holds no name; it is emptied when the person is forgotten.
    """

    cause = models.CharField(max_length=120)
    occasion = models.CharField(max_length=20)
    recipient_kind = models.CharField(max_length=10)
    recipient = models.CharField(max_length=64)
    dossier_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    facts = models.JSONField(default=dict)
    order = models.BigIntegerField()
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    state = models.CharField(max_length=12, default=MessageState.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=300, default="", blank=True)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    provider_ref = models.CharField(max_length=120, default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_message"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["cause", "recipient_kind", "recipient", "channel"], name="notices_message_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in MessageState])
                & Q(channel__in=[c.value for c in ChannelId])
                & Q(occasion__in=[o.value for o in Occasion])
                & Q(recipient_kind__in=[k.value for k in RecipientKind]),
                name="notices_message_words",
            ),
            models.CheckConstraint(
                condition=Q(state=MessageState.SENDING, leased_until__isnull=False)
                | (~Q(state=MessageState.SENDING) & Q(leased_until__isnull=True)),
                name="notices_message_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[MessageState.SENT, MessageState.DELIVERED])
                | Q(sent_at__isnull=False),
                name="notices_message_sent_when",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["channel", "not_before"],
                name="notices_message_due",
                condition=Q(state__in=[s.value for s in OPEN]),
            ),
            models.Index(
                fields=["recipient", "channel", "dossier_id"],
                name="notices_message_thread",
                condition=Q(state__in=[s.value for s in OPEN]),
            ),
            models.Index(
                fields=["recipient", "-made_at"],
                name="notices_message_inbox",
                condition=Q(channel=ChannelId.INBOX),
            ),
            models.Index(fields=["ask_at"], name="notices_message_ask", condition=Q(state=MessageState.SENT)),
            models.Index(
                fields=["-ended_at"], name="notices_message_dead", condition=Q(state=MessageState.DEAD)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} by {self.channel} ({self.state})"


class ChoiceRow(models.Model):
    """How one person wants to be told; without a row the defaults of `data.Choice` hold."""

    person = models.OneToOneField("people.Person", models.CASCADE, related_name="+", primary_key=True)
    language = models.CharField(max_length=2)
    mail = models.BooleanField()
    sms = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "notices_choice"

    def __str__(self) -> str:
        return f"choice of {self.person_id}"


class PublishedText(models.Model):
    """A wording that an administrator put into force after the shipped ones; it was checked like them."""

    id = models.BigAutoField(primary_key=True)
    occasion = models.CharField(max_length=20)
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=200, default="", blank=True)
    body = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.JSONField()
    known_from = models.DateTimeField()

    class Meta:
        db_table = "notices_text"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["occasion", "channel", "language", "valid_from", "known_from"],
                name="notices_text_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from")),
                name="notices_text_span",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion}/{self.channel}/{self.language} from {self.valid_from}"


class DayDone(models.Model):
    """The last day for which a daily duty did its work."""

    name = models.CharField(max_length=40, primary_key=True)
    day = models.DateField()

    class Meta:
        db_table = "notices_day_done"

    def __str__(self) -> str:
        return f"{self.name} {self.day}"
